//! The requests of one credential whose clients may still send a cancellation.

use std::collections::HashMap;
use std::time::Duration;

use od_engine::Delivery;

/// How long after its answer a call may still be the one that is meant.
pub(super) const JUST_ANSWERED: Duration = Duration::from_secs(5);
/// So many of one credential are noted, and as many more that change something: those beyond count as answered.
pub(super) const SHARE: usize = 64;
/// More with the same key need not be known: two already leave it open which one is meant.
const SAME_KEY: usize = 2;

/// By the hash of what a request and its cancellation have in common.
#[derive(Default)]
pub(super) struct Calls(HashMap<u64, Same>);

/// Requests that a cancellation cannot tell apart.
#[derive(Default)]
struct Same {
    requests: Vec<Request>,
    /// There were more than are noted. It stays so until all of them are over.
    more: bool,
}

struct Request {
    delivery: Delivery,
    is_write: bool,
}

impl Calls {
    pub(super) fn insert(&mut self, key: u64, delivery: Delivery, is_write: bool) {
        if !self.0.contains_key(&key) && !self.has_room(is_write) {
            return;
        }
        let same = self.0.entry(key).or_default();
        same.requests.retain(Request::may_be_meant);
        if same.requests.is_empty() {
            same.more = false;
        }
        if same.requests.len() < SAME_KEY {
            same.requests.push(Request { delivery, is_write });
        } else {
            same.more = true;
        }
    }

    /// The one call that changes something and that a cancellation with this key can mean.
    pub(super) fn meant(&mut self, key: u64) -> Option<&Delivery> {
        let same = self.0.get_mut(&key)?;
        same.requests.retain(Request::may_be_meant);
        match same.requests.as_slice() {
            [only] if !same.more && only.is_write => Some(&only.delivery),
            _ => None,
        }
    }

    /// Forgets those that cannot be meant any more.
    pub(super) fn forget(&mut self) {
        self.0.retain(|_, same| same.may_be_meant());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes room for another key, if need be from those that were answered the longest ago: they can only be taken for
    /// another any more, never be cancelled. What is at work stays.
    fn has_room(&mut self, is_write: bool) -> bool {
        if self.0.len() < SHARE {
            return true;
        }
        self.forget();
        if self.0.len() >= SHARE {
            let mut answered: Vec<_> = self
                .0
                .iter()
                .filter_map(|(key, same)| Some((same.answered()?, *key)))
                .collect();
            answered.sort_unstable_by(|one, other| other.cmp(one));
            // Several at once, so that not every further request looks at all of them.
            for (_, key) in answered.into_iter().take(SHARE / 4) {
                self.0.remove(&key);
            }
        }
        self.0.len() < if is_write { 2 * SHARE } else { SHARE }
    }

    #[cfg(test)]
    pub(super) fn requests(&self) -> usize {
        self.0.values().map(|same| same.requests.len()).sum()
    }
}

impl Same {
    fn may_be_meant(&self) -> bool {
        self.requests.iter().any(Request::may_be_meant)
    }

    /// How long ago the last of them was answered, if all were.
    fn answered(&self) -> Option<Duration> {
        let each = self.requests.iter().map(|request| request.delivery.settled_since());
        each.reduce(|one, other| Some(one?.min(other?))).flatten()
    }
}

impl Request {
    fn may_be_meant(&self) -> bool {
        let since = self.delivery.settled_since();
        since.is_none_or(|since| since < JUST_ANSWERED)
    }
}
