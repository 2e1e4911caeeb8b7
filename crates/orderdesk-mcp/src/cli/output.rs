//! What a command prints: text for people, JSON for scripts.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use clap::ValueEnum;
use od_engine::text::escaped;
use serde::Serialize;
use serde_json::json;

use super::Failure;

/// Whether anything went to standard output.
static PRINTED: AtomicBool = AtomicBool::new(false);

/// The shape of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// For scripts: one JSON document.
    Json,
}

impl Output {
    /// Tells a script why there is no result. When something was printed, that is the result: there is one document.
    pub fn tell_failure(self, failure: &Failure) {
        if self == Self::Json && !PRINTED.load(Ordering::Relaxed) {
            // Standard error has it already.
            let _ = json(&json!({ "status": "error", "error": failure.for_scripts() }));
        }
    }

    /// Prints a result: for people as this text, for scripts as this value.
    pub fn tell(self, value: &impl Serialize, text: &str) -> io::Result<()> {
        match self {
            Self::Json => json(value),
            Self::Text => line(text),
        }
    }
}

/// The option that every listing has.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct OutputArg {
    /// How to print the result.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub output: Output,
}

/// Prints one line, or several, to standard output.
pub fn line(text: &str) -> io::Result<()> {
    print(format!("{text}\n").as_bytes())
}

/// Prints bytes to standard output.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    PRINTED.store(true, Ordering::Relaxed);
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.map_err(|error| io::Error::new(error.kind(), format!("standard output takes nothing: {error}")))
}

/// Prints a value as one line of JSON, in which a terminal finds nothing to obey.
pub fn json(value: &impl Serialize) -> io::Result<()> {
    line(&escaped(&serde_json::to_string(value)?))
}

/// Tells the person something that is not the result: on standard error, where scripts do not look.
pub fn note(text: &str) {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints rows under headings, each column as wide as it must be.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let print_row = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        line(padded.join("  ").trim_end())
    };
    print_row(&headings.map(str::to_owned))?;
    rows.iter().try_for_each(|row| print_row(row))
}

/// One word of a command line that is shown, whatever is in it.
pub fn for_a_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
