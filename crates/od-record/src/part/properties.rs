//! The law of parts, held against random changes to a shipment.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::shipment::PART;

/// A shipment with a field that nobody documents.
fn shipment() -> Map<String, Value> {
    let record = json!({
        "id": "4400219", "order_id": "80012345", "tracking_number": "1Z", "carrier_code": "UPS", "weight": "2.10",
        "cost": "", "status": "", "pallet": {"row": 3}, "tracking_url": "https://track.example.test/1Z",
        "label_image": "AAAA", "order_items": "", "date_shipped": "2026-03-03",
    });
    record.as_object().expect("an object").clone()
}

fn change() -> impl Strategy<Value = Map<String, Value>> {
    let text = || "[a-z\u{7}]{0,4}".prop_map(Value::from);
    let number = prop_oneof![
        (-99_i32..99).prop_map(Value::from),
        "[0-9]{1,2}(\\.[0-9]{1,2})?".prop_map(Value::from)
    ];
    let named = prop_oneof![
        (Just("status"), prop_oneof![text(), Just(Value::Null)]),
        (
            Just("carrier_code"),
            "[ ]{0,1}[a-z]{0,4}[\\n]{0,1}".prop_map(Value::from)
        ),
        (Just("weight"), number.clone()),
        (Just("cost"), prop_oneof![number, Just(Value::Null)]),
        (Just("order_items"), Just(json!([{ "id": "301", "quantity": 1 }]))),
    ];
    proptest::collection::vec(named, 0..4).prop_map(|fields| {
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

proptest! {
    #[test]
    fn what_is_not_named_stays_where_and_what_it_is(change in change()) {
        let base = shipment();
        let desired = PART.lay(&base, &change, "/shipment").expect("fits");
        prop_assert!(desired.keys().eq(base.keys()));
        for (name, value) in &base {
            if !change.contains_key(name) {
                prop_assert_eq!(&desired[name], value);
            }
        }
        prop_assert!(desired["weight"].is_string(), "a number that is text stays text");
    }

    #[test]
    fn a_change_that_is_read_back_has_been_stored(change in change()) {
        let base = shipment();
        let desired = PART.lay(&base, &change, "/shipment").expect("fits");
        let seen = PART.verify(&base, &desired, &desired);
        prop_assert!(seen.stuck && seen.foreign.is_empty());
        prop_assert_eq!(PART.lay(&desired, &change, "/shipment").expect("fits"), desired);
    }
}
