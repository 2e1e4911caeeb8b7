//! How a write that is known by its call ends: its row goes, or holds the answer for those who need it.

use std::sync::Arc;

use super::aloft::Watched;
use super::flights::Closed;
use super::kept::Kept;
use super::{Ended, KEPT, RENEW, SHARED, Since, ThisCall};
use crate::clock::millis;
use crate::error::Error;

impl ThisCall {
    /// Ends the call: its row is gone, or holds the answer for those who need it, before anybody is told.
    pub(super) async fn end(self, flight: Closed, ended: Ended) {
        let Ended {
            outcome,
            kept_until,
            since,
        } = ended;
        let until = kept_until.unwrap_or_else(|| since.now().saturating_add(millis(KEPT)));
        let kept = Kept::of(&outcome);
        // Only what was done, or may have been, makes other answers about the record a thing of the past; a question does not.
        // Nor does it those that were given while this one was at work: nobody knows which of the two was first.
        if kept.is_some() && kept_until.is_none() {
            let aloft = &self.engine.inner.flights.aloft;
            aloft.overtake(&self.digest, &self.records, since.began);
            let before = since.began.saturating_add(millis(KEPT));
            let rows = self.engine.inner.db.answers();
            if let Err(error) = rows
                .overtake(self.scope.tenant(), &self.digest, &self.records, before)
                .await
            {
                tracing::warn!(%error, "answers that were overtaken by a write could not be removed");
            }
        }
        let left = self.leave(&flight, kept.as_ref(), until).await;
        let aloft = &self.engine.inner.flights.aloft;
        let watched = aloft.watch(&self.digest, self.ended_by(), until.saturating_sub(millis(KEPT)));
        flight.tell(&outcome);
        let work = &self.engine.inner.work.clone();
        match (left, kept) {
            (Ok(Left::Nothing), Some(kept)) => {
                work.spawn(self.keep_if_in_vain(flight, watched, kept, until));
            }
            (Ok(Left::Shared), _) => {
                let row = self.id.clone();
                work.spawn(self.watch_shared(flight, row, since.now()));
            }
            (Ok(Left::Nothing | Left::Kept), _) => {}
            // The write is done, and what it answers is no less true.
            (Err(error), kept) => {
                tracing::warn!(%error, "the note of a write at work could not be taken away");
                work.spawn(self.leave_later(flight, watched, kept, until));
            }
        }
    }

    /// Leaves what is to be left as soon as the database takes it. Otherwise the next identical call would be told that nobody
    /// knows what became of this one.
    async fn leave_later(self, flight: Closed, watched: Arc<Watched>, kept: Option<Kept>, until: i64) {
        let since = Since::new(until.saturating_sub(millis(KEPT)));
        while since.now() < until && !self.engine.inner.work.is_closed() {
            tokio::time::sleep(RENEW).await;
            // What a later write made a thing of the past is kept for nobody.
            let kept = kept.as_ref().filter(|_| !watched.is_past());
            match (self.leave(&flight, kept, until).await, kept.cloned()) {
                (Ok(Left::Nothing), Some(kept)) => return self.keep_if_in_vain(flight, watched, kept, until).await,
                (Ok(Left::Shared), _) => {
                    let row = self.id.clone();
                    return self.watch_shared(flight, row, since.now()).await;
                }
                (Ok(Left::Nothing | Left::Kept), _) => return,
                (Err(error), _) => tracing::debug!(%error, "the note of a write still cannot be taken away"),
            }
        }
    }

    async fn leave(&self, flight: &Closed, kept: Option<&Kept>, until: i64) -> Result<Left, Error> {
        let rows = self.engine.inner.db.answers();
        let tenant = self.scope.tenant();
        let Some(kept) = kept else {
            rows.end(tenant, &self.id, true).await?;
            return Ok(Left::Nothing);
        };
        if let Some(lost) = flight.lost() {
            let sealed = self.seal(&kept.clone().lost(lost));
            let kept = rows.keep(tenant, &self.id, &sealed, false, until).await?;
            // Where the row is gone, an earlier try took it away, and nobody could say so.
            return Ok(if kept { Left::Kept } else { Left::Nothing });
        }
        if rows.end(tenant, &self.id, false).await? {
            return Ok(Left::Nothing);
        }
        let shared = rows.keep(tenant, &self.id, &self.seal(kept), true, until).await?;
        Ok(if shared { Left::Shared } else { Left::Nothing })
    }

    /// Waits for what becomes of the answer, and keeps it when nobody was given it and no later write made it a thing of the
    /// past.
    async fn keep_if_in_vain(self, flight: Closed, watched: Arc<Watched>, kept: Kept, until: i64) {
        let Some(lost) = flight.in_vain().await else { return };
        if watched.is_past() {
            return;
        }
        let row = self.row(self.seal(&kept.lost(lost)), until);
        // Where an identical call is at work by now, that one's answer counts.
        if let Err(error) = self.engine.inner.db.answers().put(self.scope.tenant(), &row).await {
            tracing::warn!(%error, "an answer that could not be given could not be kept either");
        }
    }

    /// Waits for what becomes of an answer here that other processes have as well, and tells it in their row.
    pub(super) async fn watch_shared(self, flight: Closed, row: String, now: i64) {
        let (rows, tenant) = (self.engine.inner.db.answers(), self.scope.tenant());
        let since = Since::new(now);
        let told = if flight.in_vain().await.is_some() {
            rows.lost(tenant, &row).await
        } else {
            let until = since.now().saturating_add(millis(SHARED));
            rows.given(tenant, &row, until).await
        };
        if let Err(error) = told {
            tracing::warn!(%error, "what became of an answer that several processes have could not be noted");
        }
    }
}

/// What a call that ended left in the database.
enum Left {
    Nothing,
    /// Its answer, for whoever repeats it.
    Kept,
    /// Its answer, for those who waited.
    Shared,
}
