//! Reads under way, each by the key that its answer will be kept under.
//!
//! The client shares requests while they are in flight. Between a reply and its keeping there may be work, such as reading
//! the store's settings for the names of folders; who came in between would ask again. So a read is shared until its answer
//! is kept. A key carries the generation of what it depends on: who comes after a write has ended has another key, and
//! never gets the answer of a read that began before.

use std::any::Any;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::key::Key;
use crate::error::Error;

/// What a read came to.
pub(super) type Answer = Result<Arc<dyn Any + Send + Sync>, Error>;

/// The reads of this process.
#[derive(Default)]
pub(super) struct Readings(Mutex<HashMap<Key, Reading>>);

struct Reading {
    readers: Arc<Readers>,
    answer: watch::Receiver<Option<Answer>>,
}

/// Those who wait for one answer.
#[derive(Default)]
struct Readers {
    waiting: Mutex<usize>,
    /// Cancelled when the last of them goes.
    all_gone: CancellationToken,
}

/// One of them; goes when dropped.
pub(super) struct Reader(Arc<Readers>);

/// What somebody who wants an answer has to do.
pub(super) enum Part<'a> {
    /// Read.
    Lead(Leader<'a>),
    /// Wait for whoever reads.
    Follow(Follower),
}

/// Who reads for all. When it is dropped without an answer, the others begin anew.
pub(super) struct Leader<'a> {
    readings: &'a Readings,
    key: Key,
    readers: Arc<Readers>,
    me: Option<Reader>,
    answer: watch::Sender<Option<Answer>>,
}

/// Who waits.
pub(super) struct Follower {
    _me: Reader,
    answer: watch::Receiver<Option<Answer>>,
}

impl Readings {
    /// Joins the read for `key`, or begins it.
    pub(super) fn join(&self, key: &Key) -> Part<'_> {
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match readings.entry(key.clone()) {
            Entry::Occupied(reading) if !reading.get().readers.all_gone.is_cancelled() => Part::Follow(Follower {
                _me: Reader::of(&reading.get().readers),
                answer: reading.get().answer.clone(),
            }),
            // Nobody waits for the one that is there, so it may be given up at any moment.
            entry => {
                let readers = Arc::new(Readers::default());
                let (answer, receiver) = watch::channel(None);
                let reading = Reading {
                    readers: readers.clone(),
                    answer: receiver,
                };
                entry.insert_entry(reading);
                Part::Lead(Leader {
                    readings: self,
                    key: key.clone(),
                    me: Some(Reader::of(&readers)),
                    readers,
                    answer,
                })
            }
        }
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Reader {
    fn of(readers: &Arc<Readers>) -> Self {
        *readers.waiting.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Self(readers.clone())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting -= 1;
        if *waiting == 0 {
            self.0.all_gone.cancel();
        }
    }
}

impl Leader<'_> {
    /// What says that nobody waits any more.
    pub(super) fn all_gone(&self) -> CancellationToken {
        self.readers.all_gone.clone()
    }

    /// Leads `read` to its end for the others, also when the leader's own caller has gone.
    pub(super) async fn lead<T>(&mut self, wanted: Option<&CancellationToken>, read: impl Future<Output = T>) -> T {
        let Some(wanted) = wanted else { return read.await };
        let mut read = std::pin::pin!(read);
        tokio::select! {
            biased;
            outcome = &mut read => outcome,
            () = wanted.cancelled() => {
                self.me = None;
                read.await
            }
        }
    }

    /// Tells the others. An answer has to be kept before, so that who comes now finds it.
    pub(super) fn tell(self, answer: Answer) {
        self.answer.send_replace(Some(answer));
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        let mut readings = self.readings.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(reading) = readings.entry(self.key.clone())
            && Arc::ptr_eq(&reading.get().readers, &self.readers)
        {
            reading.remove();
        }
    }
}

impl Follower {
    /// The answer; none when whoever read for all has ended without one.
    ///
    /// # Errors
    /// [`od_client::Error::Abandoned`] when `wanted` is cancelled before.
    pub(super) async fn wait(mut self, wanted: Option<&CancellationToken>) -> Result<Option<Answer>, Error> {
        let told = async {
            let told = self.answer.wait_for(Option::is_some).await.ok()?;
            told.clone()
        };
        match wanted {
            None => Ok(told.await),
            Some(wanted) => wanted
                .run_until_cancelled(told)
                .await
                .ok_or(Error::Upstream(od_client::Error::Abandoned)),
        }
    }
}
