use serde_json::{Map, Value, json};

use super::remarks;

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// What is said of a shipping address that was empty before.
fn check(address: &Value, expected: &[&str]) {
    let told = remarks(&Map::new(), &map(&json!({ "shipping": address })));
    let fits = told.len() == expected.len() && told.iter().zip(expected).all(|(told, part)| told.contains(part));
    assert!(fits, "{address}: {told:?}");
}

#[test]
fn codes_are_what_carriers_know() {
    for country in ["GB", "US", "DE", "", " AU "] {
        check(&json!({"country": country, "state": "OR"}), &[]);
    }
    check(
        &json!({"country": "UK"}),
        &["shipping/country was written as given, and is no two-letter code of ISO 3166; its code is GB"],
    );
    check(&json!({"country": "Germany"}), &["its code is DE"]);
    check(&json!({"country": "us"}), &["its code is US"]);
    check(
        &json!({"country": "Atlantis"}),
        &["ISO 3166. Carriers and channels may not know it: \"Atlantis\"."],
    );
    check(
        &json!({"country": "US", "state": "California"}),
        &["shipping/state was written as given, as a name; its code is CA"],
    );
    check(
        &json!({"country": "USA", "state": "new york"}),
        &["its code is US", "its code is NY"],
    );
    check(&json!({"state": "Ontario"}), &["its code is ON"]);
    // A region of another country may have such a name.
    check(&json!({"country": "GE", "state": "Georgia"}), &[]);
    check(&json!({"country": "GB", "state": "Victoria"}), &[]);
}

#[test]
fn what_was_there_is_not_told_of() {
    let before = map(&json!({"customer": {"country": "UK", "state": "Kent", "city": "Deal"}}));
    let after = map(&json!({"customer": {"country": "UK", "state": "Kent", "city": "Dover"}}));
    assert_eq!(remarks(&before, &after), [""; 0]);
    let cleared = map(&json!({"customer": {"country": "", "state": "", "city": ""}}));
    assert_eq!(remarks(&before, &cleared), [""; 0]);
}
