use serde_json::{Value, json};

use super::quantity_remark;
use crate::order::fixtures::map;

#[test]
fn what_counts_for_nothing_or_below_it_is_told() {
    let told = |quantity: Value| quantity_remark(&map(json!({"quantity": quantity}))).unwrap_or_default();
    for none in [json!(1), json!("2"), json!("1.0"), json!("many")] {
        assert_eq!(told(none.clone()), "", "{none}");
    }
    assert!(told(json!("0.00")).starts_with("has the quantity 0,"));
    assert!(told(json!(-3)).starts_with("has the quantity -3,"));
    assert!(told(Value::Null).contains("stores as 0"));
    assert_eq!(quantity_remark(&map(json!({"name": "Mug"}))), None);
}
