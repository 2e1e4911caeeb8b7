//! Who gets a connection when many want one.
//!
//! Every connection is taken at once, and has a place: an ordinary one, as long as there are some and its address has not used
//! up its share of them, or else a spare one. A spare place is for the head of a single request, and only supervisors get more
//! than a refusal there; when spare places run out, the oldest that still waits for its head goes. When ordinary places run out,
//! the connection goes that nothing was asked on for the longest time, of the address that has the most; a request whose body
//! is awaited asks for nothing yet. So whoever fills the places by sending nothing, or little, can neither keep others out nor
//! make the server look dead.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use od_engine::networks::{Network, whose, wider};
use tokio_util::sync::CancellationToken;

use crate::config::Networks;

/// How long a client in a spare place may take to send its head.
const SPARE_HEAD_TIME: Duration = Duration::from_secs(2);
/// How often it is told in the log that an address has used up its share.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// All places.
pub(super) struct Slots(Arc<Shared>);

struct Shared {
    most: usize,
    /// Ordinary places that one address gets.
    share: usize,
    spare: usize,
    /// Proxies, which speak for many and have no share.
    proxies: Option<Networks>,
    /// How long a client may take to send the head of its first request.
    head_time: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ordinary: HashMap<u64, Ordinary>,
    by_address: HashMap<IpAddr, usize>,
    by_network: HashMap<Network, usize>,
    /// Spare places that wait for a head, the oldest first.
    waiting: VecDeque<(u64, CancellationToken)>,
    next: u64,
    told: Option<Instant>,
}

struct Ordinary {
    address: IpAddr,
    /// Since when nothing is asked on it, or the body of what is asked is awaited; `None` while something is done for it.
    idle: Option<Instant>,
    taken_back: CancellationToken,
}

/// A connection's place; dropping it frees it.
pub(super) struct Place {
    shared: Arc<Shared>,
    kind: Kind,
    head_arrived: AtomicBool,
    /// Whether something is asked on it.
    is_asked: AtomicBool,
}

enum Kind {
    Ordinary {
        number: u64,
        address: IpAddr,
        taken_back: CancellationToken,
    },
    Spare {
        number: u64,
        taken_back: CancellationToken,
    },
}

impl Slots {
    /// `most` ordinary places and a few spare ones.
    pub(super) fn new(most: usize, head_time: Duration, proxies: Option<Networks>) -> Self {
        Self(Arc::new(Shared {
            most,
            share: (most / 8).max(4),
            spare: (most / 8).clamp(4, 32),
            proxies,
            head_time,
            state: Mutex::default(),
        }))
    }

    /// A place for a client at `peer`.
    pub(super) fn take(&self, peer: IpAddr) -> Place {
        let shared = &self.0;
        let address = whose(Some(peer));
        let mut state = shared.state();
        let is_proxy = shared
            .proxies
            .as_ref()
            .is_some_and(|proxies| proxies.contain(peer.to_canonical()));
        let has_share = is_proxy || state.has_share(address, shared.share);
        let kind = if has_share && (state.ordinary.len() < shared.most || state.take_back(address)) {
            state.ordinary_place(address)
        } else {
            if !has_share && state.told.is_none_or(|told| told.elapsed() > TOLD_EVERY) {
                state.told = Some(Instant::now());
                tracing::warn!(%address, share = shared.share, "an address has more connections than its share: the others are refused");
            }
            shared.spare_place(&mut state)
        };
        Place {
            shared: shared.clone(),
            kind,
            head_arrived: AtomicBool::new(false),
            is_asked: AtomicBool::new(false),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spare_place(&self, state: &mut State) -> Kind {
        if state.waiting.len() >= self.spare
            && let Some((_, oldest)) = state.waiting.pop_front()
        {
            oldest.cancel();
        }
        let (number, taken_back) = (state.next, CancellationToken::new());
        state.next += 1;
        state.waiting.push_back((number, taken_back.clone()));
        Kind::Spare { number, taken_back }
    }

    fn waits_no_more(&self, number: u64) {
        self.state().waiting.retain(|(waiting, _)| *waiting != number);
    }
}

impl State {
    fn has_share(&self, address: IpAddr, share: usize) -> bool {
        self.by_address.get(&address).is_none_or(|open| *open < share)
            && wider(address).all(|(network, shares)| {
                let open = self.by_network.get(&network);
                open.is_none_or(|open| *open < share.saturating_mul(shares as usize))
            })
    }

    fn ordinary_place(&mut self, address: IpAddr) -> Kind {
        let (number, taken_back) = (self.next, CancellationToken::new());
        self.next += 1;
        *self.by_address.entry(address).or_default() += 1;
        for (network, _) in wider(address) {
            *self.by_network.entry(network).or_default() += 1;
        }
        let place = Ordinary {
            address,
            idle: Some(Instant::now()),
            taken_back: taken_back.clone(),
        };
        self.ordinary.insert(number, place);
        Kind::Ordinary {
            number,
            address,
            taken_back,
        }
    }

    /// Takes back the place of a connection that nothing is asked on: of the address with the most, and of its the one that
    /// is idle longest. False when there is none of an address that has more than whoever wants one.
    fn take_back(&mut self, wanted_by: IpAddr) -> bool {
        let has = |address: &IpAddr| self.by_address.get(address).copied().unwrap_or_default();
        let idle = self.ordinary.iter().filter_map(|(number, place)| {
            let since = place.idle?;
            let many = has(&place.address);
            (many > has(&wanted_by) + 1).then_some((many, std::cmp::Reverse(since), *number))
        });
        let Some((_, _, number)) = idle.max() else { return false };
        if let Some(place) = self.ordinary.remove(&number) {
            place.taken_back.cancel();
            self.leaves(place.address);
        }
        true
    }

    fn leaves(&mut self, address: IpAddr) {
        one_less(&mut self.by_address, &address);
        for (network, _) in wider(address) {
            one_less(&mut self.by_network, &network);
        }
    }
}

impl Place {
    /// Whether it is a spare one.
    pub(super) fn is_spare(&self) -> bool {
        matches!(self.kind, Kind::Spare { .. })
    }

    /// The head of a request is there: the client may go on.
    pub(super) fn head_arrived(&self) {
        if !self.head_arrived.swap(true, Ordering::Relaxed)
            && let Kind::Spare { number, .. } = self.kind
        {
            self.shared.waits_no_more(number);
        }
    }

    /// Something is asked on the connection until this is dropped.
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        self.is_asked.store(true, Ordering::Relaxed);
        self.idle_since(None);
        Busy(self.clone())
    }

    /// The head of a request is there and its body is not: nothing is done for it yet that could not be asked for once more.
    /// Until this is dropped.
    pub(super) fn awaits_body(self: &Arc<Self>) -> Awaited {
        self.idle_since(Some(Instant::now()));
        Awaited(self.clone())
    }

    fn idle_since(&self, idle: Option<Instant>) {
        if let Kind::Ordinary { number, .. } = &self.kind
            && let Some(place) = self.shared.state().ordinary.get_mut(number)
        {
            place.idle = idle;
        }
    }

    #[cfg(test)]
    fn is_taken_back(&self) -> bool {
        matches!(&self.kind, Kind::Ordinary { taken_back, .. } if taken_back.is_cancelled())
    }

    /// Ends when the client has to go: no head came in time, or the place is needed.
    pub(super) async fn is_over(&self) {
        match &self.kind {
            Kind::Ordinary { taken_back, .. } => {
                let in_time = tokio::time::timeout(self.shared.head_time, taken_back.cancelled()).await;
                if in_time.is_err() && self.head_arrived.load(Ordering::Relaxed) {
                    taken_back.cancelled().await;
                }
                return;
            }
            Kind::Spare { taken_back, .. } => {
                let time = SPARE_HEAD_TIME.min(self.shared.head_time);
                // Whichever of the two it was.
                let _ = tokio::time::timeout(time, taken_back.cancelled()).await;
            }
        }
        if self.head_arrived.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match self.kind {
            Kind::Spare { number, .. } => self.shared.waits_no_more(number),
            Kind::Ordinary { number, address, .. } => {
                let mut state = self.shared.state();
                // It may have been taken back.
                if state.ordinary.remove(&number).is_some() {
                    state.leaves(address);
                }
            }
        }
    }
}

/// Held while something is asked on a connection, its answer included as far as it is made.
pub(super) struct Busy(Arc<Place>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.is_asked.store(false, Ordering::Relaxed);
        self.0.idle_since(Some(Instant::now()));
    }
}

/// Held while the body of a request is awaited.
pub(super) struct Awaited(Arc<Place>);

impl Drop for Awaited {
    fn drop(&mut self) {
        // A body may be dropped after the answer was made.
        if self.0.is_asked.load(Ordering::Relaxed) {
            self.0.idle_since(None);
        }
    }
}

fn one_less<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(open) = counts.get_mut(key) {
        *open -= 1;
        if *open == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests;
