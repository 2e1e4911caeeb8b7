//! What the audit log is told of a call: at its end, and of a change before that at its beginning.

use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use od_db::{AuditEntry, BEGUN, SealedColumns};
use od_record::text::clean_name;
use serde_json::{Value, json};
use tokio::sync::{OnceCell, SetOnce};
use uuid::Uuid;

use super::under_way::{Call, Record};
use crate::audit::{Difference, NotWritten};
use crate::clock::millis;
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::outcome::Outcome;
use crate::redact::{redact_arguments, redact_text};
use crate::scope::{RequestId, Scope, Source, TenantId};

mod essence;
mod orders;
#[cfg(test)]
mod tests;

/// The longest arguments that are recorded whole, in bytes of JSON. Of longer ones no more than that is recorded.
const RECORDED_PARAMETERS: usize = 16 * 1024;
/// Room for the words that tell of what was left out.
const LEFT_OUT: usize = 128;

impl Record {
    pub(super) fn new(engine: &Engine, call: Call, request_id: RequestId) -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            call,
            request_id,
            at_millis: engine.inner.clock.now_millis(),
            instant: Instant::now(),
            parameters: OnceLock::new(),
            begun: OnceCell::new(),
            agreed: OnceLock::new(),
            landing: Mutex::default(),
            access: Mutex::default(),
            lost: SetOnce::new(),
        }
    }

    pub(super) fn call(&self) -> &Call {
        &self.call
    }

    /// How long ago it began.
    pub(super) fn age(&self) -> Duration {
        self.instant.elapsed()
    }

    /// Puts the beginning into the log, once however often and from however many places it is asked for. A dry run begins
    /// nothing.
    ///
    /// # Errors
    /// [`Error::NotRecorded`], and why the caller has lost access: then nothing may be changed.
    pub(super) async fn begin(
        &self,
        engine: &Engine,
        scope: Option<&Scope>,
        owner: Option<&TenantId>,
    ) -> Result<(), Error> {
        // Who has not shown the key to what it is about changes nothing.
        if let Some(scope) = scope {
            scope.require_unlocked()?;
        }
        let write = || async {
            let entry = AuditEntry {
                tenant_id: owner.cloned(),
                ..self.entry(scope)
            };
            let written = engine.inner.audit.record_now(entry).await;
            written.map_err(|error| match error {
                NotWritten::TenantGone => Error::Unauthenticated(AuthFailure::Unknown),
                NotWritten::Refused(error) => Error::NotRecorded(error),
            })
        };
        if self.is_dry_run() {
            return Ok(());
        }
        self.may_change(&engine.inner.changes)?;
        self.begun.get_or_init(write).await.clone()
    }

    /// Whether the call only shows what would be changed. A tool that cannot do so refuses the argument.
    fn is_dry_run(&self) -> bool {
        self.call.parameters.get("dry_run") == Some(&Value::Bool(true))
    }

    /// The entry that tells of the end.
    pub(super) fn ended<T>(&self, scope: Option<&Scope>, outcome: &Result<T, Error>) -> AuditEntry {
        let failure = outcome.as_ref().err();
        let (parameters, orders) = match failure {
            // Whoever calls without end shall not fill the log with what was never looked at.
            Some(Error::RateLimited { .. } | Error::TooManyRuns { .. }) => ("{}", None),
            _ => (self.parameters(), self.orders()),
        };
        let mut entry = AuditEntry {
            id: Uuid::now_v7().to_string(),
            status: if failure.is_none() { "success" } else { "error" }.to_owned(),
            error_code: failure.map(|error| error.code().to_owned()),
            error_message: failure.map(message),
            duration_ms: millis(self.instant.elapsed()),
            // Also when it failed to be written in time: it may be there by now.
            begun_id: self.begun.get().map(|_| self.id.clone()),
            ..self.entry_with(scope, parameters, orders)
        };
        entry.tenant_id = scope.map(|scope| scope.tenant().clone());
        entry
    }

    /// Puts into the entry of the end what was altered, or what would have been where that is not known, sealed. Not for a
    /// call that began no change: it hands out another one's answer.
    pub(super) fn keep(&self, outcome: &mut Result<Outcome<Value>, Error>, scope: &Scope, entry: &mut AuditEntry) {
        let altered = match outcome {
            Ok(outcome) => std::mem::take(&mut outcome.altered),
            Err(Error::Uncertain { attempted, .. }) => attempted.take(),
            Err(_) => return,
        };
        if entry.begun_id.is_some() && !altered.is_empty() {
            entry.orders = orders::orders(&self.call.parameters, &altered);
            entry.difference = Difference::of(altered).seal(scope.identity(), &entry.id);
        }
    }

    /// The entry that tells of the beginning.
    fn entry(&self, scope: Option<&Scope>) -> AuditEntry {
        self.entry_with(scope, self.parameters(), self.orders())
    }

    fn entry_with(&self, scope: Option<&Scope>, parameters: &str, orders: Option<String>) -> AuditEntry {
        AuditEntry {
            id: self.id.clone(),
            tenant_id: None,
            store_id: scope.and_then(Scope::about),
            tool_name: self.call.tool.clone(),
            parameters: parameters.to_owned(),
            status: BEGUN.to_owned(),
            error_code: None,
            error_message: None,
            duration_ms: 0,
            request_id: self.request_id.to_string(),
            source: scope.map_or(Source::Cli, Scope::source).as_str().to_owned(),
            actor: scope.map_or_else(|| "operator".to_owned(), |scope| scope.identity().actor().to_owned()),
            client_name: scope.and_then(|scope| told(scope.client().name.as_deref())),
            ip_address: scope.and_then(|scope| scope.client().ip.clone()),
            user_agent: scope.and_then(|scope| told(scope.client().user_agent.as_deref())),
            created_at: self.at_millis,
            begun_id: None,
            orders,
            agreed_by: self.agreed.get().map(|whose| (*whose).to_owned()),
            difference: SealedColumns::default(),
        }
    }

    /// The orders that the arguments name.
    fn orders(&self) -> Option<String> {
        orders::orders(&self.call.parameters, &[])
    }

    fn parameters(&self) -> &str {
        self.parameters.get_or_init(|| parameters(&self.call.parameters))
    }
}

/// The end of a change whose tenant is gone, for the chain that belongs to no tenant.
pub(super) fn outlived(entry: AuditEntry) -> AuditEntry {
    let told = serde_json::from_str(&entry.parameters).unwrap_or(Value::Null);
    let parameters = json!({ "deleted_tenant": entry.tenant_id, "arguments": told });
    AuditEntry {
        tenant_id: None,
        parameters: parameters.to_string(),
        // Its beginning went with the tenant, and so does what is sealed with the tenant's key.
        begun_id: None,
        difference: SealedColumns::default(),
        ..entry
    }
}

/// What a client says of itself, as it is recorded: programs may be configured with a key in their name.
pub(super) fn told(text: Option<&str>) -> Option<String> {
    text.map(|text| redact_text(text).into_owned())
}

/// A failure as it is recorded, in one line. It repeats what callers wrote, and whoever prints the log reads it in a terminal.
fn message(error: &Error) -> String {
    clean_name(&redact_text(&error.to_string()))
}

/// The arguments as they are recorded. Of what is too long the rest is not looked through either: that would cost more
/// than it tells.
fn parameters(value: &Value) -> String {
    if essence::size(value, RECORDED_PARAMETERS).is_some() {
        return redact_arguments(value).to_string();
    }
    let length = essence::size(value, usize::MAX).unwrap_or_default();
    let left_out = format!("of {length} bytes of arguments: too long to record whole");
    let room = RECORDED_PARAMETERS - LEFT_OUT;
    // Redaction may make it longer, but hardly by more than that.
    [room, room / 2, room / 4, room / 8]
        .into_iter()
        .map(|room| {
            let mut kept = redact_arguments(&essence::essence(value, room));
            kept["left_out"] = left_out.as_str().into();
            kept.to_string()
        })
        .find(|kept| kept.len() <= RECORDED_PARAMETERS)
        .unwrap_or_else(|| json!({ "left_out": left_out }).to_string())
}
