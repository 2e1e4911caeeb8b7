//! Rows as CSV that a spreadsheet opens without running anything in it: the titles first, nothing before or after.

use std::io;

use serde_json::Value;

use super::sheet::Sheet;

/// Prints all columns of all rows to standard output.
pub(super) fn print(sheet: &Sheet) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(io::stdout().lock());
    write(sheet, &mut writer)?;
    writer.flush()
}

pub(super) fn write(sheet: &Sheet, writer: &mut csv::Writer<impl io::Write>) -> io::Result<()> {
    writer.write_record(&sheet.names)?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if is_run(text) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a spreadsheet takes a text for a formula. Amounts are texts as well, and stay numbers.
fn is_run(text: &str) -> bool {
    let is_amount = text.strip_prefix('-').unwrap_or(text);
    let is_amount = is_amount.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    !is_amount
        && text
            .trim_start_matches(' ')
            .starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}
