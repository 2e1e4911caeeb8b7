//! `/traces/export`: what the filters leave, as a file.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use od_engine::audit::{Export, ExportFormat};

use super::filters::Filters;
use crate::{member::Member, page, problem::Fault};

/// The file, written as it is read: a long log is never in memory as a whole. What goes wrong on the way cuts it off, and the
/// browser says that it did not come whole.
pub async fn download(member: Member) -> Response {
    let query = member.query();
    let (format, kind, name) = match query.typed("format") {
        "csv" => (ExportFormat::Csv, "text/csv; charset=utf-8", "audit-log.csv"),
        _ => (ExportFormat::Json, "application/json", "audit-log.json"),
    };
    let filters = Filters::read(&query);
    let Ok(filter) = filters.to_audit() else {
        // The page of the list shows what is wrong with them, beside the fields.
        return member.go(&filters.address("/traces", &[]));
    };
    let log = member.web.engine.audit_log();
    let export = match log.export_own(&member.scope, filter, format).await {
        Ok(export) => export,
        Err(error) => return Fault::of(&error).respond(&member),
    };
    let request_id = member.visit.request_id;
    let parts = stream::unfold(Some(export), move |export: Option<Export>| async move {
        let mut export = export?;
        match export.next().await {
            Ok(part) => part.map(|part| (Ok(part), Some(export))),
            Err(error) => {
                tracing::error!(%error, %request_id, "an export was cut off");
                Some((Err(error), None))
            }
        }
    });
    let mut response = Body::from_stream(parts).into_response();
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    for (header, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(header, value);
        }
    }
    page::keep_nowhere(&mut response);
    response
}
