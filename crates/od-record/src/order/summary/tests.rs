use serde_json::{Value, json};

use super::summary;
use crate::order::fixtures::{map, order};

#[test]
fn a_list_shows_what_an_order_is_recognised_by() {
    let shown = summary(&order(), |id| (id == "71001").then(|| "New".to_owned()));
    let expected = json!({
        "id": "80012345", "source_id": "WEB-10042", "source_name": "Shopify", "email": "ada@example.test", "order_total": 60.81,
        "payment_status": "Captured", "folder_id": 71001, "date_added": "2026-03-02 14:05:31",
        "date_updated": "2026-03-02 14:09:02", "customer_name": "Ada Quill", "item_count": 2, "folder_name": "New",
    });
    assert_eq!(Value::Object(shown), expected);
}

#[test]
fn a_folder_is_known_by_its_id_however_that_is_written_and_the_history_is_shown_where_it_is() {
    let given = map(json!({"id": "1", "folder_id": "71001", "order_history": []}));
    let shown = summary(&given, |id| (id == "71001").then(|| "New".to_owned()));
    let expected = json!({
        "id": "1", "folder_id": "71001", "customer_name": "", "item_count": 0, "folder_name": "New", "order_history": [],
    });
    assert_eq!(Value::Object(shown), expected);
    let shown = summary(&given, |_| None);
    assert_eq!(shown.get("folder_name"), None);
}
