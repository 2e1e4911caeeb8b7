//! Calls that a tenant's limit refused. They cost nothing, so that there may be thousands a second: only few get an entry of
//! their own and the rest one together. What was carried out is recorded one by one, always.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use od_db::{AuditEntry, TenantId};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{Keep, REFUSED};
use crate::engine::Engine;
use crate::limits::{LimitOptions, Limiter};
use crate::scope::RequestId;

/// A tenant's refusals with entries of their own: twenty at once, and two a minute.
const ENTRIES: LimitOptions = LimitOptions {
    per_minute: 2,
    burst: 20,
};
/// How long further ones are counted before an entry tells their number.
const COUNTED_FOR: Duration = Duration::from_mins(5);
/// Tools that such an entry names.
const TOOLS: usize = 20;

/// Refused calls of this process.
pub(crate) struct RefusedCalls {
    entries: Limiter,
    more: Mutex<HashMap<Caller, More>>,
}

/// Whose entry it is, and who called.
type Caller = (Option<TenantId>, String);

/// Those of one caller without an entry of their own.
struct More {
    /// The first of them, for what they have in common.
    first: AuditEntry,
    count: u64,
    tools: BTreeMap<String, u64>,
}

impl RefusedCalls {
    pub(crate) fn new() -> Self {
        Self {
            entries: Limiter::new(ENTRIES),
            more: Mutex::default(),
        }
    }

    /// Counts one; true for the first, after which an entry is due.
    fn count(&self, caller: &Caller, entry: AuditEntry) -> bool {
        let mut more = self.more.lock().unwrap_or_else(PoisonError::into_inner);
        let tool = entry.tool_name.clone();
        let is_first = !more.contains_key(caller);
        let more = more.entry(caller.clone()).or_insert_with(|| More {
            first: entry,
            count: 0,
            tools: BTreeMap::new(),
        });
        more.count += 1;
        if more.tools.len() < TOOLS || more.tools.contains_key(&tool) {
            *more.tools.entry(tool).or_default() += 1;
        }
        is_first
    }

    fn take(&self, caller: &Caller) -> Option<More> {
        self.more.lock().unwrap_or_else(PoisonError::into_inner).remove(caller)
    }
}

impl Engine {
    /// Records a call that was refused before it was begun.
    pub(super) async fn record_refused(&self, entry: AuditEntry) {
        let refused = &self.inner.refused_calls;
        let has_own = entry
            .tenant_id
            .as_ref()
            .is_none_or(|tenant| refused.entries.spend(tenant, 1, Instant::now()).is_ok());
        if has_own {
            return self.inner.audit.record(entry, Keep::WhenThereIsRoom).await;
        }
        let caller = (entry.tenant_id.clone(), entry.actor.clone());
        if refused.count(&caller, entry) {
            let engine = self.clone();
            self.inner.work.spawn(async move {
                tokio::select! {
                    () = engine.inner.stop.cancelled() => {}
                    () = tokio::time::sleep(COUNTED_FOR) => {}
                }
                engine.record_more_refused(&caller).await;
            });
        }
    }

    async fn record_more_refused(&self, caller: &Caller) {
        let Some(More { first, count, tools }) = self.inner.refused_calls.take(caller) else {
            return;
        };
        let entry = AuditEntry {
            id: Uuid::now_v7().to_string(),
            store_id: None,
            tool_name: REFUSED.to_owned(),
            parameters: json!({ "refused": count, "tools": tools }).to_string(),
            error_message: Some(format!("{count} more calls were refused.")),
            duration_ms: 0,
            request_id: RequestId::generate().to_string(),
            client_name: None,
            ip_address: None,
            user_agent: None,
            created_at: self.inner.clock.now_millis(),
            ..first
        };
        // There is one in five minutes.
        self.inner.audit.record(entry, Keep::Always).await;
    }
}
