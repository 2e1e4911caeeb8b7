//! From what the engine answers to what a client reads: one envelope, and the one place where errors become replies.

use od_engine::{Class, Error, Outcome, RequestId, whole_seconds};
use rmcp::model::{CallToolResult, ContentBlock, Resource};
use serde_json::{Map, Value, json};

use crate::confirm::Question;
use crate::report_link;

mod budget;
mod mode;
mod table;
#[cfg(test)]
mod tests;

pub use budget::Shape;
pub use mode::ReplyMode;
pub(crate) use table::{LAYOUT, TABLE};

/// What a reply may look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// What may be left out of it.
    pub shape: Shape,
    /// Whether a list is laid out as columns and rows.
    pub as_table: bool,
    /// In which copies it goes out.
    pub mode: ReplyMode,
    /// The bytes that all copies together may take.
    pub most: usize,
}

/// A finished call, as a client reads it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The envelope: `status` with `data`, or with `error`.
    pub envelope: Map<String, Value>,
    /// The envelope as compact JSON.
    pub text: String,
    /// Whether the call failed.
    pub is_error: bool,
    /// What a person has to agree to before the call is carried out; set when it failed for want of that.
    pub question: Option<Question>,
    /// Whether the call was refused by its tenant's limit, with nothing of it begun.
    pub unbegun: bool,
    /// What else there is to be read of it.
    pub(crate) link: Option<Resource>,
}

impl Answer {
    /// The data of a call that succeeded, in the form that was asked for.
    pub(crate) fn success(outcome: Outcome<Value>, request_id: RequestId, form: Form) -> Self {
        let Outcome {
            mut data,
            store,
            page,
            cache,
            warnings,
            mut text,
            file,
            ..
        } = outcome;
        if let (Some(file), Some(members)) = (&file, data.as_object_mut()) {
            members.insert("csv".to_owned(), report_link::told(file));
            text = None;
        }
        let shape = match form.shape {
            Shape::Rows(key) if form.as_table && table::lay_out(&mut data, key) => {
                text = None;
                Shape::Table(key)
            }
            shape => shape,
        };
        let mut envelope = Map::new();
        envelope.insert("status".to_owned(), "success".into());
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                envelope.insert(name.to_owned(), value);
            }
        };
        add("store", store.map(|store| json!(store)));
        add("data", Some(data));
        add("page", page.map(|page| json!(page)));
        add("cache", cache.map(|cache| json!(cache)));
        add("warnings", (!warnings.is_empty()).then(|| json!(warnings)));
        add("request_id", Some(request_id.to_string().into()));
        let text = budget::fit(&mut envelope, text.as_deref(), shape, form.mode, form.most);
        Self {
            envelope,
            text,
            is_error: false,
            question: None,
            unbegun: false,
            link: file.as_ref().map(report_link::link),
        }
    }

    /// A call that failed. `at` is the time, RFC 3339.
    pub(crate) fn failure(failure: Failure, request_id: RequestId, at: String, most: usize) -> Self {
        let Failure {
            code,
            message,
            details,
            hint,
            example,
            retryable,
            question,
            unbegun,
        } = failure;
        let mut error = Map::new();
        error.insert("code".to_owned(), code.into());
        error.insert("message".to_owned(), message.into());
        let optional = [("details", details), ("hint", Some(hint.into())), ("example", example)];
        error.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?))),
        );
        error.insert("retryable".to_owned(), retryable.into());
        error.insert("request_id".to_owned(), request_id.to_string().into());
        error.insert("timestamp".to_owned(), at.into());
        let mut envelope = Map::new();
        envelope.insert("status".to_owned(), "error".into());
        envelope.insert("error".to_owned(), Value::Object(error));
        let text = budget::fit(&mut envelope, None, Shape::Failure, ReplyMode::Both, most);
        Self {
            envelope,
            text,
            is_error: true,
            question,
            unbegun,
            link: None,
        }
    }

    /// The stable code of a failure.
    pub fn code(&self) -> Option<&str> {
        self.envelope.get("error")?.get("code")?.as_str()
    }
}

impl From<Answer> for CallToolResult {
    /// Structured content, and the same as compact text for clients that read only that; behind it what else is to be read.
    fn from(answer: Answer) -> Self {
        let mut content = vec![ContentBlock::text(answer.text)];
        content.extend(answer.link.map(ContentBlock::resource_link));
        let mut result = if answer.is_error {
            Self::error(content)
        } else {
            Self::success(content)
        };
        result.structured_content = Some(Value::Object(answer.envelope));
        result
    }
}

/// A failure in the words of the envelope.
#[derive(Debug)]
pub(crate) struct Failure {
    pub code: &'static str,
    pub message: String,
    pub details: Option<Value>,
    pub hint: &'static str,
    pub example: Option<Value>,
    pub retryable: bool,
    pub question: Option<Question>,
    pub unbegun: bool,
}

impl Failure {
    /// An engine's error. What is a fault of ours is logged here and nowhere else; that a call was refused, the line of the
    /// call says.
    pub(crate) fn of(error: &Error) -> Self {
        if error.class() == Class::Internal {
            tracing::error!(code = error.code(), %error, "call failed");
        }
        let mut details = error.details();
        if let Some(wait) = error.retry_after() {
            let details = details.get_or_insert_with(|| json!({}));
            details["retry_after_seconds"] = whole_seconds(wait).into();
        }
        let question = match error {
            Error::ConfirmationRequired { effects, deed } => Some(Question {
                effects: effects.question(),
                deed: deed.clone(),
            }),
            _ => None,
        };
        Self {
            code: error.code(),
            message: error.to_string(),
            details,
            hint: error.hint(),
            example: None,
            retryable: error.retryable(),
            question,
            unbegun: matches!(error, Error::RateLimited { .. } | Error::TooManyRuns { .. }),
        }
    }
}
