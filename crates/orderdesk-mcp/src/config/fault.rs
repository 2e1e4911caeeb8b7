//! What is wrong with the configuration, and what is only odd about it.

use std::fmt;

use od_engine::auth::Mistaken;
use od_engine::redact::redact_text;
use serde::Serialize;

use super::setting::Setting;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default of the table.
    Default,
    /// The file named by `--config`.
    File,
    /// The `.env` file in the working directory.
    DotEnv,
    /// The environment.
    Environment,
    /// The command that runs: a flag, or what the command is for (the demo's own database).
    Command,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::File => "configuration file",
            Self::DotEnv => ".env",
            Self::Environment => "environment",
            Self::Command => "command",
        })
    }
}

/// One thing that must be mended before the program can run. It holds no secret but one that was given where none belongs: wherever
/// it is shown, texts are redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The variable, or the file the fault is in: what the message's sentence is about.
    #[serde(serialize_with = "redacted")]
    pub subject: String,
    /// What is wrong and what to do, as one or two sentences.
    #[serde(serialize_with = "redacted")]
    pub message: String,
}

fn redacted<S: serde::Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&redact_text(text))
}

impl Fault {
    /// A fault that is described in full by its message.
    pub fn new(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            message: message.into(),
        }
    }

    /// A value that does not fit its row.
    pub fn bad_value(setting: &Setting, origin: &Origin, text: &str, problem: &str) -> Self {
        let unfilled = if Mistaken::of(text.trim()) == Some(Mistaken::Unfilled) {
            " It looks like a variable that nobody filled in."
        } else {
            ""
        };
        let given = if setting.secret {
            String::new()
        } else {
            format!("{} ", shorten(text))
        };
        let (allowed, name, example) = (setting.allowed(), setting.name, setting.example);
        let example = if setting.secret {
            String::new()
        } else {
            format!(" Example: {name}={example}")
        };
        Self::new(
            name,
            format!("{given}(from {origin}) {problem}.{unfilled} Allowed: {allowed}.{example}"),
        )
    }
}

impl fmt::Display for Fault {
    /// One sentence without a colon after the subject: what follows `MCP_KMS_KEY:` is masked like a key wherever texts are
    /// redacted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject, self.message)
    }
}

/// Every fault of a configuration, in the order of the table.
#[derive(Debug, thiserror::Error)]
#[error("{}", list(.0))]
pub struct ConfigError(pub Vec<Fault>);

impl From<Fault> for ConfigError {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

fn list(faults: &[Fault]) -> String {
    if let [fault] = faults {
        return fault.to_string();
    }
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    format!("the configuration has {} faults:{}", faults.len(), lines.concat())
}

/// What was given, in quotes and short enough for one line.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start:?}...")
}
