//! Calls that a tenant's limit refused. They cost nothing, so that there may be thousands a second: only few get an entry of
//! their own and the rest one together. What was carried out is recorded one by one, always.

use std::time::Duration;

use od_db::AuditEntry;
use serde_json::json;
use uuid::Uuid;

use super::refusals::{Caller, More};
use crate::audit::{Keep, REFUSED};
use crate::engine::Engine;
use crate::scope::RequestId;

/// How long further ones are counted before an entry tells their number.
const COUNTED_FOR: Duration = Duration::from_mins(5);

impl Engine {
    /// Records a call that was refused before it was begun.
    pub(super) async fn record_refused(&self, entry: AuditEntry) {
        let refused = &self.inner.refused_calls;
        if refused.has_own_entry(entry.tenant_id.as_ref()) {
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
            orders: None,
            ..first
        };
        // There is one in five minutes.
        self.inner.audit.record(entry, Keep::Always).await;
    }
}
