//! What is counted of the requests to Order Desk. Nothing of it names a store, a record or an address.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::error::{BusyCause, Error};
use crate::histogram::{Distribution, Histogram};
use crate::operation::Operation;

/// Statuses that are told by their number; others by their hundred.
const NUMBERS: [(u16, &str); 17] = [
    (200, "200"),
    (201, "201"),
    (202, "202"),
    (204, "204"),
    (400, "400"),
    (401, "401"),
    (403, "403"),
    (404, "404"),
    (405, "405"),
    (409, "409"),
    (412, "412"),
    (422, "422"),
    (429, "429"),
    (500, "500"),
    (502, "502"),
    (503, "503"),
    (504, "504"),
];
/// Every other way in which a request can end.
const OTHERS: [&str; 10] = [
    "1xx",
    "2xx",
    "3xx",
    "4xx",
    "5xx",
    "timeout",
    "network",
    "too_large",
    "undecodable",
    "other",
];
/// Told before they happen: what appears with its first event is no increase to whoever watches, and these ask for a person.
const WATCHED: [&str; 3] = ["401", "403", "429"];
const ENDS: usize = NUMBERS.len() + OTHERS.len();

/// The counts of one client.
#[derive(Debug)]
pub(crate) struct Meter {
    /// By operation and by how they ended.
    requests: Box<[[AtomicU64; ENDS]]>,
    seconds: Histogram,
    waits: Histogram,
    retries: AtomicU64,
    budget_refusals: AtomicU64,
    breaker_refusals: AtomicU64,
}

/// What was counted until now, and how things stand.
#[derive(Clone, Debug)]
pub struct Measures {
    /// Requests that were sent: the operation, the HTTP status or what kept an answer from coming, and how many. Refusals that
    /// are watched for are here from the start.
    pub requests: Vec<(&'static str, &'static str, u64)>,
    /// How long a request took, from its sending to the last byte of its answer.
    pub seconds: Distribution,
    /// How long requests waited for their store's tokens.
    pub waits: Distribution,
    /// Requests that were sent again after a failure.
    pub retries: u64,
    /// Calls refused because they would have waited too long for tokens.
    pub budget_refusals: u64,
    /// Calls refused because Order Desk had not been answering.
    pub breaker_refusals: u64,
    /// Tokens left to the store that has the fewest.
    pub fewest_tokens: f64,
    /// Calls that wait for tokens now.
    pub waiting: usize,
    /// Stores for which Order Desk is not asked now, because it has not been answering.
    pub open_breakers: usize,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            requests: (0..Operation::COUNT)
                .map(|_| std::array::from_fn(|_| AtomicU64::new(0)))
                .collect(),
            seconds: Histogram::of_durations(),
            waits: Histogram::of_durations(),
            retries: AtomicU64::new(0),
            budget_refusals: AtomicU64::new(0),
            breaker_refusals: AtomicU64::new(0),
        }
    }

    /// A request has ended: with this status, or with this error where no answer came.
    pub(crate) fn ended(&self, operation: Operation, end: Result<u16, &Error>, took: Duration) {
        self.requests[operation.place()][place(end)].fetch_add(1, Ordering::Relaxed);
        self.seconds.observe(took);
    }

    /// A call waited for tokens, in vain or not.
    pub(crate) fn waited(&self, time: Duration) {
        self.waits.observe(time);
    }

    /// A request is sent again.
    pub(crate) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// A call was refused without being sent.
    pub(crate) fn refused(&self, error: &Error) {
        match error {
            Error::Busy { cause, .. } => match cause {
                BusyCause::Budget => self.budget_refusals.fetch_add(1, Ordering::Relaxed),
                BusyCause::Breaker => self.breaker_refusals.fetch_add(1, Ordering::Relaxed),
            },
            _ => return,
        };
    }

    /// What was counted; how things stand is the lanes' to say.
    pub(crate) fn read(&self) -> Measures {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let requests = Operation::all().flat_map(|operation| {
            let ends = self.requests[operation.place()].iter().enumerate();
            ends.map(move |(place, counter)| (operation.name(), name(place), count(counter)))
        });
        Measures {
            requests: requests
                .filter(|(_, status, count)| *count > 0 || WATCHED.contains(status))
                .collect(),
            seconds: self.seconds.read(),
            waits: self.waits.read(),
            retries: count(&self.retries),
            budget_refusals: count(&self.budget_refusals),
            breaker_refusals: count(&self.breaker_refusals),
            fewest_tokens: 0.0,
            waiting: 0,
            open_breakers: 0,
        }
    }
}

/// Where an end is counted.
fn place(end: Result<u16, &Error>) -> usize {
    let named = match end {
        Ok(status) => {
            if let Some(place) = NUMBERS.iter().position(|(number, _)| *number == status) {
                return place;
            }
            match status {
                100..=199 => "1xx",
                200..=299 => "2xx",
                300..=399 => "3xx",
                400..=499 => "4xx",
                500..=599 => "5xx",
                _ => "other",
            }
        }
        Err(Error::Timeout { .. }) => "timeout",
        Err(Error::Network { .. }) => "network",
        Err(Error::TooLarge { .. }) => "too_large",
        Err(Error::Undecodable { .. }) => "undecodable",
        Err(_) => "other",
    };
    let place = OTHERS.iter().position(|other| *other == named);
    NUMBERS.len() + place.unwrap_or(OTHERS.len() - 1)
}

/// How an end is told.
pub(crate) fn told(end: Result<u16, &Error>) -> &'static str {
    name(place(end))
}

fn name(place: usize) -> &'static str {
    match NUMBERS.get(place) {
        Some((_, name)) => name,
        None => OTHERS[place - NUMBERS.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_that_are_watched_begin_at_nothing() {
        let requests = Meter::new().read().requests;
        assert!(requests.iter().all(|(.., count)| *count == 0));
        for status in ["401", "403", "429"] {
            let told = requests.iter().filter(|(_, told, _)| *told == status).count();
            assert_eq!(told, Operation::COUNT, "{status}");
        }
        assert!(requests.iter().all(|(_, status, _)| *status != "200"));
    }

    #[test]
    fn whatever_comes_back_has_one_of_a_few_names() {
        let check = |end: Result<u16, &Error>, expected| assert_eq!(told(end), expected);
        check(Ok(200), "200");
        check(Ok(429), "429");
        check(Ok(418), "4xx");
        check(Ok(599), "5xx");
        check(Ok(999), "other");
        check(Err(&Error::Timeout { sent: true }), "timeout");
        check(Err(&Error::TooLarge { limit: 1 }), "too_large");
        check(Err(&Error::Abandoned), "other");
    }
}
