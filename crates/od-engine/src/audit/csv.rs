//! Entries as rows of a table that a spreadsheet opens without running anything in it.

use od_record::text::escaped;

use super::EntryView;
use crate::spreadsheet::{MARKS, harmless};

/// The columns, in order.
pub(super) const COLUMNS: [&str; 21] = [
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
    "agreed_by",
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
        escaped(&entry.parameters.to_string()).into_owned(),
        entry.id,
        entry.seq.to_string(),
        entry.digest,
        entry.order_ids.join(" "),
        entry.has_difference.to_string(),
        text(entry.agreed_by),
    ])
}

/// A line as RFC 4180 has it.
fn line(cells: [String; COLUMNS.len()]) -> String {
    let mut line = cells.map(|cell| quoted(&harmless(cell))).join(",");
    line.push_str("\r\n");
    line
}

fn quoted(cell: &str) -> String {
    if cell.contains('"') || cell.contains(MARKS) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
