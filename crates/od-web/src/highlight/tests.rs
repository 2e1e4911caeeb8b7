use serde_json::{Value, json};

use super::{Highlighted, MOST};

/// The text that a browser shows, and that is copied.
fn plain(shown: &Highlighted) -> String {
    shown.parts.iter().map(|part| part.text.as_str()).collect()
}

fn kind<'a>(shown: &'a Highlighted, text: &str) -> &'a str {
    let mut parts = shown.parts.iter();
    parts
        .find(|part| part.text == text)
        .unwrap_or_else(|| panic!("{shown:?}"))
        .kind
}

#[test]
fn the_text_stays_what_it_is() {
    let value = json!({
        "true": [true, false, null, -1.5e3, 0, "a \" \\ quote", {}, []],
        "n-1": {"t: \"x\",": "9", "</span><script>alert(1)</script>": "&amp; \u{202e}\u{9b}'"},
    });
    let shown = Highlighted::of(&value);
    let read: Value = serde_json::from_str(&plain(&shown)).unwrap();
    assert_eq!(read, value);
    assert!(shown.rest.is_none());
    assert!(!plain(&shown).contains('\u{202e}') && plain(&shown).contains("\\u202e\\u009b"));
    for (text, expected) in [
        ("\"n-1\"", "key"),
        ("\"t: \\\"x\\\",\"", "key"),
        ("\"9\"", "text"),
        ("-1500.0", "number"),
        ("null", "word"),
    ] {
        assert_eq!(kind(&shown, text), expected, "{text}");
    }
}

#[test]
fn a_long_text_is_shown_from_its_beginning_and_copied_whole() {
    let rows: Vec<_> = (0..2000).map(|id| json!({"id": id, "name": "Ada"})).collect();
    let value = json!({"rows": rows});
    let shown = Highlighted::of(&value);
    let beginning = plain(&shown);
    let rest = shown.rest.unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&format!("{beginning}{rest}")).unwrap(),
        value
    );
    assert!(beginning.len() <= MOST);
    assert!(rest.starts_with('\n'), "cut at a line");

    // Cut within the escape of a character, perhaps.
    let value = json!("ü\n\u{202e}".repeat(MOST));
    let line = Highlighted::of(&value);
    let beginning = plain(&line);
    assert!(beginning.len() <= 2 * MOST, "what is hidden is longer as it is shown");
    let copied = format!("{beginning}{}", line.rest.unwrap());
    assert_eq!(serde_json::from_str::<Value>(&copied).unwrap(), value);
}
