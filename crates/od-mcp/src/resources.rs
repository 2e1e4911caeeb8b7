//! Resources: two references about this server, and what a person may attach to a conversation from a shop.
//!
//! What belongs to a shop is read through the tool that reads it, so that permissions, limits and the audit log hold
//! here too.

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde_json::{Map, Value, json};

mod address;
mod reference;

pub(crate) use address::{Address, REPORT_TOOL, Record};
pub(crate) use reference::CANNOT;

use crate::catalog::Entry;
use crate::label::label;
use crate::report_link::{CSV, REPORT, id_in};

const JSON: &str = "application/json";
const MARKDOWN: &str = "text/markdown";

/// All resources with a fixed address, as they are listed.
pub(crate) fn list() -> Vec<Resource> {
    vec![
        Resource::new(address::TOOLS, "tool-reference")
            .with_title("Tool reference")
            .with_description("The tools of this connection, with arguments and a minimal example each.")
            .with_mime_type(MARKDOWN),
        Resource::new(address::API, "api-reference")
            .with_title("Order Desk API reference")
            .with_description("Which Order Desk operation each tool performs, and what the API cannot do.")
            .with_mime_type(MARKDOWN),
    ]
}

/// What is said of an address that nothing is at. It depends on nothing but the address: nobody learns from it what there is.
pub(crate) fn missing(uri: &str) -> ErrorData {
    let what = if id_in(uri).is_some() {
        "there is no such report: each is kept for an hour. Ask for the report again"
    } else {
        "there is no such resource"
    };
    ErrorData::resource_not_found(what, Some(json!({ "uri": label(uri) })))
}

/// The addresses with parts to fill in, as they are listed for whoever may see `tools`.
pub(crate) fn templates(tools: &[&Entry]) -> Vec<ResourceTemplate> {
    let template = |uri: &str, name: &str, title: &str, description: &str| {
        ResourceTemplate::new(uri, name)
            .with_title(title)
            .with_description(description)
            .with_mime_type(JSON)
    };
    let all = [
        template(
            address::ORDER,
            "order",
            "Order",
            "One whole order. order_id is Order Desk's internal id.",
        ),
        template(address::FOLDERS, "folders", "Folders", "The folders of a store."),
        template(
            address::SETTINGS,
            "settings",
            "Store settings",
            "A store's settings without its secrets.",
        ),
        template(
            REPORT,
            "report",
            "Report as CSV",
            "Every row of a report that was asked for with format csv. It is there for an hour.",
        )
        .with_mime_type(CSV),
    ];
    let is_read_by_one = |template: &ResourceTemplate| {
        address::tool_of(&template.uri_template).is_some_and(|tool| tools.iter().any(|entry| entry.spec.name == tool))
    };
    all.into_iter().filter(is_read_by_one).collect()
}

/// A reference page for a caller who may see `tools`.
pub(crate) fn page(address: &Address, uri: &str, tools: &[&Entry]) -> Option<ReadResourceResult> {
    let text = match address {
        Address::Tools => reference::tools(tools),
        Address::Api => reference::api(tools),
        Address::Record(_) | Address::Report(_) => return None,
    };
    Some(contents(text, uri, MARKDOWN))
}

/// What a tool's reply holds, as a resource.
pub(crate) fn record(envelope: &Map<String, Value>, uri: &str) -> ReadResourceResult {
    let data = envelope.get("data").unwrap_or(&Value::Null);
    contents(data.to_string(), uri, JSON)
}

/// The text of a report.
pub(crate) fn report(text: String, uri: &str) -> ReadResourceResult {
    contents(text, uri, CSV)
}

fn contents(text: String, uri: &str, mime_type: &str) -> ReadResourceResult {
    ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(mime_type)])
}
