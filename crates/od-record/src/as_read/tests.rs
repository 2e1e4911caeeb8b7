use serde_json::{Value, json};

use crate::order::fixtures::map;
use crate::{item, product, shipment};

fn shipment() -> Value {
    json!({
        "id": "4400219", "order_id": "80012345", "store_id": "90001", "tracking_number": "1Z1", "weight": 2.5,
        "weight_unit": "lb", "order_items": "", "print_status": "", "date_added": "2026-03-02 14:00:00", "extra": [1],
    })
}

/// What of `base` with `change` laid over it asks for something, or where it is refused.
fn check(part: &crate::part::Part, base: &Value, change: Value, expected: Result<Value, &[&str]>) {
    let base = map(base.clone());
    let mut given = base.clone();
    given.extend(map(change));
    assert!(
        (part.judge_change)(&given, "/it").is_empty(),
        "it is judged when it can be compared"
    );
    let asked = part.asked(&base, &given, "/it");
    let told = asked.as_ref().map(|asked| json!(asked));
    let told = told.map_err(|problems| problems.iter().map(|problem| problem.path.as_str()).collect::<Vec<_>>());
    assert_eq!(told, expected.map_err(<[&str]>::to_vec));
}

#[test]
fn what_was_read_is_no_change() {
    let base = shipment();
    check(&shipment::PART, &base, json!({}), Ok(json!({})));
    // As it may have been spelled on the way.
    let spelled = json!({ "id": 4_400_219, "weight": "2.50", "order_items": [] });
    check(&shipment::PART, &base, spelled, Ok(json!({})));
    let changed = json!({ "status": "delivered", "weight": 3 });
    check(
        &shipment::PART,
        &base,
        changed.clone(),
        Ok(json!({ "weight": 3, "status": "delivered" })),
    );
    let line = json!({ "id": "301", "name": "Mug", "quantity": 2, "variation_list": [], "tax": "0.10" });
    check(&item::PART, &line, json!({}), Ok(json!({})));
    check(
        &item::PART,
        &line,
        json!({ "quantity": 3 }),
        Ok(json!({ "quantity": 3 })),
    );
}

#[test]
fn what_only_order_desk_sets_is_refused_when_it_differs() {
    let base = shipment();
    for (change, at) in [
        (json!({ "id": "7" }), "/it/id"),
        (json!({ "date_added": "2026-03-03 14:00:00" }), "/it/date_added"),
        (json!({ "label_image": "x" }), "/it/label_image"),
        (json!({ "extra": [2] }), "/it/extra"),
        (json!({ "weight": "much" }), "/it/weight"),
        (json!({ "unheard_of": 1 }), "/it/unheard_of"),
    ] {
        check(&shipment::PART, &base, change, Err(&[at]));
    }
    let line = json!({ "id": "301", "name": "Mug" });
    check(&item::PART, &line, json!({ "id": "302" }), Err(&["/it/id"]));
    check(&item::PART, &line, json!({ "name": " " }), Err(&["/it/name"]));
}

#[test]
fn an_inventory_item_as_it_was_read_is_no_change_until_somebody_else_made_one() {
    let base = map(json!({
        "id": "610077", "name": "Mug", "code": "MUG", "stock": "40", "update_source": "shop", "metadata": [],
        "date_added": "2026-03-02 14:00:00", "date_updated": "2026-03-02 14:00:00",
    }));
    let lay = |given: &Value, base| {
        let change = product::Change::parse(map(given.clone()), None, "/product".to_owned());
        change.expect("it is judged when it can be compared").lay(base)
    };
    let read = json!(base);
    assert_eq!(lay(&read, &base), Ok(base.clone()));
    let mut changed = read.clone();
    changed["stock"] = 38.into();
    let desired = lay(&changed, &base).expect("a change");
    assert_eq!(
        (&desired["stock"], &desired["update_source"]),
        (&json!("38"), &json!("orderdesk-mcp"))
    );
    let mut since = base.clone();
    since.insert("stock".to_owned(), "39".into());
    since.insert("date_updated".to_owned(), "2026-03-02 15:00:00".into());
    let Err(crate::Error::Invalid(problems)) = lay(&changed, &since) else {
        panic!("somebody else's stock would be overwritten")
    };
    assert_eq!(problems[0].path, "/product/date_updated");
}
