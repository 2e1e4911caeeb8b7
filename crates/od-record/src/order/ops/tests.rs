use serde_json::{Value, json};

use super::{AddressType, Destination, Op};
use crate::order::fixtures::map;

fn parse(value: &Value) -> Result<Op, Vec<(String, Option<String>)>> {
    let mut problems = Vec::new();
    match Op::parse(value, "/ops/0", &mut problems) {
        Some(op) => {
            assert_eq!(problems, []);
            Ok(op)
        }
        None => Err(problems
            .into_iter()
            .map(|problem| (problem.path, problem.suggestion))
            .collect()),
    }
}

#[test]
fn every_operation_is_read() {
    let check = |value: Value, expected: Op| assert_eq!(parse(&value), Ok(expected));
    let fields = || map(json!({"email": "x@example.test"}));
    check(
        json!({"op": "set_fields", "fields": fields()}),
        Op::SetFields { fields: fields() },
    );
    for (name, address_type) in AddressType::ALL {
        assert_eq!(address_type.field(), name);
        let address = map(json!({"city": "Salem"}));
        check(
            json!({"op": "update_address", "address_type": name, "address": address}),
            Op::UpdateAddress { address_type, address },
        );
    }
    let items = || vec![map(json!({"name": "Mug"}))];
    check(
        json!({"op": "add_items", "items": items()}),
        Op::AddItems { items: items() },
    );
    check(
        json!({"op": "update_items", "items": items()}),
        Op::UpdateItems { items: items() },
    );
    check(
        json!({"op": "remove_items", "item_ids": ["301", 302]}),
        Op::RemoveItems {
            item_ids: vec!["301".into(), "302".into()],
        },
    );
    check(
        json!({"op": "add_note", "content": "x"}),
        Op::AddNote {
            content: "x".into(),
            username: None,
        },
    );
    check(
        json!({"op": "add_note", "content": "x", "username": "Ada"}),
        Op::AddNote {
            content: "x".into(),
            username: Some("Ada".into()),
        },
    );
    for (index, expected) in [(json!(null), None), (json!(2), Some(2)), (json!("2"), Some(2))] {
        check(
            json!({"op": "remove_note", "content": "x", "index": index}),
            Op::RemoveNote {
                content: "x".into(),
                index: expected,
            },
        );
    }
    check(
        json!({"op": "set_checkout_data", "values": {}}),
        Op::SetCheckoutData { values: map(json!({})) },
    );
    check(
        json!({"op": "set_order_metadata", "values": {}}),
        Op::SetOrderMetadata { values: map(json!({})) },
    );
    check(
        json!({"op": "set_discounts", "discounts": []}),
        Op::SetDiscounts { discounts: vec![] },
    );
    let moved = |destination| Op::MoveFolder(destination);
    check(
        json!({"op": "move_folder", "destination_folder_id": 71002}),
        moved(Destination::Id(71002)),
    );
    check(
        json!({"op": "move_folder", "destination_folder_id": "71002"}),
        moved(Destination::Id(71002)),
    );
    check(
        json!({"op": "move_folder", "destination_folder_name": "Closed"}),
        moved(Destination::Name("Closed".into())),
    );
}

#[test]
fn every_fault_is_named_with_its_place() {
    let check = |value: Value, expected: &[(&str, Option<&str>)]| {
        let expected = expected
            .iter()
            .map(|(path, near)| ((*path).to_owned(), near.map(str::to_owned)))
            .collect();
        assert_eq!(parse(&value), Err(expected), "{value}");
    };
    check(json!("add_note"), &[("/ops/0", None)]);
    check(json!({}), &[("/ops/0/op", None)]);
    check(json!({"op": 5}), &[("/ops/0/op", None)]);
    check(
        json!({"op": "add_notes", "content": "x"}),
        &[("/ops/0/op", Some("add_note"))],
    );
    check(json!({"op": "teleport"}), &[("/ops/0/op", None)]);
    check(json!({"op": "add_note"}), &[("/ops/0/content", None)]);
    check(
        json!({"op": "add_note", "content": 5, "username": 6}),
        &[("/ops/0/content", None), ("/ops/0/username", None)],
    );
    check(
        json!({"op": "add_note", "contents": "x"}),
        &[("/ops/0/contents", Some("content")), ("/ops/0/content", None)],
    );
    check(
        json!({"op": "update_address", "address_type": "return", "address": []}),
        &[
            ("/ops/0/address_type", Some("return_address")),
            ("/ops/0/address", None),
        ],
    );
    check(json!({"op": "add_items", "items": [5]}), &[("/ops/0/items", None)]);
    check(
        json!({"op": "remove_items", "item_ids": []}),
        &[("/ops/0/item_ids", None)],
    );
    check(
        json!({"op": "remove_items", "item_ids": [1.5]}),
        &[("/ops/0/item_ids", None)],
    );
    check(json!({"op": "move_folder"}), &[("/ops/0", None)]);
    check(
        json!({"op": "move_folder", "destination_folder_id": "../1"}),
        &[("/ops/0/destination_folder_id", None)],
    );
    check(
        json!({"op": "move_folder", "destination_folder_id": 1, "destination_folder_name": "Closed"}),
        &[("/ops/0", None)],
    );
}

#[test]
fn of_hundreds_of_unknown_arguments_the_first_get_a_suggestion() {
    let mut op = map(json!({"op": "add_note", "content": "x"}));
    op.extend((0..300).map(|n| (format!("Content{}", "_".repeat(n)), json!(n))));
    let told = parse(&Value::Object(op)).expect_err("unknown");
    assert_eq!(told.len(), 300);
    assert_eq!(told.iter().filter(|(_, suggestion)| suggestion.is_some()).count(), 100);
}

#[test]
fn a_folder_has_a_name_that_is_more_than_blanks() {
    let to = |name: &str| parse(&json!({"op": "move_folder", "destination_folder_name": name}));
    assert_eq!(to(" "), Err(vec![("/ops/0/destination_folder_name".to_owned(), None)]));
    assert_eq!(to(" Closed "), Ok(Op::MoveFolder(Destination::Name("Closed".into()))));
}
