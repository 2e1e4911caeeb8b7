use serde_json::{Value, json};

use super::remarks;
use crate::order::fixtures::map;

fn told(change: &Value) -> Vec<String> {
    let base = json!({
        "address1": "7 Rue Vieille", "address2": "app. 12", "address3": "", "city": "Québec", "country": "CA",
    });
    let mut after = base.clone();
    for (name, value) in change.as_object().expect("an object") {
        after[name] = value.clone();
    }
    remarks(&map(json!({"shipping": base})), &map(json!({"shipping": after})))
}

#[test]
fn what_stays_behind_is_told() {
    let told = told(&json!({"address1": "12 Rue Nouvelle", "city": "Reykjavík", "country": "IS"}));
    assert_eq!(
        told,
        ["shipping moves, and shipping/address2 was left as it was; null clears it. It still says \"app. 12\""]
    );
}

#[test]
fn what_belongs_to_another_country_is_told() {
    let base = json!({"address1": "7 Rue Vieille", "city": "Québec", "state": "QC", "postal_code": "G1K 4A1", "country": "CA"});
    let told = |change: Value| {
        let mut after = base.clone();
        for (name, value) in change.as_object().expect("an object") {
            after[name] = value.clone();
        }
        remarks(&map(json!({"shipping": base})), &map(json!({"shipping": after})))
    };
    let left = told(json!({"country": "IS"}));
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(
        left[0].contains("shipping/state") && left[0].ends_with("\"QC\""),
        "{left:?}"
    );
    assert_eq!(
        told(json!({"country": "IS", "state": "", "postal_code": "101"})),
        Vec::<String>::new()
    );
    assert_eq!(told(json!({"country": "ca", "city": "Montréal"})), Vec::<String>::new());
}

#[test]
fn what_was_said_or_is_no_move_is_not() {
    let check = |change: Value| assert_eq!(told(&change), Vec::<String>::new(), "{change}");
    check(json!({"address1": "12 Rue Nouvelle", "city": "Reykjavík", "address2": ""}));
    check(json!({"address1": "12 Rue Nouvelle", "city": "Reykjavík", "address2": "2nd floor"}));
    // The town was misspelled, or the number of the house.
    check(json!({"city": "Quebec City"}));
    check(json!({"address1": "8 Rue Vieille"}));
    check(json!({"address1": "8 Rue Vieille", "city": "QUÉBEC"}));
    // Given for the first time.
    let base = map(json!({"shipping": {"address2": "app. 12"}}));
    let after = map(json!({"shipping": {"address1": "8 Rue Vieille", "address2": "app. 12", "city": "Québec"}}));
    assert_eq!(remarks(&base, &after), Vec::<String>::new());
}

#[test]
fn the_same_town_in_another_country_is_a_move() {
    let told = told(&json!({"address1": "12 Rue Nouvelle", "country": "FR"}));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("shipping moves, and shipping/address2"), "{told:?}");
}
