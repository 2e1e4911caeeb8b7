//! The one choke point: every tool call and administrative act, allowed or refused, passes here once.
//!
//! It charges the tenant's limit, runs the work where a hang-up of the caller cannot cut it, and records the outcome.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use od_db::AuditEntry;
use serde_json::Value;
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use crate::audit::{Keep, NotWritten};
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::limits::{AddressLimiter, Limiter};
use crate::outcome::Outcome;
use crate::replicas::SharedLimit;
use crate::scope::{ClientInfo, RequestId, Scope, Source, TenantId};
use crate::standing;

mod access;
mod record;
mod refusals;
mod refused;
#[cfg(test)]
mod tests;
mod under_way;

pub(crate) use refusals::RefusedCalls;
pub use under_way::Call;
pub(crate) use under_way::{Asker, Record};

/// Work of a call or an act. Boxed: it goes on without its caller when that one goes.
pub type Work<T> = BoxFuture<'static, Result<T, Error>>;

impl Engine {
    /// Does `work` for the scope's tenant: charged, recorded, and finished even when the caller hangs up.
    ///
    /// # Errors
    /// Those of the work; [`Error::RateLimited`], [`Error::TooManyRuns`] and [`Error::ShuttingDown`] without having begun it.
    pub async fn call(&self, scope: &Scope, call: Call, work: Work<Outcome<Value>>) -> Result<Outcome<Value>, Error> {
        let span = tracing::info_span!(
            target: "otel",
            "call",
            request_id = %scope.request_id(),
            tool = self.inner.meter.tool(&call.tool),
            outcome = tracing::field::Empty
        );
        let told = span.clone();
        let record = Arc::new(Record::new(self, call, scope.request_id()));
        let (engine, scope) = (self.clone(), scope.clone());
        let task = async move {
            // The scope may have served a call before.
            scope.set_call(Some(record.clone()));
            let mut outcome = match engine.admit(&scope, record.call()).await {
                Ok(()) => {
                    let done = engine.while_allowed(&scope, &record, work).await;
                    done.map_err(|error| error.in_place(scope.place()))
                }
                Err(refusal) => Err(refusal),
            };
            let mut entry = record.ended(Some(&scope), &outcome);
            match &outcome {
                Ok(Outcome { store: Some(store), .. }) => entry.store_id = Some(store.store_id.clone()),
                // What was asked of several stores stands under none of them.
                _ if record.stores().len() > 1 => entry.store_id = None,
                _ => {}
            }
            if engine.inner.audit.is_on() {
                record.keep(&mut outcome, &scope, &mut entry);
            }
            log(&entry, scope.source());
            scope.set_call(None);
            engine.count(&record, &outcome, &told);
            let keep = keep(record.call(), &outcome);
            match record.take_landing() {
                None if was_not_begun(&outcome) => engine.record_refused(entry).await,
                None => engine.conclude(entry, keep).await,
                Some(landing) => {
                    let engine = engine.clone();
                    landing(Box::pin(async move { engine.conclude(entry, keep).await })).await;
                }
            }
            outcome
        };
        self.run_to_the_end(task.instrument(span)).await
    }

    /// Counts a call or an act that has ended, and tells its span.
    fn count<T>(&self, record: &Record, outcome: &Result<T, Error>, span: &Span) {
        self.inner.meter.called(&record.call().tool, outcome, record.age());
        span.record("outcome", outcome.as_ref().err().map_or("success", Error::code));
    }

    /// Puts into the audit log that the scope's call is about to change something, here or at Order Desk. Whatever changes
    /// something comes by here first; of calls that come by several times the first counts, and a dry run begins nothing.
    ///
    /// # Errors
    /// [`Error::NotRecorded`]: then nothing may be changed.
    pub(crate) async fn begin(&self, scope: &Scope) -> Result<(), Error> {
        match scope.call() {
            Some(record) => record.begin(self, Some(scope), Some(scope.tenant())).await,
            // An operation outside any call is the caller's own to record.
            None => Ok(()),
        }
    }

    /// Does an administrative act, which no limit applies to, and records it before it is answered.
    ///
    /// # Errors
    /// Those of the work, [`Error::NotRecorded`] and [`Error::ShuttingDown`].
    pub(crate) async fn act<T: Send + 'static>(&self, act: Act, work: Work<(T, Option<TenantId>)>) -> Result<T, Error> {
        self.act_of(act, None, work).await
    }

    /// The same, of somebody who is not signed in.
    pub(crate) async fn act_of<T: Send + 'static>(
        &self,
        act: Act,
        who: Option<Anonymous>,
        work: Work<(T, Option<TenantId>)>,
    ) -> Result<T, Error> {
        let Act {
            name,
            parameters,
            owner,
            by,
            begins,
        } = act;
        let call = Call {
            tool: name.to_owned(),
            parameters,
            cost: 0,
            needs: None,
        };
        let of_stranger = who.as_ref().map(|who| who.request_id);
        let request_id = by.as_ref().map(Scope::request_id).or(of_stranger);
        let request_id = request_id.unwrap_or_else(RequestId::generate);
        let record = Record::new(self, call, request_id);
        let engine = self.clone();
        let task = async move {
            if engine.inner.work.is_closed() {
                return Err(Error::ShuttingDown);
            }
            let begun = if begins {
                record.begin(&engine, by.as_ref(), owner.as_ref()).await
            } else {
                Ok(())
            };
            let outcome = match begun {
                Ok(()) => survive(work).await,
                Err(error) => Err(error),
            };
            let mut entry = record.ended(by.as_ref(), &outcome);
            if let Some(who) = &who {
                told_of(who, &mut entry);
            }
            engine.count(&record, &outcome, &Span::none());
            entry.tenant_id = outcome.as_ref().ok().and_then(|(_, made)| made.clone()).or(owner);
            // What goes wrong with it was counted and logged.
            let _ = engine.inner.audit.record_now(entry).await;
            outcome.map(|(value, _)| value)
        };
        self.run_to_the_end(task).await
    }

    /// Records the end of a call. The answer to a change waits for that.
    async fn conclude(&self, entry: AuditEntry, keep: Keep) {
        let audit = &self.inner.audit;
        if entry.begun_id.is_some() {
            // What is done is done, and told: an entry that could not be written was counted and logged.
            if let Err(NotWritten::TenantGone) = audit.record_now(entry.clone()).await {
                // The tenant was deleted under a change, and its chain has ended. That the change was made is not lost.
                let _ = audit.record_now(record::outlived(entry)).await;
            }
        } else {
            audit.record(entry, keep).await;
        }
    }

    /// Records a call that was refused before anybody was signed in: there is no tenant to run it for.
    pub async fn record_refusal(&self, who: &Anonymous, call: Call, error: &Error) {
        self.inner
            .meter
            .called(&call.tool, &Err::<(), _>(error.clone()), Duration::ZERO);
        let entry = self.refusal(who, call, error);
        log(&entry, who.source);
        self.inner.audit.record(entry, Keep::Always).await;
    }

    /// Records what came of something that nobody signed in for, in the log of the tenant that it is about. `actor` has shown
    /// something of the tenant's; a failure is told in these words.
    pub(crate) async fn record_of_tenant(
        &self,
        who: &Anonymous,
        tenant: &TenantId,
        actor: String,
        call: Call,
        outcome: Result<(), &str>,
    ) {
        let failed = outcome.map_err(|_| Error::Unauthenticated(AuthFailure::UnknownToken));
        let entry = AuditEntry {
            tenant_id: Some(tenant.clone()),
            actor,
            error_message: outcome.err().map(str::to_owned),
            ..self.entry_of(who, call, &failed)
        };
        log(&entry, who.source);
        // What goes wrong with it was counted and logged.
        let _ = self.inner.audit.record_now(entry).await;
    }

    /// Records that Order Desk posted something about a store.
    pub(crate) async fn record_post(
        &self,
        who: &Anonymous,
        tenant: &TenantId,
        actor: String,
        store_id: &str,
        call: Call,
    ) {
        let entry = AuditEntry {
            tenant_id: Some(tenant.clone()),
            store_id: Some(store_id.to_owned()),
            actor,
            ..self.entry_of(who, call, &Ok(()))
        };
        log(&entry, who.source);
        self.inner.audit.record(entry, Keep::Always).await;
    }

    pub(crate) fn refusal(&self, who: &Anonymous, call: Call, error: &Error) -> AuditEntry {
        self.entry_of(who, call, &Err(error.clone()))
    }

    fn entry_of(&self, who: &Anonymous, call: Call, outcome: &Result<(), Error>) -> AuditEntry {
        let mut entry = Record::new(self, call, who.request_id).ended(None, outcome);
        told_of(who, &mut entry);
        entry
    }

    async fn admit(&self, scope: &Scope, call: &Call) -> Result<(), Error> {
        if self.inner.work.is_closed() {
            return Err(Error::ShuttingDown);
        }
        if scope.is_by_hand() {
            let spent = self.spend(SharedLimit::Runs, &self.inner.runs, scope.tenant(), 1).await;
            spent.map_err(|retry_after| Error::TooManyRuns { retry_after })?;
        }
        let spent = self
            .spend(SharedLimit::Tenant, &self.inner.limiter, scope.tenant(), call.cost)
            .await;
        spent.map_err(|retry_after| Error::RateLimited { retry_after })?;
        // After the charge: what is refused is recorded too, and of that there shall not be any number.
        if let Some(permission) = call.needs {
            scope.require(permission)?;
        }
        // A process over stdio signs in once; over HTTP this was looked at a moment ago.
        self.stands(scope.identity(), standing::KNOWN).await
    }

    /// Spends a tenant's tokens where all processes keep them, or, where there is no such place, this process's own.
    pub(crate) async fn spend(
        &self,
        kind: SharedLimit,
        limiter: &Limiter,
        tenant: &TenantId,
        cost: u32,
    ) -> Result<(), Duration> {
        let whose = [(tenant.to_string(), limiter.options())];
        match self.inner.replicas.spend(kind, whose, cost).await {
            Some(spent) => {
                // What is told of the limit, and what is gone on from when Redis goes.
                limiter.set(tenant, spent.left, Instant::now());
                spent.outcome
            }
            None => limiter.spend(tenant, cost, Instant::now()),
        }
    }

    /// The same of whoever stands behind an address.
    pub(crate) async fn spend_of_address(
        &self,
        kind: SharedLimit,
        limiter: &AddressLimiter,
        from: Option<IpAddr>,
    ) -> Result<(), Duration> {
        match self.inner.replicas.spend(kind, limiter.buckets(from), 1).await {
            Some(spent) => spent.outcome,
            None => limiter.spend(from, Instant::now()),
        }
    }

    /// Whether the tenant gets one more completion for nothing. Beyond as many as a person types they are charged.
    pub fn completion_is_free(&self, scope: &Scope) -> bool {
        let completions = &self.inner.completions;
        completions.spend(scope.tenant(), 1, Instant::now()).is_ok()
    }

    /// Runs a task that shutdown waits for and that no hang-up cuts short.
    async fn run_to_the_end<T: Send + 'static>(
        &self,
        task: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let task = self.inner.work.track_future(survive(task).in_current_span());
        Lasting(Some(Box::pin(task))).await
    }
}

/// Puts into an entry what is known of a caller who is not signed in.
fn told_of(who: &Anonymous, entry: &mut AuditEntry) {
    who.source.as_str().clone_into(&mut entry.source);
    "anonymous".clone_into(&mut entry.actor);
    entry.client_name = record::told(who.client.name.as_deref());
    entry.ip_address.clone_from(&who.client.ip);
    entry.user_agent = record::told(who.client.user_agent.as_deref());
}

/// A caller who is not signed in.
#[derive(Clone, Debug)]
pub struct Anonymous {
    /// The call's correlation id.
    pub request_id: RequestId,
    /// The door it came through.
    pub source: Source,
    /// What is known of the client.
    pub client: ClientInfo,
}

impl Anonymous {
    /// Whoever makes a call, before it is known whose other credential was entered in it.
    pub(crate) fn of(scope: &Scope) -> Self {
        Self {
            request_id: scope.request_id(),
            source: scope.source(),
            client: scope.client().clone(),
        }
    }
}

/// An administrative act: making and deleting tenants, making and ending credentials.
pub(crate) struct Act {
    pub name: &'static str,
    pub parameters: Value,
    /// Whose entry it is, as far as that is known before; the work tells of a tenant it made.
    pub owner: Option<TenantId>,
    /// Who does it; the operator without.
    pub by: Option<Scope>,
    /// Whether it changes what is there, so that its beginning is recorded too.
    pub begins: bool,
}

/// A task that its caller drives, and the runtime once the caller has gone before its end. Most callers stay, and to hand a
/// read over costs as much as to answer it from memory. Whoever keeps it and polls it no more holds it up.
struct Lasting<T: Send + 'static>(Option<Work<T>>);

impl<T: Send + 'static> Future for Lasting<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(task) = &mut self.0 else {
            return Poll::Ready(Err(Error::Internal("the work ended without an answer")));
        };
        let polled = task.as_mut().poll(cx);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Lasting<T> {
    fn drop(&mut self) {
        // Without a runtime there is none to go on in: the program is at its end.
        if let Some(task) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(task);
        }
    }
}

/// Runs `work` so that a panic in it becomes an error that is recorded like any other.
async fn survive<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::Internal("the work panicked")),
    }
}

/// Tells the program's log of a finished call. Whoever ran a command sees what came of it.
fn log(entry: &AuditEntry, source: Source) {
    let tenant = entry.tenant_id.as_ref().map(TenantId::as_str);
    let store = entry.store_id.as_deref();
    let outcome = entry.error_code.as_deref().unwrap_or(&entry.status);
    let (tool, ms, request_id) = (&*entry.tool_name, entry.duration_ms, &*entry.request_id);
    if source == Source::Cli {
        tracing::debug!(tool, tenant, store, outcome, ms, request_id, "call");
    } else {
        tracing::info!(tool, tenant, store, outcome, ms, request_id, "call");
    }
}

/// Whether a call was refused before anybody looked at it: of those there may be any number.
fn was_not_begun<T>(outcome: &Result<T, Error>) -> bool {
    matches!(
        outcome,
        Err(Error::RateLimited { .. } | Error::TooManyRuns { .. } | Error::ShuttingDown)
    )
}

/// A tenant's limit holds back everything that is charged for, and with it a no, which takes a question that was paid
/// for; of the rest there may be many.
fn keep<T>(call: &Call, outcome: &Result<T, Error>) -> Keep {
    match outcome {
        Err(Error::Declined { .. }) => Keep::Always,
        _ if call.cost == 0 => Keep::WhenThereIsRoom,
        _ => Keep::Always,
    }
}
