use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use super::{layer::LogLayer, targets};
use crate::config::{LogFormat, LogLevel};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(level: LogLevel, format: LogFormat, story: impl FnOnce()) -> String {
    let sink = Sink::default();
    let layer = LogLayer::new(format, Box::new(sink.clone()));
    let subscriber = tracing_subscriber::registry().with(layer).with(targets(level));
    tracing::subscriber::with_default(subscriber, story);
    let bytes = sink.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_json_line_carries_the_fields_of_its_spans() {
    let text = logged(LogLevel::Info, LogFormat::Json, || {
        let span = tracing::info_span!("request", request_id = "one", tool = tracing::field::Empty);
        let _entered = span.enter();
        span.record("tool", "orders.list");
        tracing::info!(status = 200, "answered");
    });
    let line: Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(line["message"], "answered");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["request_id"], "one");
    assert_eq!(line["tool"], "orders.list");
    assert_eq!(line["status"], 200);
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
}

#[test]
fn a_field_cannot_pose_as_a_member_of_the_line() {
    let text = logged(LogLevel::Info, LogFormat::Json, || {
        tracing::info!(level = "forged", "hello");
    });
    let line: Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!((&line["level"], &line["level_"]), (&"INFO".into(), &"forged".into()));
}

#[test]
fn secrets_are_masked_in_fields_messages_and_spans() {
    const PLANTED: &str = "odmk_q8Zt3vKx0LmWb7RyN2pJc5HdGf9SaUe4TiOoXwVkQzE";
    for format in [LogFormat::Json, LogFormat::Pretty] {
        let text = logged(LogLevel::Trace, format, || {
            let _entered = tracing::info_span!("request", authorization = PLANTED).entered();
            tracing::info!(api_key = "short1", "signed in with {PLANTED}");
            tracing::info!(body = format!("{{\"api_key\":\"short2\",\"x\":\"{PLANTED}\"}}"), "sent");
            tracing::error!(
                error = &std::io::Error::other(PLANTED) as &dyn std::error::Error,
                "failed"
            );
        });
        assert_eq!(text.lines().count(), 3, "{text}");
        for secret in [PLANTED, "short1", "short2"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn logged_text_stays_on_its_line() {
    let text = logged(LogLevel::Info, LogFormat::Pretty, || {
        tracing::info!(note = "one\ntwo\u{1b}[2J", "three\nfour");
    });
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn logged_text_hides_nothing_and_turns_nothing_around() {
    const PLANTED: &str = "a\u{202e}b\u{2028}c\u{9b}d\u{e0041}é";
    for format in [LogFormat::Json, LogFormat::Pretty] {
        let text = logged(LogLevel::Info, format, || tracing::info!(note = PLANTED, "{PLANTED}"));
        for c in PLANTED.chars().filter(|c| !c.is_alphabetic()) {
            assert!(!text.contains(c), "{c:?} in {text:?}");
        }
        assert!(text.contains('é'), "{text:?}");
    }
    let text = logged(LogLevel::Info, LogFormat::Json, || tracing::info!(note = PLANTED));
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["note"], PLANTED, "nothing is lost");
}

#[test]
fn levels_bound_what_is_logged() {
    let story = || {
        tracing::debug!("ours");
        tracing::debug!(target: "od_engine::orders", "ours as well");
        tracing::debug!(target: "hyper::proto", "theirs");
        tracing::info!(target: "hyper::proto", "theirs, important");
        tracing::error!(target: "rmcp::service", "arguments");
    };
    let lines = |level| logged(level, LogFormat::Pretty, story).lines().count();
    assert_eq!(lines(LogLevel::Debug), 3);
    assert_eq!(lines(LogLevel::Info), 1);
    assert_eq!(lines(LogLevel::Warn), 0);
    assert_eq!(lines(LogLevel::Off), 0);
}
