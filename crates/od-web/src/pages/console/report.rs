//! `/console/reports/{file}`: a report that a tool made, as a file.

use axum::{
    extract::{Path, RawQuery},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use od_engine::Class;
use serde_json::{Map, Value};

use crate::{member::Owner, page};

/// The address of the file that a reply leads to, within this server.
pub fn address(envelope: &Map<String, Value>) -> Option<String> {
    let csv = envelope.get("data")?.get("csv")?;
    let file = csv.get("uri")?.as_str()?.strip_prefix("orderdesk://reports/")?;
    let named = csv.get("name").and_then(Value::as_str).filter(|name| is_plain(name));
    let query = named.map(|name| format!("?name={name}")).unwrap_or_default();
    is_plain(file).then(|| format!("/console/reports/{file}{query}"))
}

/// What a file is to be called: nothing that ends a header or is a path.
fn file_name(query: Option<&str>) -> &str {
    let name = query.and_then(|query| query.strip_prefix("name="));
    name.filter(|name| is_plain(name) && name.strip_suffix(".csv").is_some())
        .unwrap_or("report.csv")
}

/// Letters, digits and what stands between them in the name of a file.
fn is_plain(name: &str) -> bool {
    const LONGEST: usize = 150;
    name.len() <= LONGEST
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

/// The file, for whoever may read it; for everybody else there is none.
pub async fn download(owner: Owner, Path(file): Path<String>, RawQuery(query): RawQuery) -> Response {
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
    let disposition = format!("attachment; filename=\"{}\"", file_name(query.as_deref()));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    page::keep_nowhere(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{address, file_name};

    #[test]
    fn a_file_is_called_as_its_report_is_and_nothing_else() {
        let envelope =
            |name: &str| json!({ "data": { "csv": { "uri": "orderdesk://reports/01-a.csv", "name": name } } });
        let address = |name: &str| address(envelope(name).as_object().expect("an object"));
        let named = "sales_by_day_2026-11-01_2026-11-29_mug-shop.csv";
        assert_eq!(address(named), Some(format!("/console/reports/01-a.csv?name={named}")));
        assert_eq!(address("a b.csv&x=\"y").as_deref(), Some("/console/reports/01-a.csv"));
        let called = |name: &str| file_name(Some(&format!("name={name}"))).to_owned();
        assert_eq!(called(named), named);
        for other in ["a/b.csv", "a%0D%0AX.csv", "a\".csv", "run.sh", ""] {
            assert_eq!(called(other), "report.csv", "{other}");
        }
        assert_eq!(file_name(None), "report.csv");
    }
}
