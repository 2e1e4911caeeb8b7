//! The one choke point: every tool call and administrative act, allowed or refused, passes here once.
//!
//! It charges the tenant's limit, runs the work where a hang-up of the caller cannot cut it, and records the outcome.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use od_db::AuditEntry;
use serde_json::Value;
use tracing::Instrument;
use uuid::Uuid;

use crate::audit::Keep;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::redact::{redact, redact_text};
use crate::scope::{ClientInfo, RequestId, Scope, Source, TenantId};

#[cfg(test)]
mod tests;

/// What is about to be done.
#[derive(Clone, Debug)]
pub struct Call {
    /// The tool's dotted name, e.g. `orders.list`.
    pub tool: String,
    /// Its arguments as they came; redacted before they are recorded.
    pub parameters: Value,
    /// Tokens of the tenant's limit: a read 1, a write 2. A call that costs nothing may be missing in the audit log when the
    /// writer does not keep up, unless it is a person's no.
    pub cost: u32,
}

/// Work of a call or an act. Boxed: it is handed to a task of its own.
pub type Work<T> = BoxFuture<'static, Result<T, Error>>;

/// The longest arguments that are recorded whole, in bytes of JSON.
const RECORDED_PARAMETERS: usize = 16 * 1024;

impl Engine {
    /// Does `work` for the scope's tenant: charged, recorded, and finished even when the caller hangs up.
    ///
    /// # Errors
    /// Those of the work; [`Error::RateLimited`] and [`Error::ShuttingDown`] without having begun it.
    pub async fn call(&self, scope: &Scope, call: Call, work: Work<Outcome<Value>>) -> Result<Outcome<Value>, Error> {
        let began = Began::now(self);
        let (engine, scope) = (self.clone(), scope.clone());
        let task = async move {
            // The scope may have served a call before.
            scope.set_about(None);
            let outcome = match engine.admit(&scope, call.cost) {
                Ok(()) => survive(work).await,
                Err(refusal) => Err(refusal),
            };
            let mut entry = began.entry(Some(&scope), &call, &outcome);
            if let Ok(Outcome { store: Some(store), .. }) = &outcome {
                entry.store_id = Some(store.store_id.clone());
            }
            engine.inner.audit.record(entry, keep(&call, &outcome)).await;
            outcome
        };
        self.run_to_the_end(Box::pin(task)).await
    }

    /// Does an administrative act, which no limit applies to, and records it.
    ///
    /// # Errors
    /// Those of the work, and [`Error::ShuttingDown`].
    pub(crate) async fn act<T: Send + 'static>(&self, act: Act, work: Work<(T, Option<TenantId>)>) -> Result<T, Error> {
        let began = Began::now(self);
        let engine = self.clone();
        let task = async move {
            if engine.inner.work.is_closed() {
                return Err(Error::ShuttingDown);
            }
            let outcome = survive(work).await;
            let call = Call {
                tool: act.name.to_owned(),
                parameters: act.parameters,
                cost: 0,
            };
            let mut entry = began.entry(None, &call, &outcome);
            entry.tenant_id = outcome.as_ref().ok().and_then(|(_, tenant)| tenant.clone());
            engine.inner.audit.record(entry, Keep::Always).await;
            outcome.map(|(value, _)| value)
        };
        self.run_to_the_end(Box::pin(task)).await
    }

    /// Records a call that was refused before anybody was signed in: there is no tenant to run it for.
    pub async fn record_refusal(&self, who: &Anonymous, call: Call, error: &Error) {
        let mut entry = Began::now(self).entry(None, &call, &Err::<(), _>(error.clone()));
        entry.request_id = who.request_id.to_string();
        who.source.as_str().clone_into(&mut entry.source);
        "anonymous".clone_into(&mut entry.actor);
        entry.client_name.clone_from(&who.client.name);
        entry.ip_address.clone_from(&who.client.ip);
        entry.user_agent.clone_from(&who.client.user_agent);
        self.inner.audit.record(entry, Keep::Always).await;
    }

    fn admit(&self, scope: &Scope, cost: u32) -> Result<(), Error> {
        if self.inner.work.is_closed() {
            return Err(Error::ShuttingDown);
        }
        self.inner
            .limiter
            .spend(scope.tenant(), cost, Instant::now())
            .map_err(|retry_after| Error::RateLimited { retry_after })
    }

    /// Runs a task that shutdown waits for and that no hang-up cuts short.
    async fn run_to_the_end<T: Send + 'static>(&self, task: Work<T>) -> Result<T, Error> {
        match self.inner.work.spawn(task.in_current_span()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::Internal("the work ended without an answer")),
        }
    }
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

/// An act outside any tenant's session: making and deleting tenants.
pub(crate) struct Act {
    pub name: &'static str,
    pub parameters: Value,
}

/// Runs `work` so that a panic in it becomes an error that is recorded like any other.
async fn survive<T>(work: Work<T>) -> Result<T, Error> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::Internal("the work panicked")),
    }
}

/// When a call began.
struct Began {
    at_millis: i64,
    instant: Instant,
}

impl Began {
    fn now(engine: &Engine) -> Self {
        Self {
            at_millis: engine.inner.clock.now_millis(),
            instant: Instant::now(),
        }
    }

    fn entry<T>(&self, scope: Option<&Scope>, call: &Call, outcome: &Result<T, Error>) -> AuditEntry {
        let failure = outcome.as_ref().err();
        AuditEntry {
            id: Uuid::now_v7().to_string(),
            tenant_id: scope.map(|scope| scope.tenant().clone()),
            store_id: scope.and_then(Scope::about),
            tool_name: call.tool.clone(),
            parameters: match failure {
                // Whoever calls without end shall not fill the log with what was never looked at.
                Some(Error::RateLimited { .. }) => "{}".to_owned(),
                _ => parameters(&call.parameters),
            },
            status: if failure.is_none() { "success" } else { "error" }.to_owned(),
            error_code: failure.map(|error| error.code().to_owned()),
            error_message: failure.map(message),
            duration_ms: i64::try_from(self.instant.elapsed().as_millis()).unwrap_or(i64::MAX),
            request_id: scope.map_or_else(RequestId::generate, Scope::request_id).to_string(),
            source: scope.map_or(Source::Cli, Scope::source).as_str().to_owned(),
            actor: scope.map_or_else(|| "operator".to_owned(), |scope| scope.identity().actor()),
            client_name: scope.and_then(|scope| scope.client().name.clone()),
            ip_address: scope.and_then(|scope| scope.client().ip.clone()),
            user_agent: scope.and_then(|scope| scope.client().user_agent.clone()),
            created_at: self.at_millis,
        }
    }
}

/// A tenant's limit holds back everything that is charged for, and with it a no, which takes a question that was paid
/// for; of the rest there may be any number.
fn keep<T>(call: &Call, outcome: &Result<T, Error>) -> Keep {
    match outcome {
        Err(Error::Declined { .. }) => Keep::Always,
        Err(Error::RateLimited { .. }) => Keep::WhenThereIsRoom,
        _ if call.cost == 0 => Keep::WhenThereIsRoom,
        _ => Keep::Always,
    }
}

/// A failure as it is recorded. A question names the customer, by words that redaction does not know for a name.
fn message(error: &Error) -> String {
    match error {
        Error::ConfirmationRequired { .. } => "Nothing was done: this needs a confirmation.".to_owned(),
        error => redact_text(&error.to_string()).into_owned(),
    }
}

/// The arguments as they are recorded. What is too long is not looked through either: that would cost more than it tells.
fn parameters(value: &Value) -> String {
    let length = value.to_string().len();
    if length <= RECORDED_PARAMETERS {
        return redact(value).to_string();
    }
    serde_json::json!({ "left_out": format!("{length} bytes of arguments: too long to record") }).to_string()
}
