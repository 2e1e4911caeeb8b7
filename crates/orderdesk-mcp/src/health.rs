//! Health endpoints, for supervisors and load balancers. They answer anybody and tell nothing but their state.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use od_engine::Engine;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

#[derive(Clone)]
struct Health {
    engine: Engine,
    stopping: CancellationToken,
}

/// `/health` and `/health/live`: the process answers. `/health/ready`: it can do its work, so the database was asked
/// just now; 503 when it does not answer or the server is ending.
pub fn router(engine: Engine, stopping: CancellationToken) -> Router {
    Router::new()
        .route("/health", get(live))
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(Health { engine, stopping })
}

async fn live() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn ready(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    if health.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "stopping" })));
    }
    let database = health.engine.health().await.database;
    let (code, status, state) = if database {
        (StatusCode::OK, "ready", "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "down")
    };
    (code, Json(json!({ "status": status, "database": state })))
}
