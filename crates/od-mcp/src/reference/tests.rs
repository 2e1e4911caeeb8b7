use super::{data, markdown};
use crate::catalog::{Catalog, ToolNames};

#[test]
fn the_page_tells_everything_about_every_tool() {
    let catalog = Catalog::new(ToolNames::Underscore).expect("the declarations are good");
    let page = markdown(&catalog);
    for entry in catalog.entries() {
        let name = &entry.listed.name;
        assert!(
            page.contains(&format!("| [`{name}`](#{name}) |")),
            "{name} is not in the contents"
        );
        let section = page
            .split(&format!("\n### {name}\n"))
            .nth(1)
            .unwrap_or_else(|| panic!("no section {name}"));
        let section = section.split("\n### ").next().unwrap_or_default();
        for part in [
            "| Permission |",
            "| Cost |",
            "| Annotations |",
            "```json",
            entry.spec.title,
        ] {
            assert!(section.contains(part), "{name}: no {part}");
        }
        for operation in entry.spec.operations {
            assert!(section.contains(operation), "{name}: no {operation}");
        }
        let properties = entry.listed.input_schema["properties"].as_object().expect("properties");
        for argument in properties.keys() {
            assert!(section.contains(&format!("| `{argument}` |")), "{name}: no {argument}");
        }
    }
    assert!(page.is_ascii());
    assert_eq!(data(&catalog).as_array().map(Vec::len), Some(catalog.entries().len()));
}

#[test]
fn names_are_spelled_as_the_catalog_lists_them() {
    let catalog = Catalog::new(ToolNames::Dot).expect("the declarations are good");
    assert!(markdown(&catalog).contains("\n### orders.list\n"));
}
