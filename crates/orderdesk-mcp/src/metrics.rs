//! `/metrics`: what was counted, in the text format that Prometheus reads.

mod text;

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use od_engine::{Engine, Measured, Metric, MetricKind, Reading};

pub use self::text::{kind, name};

/// The version of the text format.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The program's own.
static BUILD_INFO: Metric = Metric {
    name: "build_info",
    kind: MetricKind::Gauge,
    labels: &["version"],
    help: "Always 1; the label tells the program's version.",
};

/// The page.
pub fn router(engine: Engine) -> Router {
    Router::new().route("/metrics", get(scrape)).with_state(engine)
}

/// Every metric there is, in the order of the page.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    od_engine::METRICS.iter().chain([&BUILD_INFO])
}

async fn scrape(State(engine): State<Engine>) -> impl IntoResponse {
    let mut measured = engine.metrics();
    measured.push(Measured {
        metric: &BUILD_INFO,
        reading: Reading::Values(vec![(vec![env!("CARGO_PKG_VERSION")], 1.0)]),
    });
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text::page(&measured))
}
