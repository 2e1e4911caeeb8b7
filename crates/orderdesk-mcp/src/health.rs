//! Health endpoints, for supervisors and load balancers. They answer anybody and tell nothing but their state.

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

#[derive(Clone)]
struct Health {
    engine: Engine,
    database: Arc<Recent>,
    stopping: CancellationToken,
}

/// `/health` and `/health/live`: the process answers. `/health/ready`: it can do its work, so the database answered within
/// the last second; 503 when it did not or the server is ending.
pub fn router(engine: Engine, stopping: CancellationToken) -> Router {
    Router::new()
        .route("/health", get(live))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(Health {
            engine,
            database: Arc::new(Recent::new(KEPT)),
            stopping,
        })
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
    let database = health
        .database
        .get(async || health.engine.health().await.database)
        .await;
    let (code, status, state) = if database {
        (StatusCode::OK, "ready", "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "down")
    };
    (code, Json(json!({ "status": status, "database": state })))
}

/// What was found out last, and when. Anybody may ask for the readiness as often as he likes, so those who come while it is
/// being found out wait for one answer, and those who come soon after get the same one.
#[derive(Debug)]
struct Recent {
    kept: Duration,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Recent {
    fn new(kept: Duration) -> Self {
        Self {
            kept,
            last: Mutex::default(),
        }
    }

    async fn get(&self, find_out: impl AsyncFnOnce() -> bool) -> bool {
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
