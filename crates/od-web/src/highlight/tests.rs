use serde_json::json;

use super::*;

#[test]
fn the_pieces_are_the_json_that_it_was() {
    let check = |value: Value| {
        let text: String = tokens(&value).into_iter().map(|token| token.text).collect();
        assert_eq!(text, serde_json::to_string_pretty(&value).unwrap());
    };
    check(json!({"a": [1, -2.5, true, null, {}, []], "<b>": "x\"</script>\n", "c": {"d": {"e": "f"}}}));
    check(json!([]));
    check(json!("text"));
}

#[test]
fn each_sort_has_its_colour() {
    let classes: Vec<_> = tokens(&json!({"k": ["t", 1, false]}))
        .into_iter()
        .filter(|token| !token.class.is_empty())
        .map(|token| (token.class, token.text))
        .collect();
    let of = |class, text: &str| (class, text.to_owned());
    assert_eq!(
        classes,
        [
            of("json-key", "\"k\""),
            of("json-text", "\"t\""),
            of("json-number", "1"),
            of("json-word", "false")
        ]
    );
}
