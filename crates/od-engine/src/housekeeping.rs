//! What the engine does by itself, now and then: removing what nobody needs any more.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::answers::KEPT;
use crate::audit;
use crate::clock::millis;
use crate::engine::Inner;
use crate::error::Error;
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
        if let Err(error) = tidy(&inner).await {
            // The next round finds what this one left.
            tracing::warn!(%error, "old rows could not be removed");
        }
        pause = every;
    }
}

async fn tidy(inner: &Inner) -> Result<(), Error> {
    let now = inner.clock.now_millis();
    let purged = audit::retain(inner, inner.audit_options.retention).await?;
    let dead = inner.db.leases().bury().await?;
    let creates = inner
        .db
        .idempotency()
        .remove_expired(now - millis(NAMED_CREATES))
        .await?;
    let answers = inner.db.answers().remove_expired(millis(KEPT)).await?;
    let consents = inner.db.consents().remove_expired(now).await?;
    let retired = inner.db.master_keys().retire_expired(now).await? + inner.db.tokens().retire_expired(now).await?;
    let oauth_clients = oauth::forget_stale(inner).await?;
    let oauth_tokens = oauth::remove_ended(inner).await?;
    let sessions = sessions::remove_ended(inner).await?;
    let links = links::remove_expired(inner).await?;
    let reports = inner.db.reports().remove_expired(now).await?;
    let posts = inner
        .db
        .webhook_events()
        .remove_received_before(now - millis(POSTS))
        .await?;
    if inner.roots.previous.is_some() {
        // What a process signed that has not gone over yet.
        audit::sign_anew(&inner.db, &inner.prover, &inner.signer).await?;
        webhooks::seal_anew(&inner.db, &inner.roots).await?;
    }
    tracing::debug!(
        audit_entries = purged.entries,
        answers,
        dead_processes = dead,
        creates,
        consents,
        retired,
        oauth_clients,
        oauth_tokens,
        sessions,
        links,
        reports,
        posts,
        "removed what is too old"
    );
    Ok(())
}
