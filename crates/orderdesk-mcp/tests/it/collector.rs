//! A collector of traces: takes what the program sends and keeps it.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value as AnyValue, trace::v1::Span,
};
use prost::Message;
use tokio::runtime::Runtime;

/// A collector on a port of its own.
pub struct Collector {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Bytes>>>,
    /// It serves until this is dropped.
    _runtime: Runtime,
}

/// A span as it arrived.
#[derive(Debug)]
pub struct Seen {
    pub name: String,
    pub trace: String,
    pub id: String,
    pub parent: String,
    pub attributes: BTreeMap<String, String>,
}

impl Collector {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let taken: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let keep = taken.clone();
        let take = move |headers: HeaderMap, body: Bytes| async move {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            keep.lock().unwrap().push(body);
        };
        let routes = Router::new().route("/v1/traces", post(take));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            address,
            taken,
            _runtime: runtime,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that came, as it came.
    pub fn bytes(&self) -> Vec<u8> {
        self.taken.lock().unwrap().concat()
    }

    /// The spans that came.
    pub fn spans(&self) -> Vec<Seen> {
        let bodies = self.taken.lock().unwrap().clone();
        let requests = bodies
            .into_iter()
            .map(|body| ExportTraceServiceRequest::decode(body).unwrap());
        requests
            .flat_map(|request| request.resource_spans)
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .map(Seen::of)
            .collect()
    }

    /// Waits for a span of this name.
    pub fn wait_for(&self, name: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.spans().iter().all(|span| span.name != name) {
            assert!(Instant::now() < deadline, "{name} never came: {:#?}", self.spans());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Seen {
    fn of(span: Span) -> Self {
        let text = |value| match value {
            Some(AnyValue::StringValue(text)) => text,
            other => panic!("an attribute that is no text: {other:?}"),
        };
        assert!(span.events.is_empty() && span.links.is_empty(), "{span:?}");
        Self {
            name: span.name,
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
            attributes: span
                .attributes
                .into_iter()
                .map(|pair| (pair.key, text(pair.value.and_then(|value| value.value))))
                .collect(),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
