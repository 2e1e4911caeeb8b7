use serde_json::Value;

use super::same;

/// Whether a text survives being parsed and written again.
fn check(text: &str, survives: bool) {
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(same(text, &document.to_string()), survives, "{text}");
    assert_eq!(same(text, &format!("{document:#}")), survives, "{text}");
}

#[test]
fn what_a_rewrite_would_change_is_found() {
    for text in [
        "{}",
        " [ ] ",
        r#"{ "a" : [1, -2.5, 0.1, 18446744073709551615, true, null, ""],
             "b\"\\" : "\u00e9 \/ ,}" , "c": {"a": {}} }"#,
        r#""\\""#,
    ] {
        check(text, true);
    }
    for text in [
        r#"{"a":123456789012345678901234567890}"#,
        r#"{"a":0.10000000000000000001}"#,
        r#"{"a":1e3}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"a":{"b":1,"c":2,"b":3}}"#,
        r#"{"a":1,"\u0061":2}"#,
    ] {
        check(text, false);
    }
    assert!(!same(r#"{"a":"1"}"#, r#"{"a":1}"#) && !same("[1]", "[1,2]"));
}
