//! Resources: what can be read about this server itself. Everything about a shop is reached by tools.

use std::fmt::Write;

use rmcp::model::{ReadResourceResult, Resource, ResourceContents};
use serde_json::Value;

use crate::catalog::Entry;

const TOOLS: &str = "orderdesk://reference/tools";
const MARKDOWN: &str = "text/markdown";

/// All resources, as they are listed.
pub(crate) fn list() -> Vec<Resource> {
    vec![
        Resource::new(TOOLS, "tool-reference")
            .with_title("Tool reference")
            .with_description("The tools of this connection, with arguments and a minimal example each.")
            .with_mime_type(MARKDOWN),
    ]
}

/// The resource at `uri` for a caller who may see `tools`; `None` when there is none.
pub(crate) fn read(uri: &str, tools: &[&Entry]) -> Option<ReadResourceResult> {
    (uri == TOOLS).then(|| {
        ReadResourceResult::new(vec![
            ResourceContents::text(reference(tools), uri).with_mime_type(MARKDOWN),
        ])
    })
}

/// The tool reference in Markdown.
fn reference(tools: &[&Entry]) -> String {
    let mut page = String::from("# Tools\n");
    for entry in tools {
        let description = entry.listed.description.as_deref().unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {}\n\n{description}\n\n", entry.listed.name);
        let required = entry.listed.input_schema.get("required").and_then(Value::as_array);
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
        for (name, schema) in entry
            .listed
            .input_schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
            let needed = if is_required(name) { ", required" } else { "" };
            let _ = writeln!(page, "- `{name}` ({}{needed}): {}", text("type"), text("description"));
        }
        let _ = writeln!(page, "\nExample: `{}`", entry.spec.example);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{TOOLS, list, read};
    use crate::catalog::{Catalog, ToolNames};

    #[test]
    fn the_reference_tells_of_the_tools_a_caller_has() {
        let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
        let tools: Vec<_> = catalog
            .entries()
            .iter()
            .filter(|entry| entry.spec.name == "orders.get")
            .collect();
        let page = serde_json::to_string(&read(TOOLS, &tools).expect("a page")).expect("JSON");
        assert!(
            page.contains("## orders_get") && page.contains("`order_id` (string, required)"),
            "{page}"
        );
        assert!(!page.contains("## orders_list"));
        assert_eq!(list()[0].uri, TOOLS);
        assert!(read("orderdesk://elsewhere", &tools).is_none());
    }
}
