use serde_json::json;

use super::{decimal, millionths, money, quantity};

#[test]
fn numbers_and_texts_are_read_to_the_millionth() {
    let check = |value: serde_json::Value, expected: Option<i64>| {
        assert_eq!(decimal(&value).and_then(millionths), expected, "{value}");
    };
    check(json!(19.99), Some(19_990_000));
    check(json!("19.99"), Some(19_990_000));
    check(json!(" 5 "), Some(5_000_000));
    check(json!(-0.1), Some(-100_000));
    check(json!(1e-7), Some(0));
    check(json!("0.0000005"), Some(1));
    check(json!(1e3), Some(1_000_000_000));
    check(json!("a lot"), None);
    check(json!(""), None);
    check(json!(null), None);
    check(json!(1e30), None);
    check(json!(9_300_000_000_000_u64), None);
}

#[test]
fn amounts_are_rounded_to_the_cent_once() {
    let check = |millionths: i128, expected: &str| assert_eq!(money(millionths), expected);
    check(19_990_000, "19.99");
    check(5_000_000, "5.00");
    check(5_000, "0.01");
    check(4_999, "0.00");
    check(-4_999, "0.00");
    check(-5_000, "-0.01");
    check(123_456_789_012_345_678, "123456789012.35");
}

#[test]
fn quantities_are_whole_numbers_where_they_are() {
    assert_eq!(quantity(3_000_000), json!(3));
    assert_eq!(quantity(2_500_000), json!("2.5"));
    assert_eq!(quantity(0), json!(0));
}
