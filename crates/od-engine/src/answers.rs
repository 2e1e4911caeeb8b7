//! Answers to writes that could not be given, and identical writes that are at work at the same time.
//!
//! A client that gives up after five seconds has its model call again. Were the write done again, the order would have
//! its new line twice. So a write is known by its credential, tool and arguments from its beginning until its answer is
//! given: an identical call that comes meanwhile waits for that answer. An answer that nobody could be given is kept,
//! sealed with the tenant's data key, for [`KEPT`], and given to the next identical call. An answer that was given ends
//! the matter: the same call again is a new one.
//!
//! In this process identical calls find each other in memory (`flights`); those of other processes find a row in the
//! database. The row is taken away *before* the answer is given, so that nobody who calls again because of the answer
//! can meet it.

use std::time::Duration;

use od_db::{AnswerRow, SealedColumns};
use od_vault::Place;
use secrecy::ExposeSecret;
use serde_json::Value;
use uuid::Uuid;

use crate::calls::Work;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::sealed::{IntoColumns as _, IntoSealed as _};
use crate::stores::Purpose;

mod delivery;
mod flights;
mod kept;
mod records;
mod write;

pub use delivery::{Delivery, Lost, Receipt};
pub(crate) use flights::Flights;
use flights::{Boarded, Closed};
use kept::Kept;
pub use write::Write;

/// How long an answer is kept that could not be given.
pub(crate) const KEPT: Duration = Duration::from_mins(10);
/// How long an answer that was given stays for the calls of other processes that waited for it.
const SHARED: Duration = Duration::from_secs(5);
/// How long the row of a write counts without being renewed: identical calls wait no longer for a process that was killed.
const LEASE: Duration = Duration::from_secs(4);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(1);
/// First and longest pause between two looks at another process's write.
const LOOK: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(250));

impl Engine {
    /// Does a write that is in order, unless an identical call is at work or left an answer that nobody was given.
    ///
    /// To be called within the work of [`Engine::call`], which charges, records, and does not end with its caller.
    ///
    /// # Errors
    /// Those of the work; [`Error::Uncertain`] when an identical call's process was lost at work; [`Error::Storage`]
    /// without having begun.
    pub async fn once(
        &self,
        scope: &Scope,
        write: Write<'_>,
        work: Work<Outcome<Value>>,
    ) -> Result<Outcome<Value>, Error> {
        let Known { digest, records } = self.known_by(scope, &write).await;
        let lead = loop {
            match self.inner.flights.board(&digest, scope.delivery()) {
                Boarded::First(lead) => break lead,
                Boarded::Behind(mut ended) => {
                    // When the one in front is lost, this one tries itself.
                    if let Ok(told) = ended.wait_for(Option::is_some).await
                        && let Some(outcome) = told.as_deref()
                        // The one in front only asked a person; this one may have the answer.
                        && !matches!(outcome, Err(Error::ConfirmationRequired { .. }))
                    {
                        return kept::shared(outcome.clone());
                    }
                }
            }
        };
        let call = ThisCall {
            engine: self.clone(),
            scope: scope.clone(),
            digest,
            records,
            id: Uuid::now_v7().to_string(),
        };
        let (outcome, kept_until) = match call.begin(write.repeatable).await? {
            Begun::New => (call.while_renewed(work).await, None),
            Begun::Answered { outcome, until } => (outcome, Some(until)),
            Begun::Shared(outcome) => {
                lead.close().tell(&outcome);
                return outcome;
            }
        };
        call.end(lead.close(), outcome, kept_until).await
    }

    /// What identical calls have in common. The store counts as what its name stands for now. How a person was asked, and
    /// defaults that are spelled out, do not count: a client that repeats a call need not repeat those.
    async fn known_by(&self, scope: &Scope, write: &Write<'_>) -> Known {
        let mut arguments = write.arguments.clone();
        arguments.remove("confirm");
        if arguments.get("dry_run") == Some(&Value::Bool(false)) {
            arguments.remove("dry_run");
        }
        let mut store = String::new();
        if write.in_store {
            let named = write.arguments.get("store").and_then(Value::as_str);
            // One that cannot be told now stays as it is spelled; why, is the work's to tell.
            if let Ok(row) = self.stores().select(scope, named, Purpose::Read).await {
                arguments.remove("store");
                store.clone_from(&row.id);
            }
        }
        let root = &self.inner.root;
        let tenant = scope.tenant().as_str().as_bytes();
        let records = records::of(write, &arguments)
            .into_iter()
            .map(|record| root.fingerprint("changed record", &[tenant, store.as_bytes(), record.as_bytes()]))
            .collect::<Vec<_>>()
            .join(" ");
        let mut arguments = Value::Object(arguments);
        records::plain(&mut arguments);
        // Whoever repeats a call may write its members in another order.
        arguments.sort_all_objects();
        let digest = root.fingerprint(
            "identical call",
            &[
                tenant,
                scope.identity().credential().as_bytes(),
                write.tool.as_bytes(),
                store.as_bytes(),
                arguments.to_string().as_bytes(),
            ],
        );
        Known { digest, records }
    }
}

/// What a call is known by.
struct Known {
    /// Of everything that identical calls have in common.
    digest: String,
    /// Of each record it names.
    records: String,
}

/// A call that is the only one of its kind in this process.
struct ThisCall {
    engine: Engine,
    scope: Scope,
    digest: String,
    records: String,
    id: String,
}

/// How a call begins.
enum Begun {
    /// It does the work.
    New,
    /// There is an answer already, and it is this call's alone. Kept until then, should it be lost again.
    Answered {
        outcome: Result<Outcome<Value>, Error>,
        until: i64,
    },
    /// Another process did the work meanwhile.
    Shared(Result<Outcome<Value>, Error>),
}

impl ThisCall {
    fn now(&self) -> i64 {
        self.engine.inner.clock.now_millis()
    }

    fn row(&self, result: SealedColumns, until: i64) -> AnswerRow {
        AnswerRow {
            id: self.id.clone(),
            tenant_id: self.scope.tenant().clone(),
            credential_id: self.scope.identity().credential().to_owned(),
            digest: self.digest.clone(),
            records: self.records.clone(),
            result,
            wanted: 0,
            shared: 0,
            expires_at: until,
        }
    }

    /// Takes the row, or waits for whoever has it.
    async fn begin(&self, repeatable: bool) -> Result<Begun, Error> {
        let rows = self.engine.inner.db.answers();
        let tenant = self.scope.tenant();
        let mut waits_for: Option<String> = None;
        let mut pause = LOOK.0;
        loop {
            let now = self.now();
            let lease_end = now + millis(LEASE);
            // Whoever waits only looks.
            if waits_for.is_none()
                && rows
                    .begin(tenant, &self.row(SealedColumns::default(), lease_end))
                    .await?
            {
                return Ok(Begun::New);
            }
            let Some(row) = rows
                .find(tenant, self.scope.identity().credential(), &self.digest)
                .await?
            else {
                waits_for = None;
                continue;
            };
            let is_over = row.expires_at <= now;
            if row.is_at_work() && !is_over {
                if waits_for.as_deref() == Some(row.id.as_str()) || rows.want(tenant, &row.id).await? {
                    waits_for = Some(row.id);
                    tokio::time::sleep(pause.mul_f64(0.5 + rand::random::<f64>())).await;
                    pause = (pause * 2).min(LOOK.1);
                }
                continue;
            }
            if row.shared > 0 && waits_for.as_deref() == Some(row.id.as_str()) {
                return Ok(Begun::Shared(self.open(&row)?.give(now)));
            }
            // Whoever takes it over has it alone.
            if !rows.take_over(tenant, &row, &self.id, lease_end).await? {
                continue;
            }
            if row.is_at_work() {
                return Ok(if repeatable {
                    Begun::New
                } else {
                    let outcome = Err(kept::died());
                    Begun::Answered {
                        outcome,
                        until: now + millis(KEPT),
                    }
                });
            }
            if is_over || row.shared > 0 {
                return Ok(Begun::New);
            }
            let until = row.expires_at;
            return Ok(match self.open(&row) {
                Ok(kept) => Begun::Answered {
                    outcome: kept.give(now),
                    until,
                },
                Err(error) => Begun::Answered {
                    outcome: Err(error),
                    until,
                },
            });
        }
    }

    /// Does the work, and tells other processes meanwhile that it goes on.
    async fn while_renewed(&self, work: Work<Outcome<Value>>) -> Result<Outcome<Value>, Error> {
        let renewals = async {
            loop {
                tokio::time::sleep(RENEW).await;
                let until = self.now() + millis(LEASE);
                let rows = self.engine.inner.db.answers();
                if let Err(error) = rows.renew(self.scope.tenant(), &self.id, until).await {
                    tracing::warn!(%error, "the note of a write at work could not be renewed");
                }
            }
        };
        tokio::select! {
            outcome = work => outcome,
            () = renewals => Err(Error::Internal("a write's renewals ended before it")),
        }
    }

    /// Ends the call: its row is gone, or holds the answer for those who need it, before anybody is told.
    async fn end(
        self,
        flight: Closed,
        outcome: Result<Outcome<Value>, Error>,
        kept_until: Option<i64>,
    ) -> Result<Outcome<Value>, Error> {
        let now = self.now();
        let until = kept_until.unwrap_or(now + millis(KEPT));
        let kept = Kept::of(&outcome, now);
        // Only what was done, or may have been, makes other answers about the record a thing of the past; a question does not.
        if kept.is_some() && kept_until.is_none() {
            let row = self.row(SealedColumns::default(), until);
            if let Err(error) = self.engine.inner.db.answers().overtake(self.scope.tenant(), &row).await {
                tracing::warn!(%error, "answers that were overtaken by a write could not be removed");
            }
        }
        let ended = self.leave(&flight, kept.as_ref(), now, until).await;
        flight.tell(&outcome);
        match (ended, kept) {
            (Ok(Left::Nothing), Some(kept)) => {
                let engine = self.engine.clone();
                engine.inner.work.spawn(self.keep_if_in_vain(flight, kept, until));
            }
            (Ok(_), _) => {}
            // It ends by itself in a moment. The write is done, and what it answers is no less true.
            (Err(error), _) => tracing::warn!(%error, "the note of a write at work could not be taken away"),
        }
        outcome
    }

    async fn leave(&self, flight: &Closed, kept: Option<&Kept>, now: i64, until: i64) -> Result<Left, Error> {
        let rows = self.engine.inner.db.answers();
        let tenant = self.scope.tenant();
        let Some(kept) = kept else {
            rows.end(tenant, &self.id, true).await?;
            return Ok(Left::Nothing);
        };
        if let Some(lost) = flight.lost() {
            let sealed = self.seal(&kept.clone().lost(lost));
            rows.keep(tenant, &self.id, &sealed, false, until).await?;
            return Ok(Left::Answer);
        }
        if rows.end(tenant, &self.id, false).await? {
            return Ok(Left::Nothing);
        }
        let shared = rows
            .keep(tenant, &self.id, &self.seal(kept), true, now + millis(SHARED))
            .await?;
        Ok(if shared { Left::Answer } else { Left::Nothing })
    }

    /// Waits for what becomes of the answer, and keeps it when nobody was given it.
    async fn keep_if_in_vain(self, flight: Closed, kept: Kept, until: i64) {
        let Some(lost) = flight.in_vain().await else { return };
        let row = self.row(self.seal(&kept.lost(lost)), until);
        // Where an identical call is at work by now, that one's answer counts.
        if let Err(error) = self.engine.inner.db.answers().begin(self.scope.tenant(), &row).await {
            tracing::warn!(%error, "an answer that could not be given could not be kept either");
        }
    }

    fn seal(&self, kept: &Kept) -> SealedColumns {
        // A JSON value always serialises: its keys are strings.
        let plain = serde_json::to_vec(kept).unwrap_or_default();
        let data_key = self.scope.identity().data_key();
        data_key.seal(&self.place(&self.id), &plain).into_columns()
    }

    fn open(&self, row: &AnswerRow) -> Result<Kept, Error> {
        let unreadable = || Error::Internal("a kept answer cannot be read");
        let sealed = row.result.clone().into_sealed();
        let data_key = self.scope.identity().data_key();
        let plain = data_key.open(&self.place(&row.id), &sealed).map_err(|_| unreadable())?;
        serde_json::from_slice(plain.expose_secret()).map_err(|_| unreadable())
    }

    fn place<'p>(&'p self, row_id: &'p str) -> Place<'p> {
        Place {
            tenant: self.scope.tenant().as_str(),
            row: row_id,
            field: "answer",
        }
    }
}

/// What a call that ended left in the database.
enum Left {
    Nothing,
    /// Its answer, for others.
    Answer,
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
