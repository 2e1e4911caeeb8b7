//! Logs: to standard error, one line an event, and never a secret.
//!
//! There is one sink. Whatever is logged, by this program, by a library or by a panic, passes the redaction in
//! [`layer`] on its way there. Traces go elsewhere and hold nothing of what is logged: see [`spans`].

mod export;
mod fields;
mod layer;
mod line;
mod spans;

use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use self::{export::Exporter, layer::LogLayer, spans::SpanLayer};
use crate::config::{LogFormat, LogLevel, ServiceUrl};

/// The target of spans that are for traces and not for the log.
const TRACED: &str = "otel";

/// Starts logging to standard error and sends panics there as well.
pub fn install(level: LogLevel, format: LogFormat) {
    let sink = LogLayer::new(format, Box::new(std::io::stderr()));
    // A second installation happens in no command; if it did, the first one would stay and work.
    if tracing_subscriber::registry()
        .with(sink)
        .with(targets(level))
        .try_init()
        .is_ok()
    {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// The same, and sends traces to a collector. Needs the runtime.
pub fn install_with_traces(level: LogLevel, format: LogFormat, collector: &ServiceUrl) {
    let exporter = match Exporter::start(collector) {
        Ok(exporter) => exporter,
        Err(error) => {
            install(level, format);
            tracing::warn!(%error, "no traces are sent: the exporter does not start");
            return;
        }
    };
    let sink = LogLayer::new(format, Box::new(std::io::stderr()));
    let traced = Targets::new().with_target(TRACED, LevelFilter::INFO);
    if tracing_subscriber::registry()
        .with(sink.with_filter(targets(level)))
        .with(SpanLayer::new(exporter).with_filter(traced))
        .try_init()
        .is_ok()
    {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// Waits, not long, until the traces of what has ended are sent.
pub async fn flush() {
    export::flush().await;
}

/// Our own crates log at the level asked for, libraries at INFO at most: their lower levels print requests whole.
fn targets(level: LogLevel) -> Targets {
    let ours = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    Targets::new()
        .with_default(ours.min(LevelFilter::INFO))
        .with_target("orderdesk_mcp", ours)
        .with_target("od_", ours)
        .with_target("rmcp", ours.min(LevelFilter::WARN))
        // It logs every protocol error at WARN together with the call's arguments.
        .with_target("rmcp::service", LevelFilter::OFF)
        // Without a collector these cost nothing: nobody wants them.
        .with_target(TRACED, LevelFilter::OFF)
}

/// A panic is a fault of ours: one line says where, none shows the stack.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    tracing::error!(target: "orderdesk_mcp::panic", place, "panicked: {message}");
}

#[cfg(test)]
mod tests;
