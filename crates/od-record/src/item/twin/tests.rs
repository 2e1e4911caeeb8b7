use serde_json::{Map, Value, json};

use super::twin;

fn check(code: &Value, expected: Option<&str>) {
    let map = |value: Value| -> Map<String, Value> { value.as_object().expect("an object").clone() };
    let lines = [
        map(json!({"id": "301", "code": "MUG-BLU"})),
        map(json!({"id": 302, "code": "tote "})),
        map(json!({"id": "303", "code": ""})),
        map(json!({"code": "PIN"})),
    ];
    assert_eq!(
        twin(&lines, &map(json!({"name": "x", "code": code}))).as_deref(),
        expected,
        "{code}"
    );
}

#[test]
fn a_line_with_the_code_is_told_of() {
    check(&json!("MUG-BLU"), Some("a line with this code (its id is 301)"));
    check(&json!("tote"), Some("a line with this code (its id is 302)"));
    check(
        &json!("mug-blu"),
        Some("a line with this code in other capitals (its id is 301)"),
    );
    check(
        &json!("TOTE\n"),
        Some("a line with this code in other capitals (its id is 302)"),
    );
    check(&json!("PIN"), Some("a line with this code"));
    for none in [json!("MUG"), json!(""), json!(" "), json!(null), json!(7)] {
        check(&none, None);
    }
}
