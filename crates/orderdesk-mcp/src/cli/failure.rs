//! How a command fails: what it says and the exit code.

use std::fmt;

use od_engine::{AuthFailure, Class, Error, redact::redact_text};

use serde::Serialize;

use crate::config::{ConfigError, Fault};

/// Why a command failed, for the person who ran it.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
    silent: bool,
}

impl Failure {
    /// The command could not do what it was asked: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            code: 1,
            silent: false,
        }
    }

    /// The command was called or configured wrongly: exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            code: 2,
            silent: false,
        }
    }

    /// Nobody reads the output any more (`... | head -1`), which is no news to who closed it: only an exit code.
    fn unread() -> Self {
        Self {
            silent: true,
            ..Self::failed("nobody reads the output")
        }
    }

    /// Whether there is something to say.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// Adds what to do next.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.hint = (!hint.is_empty()).then_some(hint);
        self
    }

    /// Adds to what to do next.
    pub fn and_hint(self, more: &str) -> Self {
        let hint = format!("{} {more}", self.hint().unwrap_or_default());
        self.with_hint(hint.trim())
    }

    /// What went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The exit code: 1 failed, 2 wrong usage or configuration.
    pub fn code(&self) -> u8 {
        self.code
    }
}

/// The same for scripts.
#[derive(Debug, Serialize)]
pub struct Told {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    exit_code: u8,
}

impl Failure {
    /// What is said of it, for scripts.
    pub fn for_scripts(&self) -> Told {
        Told {
            message: redact_text(&self.message).into_owned(),
            hint: self.hint().map(|hint| redact_text(hint).into_owned()),
            exit_code: self.code,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", redact_text(&self.message))?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {}", redact_text(hint)),
            None => Ok(()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        ConfigError::from(fault).into()
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::unread(),
            _ => Self::failed(error.to_string()),
        }
    }
}

/// A master key that was lost cannot be made again by anybody; what is left to do is told where its lack is met.
pub const LOST_KEY: &str = "A lost one stands in no other place than the files of the clients that were set up with it \
    (MCP_MASTER_KEY there). If it is in none, nobody can open that tenant's API keys any more: `orderdesk-mcp setup \
    --new-tenant` makes another tenant, which takes the API keys of your stores again, and `orderdesk-mcp tenant close` \
    ends the old one and keeps its audit log.";

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = format!("{error} ({})", error.code());
        let failure = match error.class() {
            Class::Invalid => Self::usage(message),
            _ => Self::failed(message),
        };
        failure.with_hint(match &error {
            Error::Unauthenticated(AuthFailure::Unknown) => format!("{} {LOST_KEY}", error.hint()),
            _ => error.hint().to_owned(),
        })
    }
}
