//! From the spans of the code to those of a trace.
//!
//! Only spans with the target for traces come here, and of these only the fields named below: their values are texts of the
//! program, but for the id of the request. So no argument, no record, no address and no key can get into a trace, whatever
//! anybody adds to a span one day.
//!
//! A request's trace id is the one it came with (`traceparent`), else its request id, so that the same number finds it in the
//! log, in the audit log and among the traces.

use std::{fmt::Debug, time::SystemTime};

use od_engine::{Clock, RequestId};
use od_mcp::TraceParent;
use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SpanData, SpanEvents, SpanLinks};
use tracing::{
    Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::export::Exporter;

const REQUEST_ID: &str = "request_id";
const TRACE_PARENT: &str = "traceparent";
/// What else is told of a span.
const ATTRIBUTES: [&str; 6] = ["tool", "outcome", "operation", "status", "kind", "rows"];

/// Makes a trace's spans of the code's and hands them to the exporter when they end.
pub(super) struct SpanLayer {
    exporter: Exporter,
    clock: Clock,
    ids: RandomIdGenerator,
    scope: InstrumentationScope,
}

/// A span that has not ended.
struct Open {
    context: SpanContext,
    parent: SpanId,
    has_remote_parent: bool,
    start: SystemTime,
    request_id: String,
    told: Told,
}

/// The fields of a span that may be told.
#[derive(Default)]
struct Told {
    request_id: Option<String>,
    trace_parent: Option<TraceParent>,
    attributes: Vec<(&'static str, String)>,
}

impl SpanLayer {
    pub(super) fn new(exporter: Exporter) -> Self {
        Self {
            exporter,
            clock: Clock::system(),
            ids: RandomIdGenerator::default(),
            scope: InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
                .with_version(env!("CARGO_PKG_VERSION"))
                .build(),
        }
    }

    /// The beginning of a span below `parent`, or of a request. What belongs to no request, such as tidying up, is in no
    /// trace.
    fn open(&self, parent: Option<&Open>, told: Told) -> Option<Open> {
        let (trace, parent_span, has_remote_parent, is_sampled, request_id) = match (parent, told.trace_parent) {
            (Some(parent), _) => (
                parent.context.trace_id(),
                parent.context.span_id(),
                false,
                parent.context.is_sampled(),
                parent.request_id.clone(),
            ),
            (None, Some(remote)) => (
                TraceId::from(remote.trace),
                SpanId::from(remote.parent),
                true,
                remote.is_sampled,
                told.request_id.clone()?,
            ),
            (None, None) => {
                let request_id = told.request_id.clone()?;
                (self.trace_of(&request_id), SpanId::INVALID, false, true, request_id)
            }
        };
        let flags = if is_sampled {
            TraceFlags::SAMPLED
        } else {
            TraceFlags::NOT_SAMPLED
        };
        Some(Open {
            context: SpanContext::new(trace, self.ids.new_span_id(), flags, false, TraceState::NONE),
            parent: parent_span,
            has_remote_parent,
            start: self.clock.now().into(),
            request_id,
            told,
        })
    }

    /// The trace of a request that came with none.
    fn trace_of(&self, request_id: &str) -> TraceId {
        let id = RequestId::parse(request_id).map(|id| TraceId::from(id.as_u128()));
        id.filter(|id| *id != TraceId::INVALID)
            .unwrap_or_else(|| self.ids.new_trace_id())
    }

    fn ended(&self, name: &'static str, open: Open) -> SpanData {
        let Open {
            context,
            parent,
            has_remote_parent,
            start,
            request_id,
            told,
        } = open;
        let name = told.name(name);
        let (span_kind, status) = (told.kind(), told.status());
        let mut attributes = vec![KeyValue::new(REQUEST_ID, request_id)];
        attributes.extend(
            told.attributes
                .into_iter()
                .map(|(name, value)| KeyValue::new(name, value)),
        );
        SpanData {
            span_context: context,
            parent_span_id: parent,
            parent_span_is_remote: has_remote_parent,
            span_kind,
            name: name.into(),
            start_time: start,
            end_time: self.clock.now().into(),
            attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status,
            instrumentation_scope: self.scope.clone(),
        }
    }
}

impl<S> Layer<S> for SpanLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut told = Told::default();
        attributes.record(&mut told);
        let open = match span.parent() {
            Some(parent) => {
                let extensions = parent.extensions();
                // Below what is in no trace nothing else is.
                extensions
                    .get::<Open>()
                    .and_then(|parent| self.open(Some(parent), told))
            }
            None => self.open(None, told),
        };
        if let Some(open) = open {
            span.extensions_mut().insert(open);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(open) = span.extensions_mut().get_mut::<Open>()
        {
            values.record(&mut open.told);
        }
    }

    fn on_close(&self, id: span::Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let open = span.extensions_mut().remove::<Open>();
        if let Some(open) = open.filter(|open| open.context.is_sampled()) {
            self.exporter.send(self.ended(span.name(), open));
        }
    }
}

impl Told {
    fn of(&self, wanted: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(name, _)| *name == wanted)
            .map(|(_, value)| value.as_str())
    }

    /// The name of a span: one of a few, as it tells what was done and not to what.
    fn name(&self, name: &str) -> String {
        let what: Vec<_> = ["tool", "operation", "kind", "rows"]
            .into_iter()
            .filter_map(|name| self.of(name))
            .collect();
        [&[name], what.as_slice()].concat().join(" ")
    }

    fn kind(&self) -> SpanKind {
        if self.of("status").is_some() || self.of("rows").is_some() {
            SpanKind::Client
        } else if self.of("tool").is_none() && self.request_id.is_some() {
            SpanKind::Server
        } else {
            SpanKind::Internal
        }
    }

    fn status(&self) -> Status {
        let failure = match (self.of("outcome"), self.of("status")) {
            (Some("success"), _) => None,
            (Some(code), _) => Some(code),
            (None, Some(status)) if !status.starts_with('2') => Some(status),
            (None, _) => None,
        };
        failure.map_or(Status::Unset, |failure| Status::error(failure.to_owned()))
    }

    fn put(&mut self, field: &Field, value: String) {
        match field.name() {
            REQUEST_ID => self.request_id = Some(value),
            TRACE_PARENT => self.trace_parent = TraceParent::parse(&value),
            name => {
                // Rows are told by the module that has them.
                let value = match value.strip_prefix("od_db::") {
                    Some(rest) => rest.to_owned(),
                    None => value,
                };
                if let Some(name) = ATTRIBUTES.iter().find(|known| **known == name) {
                    self.attributes.push((name, value));
                }
            }
        }
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests;
