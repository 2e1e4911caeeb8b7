//! Rows as CSV that a spreadsheet opens without running anything in it: the titles first, nothing before or after.

use std::io;

use od_engine::harmless;
use serde_json::Value;

use super::sheet::Sheet;
use crate::cli::output;

/// Prints all columns of all rows to standard output.
pub(super) fn print(sheet: &Sheet) -> io::Result<()> {
    let mut text = Vec::new();
    write(sheet, &mut csv::Writer::from_writer(&mut text))?;
    // Not through the writer, which would hide that nobody reads any more.
    output::print(&text)
}

pub(super) fn write(sheet: &Sheet, writer: &mut csv::Writer<impl io::Write>) -> io::Result<()> {
    // A line without a cell would be one with an empty cell.
    if sheet.names.is_empty() {
        return Ok(());
    }
    writer.write_record(&sheet.names)?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // Amounts are texts as well, and stay numbers.
        Value::String(text) if is_amount(text) => text.clone(),
        Value::String(text) => harmless(text.clone()),
        other => other.to_string(),
    }
}

fn is_amount(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
