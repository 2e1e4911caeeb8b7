//! What the database could not take for a moment is told to it again until it does.

use std::time::{Duration, Instant};

use crate::engine::Inner;
use crate::error::{Error, is_transient};

/// How long is waited between two attempts.
const AGAIN: Duration = Duration::from_secs(1);

impl Inner {
    /// Waits until something that failed with `error` should be stored again: each second while the database is away, up to `until`, and
    /// a last time when the process ends. False when it should not.
    pub(crate) async fn should_store_again(&self, error: &Error, until: Instant) -> bool {
        let may_pass = matches!(error, Error::Storage(error) if is_transient(error));
        if !may_pass || self.stop.is_cancelled() || Instant::now() >= until {
            return false;
        }
        let _ = self.stop.run_until_cancelled(tokio::time::sleep(AGAIN)).await;
        true
    }
}
