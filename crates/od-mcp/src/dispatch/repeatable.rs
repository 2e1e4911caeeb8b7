//! Which writes may simply be done again when it is not known whether they were done, and which add something.

use serde_json::{Map, Value};

use crate::tool::ToolSpec;

/// Operations of `orders.mutate_full` that find their own doing and leave it alone, or overwrite it with the same.
const OPS: [&str; 7] = [
    "set_fields",
    "update_address",
    "update_items",
    "add_note",
    "set_checkout_data",
    "set_order_metadata",
    "set_discounts",
];

/// Tools that add something whatever their arguments.
const ADDING: [&str; 7] = [
    "orders.create",
    "orders.add_items",
    "orders.create_history",
    "order_items.create",
    "shipments.create",
    "shipments.batch_create",
    "products.create",
];

/// Whether the call adds something, so that doing it twice adds two. A line without an id may be meant to change the one
/// with its code; it counts as a new one.
pub(super) fn adds(spec: &ToolSpec, arguments: &Map<String, Value>) -> bool {
    match spec.name {
        "orders.mutate_full" => {
            let ops = arguments.get("ops").and_then(Value::as_array);
            let adds = |op: &Value| op["op"] == "add_items" || !has_no_new_lines(op.get("fields"));
            !has_no_new_lines(arguments.get("mutation")) || ops.is_some_and(|ops| ops.iter().any(adds))
        }
        "orders.update_full" => !has_no_new_lines(arguments.get("order")),
        name => ADDING.contains(&name),
    }
}

/// Whether doing the call twice is as doing it once.
pub(super) fn is_repeatable(spec: &ToolSpec, arguments: &Map<String, Value>) -> bool {
    if spec.hints.idempotent {
        return true;
    }
    match spec.name {
        // Looked for before it is sent.
        "orders.create" => {
            let order = arguments.get("order");
            is_given(arguments.get("client_request_id")) || is_given(order.and_then(|order| order.get("source_id")))
        }
        "orders.mutate_full" => changes_only(arguments),
        _ => false,
    }
}

fn is_given(name: Option<&Value>) -> bool {
    name.and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
}

/// A line without an id is a new one, and a second move runs the merchant's rules a second time.
fn changes_only(arguments: &Map<String, Value>) -> bool {
    let ops = arguments.get("ops").and_then(Value::as_array);
    let harmless = |op: &Value| {
        let is_known = op.get("op").and_then(Value::as_str).is_some_and(|op| OPS.contains(&op));
        is_known && has_no_new_lines(op.get("fields"))
    };
    has_no_new_lines(arguments.get("mutation")) && ops.is_none_or(|ops| ops.iter().all(harmless))
}

fn has_no_new_lines(fields: Option<&Value>) -> bool {
    let lines = fields
        .and_then(|fields| fields.get("order_items"))
        .and_then(Value::as_array);
    lines.is_none_or(|lines| lines.iter().all(|line| line.get("id").is_some_and(|id| !id.is_null())))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{adds, is_repeatable};
    use crate::catalog::{Catalog, Entry, ToolNames};
    use crate::tool::Access;

    fn check(tool: &str, arguments: &Value, expected: bool) {
        let catalog = Catalog::new(ToolNames::default()).expect("a catalog");
        let entry = catalog.find(tool).expect("a tool");
        let arguments: Map<String, Value> = arguments.as_object().expect("arguments").clone();
        assert_eq!(is_repeatable(&entry.spec, &arguments), expected, "{tool} {arguments:?}");
    }

    #[test]
    fn of_every_tool_it_is_known_whether_it_adds() {
        let catalog = Catalog::new(ToolNames::default()).expect("a catalog");
        let names = |adding: bool| -> Vec<&str> {
            let writes = catalog
                .entries()
                .iter()
                .filter(|entry| entry.spec.access == Access::Write);
            let example = |entry: &Entry| entry.spec.example.as_object().expect("an example").clone();
            let mut names: Vec<&str> = writes
                .filter(|entry| adds(&entry.spec, &example(entry)) == adding)
                .map(|entry| entry.spec.name)
                .collect();
            names.sort_unstable();
            names
        };
        assert_eq!(
            names(true),
            [
                "order_items.create",
                "orders.add_items",
                "orders.create",
                "orders.create_history",
                "products.create",
                "shipments.batch_create",
                "shipments.create",
            ]
        );
        assert_eq!(
            names(false),
            [
                "order_items.delete",
                "order_items.update",
                "orders.add_note",
                "orders.delete",
                "orders.move_folder",
                "orders.mutate_full",
                "orders.update_address",
                "orders.update_full",
                "products.batch_update",
                "products.delete",
                "products.update",
                "shipments.delete",
                "shipments.import",
                "shipments.update",
                "stores.delete",
                "stores.register",
                "stores.update",
                "stores.webhook",
            ]
        );
    }

    #[test]
    fn new_lines_add() {
        let catalog = Catalog::new(ToolNames::default()).expect("a catalog");
        let check = |tool: &str, arguments: &Value, expected: bool| {
            let spec = &catalog.find(tool).expect("a tool").spec;
            let given = arguments.as_object().expect("arguments");
            assert_eq!(adds(spec, given), expected, "{tool} {arguments}");
        };
        let new = json!({"order_items": [{"id": "1"}, {"name": "Mug"}]});
        let old = json!({"order_items": [{"id": "1"}], "email": "a@example.com"});
        check("orders.update_full", &json!({"order": new}), true);
        check("orders.update_full", &json!({"order": old}), false);
        check("orders.mutate_full", &json!({"mutation": new}), true);
        check("orders.mutate_full", &json!({"mutation": old}), false);
        for (op, expected) in [
            (json!({"op": "add_items", "items": []}), true),
            (json!({"op": "set_fields", "fields": new}), true),
            (json!({"op": "set_fields", "fields": old}), false),
            (json!({"op": "move_folder"}), false),
        ] {
            check(
                "orders.mutate_full",
                &json!({"ops": [{"op": "add_note"}, op]}),
                expected,
            );
        }
    }

    #[test]
    fn what_finds_its_own_doing_is_repeatable() {
        check("orders.add_note", &json!({}), true);
        check("orders.delete", &json!({}), true);
        check(
            "orders.mutate_full",
            &json!({"mutation": {"email": "a@example.com"}}),
            true,
        );
        check(
            "orders.mutate_full",
            &json!({"mutation": {"order_items": [{"id": "1", "quantity": 2}]}}),
            true,
        );
        check(
            "orders.mutate_full",
            &json!({"ops": [{"op": "set_fields"}, {"op": "add_note"}]}),
            true,
        );
        check("orders.create", &json!({"client_request_id": "c1", "order": {}}), true);
        check("orders.create", &json!({"order": {"source_id": "A-1"}}), true);
    }

    #[test]
    fn what_adds_or_sets_something_off_is_not() {
        check("orders.add_items", &json!({}), false);
        check("orders.create_history", &json!({}), false);
        check("orders.move_folder", &json!({}), false);
        check("shipments.create", &json!({}), false);
        check("orders.create", &json!({"order": {"source_id": " "}}), false);
        check("orders.create", &json!({"order": {}, "client_request_id": null}), false);
        check(
            "orders.mutate_full",
            &json!({"mutation": {"order_items": [{"name": "Mug"}]}}),
            false,
        );
        check(
            "orders.mutate_full",
            &json!({"mutation": {"order_items": [{"id": null}]}}),
            false,
        );
        check(
            "orders.mutate_full",
            &json!({"ops": [{"op": "set_fields"}, {"op": "move_folder"}]}),
            false,
        );
        check("orders.mutate_full", &json!({"ops": [{"op": "add_items"}]}), false);
        let line = json!({"order_items": [{"name": "Mug"}]});
        check(
            "orders.mutate_full",
            &json!({"ops": [{"op": "set_fields", "fields": line}]}),
            false,
        );
    }
}
