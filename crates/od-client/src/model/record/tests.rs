use serde_json::json;

use super::*;

#[test]
fn texts() {
    let check = |value: Value, expected: Option<&str>| assert_eq!(text(&value).as_deref(), expected, "{value}");
    check(json!("80012345"), Some("80012345"));
    check(json!(80_012_345), Some("80012345"));
    check(json!(14.5), Some("14.5"));
    check(json!(""), Some(""));
    check(json!(null), None);
    check(json!([]), None);
    check(json!(true), None);
}

#[test]
fn counts() {
    let check = |value: Value, expected: Option<u64>| assert_eq!(count(&value), expected, "{value}");
    check(json!(128), Some(128));
    check(json!("5"), Some(5));
    check(json!(" 5 "), Some(5));
    check(json!(-1), None);
    check(json!("five"), None);
    check(json!(null), None);
}
