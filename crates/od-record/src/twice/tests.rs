use super::{given_twice, skim};

#[test]
fn a_name_is_found_that_an_object_has_twice() {
    let check =
        |json: &str, expected: Option<&str>| assert_eq!(given_twice(json.as_bytes()).as_deref(), expected, "{json}");
    check(r#"{"a":1,"a":2}"#, Some("a"));
    check(r#"{"x":[{"b":{}},{"c":null,"d":true,"c":"text"}]}"#, Some("c"));
    // Written otherwise, the same name.
    check(r#"{"city":"A","\u0063ity":"B"}"#, Some("city"));
    check(r#"[{"a":1.5},{"a":-1},{"b":{"a":{"a":18446744073709551615}}}]"#, None);
    check(r#"{"a":1,"A":2," a":3}"#, None);
    for no_json in ["", "{", "{\"a\":1,", "nothing", "{\"a\" 1}"] {
        check(no_json, None);
        assert!(skim(no_json.as_bytes()).is_err(), "{no_json}");
    }
    // A number that is too large for whatever reads it is nobody's second one.
    check(r#"{"a":123456789012345678901234567890,"b":1}"#, None);
}
