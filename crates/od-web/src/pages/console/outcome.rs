//! What came of a run, as the page shows it.

use std::time::Duration;

use od_engine::RequestId;
use serde_json::{Map, Value};

use super::{copies, report};
use crate::{Ran, Tool, highlight::Highlighted};

/// What came of a run.
pub struct Outcome {
    /// `success`, or the code of the failure.
    pub status: String,
    pub is_error: bool,
    pub milliseconds: u128,
    pub request_id: RequestId,
    /// What happened, when it failed.
    pub message: String,
    /// What to do then.
    pub hint: String,
    /// What has to be agreed to before it is done.
    pub effects: Option<String>,
    pub result: Highlighted,
    pub curl: String,
    pub message_of_client: String,
    /// Where a file is that was made, within this server.
    pub file: Option<String>,
    /// Where the next page begins, when there is one.
    pub next_offset: Option<u64>,
    /// When it may be run again, when it came too soon.
    pub retry_after: Option<Duration>,
}

/// What was run, by whom it can be told again.
pub struct Made<'a> {
    pub tool: &'a Tool,
    pub arguments: &'a Map<String, Value>,
    /// Where clients send it.
    pub endpoint: &'a str,
    pub request_id: RequestId,
    pub took: Duration,
}

impl Outcome {
    pub fn of(made: &Made<'_>, ran: Ran) -> Self {
        let error = ran.envelope.get("error").unwrap_or(&Value::Null);
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let status = if ran.is_error {
            text("code")
        } else {
            "success".to_owned()
        };
        let retry_after = error["details"]["retry_after_seconds"].as_u64();
        let (tool, arguments) = (made.tool.name.as_str(), made.arguments);
        Self {
            retry_after: retry_after
                .filter(|_| status == "RATE_LIMIT_EXCEEDED")
                .map(Duration::from_secs),
            status,
            is_error: ran.is_error,
            milliseconds: made.took.as_millis(),
            request_id: made.request_id,
            message: text("message"),
            hint: text("hint"),
            next_offset: ran.envelope.get("page").and_then(|page| page["next_offset"].as_u64()),
            file: report::address(&ran.envelope),
            effects: ran.effects,
            curl: copies::curl(made.endpoint, tool, arguments),
            message_of_client: format!("{:#}", copies::message(tool, arguments)),
            result: Highlighted::of(&Value::Object(ran.envelope)),
        }
    }

    /// How it is to look.
    pub fn tone(&self) -> &'static str {
        match (self.is_error, self.effects.is_some()) {
            (false, _) => "good",
            (true, true) => "care",
            (true, false) => "bad",
        }
    }
}
