//! Refused credentials in the audit log. Strangers can send any number of them, so only few get an entry of their own and the
//! rest one together: nobody fills the disk from outside, or pushes out what was done.

use std::time::{Duration, Instant};

use serde_json::json;

use super::refused::More;
use crate::audit::{Keep, SIGN_IN};
use crate::calls::{Anonymous, Call};
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::scope::{ClientInfo, RequestId, Source};

/// How long further ones are counted before an entry tells their number.
const COUNTED_FOR: Duration = Duration::from_mins(5);
impl Engine {
    /// Records that a credential was refused, in the words of the refusal and without the credential. The entry belongs to no
    /// tenant.
    pub async fn record_refused_sign_in(&self, who: &Anonymous, message: &str) {
        let refused = &self.inner.sign_ins.refused;
        if refused.entries.spend(Instant::now()).is_ok() {
            let call = Call {
                tool: SIGN_IN.to_owned(),
                parameters: json!({}),
                cost: 0,
                needs: None,
            };
            self.record_stranger(who, call, message).await;
        } else if refused.count(who.client.ip.as_deref()) {
            let (engine, source) = (self.clone(), who.source);
            self.inner.work.spawn(async move {
                tokio::select! {
                    () = engine.inner.stop.cancelled() => {}
                    () = tokio::time::sleep(COUNTED_FOR) => {}
                }
                engine.record_more(source).await;
            });
        }
    }

    async fn record_more(&self, source: Source) {
        let More { count, addresses } = self.inner.sign_ins.refused.take();
        let who = Anonymous {
            request_id: RequestId::generate(),
            source,
            client: ClientInfo::default(),
        };
        let call = Call {
            tool: SIGN_IN.to_owned(),
            parameters: json!({ "refused": count, "addresses": addresses }),
            cost: 0,
            needs: None,
        };
        self.record_stranger(&who, call, &format!("{count} more credentials were refused."))
            .await;
    }

    async fn record_stranger(&self, who: &Anonymous, call: Call, message: &str) {
        let mut entry = self.refusal(who, call, &Error::Unauthenticated(AuthFailure::Unknown));
        entry.error_message = Some(message.to_owned());
        self.inner.audit.record(entry, Keep::WhenThereIsRoom).await;
    }
}
