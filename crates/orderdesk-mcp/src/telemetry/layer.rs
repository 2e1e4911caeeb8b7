//! The one sink of all logs: collects an event with the fields of its spans, redacts, writes one line.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

use serde_json::{Map, Value};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, Scope},
};

use super::{fields::Fields, line};
use crate::config::LogFormat;

/// Writes every event that reaches it, redacted.
pub struct LogLayer {
    format: LogFormat,
    writer: Mutex<Box<dyn Write + Send>>,
}

impl LogLayer {
    /// A sink that writes lines of this format.
    pub fn new(format: LogFormat, writer: Box<dyn Write + Send>) -> Self {
        Self {
            format,
            writer: Mutex::new(writer),
        }
    }
}

impl<S> Layer<S> for LogLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(Fields(of_span)) = span.extensions().get::<Fields>() {
                fields.extend(of_span.clone());
            }
        }
        let mut own = Fields::default();
        event.record(&mut own);
        fields.extend(own.0);

        let mut text = line::render(self.format, event.metadata(), redacted(fields));
        text.push('\n');
        // There is nowhere left to report that standard error is gone.
        let _ = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(text.as_bytes());
    }
}

fn redacted(fields: Map<String, Value>) -> Map<String, Value> {
    match od_engine::redact::redact(&Value::Object(fields)) {
        Value::Object(fields) => fields,
        other => Map::from_iter([("message".to_owned(), other)]),
    }
}
