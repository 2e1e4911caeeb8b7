use serde_json::{Value, json};

use crate::order::change::Change;
use crate::order::fixtures::order;
use crate::order::merge::{NoteDefaults, apply};

#[test]
fn an_object_that_names_nothing_is_said_to_be_left_alone() {
    let told = |mutation: Value| {
        let change = Change::parse(Some(&mutation), None).expect("well formed");
        apply(&order(), &change, &NoteDefaults::default())
            .expect("fine")
            .warnings
    };
    let left = |name: &str, how: &str| {
        vec![format!(
            "/mutation/{name}: an empty object names nothing, so {name} was left alone; {how}"
        )]
    };
    assert_eq!(
        told(json!({"shipping": {}})),
        left("shipping", "name each part that is to be cleared")
    );
    assert_eq!(
        told(json!({"checkout_data": {}})),
        left("checkout_data", "null empties it")
    );
    assert_eq!(told(json!({"order_metadata": {}})), Vec::<String>::new());
}

#[test]
fn what_is_hardly_meant_is_told() {
    let mutation = json!({"shipping": {"address1": "7 Rue Vieille", "city": "Lille"}});
    let change = Change::parse(Some(&mutation), None).expect("well formed");
    let told = apply(&order(), &change, &NoteDefaults::default())
        .expect("fine")
        .warnings;
    assert!(
        told.iter()
            .any(|told| told.starts_with("shipping moves, and shipping/address2")),
        "{told:?}"
    );
}
