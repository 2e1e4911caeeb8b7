//! Answers to writes that could not be given, and identical writes that are at work at the same time.
//!
//! A client that gives up after five seconds has its model call again. Were the write done again, the order would have
//! its new line twice. So a write is known by its credential, tool and arguments from its beginning until its answer is
//! given: an identical call that comes meanwhile waits for that answer. An answer that nobody could be given is kept,
//! sealed with the tenant's data key, for [`KEPT`], and given to the next identical call. An answer that was given ends
//! the matter: the same call again is a new one.
//!
//! Another write on the same record that began later and was done ends the keeping too: after it, the first call again
//! means a new wish, and to set a value once more does no harm. What adds something stays kept: twice would be two.
//!
//! In this process identical calls find each other in memory (`flights`); those of other processes find a row in the
//! database. The row is taken away *before* the answer is given, so that nobody who calls again because of the answer
//! can meet it, unless the database is away in that moment: then it goes as soon as it is back.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use od_db::{AnswerRow, FoundAnswer, SealedColumns};
use od_vault::Place;
use secrecy::ExposeSecret;
use serde_json::Value;
use uuid::Uuid;

use crate::calls::Work;
use crate::clock::millis;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::roots::{DigestOf, Lasting};
use crate::scope::{Scope, TenantId};
use crate::sealed::{IntoColumns as _, IntoSealed as _};
use crate::stores::Purpose;

mod aloft;
mod delivery;
mod elsewhere;
mod ending;
mod flights;
mod kept;
mod records;
mod write;

pub use delivery::{Delivery, Lost, Receipt};
use flights::Boarded;
pub(crate) use flights::Flights;
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
                        && !is_about_consent(outcome)
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
            adds: write.adds,
            id: Uuid::now_v7().to_string(),
        };
        let mut ended = match call.begin(write.repeatable).await? {
            Begun::New(since) => Ended {
                outcome: call.while_renewed(work).await,
                kept_until: None,
                since,
            },
            Begun::Answered { outcome, until, since } => Ended {
                outcome,
                kept_until: Some(until),
                since,
            },
            Begun::Shared { outcome, row, found_at } => {
                let flight = lead.close();
                flight.tell(&outcome);
                self.inner.work.spawn(call.watch_shared(flight, row, found_at));
                return outcome;
            }
        };
        // What was altered is told of once, by the call that altered it, and not kept here.
        let altered = match &mut ended.outcome {
            Ok(outcome) => std::mem::take(&mut outcome.altered),
            Err(_) => Vec::new(),
        };
        let outcome = ended.outcome.clone().map(|outcome| outcome.having_altered(altered));
        // Nobody is answered before the end is recorded. Until then an identical call is one that comes meanwhile.
        match scope.call() {
            Some(record) => record.lands_with(Box::new(move |recorded| {
                Box::pin(async move {
                    call.while_renewed(recorded).await;
                    call.end(lead.close(), ended).await;
                })
            })),
            None => call.end(lead.close(), ended).await,
        }
        outcome
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
        let lasting = &self.inner.lasting;
        let tenant = scope.tenant().as_str().as_bytes();
        let records = records::of(write, &arguments)
            .into_iter()
            .map(|record| record_digest(lasting, scope.tenant(), &store, &record))
            .collect::<Vec<_>>()
            .join(" ");
        let mut arguments = Value::Object(arguments);
        records::plain(&mut arguments);
        // Whoever repeats a call may write its members in another order.
        arguments.sort_all_objects();
        let digest = lasting.digest(
            DigestOf::IdenticalCall,
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

/// What a record that is written is known by.
fn record_digest(lasting: &Lasting, tenant: &TenantId, store: &str, record: &str) -> String {
    let parts = [tenant.as_str().as_bytes(), store.as_bytes(), record.as_bytes()];
    lasting.digest(DigestOf::ChangedRecord, &parts)
}

/// What a call is known by.
struct Known {
    /// Of everything that identical calls have in common.
    digest: String,
    /// Of each record it names.
    records: String,
}

/// Whether an answer is only about whether a person agrees: to whoever shares it the person may have said something else.
fn is_about_consent(outcome: &Result<Outcome<Value>, Error>) -> bool {
    matches!(
        outcome,
        Err(Error::ConfirmationRequired { .. } | Error::Declined { .. } | Error::NobodyAnswered(_))
    )
}

/// A call that is the only one of its kind in this process.
struct ThisCall {
    engine: Engine,
    scope: Scope,
    digest: String,
    records: String,
    adds: bool,
    id: String,
}

/// How a call begins.
enum Begun {
    /// It does the work.
    New(Since),
    /// There is an answer already, and it is this call's alone. Kept until then, should it be lost again.
    Answered {
        outcome: Result<Outcome<Value>, Error>,
        until: i64,
        since: Since,
    },
    /// Another process did the work meanwhile, and left the answer in this row.
    Shared {
        outcome: Result<Outcome<Value>, Error>,
        row: String,
        found_at: i64,
    },
}

/// When a call had its row, by the database's clock, in milliseconds since the epoch.
#[derive(Clone, Copy)]
struct Since {
    began: i64,
    instant: Instant,
}

impl Since {
    fn new(began: i64) -> Self {
        let instant = Instant::now();
        Self { began, instant }
    }

    /// The database's time now.
    fn now(self) -> i64 {
        self.began.saturating_add(millis(self.instant.elapsed()))
    }
}

/// What a call came to.
struct Ended {
    outcome: Result<Outcome<Value>, Error>,
    /// When the outcome was kept already: until when.
    kept_until: Option<i64>,
    since: Since,
}

impl ThisCall {
    /// The records whose other writes end the keeping.
    fn ended_by(&self) -> String {
        if self.adds { String::new() } else { self.records.clone() }
    }

    fn row(&self, result: SealedColumns, until: i64) -> AnswerRow {
        AnswerRow {
            id: self.id.clone(),
            tenant_id: self.scope.tenant().clone(),
            credential_id: self.scope.identity().credential().to_owned(),
            digest: self.digest.clone(),
            records: self.ended_by(),
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
            // Whoever waits only looks.
            if waits_for.is_none()
                && let Some(began) = rows
                    .begin(tenant, &self.row(SealedColumns::default(), 0), millis(LEASE))
                    .await?
            {
                return Ok(Begun::New(Since::new(began)));
            }
            let Some(FoundAnswer { row, found_at }) = rows
                .find(tenant, self.scope.identity().credential(), &self.digest)
                .await?
            else {
                waits_for = None;
                continue;
            };
            let is_over = row.expires_at <= found_at;
            if row.is_at_work() && !is_over {
                if waits_for.as_deref() == Some(row.id.as_str()) || rows.want(tenant, &row.id).await? {
                    waits_for = Some(row.id);
                    tokio::time::sleep(pause.mul_f64(0.5 + rand::random::<f64>())).await;
                    pause = (pause * 2).min(LOOK.1);
                }
                continue;
            }
            if row.shared > 0 && waits_for.as_deref() == Some(row.id.as_str()) {
                let outcome = self.open(&row).and_then(Kept::share);
                let row = row.id;
                return Ok(Begun::Shared { outcome, row, found_at });
            }
            // Whoever takes it over has it alone.
            let Some(began) = rows.take_over(tenant, &row, &self.id, millis(LEASE)).await? else {
                continue;
            };
            let since = Since::new(began);
            if row.is_at_work() {
                return Ok(if repeatable {
                    Begun::New(since)
                } else {
                    Begun::Answered {
                        outcome: Err(kept::died()),
                        until: began + millis(KEPT),
                        since,
                    }
                });
            }
            if is_over || row.shared > 0 {
                return Ok(Begun::New(since));
            }
            let until = row.expires_at;
            // It has been kept since it was done.
            let seconds = (found_at - until + millis(KEPT)) / 1000;
            return Ok(Begun::Answered {
                outcome: self.open(&row).and_then(|kept| kept.give(seconds)),
                until,
                since,
            });
        }
    }

    /// Does something, and tells other processes meanwhile that the call goes on.
    async fn while_renewed<T>(&self, work: impl Future<Output = T>) -> T {
        let renewals = async {
            loop {
                tokio::time::sleep(RENEW).await;
                let rows = self.engine.inner.db.answers();
                match rows.renew(self.scope.tenant(), &self.id, millis(LEASE)).await {
                    Ok(true) => {}
                    Ok(false) => {
                        // It was too late once. Whoever took it over has it; what was begun here goes on to its end.
                        tracing::warn!("the note of a write at work was taken over or removed");
                        return std::future::pending::<Infallible>().await;
                    }
                    Err(error) => tracing::warn!(%error, "the note of a write at work could not be renewed"),
                }
            }
        };
        tokio::select! {
            done = work => done,
            never = renewals => match never {},
        }
    }

    fn seal(&self, kept: &Kept) -> SealedColumns {
        // A JSON value always serialises: its keys are strings.
        let plain = serde_json::to_vec(kept).unwrap_or_default();
        // Nobody has an answer without the key to what it is about.
        let data_key = self.scope.identity().data_key();
        data_key.map_or_else(
            |_| SealedColumns::default(),
            |key| key.seal(&self.place(&self.id), &plain).into_columns(),
        )
    }

    fn open(&self, row: &AnswerRow) -> Result<Kept, Error> {
        let unreadable = || Error::Internal("a kept answer cannot be read");
        let sealed = row.result.clone().into_sealed();
        let data_key = self.scope.identity().data_key()?;
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
