//! The addresses of reports that are kept as files.

use od_engine::ReportFile;
use rmcp::model::Resource;
use serde_json::{Value, json};

/// The address of a report, with a part to fill in.
pub(crate) const REPORT: &str = "orderdesk://reports/{id}.csv";
/// What a report is written in.
pub(crate) const CSV: &str = "text/csv";

const BEFORE: &str = "orderdesk://reports/";
const BEHIND: &str = ".csv";

/// The id in the address of a report; nothing when it is no such address.
pub(crate) fn id_in(uri: &str) -> Option<&str> {
    let id = uri.strip_prefix(BEFORE)?.strip_suffix(BEHIND)?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}

/// The report as a resource that a client reads.
pub(crate) fn link(file: &ReportFile) -> Resource {
    Resource::new(address(file), file.name.clone())
        .with_mime_type(CSV)
        .with_size(file.bytes as u64)
        .with_description(format!("{} rows, there until {}.", file.rows, file.expires_at))
}

/// What a reply says of it.
pub(crate) fn told(file: &ReportFile) -> Value {
    json!({
        "uri": address(file),
        "name": file.name,
        "rows": file.rows,
        "bytes": file.bytes,
        "columns": file.columns,
        "expires_at": file.expires_at,
    })
}

fn address(file: &ReportFile) -> String {
    format!("{BEFORE}{}{BEHIND}", file.id)
}
