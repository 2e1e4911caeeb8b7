use proptest::prelude::*;
use serde_json::{Value, json};

use super::{clean_text, clean_value, cleaned, named, quoted, shows_as};

#[test]
fn hidden_characters_go_and_visible_ones_stay() {
    let check = |text: &str, expected: &str| assert_eq!(clean_text(text), expected, "{text:?}");
    check("Leave at the back door", "Leave at the back door");
    check("two\nlines\r\n\tand a tab", "two\nlines\r\n\tand a tab");
    check("bell\u{7} null\0 escape\u{1b}[31m", "bell null escape[31m");
    check("c1\u{9b}31m delete\u{7f}", "c131m delete");
    check("evil\u{202e}txt.exe\u{202c}", "eviltxt.exe");
    check("\u{feff}mark", "mark");
    check("hi\u{e0041}\u{e0042}", "hi");
    check(
        "Zoë, 北京, 👩\u{200d}🚀, שלום\u{200f}",
        "Zoë, 北京, 👩\u{200d}🚀, שלום\u{200f}",
    );
    check("", "");
}

#[test]
fn values_are_cleaned_to_the_bottom_and_lose_nothing() {
    let check = |value: Value, expected: Value| {
        assert_eq!(clean_value(&value), expected);
        let (Value::Object(record), Value::Object(expected)) = (value, expected) else {
            panic!("records are objects");
        };
        assert_eq!(cleaned(record), expected);
    };
    check(
        json!({"a": [{"b": "c"}], "d": 1.0}),
        json!({"a": [{"b": "c"}], "d": 1.0}),
    );
    check(json!({"a": [{"b\u{1}": "c"}]}), json!({"a": [{"b": "c"}]}));
    check(
        json!({"a": ["x\u{1}", 5, null, {"k\u{2}": "v\u{3}"}]}),
        json!({"a": ["x", 5, null, {"k": "v"}]}),
    );
    check(json!({"k": 1, "k\u{1}": 2}), json!({"k": 1, "k\u{1}": 2}));
    check(json!({"k\u{2}": 1, "k\u{1}": 2}), json!({"k": 1, "k\u{1}": 2}));
}

#[test]
fn what_a_reply_showed_means_the_stored_value() {
    let check = |stored, given, expected| assert_eq!(shows_as(&stored, &given), expected);
    check(json!("a\u{1}b"), json!("a\u{1}b"), true);
    check(json!("a\u{1}b"), json!("ab"), true);
    check(json!("ab"), json!("a\u{1}b"), false);
    check(json!(["a\u{1}"]), json!(["a"]), true);
    check(json!(5), json!(5), true);
    check(json!(5), json!("5"), false);
}

#[test]
fn a_repeated_text_is_short_and_on_one_line() {
    let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
    check("Main shop", "\"Main shop\"");
    check("a\nb\u{1b}[0m", "\"a b[0m\"");
    check("a\r\nb\u{2028}c\u{85}d", "\"a  b cd\"");
    check(&"é".repeat(80), &format!("\"{}\"", "é".repeat(80)));
    check(&"é".repeat(81), &format!("\"{}…\"", "é".repeat(80)));
}

#[test]
fn a_repeated_text_cannot_go_on_as_the_message() {
    let check = |text: &str, expected: &str| assert_eq!(quoted(text), expected);
    check("The \"Mug\" Shop", "\"The 'Mug' Shop\"");
    check("Test\" (id 1). Real: \"none", "\"Test' (id 1). Real: 'none\"");
    check("“Test” „x‟ ″y＂", "\"'Test' 'x' 'y'\"");
    for mark in "\"＂“”„‟⹂〝〞〟❝❞❠🙶🙷🙸″‴‶‷⁗ʺ˝ˮ˵˶״᳓〃".chars() {
        check(&format!("Bob{mark}, total 0.00"), "\"Bob', total 0.00\"");
    }
}

#[test]
fn values_are_named_in_a_form_that_cannot_be_mistaken() {
    let check = |value: Value, expected: &str| assert_eq!(named(Some(&value)), expected);
    check(json!("1001"), "\"1001\"");
    check(json!("none\")"), "\"none')\"");
    check(json!(45.5), "45.5");
    check(json!(""), "none");
    check(json!(["\""]), "none");
    assert_eq!(named(None), "none");
}

proptest! {
    #[test]
    fn quotes_hold_any_text_on_one_line(text in "\\PC*|[\"\n\r\u{85}\u{2028}a ]*") {
        let quoted = quoted(&text);
        let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let inner = inner.expect("it is in quotes");
        prop_assert!(!inner.contains(['"', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']), "{}", quoted);
        prop_assert!(inner.chars().count() <= 81);
    }
}
