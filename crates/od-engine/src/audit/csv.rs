//! Entries as rows of a table that a spreadsheet opens without running anything in it.

use super::EntryView;

/// The columns, in order.
pub(super) const COLUMNS: [&str; 20] = [
    "created_at",
    "tenant_id",
    "store_id",
    "tool_name",
    "status",
    "error_code",
    "error_message",
    "duration_ms",
    "request_id",
    "source",
    "actor",
    "client_name",
    "ip_address",
    "user_agent",
    "parameters",
    "id",
    "seq",
    "digest",
    "order_ids",
    "has_difference",
];

/// The first line.
pub(super) fn heading() -> String {
    line(COLUMNS.map(str::to_owned))
}

/// One entry.
pub(super) fn row(entry: EntryView) -> String {
    let text = Option::unwrap_or_default;
    line([
        entry.created_at,
        text(entry.tenant_id),
        text(entry.store_id),
        entry.tool_name,
        entry.status,
        text(entry.error_code),
        text(entry.error_message),
        entry.duration_ms.to_string(),
        entry.request_id,
        entry.source,
        entry.actor,
        text(entry.client_name),
        text(entry.ip_address),
        text(entry.user_agent),
        entry.parameters.to_string(),
        entry.id,
        entry.seq.to_string(),
        entry.digest,
        entry.order_ids.join(" "),
        entry.has_difference.to_string(),
    ])
}

/// A line as RFC 4180 has it.
fn line(cells: [String; COLUMNS.len()]) -> String {
    let mut line = cells.map(|cell| quoted(&harmless(cell))).join(",");
    line.push_str("\r\n");
    line
}

/// What a spreadsheet's cell may be taken apart at, by readers that split at another mark or do not know quotes.
const MARKS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// Spreadsheets run a cell that begins like a formula, also one that came from a shopper; behind an apostrophe it is text.
/// Where a reader splits at semicolons or tabs, or at commas within quotes, each piece is a cell.
pub(super) fn harmless(cell: String) -> String {
    // East Asian spreadsheets take the wide ones for the others.
    let starts = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if !cell.contains(starts) && !cell.starts_with(MARKS) {
        return cell;
    }
    let mut text = String::with_capacity(cell.len() + 2);
    // Whether nothing but quotes and blanks came since the piece began.
    let mut begins = true;
    if cell.starts_with(['\t', '\r', '\n']) {
        text.push('\'');
    }
    for (at, c) in cell.char_indices() {
        if begins && starts(c) && (at == 0 || !is_number(&cell[at..])) {
            text.push('\'');
        }
        begins = MARKS.contains(&c) || (begins && (c == '"' || c == ' '));
        text.push(c);
    }
    text
}

/// Whether a piece is a plain number, as in a JSON list: `-2.5`, with nothing behind it but what ends the list.
fn is_number(piece: &str) -> bool {
    let piece = piece.split(MARKS).next().unwrap_or_default();
    let digits = piece.trim_start_matches(['-', '+']).trim_end_matches([']', '}', ' ']);
    piece.len() - piece.trim_start_matches(['-', '+']).len() <= 1 && digits.parse::<f64>().is_ok_and(f64::is_finite)
}

fn quoted(cell: &str) -> String {
    if cell.contains('"') || cell.contains(MARKS) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
