//! Waiting for the turn to bring a copy further.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use super::super::Insight;
use crate::error::Error;
use crate::lock::{Held, Subject};
use crate::scope::Scope;
use crate::stores::OpenStore;

/// How often it is looked how far the one who has the turn has come.
const LOOK: Duration = Duration::from_secs(1);

impl Insight<'_> {
    /// Waits for the turn, and tells meanwhile how far whoever has it has filled the copy.
    ///
    /// # Errors
    /// As [`OpenStore::hold`].
    pub(super) async fn turn(&self, scope: &Scope, store: &OpenStore) -> Result<Held, Error> {
        let subject = Subject::Mirror {
            store_row: &store.row.id,
        };
        let mut turn = pin!(store.hold(self.0, subject));
        let Some(progress) = scope.progress() else {
            return turn.await;
        };
        let mirrors = self.0.inner.db.mirrors();
        loop {
            if let Ok(turn) = timeout(LOOK, &mut turn).await {
                return turn;
            }
            let row = mirrors.get(scope.tenant(), &store.row.id).await?;
            if let Some(row) = row.filter(|row| row.filled_at.is_none()) {
                let count = |orders: i64| orders.max(0).unsigned_abs();
                progress.tell(&store.name.store_name, count(row.reached), count(row.expected));
            }
        }
    }
}
