use serde_json::{Map, Value, json};

use super::{already, is_same_parcel, is_spelled_alike, remark, same_tracking, tracking};
use crate::diff::diff;
use crate::order::fixtures::map;

#[test]
fn a_parcel_without_tracking_has_no_number() {
    let check = |number: Value, expected: Option<&str>| {
        let shipment = map(json!({"tracking_number": number}));
        assert_eq!(tracking(&shipment).as_deref(), expected, "{shipment:?}");
    };
    check(json!("1Z02WDG10356303923"), Some("1Z02WDG10356303923"));
    check(json!(319_022_682_545_u64), Some("319022682545"));
    check(json!("N/A"), None);
    check(json!("n/a"), None);
    check(json!(""), None);
    check(json!(null), None);
    assert_eq!(tracking(&Map::new()), None);
}

#[test]
fn a_shipment_is_found_by_its_number_and_none_by_its_want_of_one() {
    let stored = [
        map(json!({"id": 7, "tracking_number": "n/a"})),
        map(json!({"id": 8, "tracking_number": "319022682545"})),
    ];
    let found = |number: Value| same_tracking(&stored, &map(json!({"tracking_number": number})));
    assert_eq!(found(json!(319_022_682_545_u64)), Some(&stored[1]));
    assert_eq!(found(json!("319022682546")), None);
    assert_eq!(found(json!("n/a")), None);
    assert!(already(&stored[1]).ends_with("its id is 8"), "{}", already(&stored[1]));
}

#[test]
fn one_number_is_written_in_many_ways() {
    let check = |one: &str, other: &str, is_same: bool, is_alike: bool| {
        let [one, other] = [one, other].map(|number| map(json!({"tracking_number": number})));
        let seen = (is_same_parcel(&one, &other), is_spelled_alike(&one, &other));
        assert_eq!(seen, (is_same, is_alike), "{one:?} {other:?}");
    };
    check("JJD000390007950", "JJD000390007950 ", true, true);
    check("JJD000390007950", "jjd000390007950", true, false);
    check("JJD000390007950", "JJD 0003 9000-7950", true, false);
    check("JJD000390007950", "JJD000390007951", false, false);
    check("n/a", "N/A", false, false);
    check("-", "--", false, false);
    check("-", "-", true, true);
}

#[test]
fn of_several_spellings_that_of_the_caller_is_found() {
    let stored = ["t9", "T 9", "T9 "].map(|number| map(json!({"tracking_number": number})));
    let found = |number: &str| same_tracking(&stored, &map(json!({"tracking_number": number})));
    assert_eq!(found("T 9"), Some(&stored[1]));
    assert_eq!(found("T9"), Some(&stored[2]));
    assert_eq!(found("T-9"), Some(&stored[0]));
}

#[test]
fn an_old_link_beside_a_new_number_is_told() {
    let stored = map(json!({"tracking_number": "1", "tracking_url": "https://example.test/1"}));
    let told = |stored: &Map<String, Value>, given: Value| {
        let given = map(given);
        let mut desired = stored.clone();
        desired.extend(given.clone());
        remark(&given, &desired, &diff(stored, &desired)).is_some()
    };
    assert!(told(&stored, json!({"tracking_number": "2"})));
    assert!(!told(&stored, json!({"tracking_number": "1", "weight": 2})));
    assert!(!told(
        &stored,
        json!({"tracking_number": "2", "tracking_url": "https://example.test/2"})
    ));
    for none in [
        json!({"tracking_number": "1"}),
        json!({"tracking_number": "1", "tracking_url": ""}),
    ] {
        assert!(!told(&map(none), json!({"tracking_number": "2"})));
    }
}
