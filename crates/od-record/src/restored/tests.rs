use serde_json::{Value, json};

use super::take_out;
use crate::order::fixtures::map;
use crate::{product, shipment};

#[test]
fn what_only_order_desk_sets_is_left_out_and_told() {
    let mut given = map(json!({
        "order_id": "12", "store_id": "1", "tracking_number": "T1", "weight": "2.10", "weight_unit": "LB", "status": "",
        "label_image": "GIF", "label_format": "", "print_status": "0", "label_shipment_id": "9", "channel": "x", "id": "7",
        "date_shipped": "2026-11-23", "date_added": "2026-11-23 08:00:00",
    }));
    let told = take_out(&mut given, shipment::FIELDS, "shipment").expect("it is told");
    let kept = json!({
        "tracking_number": "T1", "weight": "2.10", "channel": "x", "id": "7", "date_shipped": "2026-11-23",
    });
    assert_eq!(Value::Object(given), kept);
    assert_eq!(
        told,
        "shipment: only Order Desk sets these, so they were left out of the new shipment: order_id, store_id, weight_unit, \
         label_image, label_format, print_status, label_shipment_id, date_added. The new shipment has nothing of what was in \
         label_image, label_shipment_id"
    );
}

#[test]
fn what_was_not_read_is_left_as_it_is() {
    let wanted = map(json!({"id": "7", "tracking_number": "T1", "status": "", "date_added": ""}));
    let mut given = wanted.clone();
    assert_eq!(take_out(&mut given, shipment::FIELDS, "shipment"), None);
    assert_eq!(given, wanted);
    assert_eq!(shipment::judge_new(&wanted, "").len(), 2);
}

#[test]
fn an_inventory_item_that_was_deleted_is_made_as_it_was() {
    let read = map(json!({
        "name": "Mug", "code": "MUG", "price": 3, "stock": 0, "metadata": [], "variation_list": {"Size": "L"},
        "location": "", "update_source": "Shop", "date_added": "2026-11-23 08:00:00", "date_updated": "2026-11-23 08:00:00",
    }));
    assert_eq!(product::judge_new(&read, "/product"), []);
    let mut given = read;
    let told = product::take_out(&mut given).expect("it is told");
    let item = product::compose(&given, "/product").expect("an item");
    let expected = json!({
        "name": "Mug", "code": "MUG", "price": 3, "stock": 0, "variation_list": {"Size": "L"}, "update_source": "Shop",
    });
    assert_eq!(Value::Object(item), expected);
    assert!(told.ends_with(": date_added, date_updated"));
}
