//! What the engine does by itself, now and then: removing what nobody needs any more.

use std::fmt::{Debug, Display};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::answers::KEPT;
use crate::audit;
use crate::clock::millis;
use crate::engine::Inner;
use crate::insight;
use crate::links;
use crate::oauth;
use crate::sessions;
use crate::webhooks;

/// The first round comes this long after the start at the latest, so that an engine that is opened for one operation is not
/// slowed down by it, and one that is restarted every hour still tidies up.
const FIRST: Duration = Duration::from_mins(1);
/// How long it is known that something was posted: longer than the same counts as a repetition.
const POSTS: Duration = Duration::from_hours(25);
/// How long a create keeps the name its caller gave it.
const NAMED_CREATES: Duration = Duration::from_hours(24);

/// Tidies up at intervals until the engine shuts down, which waits for a round that has begun.
pub(crate) fn start(inner: &Arc<Inner>) {
    inner.work.spawn(rounds(Arc::downgrade(inner)));
    inner.work.spawn(insight::close_idle(Arc::downgrade(inner)));
}

async fn rounds(engine: Weak<Inner>) {
    let Some((every, stop)) = engine
        .upgrade()
        .map(|inner| (inner.audit_options.tidy_every, inner.stop.clone()))
    else {
        return;
    };
    let mut pause = every.min(FIRST);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let Some(inner) = engine.upgrade() else { return };
        tidy(&inner).await;
        pause = every;
    }
}

/// Removes what is too old, a step at a time: one that fails keeps none of the others from being done.
async fn tidy(inner: &Inner) {
    let (db, now) = (&inner.db, inner.clock.now_millis());
    step("audit entries", audit::retain(inner, inner.audit_options.retention)).await;
    step("dead processes", db.leases().bury()).await;
    let creates_until = now - millis(NAMED_CREATES);
    step("named creates", db.idempotency().remove_expired(creates_until)).await;
    step("answers", db.answers().remove_expired(millis(KEPT))).await;
    step("questions", db.consents().remove_expired(now)).await;
    step("master keys", db.master_keys().retire_expired(now)).await;
    step("tokens", db.tokens().retire_expired(now)).await;
    step("OAuth clients", oauth::forget_stale(inner)).await;
    step("OAuth tokens", oauth::remove_ended(inner)).await;
    step("sessions", sessions::remove_ended(inner)).await;
    step("links", links::remove_expired(inner)).await;
    step("reports", db.reports().remove_expired(now)).await;
    let posts_until = now - millis(POSTS);
    step("posts", db.webhook_events().remove_received_before(posts_until)).await;
    if inner.roots.previous.is_some() {
        // What a process signed that has not gone over yet.
        step("signatures", audit::sign_anew(db, &inner.prover, &inner.signer)).await;
        step("webhook addresses", webhooks::seal_anew(db, &inner.roots)).await;
    }
}

/// Does one step. The next round finds what it left.
async fn step<T: Debug, E: Display>(what: &'static str, work: impl Future<Output = Result<T, E>>) {
    match work.await {
        Ok(done) => tracing::debug!(what, ?done, "tidied up"),
        Err(error) => tracing::warn!(what, %error, "tidying up failed, and is tried again in the next round"),
    }
}
