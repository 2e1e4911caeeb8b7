//! What the engine could not do, whoever asked for it.

use std::time::Duration;

use od_engine::{Class, Error};

/// When it is not known.
const COME_AGAIN: Duration = Duration::from_secs(5);

/// When it may be asked for again.
pub fn wait(error: &Error) -> Duration {
    error.retry_after().unwrap_or(COME_AGAIN)
}

/// The code of a fault of ours, which the log is told of however many there are; none of too much at once.
pub fn code(error: &Error) -> Option<&'static str> {
    (error.class() == Class::Internal).then(|| error.code())
}
