//! The two reference pages, made from the tools a caller has.

use std::fmt::Write;

use serde_json::Value;

use crate::catalog::Entry;

/// What Order Desk's API has no operation for, so that nobody looks for it in vain.
pub(crate) const CANNOT: &str = "\
## What the API cannot do

There is no operation for making, renaming or deleting folders, for customers, rules or reports, for splitting or merging
orders, for refunds, for reading the history of many orders without reading the orders, for correcting or deleting history,
and for searching inside notes. Products are inventory items. An order has no status: its folder is its state.
";

/// The tool reference in Markdown.
pub(super) fn tools(tools: &[&Entry]) -> String {
    let mut page = String::from("# Tools\n");
    for entry in tools {
        let description = entry.listed.description.as_deref().unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {}\n\n{description}\n\n", entry.listed.name);
        let required = entry.listed.input_schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
        let properties = entry.listed.input_schema.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
            let needed = if is_required(name) { ", required" } else { "" };
            let _ = writeln!(page, "- `{name}` ({}{needed}): {}", text("type"), text("description"));
        }
        let _ = writeln!(page, "\nExample: `{}`", entry.spec.example);
    }
    page
}

/// The operations of the API and the tools that perform them.
pub(super) fn api(tools: &[&Entry]) -> String {
    let mut page = String::from("# Order Desk API v2\n\n| Operation | Tool |\n|---|---|\n");
    for entry in tools {
        for operation in entry.spec.operations {
            let _ = writeln!(page, "| `{operation}` | `{}` |", entry.listed.name);
        }
    }
    page.push('\n');
    page.push_str(CANNOT);
    page
}

#[cfg(test)]
mod tests {
    use super::{api, tools};
    use crate::catalog::{Catalog, ToolNames};

    #[test]
    fn the_references_tell_of_the_tools_a_caller_has() {
        let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
        let own: Vec<_> = catalog
            .entries()
            .iter()
            .filter(|entry| entry.spec.name == "orders.get")
            .collect();
        let page = tools(&own);
        assert!(
            page.contains("## orders_get") && page.contains("`order_id` (string, required)"),
            "{page}"
        );
        assert!(!page.contains("## orders_list"));
        let page = api(&own);
        assert!(page.contains("| `GET /orders/{id}` | `orders_get` |"), "{page}");
        assert!(!page.contains("orders_list") && page.contains("cannot do"));
    }
}
