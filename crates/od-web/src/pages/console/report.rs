//! `/console/reports/{file}`: a report that a tool made, as a file.

use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use od_engine::Class;
use serde_json::{Map, Value};

use crate::{member::Owner, page};

/// The address of the file that a reply leads to, within this server.
pub fn address(envelope: &Map<String, Value>) -> Option<String> {
    let uri = envelope.get("data")?.get("csv")?.get("uri")?.as_str()?;
    let file = uri.strip_prefix("orderdesk://reports/")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    file.chars().all(is_plain).then(|| format!("/console/reports/{file}"))
}

/// The file, for whoever may read it; for everybody else there is none.
pub async fn download(owner: Owner, Path(file): Path<String>) -> Response {
    let Some(id) = file.strip_suffix(".csv") else {
        return owner.not_found();
    };
    let text = match owner.web.engine.read_report(&owner.scope, id).await {
        Ok(text) => text,
        Err(error) if error.class() == Class::NotFound => return owner.not_found(),
        Err(error) => return owner.refuse(&error),
    };
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"report.csv\""),
    );
    page::keep_nowhere(&mut response);
    response
}
