//! The writes that are at work in this process, so that identical ones find each other in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use super::aloft::Aloft;
use super::delivery::{Delivery, Lost};
use crate::error::Error;
use crate::outcome::Outcome;

type Ended = Option<Arc<Result<Outcome<Value>, Error>>>;

/// By the digest of the call.
#[derive(Clone, Default)]
pub(crate) struct Flights {
    at_work: Arc<Mutex<HashMap<String, Flight>>>,
    /// Those that ended, until it is known what became of their answers.
    pub(super) aloft: Aloft,
}

struct Flight {
    ended: watch::Sender<Ended>,
    /// What becomes of the answers of all who share it.
    deliveries: Vec<Delivery>,
}

/// How a call comes to its answer.
pub(super) enum Boarded {
    /// It is the first and does the work.
    First(Lead),
    /// Another one is at work.
    Behind(watch::Receiver<Ended>),
}

/// The right and the duty to end a flight. Dropped without an end, whoever shares it finds out and tries itself.
pub(super) struct Lead {
    flights: Flights,
    digest: String,
    is_open: bool,
}

impl Flights {
    /// Joins the flight of this digest, or opens it.
    pub(super) fn board(&self, digest: &str, delivery: Delivery) -> Boarded {
        let mut flights = self.lock();
        if let Some(flight) = flights.get_mut(digest) {
            flight.deliveries.push(delivery);
            return Boarded::Behind(flight.ended.subscribe());
        }
        let flight = Flight {
            ended: watch::Sender::new(None),
            deliveries: vec![delivery],
        };
        flights.insert(digest.to_owned(), flight);
        Boarded::First(Lead {
            flights: self.clone(),
            digest: digest.to_owned(),
            is_open: true,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Flight>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A flight that nobody can join any more.
pub(super) struct Closed {
    ended: watch::Sender<Ended>,
    /// What becomes of the answers of all who share it.
    pub(super) deliveries: Vec<Delivery>,
}

impl Lead {
    /// Closes the flight: identical calls are new ones from here on.
    pub(super) fn close(mut self) -> Closed {
        self.is_open = false;
        // A lead's flight stays until its end; without one there would be nobody to tell.
        self.flights.lock().remove(&self.digest).map_or_else(
            || Closed {
                ended: watch::Sender::new(None),
                deliveries: Vec::new(),
            },
            |flight| Closed {
                ended: flight.ended,
                deliveries: flight.deliveries,
            },
        )
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        // Once it is closed, the digest may be another flight's.
        if self.is_open {
            self.flights.lock().remove(&self.digest);
        }
    }
}

impl Closed {
    /// Why the answer is lost, when it is already certain that nobody waits for it.
    pub(super) fn lost(&self) -> Option<Lost> {
        let lost: Option<Vec<Lost>> = self.deliveries.iter().map(Delivery::lost).collect();
        lost?.first().copied()
    }

    /// Waits until it is known what became of everybody's answer. Why they were lost when nobody has one.
    pub(super) async fn in_vain(self) -> Option<Lost> {
        let mut why = None;
        for delivery in self.deliveries {
            match delivery.settled().await {
                Ok(()) => return None,
                Err(lost) => why = why.or(Some(lost)),
            }
        }
        why
    }

    /// Gives the answer to all who share the flight.
    pub(super) fn tell(&self, outcome: &Result<Outcome<Value>, Error>) {
        if self.ended.receiver_count() > 0 {
            self.ended.send_replace(Some(Arc::new(outcome.clone())));
        }
    }
}
