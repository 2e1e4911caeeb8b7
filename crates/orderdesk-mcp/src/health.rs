//! Health endpoints, for supervisors and load balancers. They answer anybody and tell nothing but their state, except for
//! the operator's own, which tells more.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use od_engine::Engine;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// How long the answer of the database is given again.
const KEPT: Duration = Duration::from_secs(1);

/// The server's health, as it is told to whoever asks.
#[derive(Clone)]
pub struct Health {
    engine: Engine,
    found: Arc<Recent<od_engine::Health>>,
    stopping: CancellationToken,
    started: Instant,
}

impl Health {
    /// Of a server that starts now and is ending once `stopping` is cancelled.
    pub fn new(engine: Engine, stopping: CancellationToken) -> Self {
        Self {
            engine,
            found: Arc::new(Recent::new(KEPT)),
            stopping,
            started: Instant::now(),
        }
    }

    /// `/health` and `/health/live`: the process answers. `/health/ready`: it can do its work, so the database answered
    /// within the last second; 503 when it did not or the server is ending.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/health", get(live))
            .route("/health/live", get(live))
            .route("/health/ready", get(ready))
            .with_state(self.clone())
    }

    /// `/health/detailed`: what the server depends on, as it stands. For the operator.
    pub fn detailed(&self) -> Router {
        Router::new()
            .route("/health/detailed", get(detailed))
            .with_state(self.clone())
    }

    async fn find_out(&self) -> od_engine::Health {
        self.found.get(async || self.engine.health().await).await
    }

    /// The status code, and the word for how the server is: `well` when nothing is wrong.
    fn judge(&self, database: bool, well: &'static str) -> (StatusCode, &'static str) {
        if self.stopping.is_cancelled() {
            (StatusCode::SERVICE_UNAVAILABLE, "stopping")
        } else if database {
            (StatusCode::OK, well)
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

/// `name` and `version` tell this program from whatever else may answer at an address: `doctor` looks for them behind
/// `PUBLIC_URL`.
async fn live() -> Json<Value> {
    Json(json!({ "status": "ok", "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") }))
}

async fn ready(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    if health.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "stopping" })));
    }
    let found = health.find_out().await;
    let database = found.database.is_some();
    let (code, status) = health.judge(database, "ready");
    let mut told = json!({ "status": status, "database": state(database) });
    let degraded = degraded(found.replicas, found.audit_is_refused);
    if !degraded.is_empty() {
        told["degraded"] = json!(degraded);
    }
    (code, Json(told))
}

async fn detailed(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    let found = health.find_out().await;
    let (pool, upstream) = (found.connections, found.upstream);
    let (code, status) = health.judge(found.database.is_some(), "ok");
    let told = json!({
        "status": status,
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": health.started.elapsed().as_secs(),
        "database": {
            "status": state(found.database.is_some()),
            "latency_ms": found.database.map(milliseconds),
            "pool": { "open": pool.open, "idle": pool.idle, "max": pool.max },
        },
        "upstream": {
            "status": if upstream.breakers_open == 0 { "ok" } else { "failing" },
            "breakers_open": upstream.breakers_open,
            "calls_waiting": upstream.calls_waiting,
            "fewest_tokens": tenths(upstream.fewest_tokens),
        },
        "audit": { "status": if found.audit_is_refused { "failing" } else { "ok" }, "queued": found.audit_entries_queued, "lost": found.audit_entries_lost },
        "redis": { "status": match found.replicas.redis {
            None => "none",
            Some(up) => state(up),
        } },
        "replicas": found.replicas.alive,
    });
    (code, Json(told))
}

/// What makes this slower than it should be, or keeps it from changing anything.
fn degraded(replicas: od_engine::ReplicaHealth, audit_is_refused: bool) -> Vec<&'static str> {
    let reasons = [
        (replicas.redis == Some(false), "redis"),
        (replicas.are_too_many, "request_budget"),
        (audit_is_refused, "audit"),
    ];
    reasons
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, reason)| reason)
        .collect()
}

fn state(answers: bool) -> &'static str {
    if answers { "ok" } else { "down" }
}

/// Milliseconds with three decimals.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).floor() / 10.0
}

/// What was found out last, and when. Anybody may ask for the readiness as often as he likes, so those who come while it is
/// being found out wait for one answer, and those who come soon after get the same one.
#[derive(Debug)]
struct Recent<T> {
    kept: Duration,
    last: Mutex<Option<(Instant, T)>>,
}

impl<T: Copy> Recent<T> {
    fn new(kept: Duration) -> Self {
        Self {
            kept,
            last: Mutex::new(None),
        }
    }

    async fn get(&self, find_out: impl AsyncFnOnce() -> T) -> T {
        let mut last = self.last.lock().await;
        match *last {
            Some((when, found)) if when.elapsed() < self.kept => found,
            _ => {
                let found = find_out().await;
                *last = Some((Instant::now(), found));
                found
            }
        }
    }
}

#[cfg(test)]
mod tests;
