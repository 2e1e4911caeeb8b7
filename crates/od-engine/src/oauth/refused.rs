//! Steps that were refused, in the program's log: each under the id that the person or the program was told.

use std::net::IpAddr;
use std::time::Instant;

use super::OAuth;
use crate::redact::redact_text;
use crate::scope::RequestId;

impl OAuth<'_> {
    /// Tells the log that a step was refused, and why; the reason holds no secret. `from` is the address of whoever asked.
    pub fn note_refusal(&self, step: &'static str, reason: &str, request_id: RequestId, from: Option<IpAddr>) {
        if let Some(left_out) = self.0.inner.oauth.refusals.tell(from, Instant::now()) {
            let reason = redact_text(reason);
            tracing::info!(step, %reason, %request_id, left_out, "a step of connecting a client was refused");
        }
    }
}
