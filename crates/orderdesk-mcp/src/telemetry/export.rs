//! Sends spans to a collector, by OTLP over HTTP, from a task of its own.
//!
//! No call ever waits for it: what does not fit into the queue is left out, and a collector that is down or hangs is told of
//! once, until it takes spans again.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SpanData, SpanExporter as _},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};

use crate::config::ServiceUrl;

/// Spans that may wait to be sent.
const QUEUE: usize = 8192;
/// Spans that are sent together.
const BATCH: usize = 512;
/// How long a span waits for company.
const GATHER: Duration = Duration::from_secs(1);
/// How long the collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the end of the program waits for what is still to be sent.
const LAST: Duration = Duration::from_secs(3);

/// The way to the exporter that was started, for the end of the program.
static RUNNING: OnceLock<mpsc::Sender<Message>> = OnceLock::new();

enum Message {
    Span(Box<SpanData>),
    Flush(oneshot::Sender<()>),
}

/// The way to the task that sends.
pub(super) struct Exporter {
    queue: mpsc::Sender<Message>,
    /// Whether it was told that spans are left out.
    told: AtomicBool,
}

impl Exporter {
    /// Starts the task that sends to the collector at this address.
    pub(super) fn start(collector: &ServiceUrl) -> Result<Self, ExporterBuildError> {
        let mut exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.as_str()))
            .with_timeout(PATIENCE)
            .build()?;
        exporter.set_resource(
            &Resource::builder_empty()
                .with_service_name(env!("CARGO_PKG_NAME"))
                .build(),
        );
        let (queue, queued) = mpsc::channel(QUEUE);
        tokio::spawn(run(exporter, queued));
        // Only the first one is installed.
        let _ = RUNNING.set(queue.clone());
        Ok(Self {
            queue,
            told: AtomicBool::new(false),
        })
    }

    /// Hands over a span that has ended.
    pub(super) fn send(&self, span: SpanData) {
        if self.queue.try_send(Message::Span(Box::new(span))).is_err() && !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!("traces have gaps: the collector (OTEL_EXPORTER_OTLP_ENDPOINT) does not keep up");
        }
    }
}

/// Waits until what was handed over is sent, as far as that does not take long.
pub(super) async fn flush() {
    let Some(queue) = RUNNING.get() else { return };
    let flushed = async {
        let (done, sent) = oneshot::channel();
        if queue.send(Message::Flush(done)).await.is_ok() {
            // An error means that the task ended: there is nothing left to wait for.
            let _ = sent.await;
        }
    };
    // Whatever is not sent by then is given up.
    let _ = timeout(LAST, flushed).await;
}

async fn run(exporter: SpanExporter, mut queue: mpsc::Receiver<Message>) {
    let mut is_failing = false;
    while let Some(first) = queue.recv().await {
        let (mut spans, mut flushes) = (Vec::new(), Vec::new());
        let mut take = |message| match message {
            Message::Span(span) => {
                spans.push(*span);
                spans.len() < BATCH
            }
            Message::Flush(done) => {
                flushes.push(done);
                false
            }
        };
        let until = Instant::now() + GATHER;
        let mut goes_on = take(first);
        while goes_on {
            match timeout_at(until, queue.recv()).await {
                Ok(Some(message)) => goes_on = take(message),
                Ok(None) | Err(_) => break,
            }
        }
        if !spans.is_empty() {
            let sent = timeout(PATIENCE, exporter.export(spans)).await;
            let failure = match sent {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("it does not answer in time".to_owned()),
            };
            tell(failure, &mut is_failing);
        }
        for done in flushes {
            // Whoever waited may have given up.
            let _ = done.send(());
        }
    }
}

/// Tells when the collector begins and when it ceases to fail.
fn tell(failure: Option<String>, is_failing: &mut bool) {
    match (failure, *is_failing) {
        (Some(error), false) => tracing::warn!(
            error,
            "traces are not taken by the collector (OTEL_EXPORTER_OTLP_ENDPOINT); this is told once, until it takes them again"
        ),
        (None, true) => tracing::info!("traces are taken by the collector again"),
        (Some(_), true) | (None, false) => return,
    }
    *is_failing = !*is_failing;
}
