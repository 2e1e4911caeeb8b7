use serde_json::json;

use super::{canonical, is_kept, retyped, same};

#[test]
fn one_number_has_one_spelling() {
    let check = |value, expected: Option<&str>| assert_eq!(canonical(&value).as_deref(), expected, "{value}");
    check(json!(5), Some("5"));
    check(json!(5.0), Some("5"));
    check(json!("5.00"), Some("5"));
    check(json!("005"), Some("5"));
    check(json!("0.50"), Some("0.5"));
    check(json!("-0.0"), Some("0"));
    check(json!("-1.10"), Some("-1.1"));
    check(json!(1e-7), Some("0.0000001"));
    check(json!(1e21), Some("1000000000000000000000"));
    check(json!("90071992547409931.01"), Some("90071992547409931.01"));
    for no_number in [
        json!(""),
        json!("x"),
        json!("1,5"),
        json!("1e3"),
        json!(".5"),
        json!("5."),
        json!("+5"),
        json!(" 5"),
        json!("-"),
    ] {
        check(no_number, None);
    }
    for no_number in [json!(null), json!(true), json!([5])] {
        check(no_number, None);
    }
}

#[test]
fn sameness_is_of_numbers_only() {
    assert!(same(&json!(12), &json!("12.00")));
    assert!(!same(&json!("0.1"), &json!("0.10000000000000001")));
    assert!(!same(&json!("x"), &json!("x")));
}

#[test]
fn a_field_keeps_its_type_where_that_loses_nothing() {
    let check = |given, stored, expected| assert_eq!(retyped(&given, &stored), expected);
    check(json!(12), json!("10.00"), json!("12"));
    check(json!(12.5), json!("10.00"), json!("12.5"));
    check(json!("16.00"), json!(14.5), json!(16));
    check(json!("16.25"), json!(14), json!(16.25));
    check(json!("90071992547409931.01"), json!(1), json!("90071992547409931.01"));
    check(json!(12), json!(10), json!(12));
    check(json!("12.00"), json!("10.00"), json!("12.00"));
}

#[test]
fn a_number_that_readers_would_round_is_not_kept() {
    let check = |text: &str, expected: bool| {
        let number = serde_json::from_str(text).expect("a number");
        assert_eq!(is_kept(&number), expected, "{text}");
    };
    for kept in [
        "0",
        "-1",
        "9007199254740991",
        "-9007199254740991",
        "12.5",
        "0.1",
        "1e15",
        "5e-324",
        "1234567.875",
    ] {
        check(kept, true);
    }
    for lost in [
        "9007199254740992",
        "-9007199254740992",
        "9007199254740993",
        "18446744073709551615",
        "9400111899223100012345",
        "9.4001118992231e+21",
        "9007199254740992.0",
        "-1e300",
    ] {
        check(lost, false);
    }
}
