use proptest::prelude::*;

use super::*;
use crate::error::{BusyCause, NetworkFault};

const POLICY: Policy = Policy {
    max_retries: 3,
    backoff: Duration::from_millis(500),
    max_wait: Duration::from_secs(30),
};

const METHODS: [Method; 4] = [Method::Get, Method::Post, Method::Put, Method::Delete];

fn attempt(method: Method, retries: u32) -> Attempt {
    Attempt {
        method,
        retries,
        waited: Duration::ZERO,
        jitter: 1.0,
    }
}

fn check(method: Method, retries: u32, error: &Error, expected: Decision) {
    assert_eq!(
        decide(&POLICY, &attempt(method, retries), error),
        expected,
        "{method:?} {retries} {error:?}"
    );
}

fn network(sent: bool) -> Error {
    Error::Network {
        sent,
        fault: NetworkFault::Connect,
    }
}

fn server(status: u16) -> Error {
    Error::Server {
        status,
        excerpt: String::new(),
    }
}

fn limited(seconds: u64) -> Error {
    Error::RateLimited {
        retry_after: Duration::from_secs(seconds),
    }
}

#[test]
fn a_refusal_is_waited_out_by_every_method_and_not_counted() {
    for method in METHODS {
        check(method, 0, &limited(2), Decision::Queue);
        check(method, 99, &limited(30), Decision::Queue);
        check(method, 0, &limited(31), Decision::GiveUp);
    }
    let late = Attempt {
        waited: Duration::from_secs(29),
        ..attempt(Method::Get, 0)
    };
    assert_eq!(decide(&POLICY, &late, &limited(1)), Decision::Queue);
    assert_eq!(decide(&POLICY, &late, &limited(2)), Decision::GiveUp);
}

#[test]
fn what_never_left_is_repeated_by_every_method() {
    for method in METHODS {
        for error in [network(false), Error::Timeout { sent: false }] {
            check(method, 0, &error, Decision::Repeat(Duration::from_millis(500)));
            check(method, 1, &error, Decision::Repeat(Duration::from_secs(1)));
            check(method, 2, &error, Decision::Repeat(Duration::from_secs(2)));
            check(method, 3, &error, Decision::GiveUp);
        }
    }
}

#[test]
fn what_may_have_been_executed_is_repeated_by_reads_only() {
    for error in [network(true), Error::Timeout { sent: true }, server(500), server(503)] {
        check(Method::Get, 0, &error, Decision::Repeat(Duration::from_millis(500)));
        check(Method::Get, 3, &error, Decision::GiveUp);
        for method in [Method::Post, Method::Put, Method::Delete] {
            check(method, 0, &error, Decision::GiveUp);
        }
    }
}

#[test]
fn an_answer_is_final() {
    let answers = [
        Error::Unauthorized,
        Error::NotFound,
        Error::Rejected {
            status: 400,
            message: String::new(),
            errors: None,
        },
        Error::Conflict {
            status: 409,
            message: String::new(),
        },
        Error::TooLarge { limit: 1 },
        Error::Undecodable { excerpt: String::new() },
        Error::InvalidArgument(String::new()),
        Error::Busy {
            retry_after: Duration::ZERO,
            cause: BusyCause::Budget,
        },
    ];
    for error in answers {
        for method in METHODS {
            check(method, 0, &error, Decision::GiveUp);
        }
    }
}

proptest! {
    #[test]
    fn pauses_stay_between_half_and_the_cap(retries in 0_u32..200, jitter in -1.0_f64..2.0) {
        let policy = Policy { max_retries: 200, ..POLICY };
        let attempt = Attempt { jitter, ..attempt(Method::Get, retries) };
        let Decision::Repeat(pause) = decide(&policy, &attempt, &server(500)) else {
            return Err(TestCaseError::fail("a read is repeated after a 500"));
        };
        prop_assert!(pause >= POLICY.backoff / 2 && pause <= LONGEST_PAUSE);
    }
}
