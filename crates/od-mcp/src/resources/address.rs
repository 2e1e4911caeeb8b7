//! The addresses of resources, and what stands behind each.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::report_link;

pub(super) const TOOLS: &str = "orderdesk://reference/tools";
pub(super) const API: &str = "orderdesk://reference/api";
pub(super) const ORDER: &str = "orderdesk://stores/{store}/orders/{order_id}";
pub(super) const FOLDERS: &str = "orderdesk://stores/{store}/folders";
pub(super) const SETTINGS: &str = "orderdesk://stores/{store}/settings";

/// The dotted name of the tool that makes reports: whoever has it may read them.
pub(crate) const REPORT_TOOL: &str = "orders.report";

/// What an address stands for.
#[derive(Debug, PartialEq)]
pub(crate) enum Address {
    /// The tools of the connection.
    Tools,
    /// The operations of the API.
    Api,
    /// Something of a shop.
    Record(Record),
    /// A report that is kept as a file, by its id.
    Report(String),
}

/// Something of a shop, read by a tool.
#[derive(Debug, PartialEq)]
pub(crate) struct Record {
    /// The tool's dotted name.
    pub tool: &'static str,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

/// The dotted name of the tool that reads what a template stands for.
pub(super) fn tool_of(template: &str) -> Option<&'static str> {
    match Address::parse(template)? {
        Address::Record(record) => Some(record.tool),
        Address::Report(_) => Some(REPORT_TOOL),
        Address::Tools | Address::Api => None,
    }
}

impl Address {
    /// Reads an address; `None` when it is none of ours. Names may be percent-encoded (RFC 3986 section 2.1).
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        match uri {
            TOOLS => return Some(Self::Tools),
            API => return Some(Self::Api),
            _ => {}
        }
        if let Some(id) = report_link::id_in(uri) {
            return Some(Self::Report(id.to_owned()));
        }
        let segments: Vec<&str> = uri.strip_prefix("orderdesk://stores/")?.split('/').collect();
        let (tool, parts): (_, &[(&str, &str)]) = match segments.as_slice() {
            [store, "orders", id] => ("orders.get", &[("store", *store), ("order_id", *id)]),
            [store, "folders"] => ("folders.list", &[("store", *store)]),
            [store, "settings"] => ("store.get_settings", &[("store", *store)]),
            _ => return None,
        };
        let arguments = parts
            .iter()
            .map(|(name, text)| Some(((*name).to_owned(), decoded(text)?.into())));
        Some(Self::Record(Record {
            tool,
            arguments: arguments.collect::<Option<_>>()?,
        }))
    }
}

fn decoded(segment: &str) -> Option<String> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    (!text.is_empty()).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Address, Record};

    #[track_caller]
    fn check(uri: &str, expected: Option<(&'static str, serde_json::Value)>) {
        let expected = expected.map(|(tool, arguments)| {
            let arguments = arguments.as_object().cloned().unwrap_or_default();
            Address::Record(Record { tool, arguments })
        });
        assert_eq!(Address::parse(uri), expected, "{uri}");
    }

    #[test]
    fn an_address_names_a_tool_and_its_arguments() {
        let order = json!({"store": "Mug Shop", "order_id": "80012345"});
        check(
            "orderdesk://stores/Mug%20Shop/orders/80012345",
            Some(("orders.get", order)),
        );
        check(
            "orderdesk://stores/90001/folders",
            Some(("folders.list", json!({"store": "90001"}))),
        );
        check(
            "orderdesk://stores/90001/settings",
            Some(("store.get_settings", json!({"store": "90001"}))),
        );
    }

    #[test]
    fn an_address_names_a_report() {
        let report = |id: &str| Some(Address::Report(id.to_owned()));
        assert_eq!(Address::parse("orderdesk://reports/0192.csv"), report("0192"));
        for uri in [
            "orderdesk://reports/.csv",
            "orderdesk://reports/0192",
            "orderdesk://reports/a/b.csv",
        ] {
            assert_eq!(Address::parse(uri), None, "{uri}");
        }
    }

    #[test]
    fn a_slash_inside_a_name_stays_inside_it() {
        check(
            "orderdesk://stores/a%2Fb/folders",
            Some(("folders.list", json!({"store": "a/b"}))),
        );
        check("orderdesk://stores/a/b/folders", None);
    }

    #[test]
    fn what_is_no_address_of_ours_is_none() {
        for uri in [
            "",
            "orderdesk://",
            "orderdesk://stores//folders",
            "orderdesk://stores/1/orders/",
            "file:///etc/passwd",
            "orderdesk://stores/%FF/folders",
            "orderdesk://stores/1/orders/2/notes",
            "orderdesk://reference",
        ] {
            check(uri, None);
        }
    }
}
