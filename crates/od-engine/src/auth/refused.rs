//! Refused credentials in the audit log. Strangers can send any number of them, so only few get an entry of their own and the
//! rest one together: nobody fills the disk from outside, or pushes out what was done.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::audit::{Keep, SIGN_IN};
use crate::calls::{Anonymous, Call};
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::limits::{Allowance, LimitOptions};
use crate::scope::{ClientInfo, RequestId, Source};

/// Refusals with entries of their own: sixty at once, and two a minute.
const ENTRIES: LimitOptions = LimitOptions {
    per_minute: 2,
    burst: 60,
};
/// How long further ones are counted before an entry tells their number.
const COUNTED_FOR: Duration = Duration::from_mins(5);
/// Addresses that such an entry names.
const ADDRESSES: usize = 20;

/// Refused credentials of this process.
pub(super) struct Refused {
    entries: Allowance,
    more: Mutex<More>,
}

/// Those without an entry of their own.
#[derive(Default)]
struct More {
    count: u64,
    addresses: BTreeMap<String, u64>,
}

impl Refused {
    pub(super) fn new() -> Self {
        Self {
            entries: Allowance::new(ENTRIES, Instant::now()),
            more: Mutex::default(),
        }
    }

    /// Counts one; true for the first, after which an entry is due.
    fn count(&self, address: Option<&str>) -> bool {
        let mut more = self.more.lock().unwrap_or_else(PoisonError::into_inner);
        more.count += 1;
        if let Some(address) = address {
            if let Some(count) = more.addresses.get_mut(address) {
                *count += 1;
            } else if more.addresses.len() < ADDRESSES {
                more.addresses.insert(address.to_owned(), 1);
            }
        }
        more.count == 1
    }

    fn take(&self) -> More {
        std::mem::take(&mut *self.more.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Engine {
    /// Records that a credential was refused, in the words of the refusal and without the credential. The entry belongs to no
    /// tenant.
    pub async fn record_refused_sign_in(&self, who: &Anonymous, message: &str) {
        let refused = &self.inner.sign_ins.refused;
        if refused.entries.spend(Instant::now()) {
            let call = Call {
                tool: SIGN_IN.to_owned(),
                parameters: json!({}),
                cost: 0,
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
