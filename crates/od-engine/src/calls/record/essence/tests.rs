use serde_json::json;

use super::*;

const ROOM: usize = 16 * 1024;

fn long() -> String {
    "x".repeat(20_000)
}

fn ids(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| format!("{}", 80_000_000_000_000_000_000_u128 + n as u128))
        .collect()
}

/// What is kept, which is never more than there is room for.
fn kept(arguments: &Value) -> Value {
    let kept = essence(arguments, ROOM);
    assert!(kept.to_string().len() <= ROOM, "{}", kept.to_string().len());
    kept
}

#[test]
fn short_arguments_are_kept_beside_long_ones() {
    let arguments = json!({
        "content": long(), "order_id": "80012345", "store": "Mug Shop", "confirm": true, "expected": null, "limit": 5,
    });
    let expected =
        json!({ "order_id": "80012345", "store": "Mug Shop", "confirm": true, "expected": null, "limit": 5 });
    assert_eq!(kept(&arguments), expected);
}

#[test]
fn of_a_list_of_ids_the_first_hundred_are_kept() {
    let arguments = json!({ "order_ids": ids(5000), "destination_folder_name": "Prepared" });
    let expected = json!({ "destination_folder_name": "Prepared", "order_ids": ids(100) });
    assert_eq!(kept(&arguments), expected);
}

#[test]
fn operations_are_told_by_name_and_destination() {
    let line = |id: &str| json!({ "id": id, "name": long() });
    let arguments = json!({
        "mutation": { "shipping": { "city": "Leeds" }, "folder_id": "71003", "order_notes": [{ "content": long() }] },
        "ops": [
            { "content": long(), "op": "add_note" },
            { "fields": { "a_id": long(), "b_id": "1" }, "op": "set_fields" },
            { "items": [line("7001"), line("7002")], "op": "update_items" },
            { "op": "remove_items", "item_ids": ids(5000) },
            { "op": "move_folder", "destination_folder_id": "71002" },
        ],
        "order_id": "80012345",
    });
    let kept = kept(&arguments);
    assert_eq!(kept["order_id"], "80012345");
    assert_eq!(
        kept["mutation"],
        json!({ "folder_id": "71003", "shipping": { "city": "Leeds" } })
    );
    let ops = kept["ops"].as_array().expect("a list");
    assert_eq!(ops[0], json!({ "op": "add_note" }));
    assert_eq!(ops[1], json!({ "op": "set_fields", "fields": { "b_id": "1" } }));
    assert_eq!(
        ops[2],
        json!({ "op": "update_items", "items": [{ "id": "7001" }, { "id": "7002" }] })
    );
    assert_eq!(ops[3]["op"], "remove_items");
    assert!(!ops[3]["item_ids"].as_array().expect("a list").is_empty());
    assert_eq!(ops[4], json!({ "op": "move_folder", "destination_folder_id": "71002" }));
}

#[test]
fn rows_are_told_by_their_ids() {
    let row = |n: usize| json!({ "description": long(), "price": 5, "product_id": n.to_string() });
    let arguments = json!({ "products": (0..200).map(row).collect::<Vec<_>>() });
    let rows = kept(&arguments);
    let rows = rows["products"].as_array().expect("rows");
    assert_eq!(rows.len(), 100);
    assert_eq!(rows[99], json!({ "product_id": "99", "price": 5 }));
}

/// Whatever is put around it: what a change is told by has a place of its own.
#[test]
fn nothing_that_is_sent_along_crowds_out_the_deed() {
    let crowd: Map<String, Value> = (0..2000)
        .map(|n| (format!("x{n}_id"), ids(1)[0].as_str().into()))
        .collect();
    let arguments = json!({
        "mutation": crowd,
        "ops": [{ "op": "set_order_metadata", "values": crowd }, { "op": "move_folder", "destination_folder_id": "71002" }],
        "order_id": "80012345",
    });
    let kept = kept(&arguments);
    assert_eq!(kept["order_id"], "80012345");
    assert_eq!(kept["ops"][0]["op"], "set_order_metadata");
    assert_eq!(kept["ops"][1]["destination_folder_id"], "71002");
}

#[test]
fn whatever_comes_there_is_room_for_what_is_kept() {
    let mut nested = json!({ "id": "1", "text": long() });
    for _ in 0..60 {
        nested = json!([nested, { "more": nested.get(0), "\u{1}\n\"": long() }]);
        if size(&nested, 1024 * 1024).is_none() {
            break;
        }
    }
    for arguments in [
        nested.clone(),
        json!({ "a": nested }),
        json!(long()),
        json!({ (long()): 1 }),
        json!(vec![1; 50_000]),
    ] {
        for room in [0, 1, 2, 3, 50, 1000, ROOM] {
            let length = essence(&arguments, room).to_string().len();
            assert!(length <= room.max(2), "{length} of {room}");
        }
    }
}
