//! What one check of `doctor` found.

use od_engine::redact::redact_text;
use serde::Serialize;

use crate::cli::Failure;

/// How one check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    Warning,
    Failed,
    Skipped,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub verdict: Verdict,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Finding {
    pub fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Ok,
            message: message.into(),
            mend: None,
        }
    }

    pub fn warning(check: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Warning,
            ..Self::failed(check, message, mend)
        }
    }

    pub fn failed(check: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        let mend = mend.into();
        Self {
            check,
            verdict: Verdict::Failed,
            message: message.into(),
            mend: (!mend.is_empty()).then_some(mend),
        }
    }

    pub fn skipped(check: &'static str, message: impl Into<String>) -> Self {
        Self {
            check,
            verdict: Verdict::Skipped,
            message: message.into(),
            mend: None,
        }
    }
}

/// A check that failed as a command would.
pub fn failed(check: &'static str, failure: &Failure) -> Finding {
    let shown = |text: &str| redact_text(text).into_owned();
    Finding::failed(
        check,
        shown(failure.message()),
        shown(failure.hint().unwrap_or_default()),
    )
}
