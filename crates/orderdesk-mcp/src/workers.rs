//! The runtime, with as many workers as the machine has processors, or as `TOKIO_WORKER_THREADS` says: a setting of the runtime's
//! own, which it would answer with a panic when it is wrong.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

use crate::cli::Failure;

const SETTING: &str = "TOKIO_WORKER_THREADS";
/// More than any machine has use for.
const MOST: usize = 1024;

/// # Errors
/// A wrong `TOKIO_WORKER_THREADS`, and what the system refuses.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let mut builder = Builder::new_multi_thread();
    #[expect(
        clippy::disallowed_methods,
        reason = "needed before there is anything that settings are read by"
    )]
    let given = std::env::var_os(SETTING);
    let workers = match given.filter(|given| !given.is_empty()) {
        Some(given) => workers(&given.to_string_lossy())?,
        None => available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    // Given each time: the library would read the variable itself.
    builder.worker_threads(workers.get());
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("the runtime does not start: {error}")))
}

fn workers(given: &str) -> Result<NonZeroUsize, Failure> {
    let number = given.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MOST);
    number.ok_or_else(|| {
        Failure::usage(format!(
            "{SETTING} must be a whole number from 1 to {MOST}: how many processors the program works on"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::workers;

    #[test]
    fn a_number_of_workers_is_taken_and_anything_else_is_told() {
        assert_eq!(workers("3").map(usize::from).ok(), Some(3));
        for wrong in ["0", "-1", "two", "1.5", " ", "1025"] {
            let failure = workers(wrong)
                .err()
                .map(|failure| (failure.code(), failure.to_string()));
            assert!(
                matches!(&failure, Some((2, text)) if text.contains("TOKIO_WORKER_THREADS must be a whole number from 1 to 1024")),
                "{wrong}: {failure:?}"
            );
        }
    }
}
