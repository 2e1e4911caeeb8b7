use serde_json::{Value, json};

use super::Document;

/// Adds an entry below `mcpServers` and gives the text.
fn with(text: &str, entry: &Value) -> Result<String, String> {
    let document = Document::parse(text)?;
    let mut value = document.value().clone();
    value.entry("mcpServers").or_insert_with(|| json!({}))["orderdesk"] = entry.clone();
    document.saying(&value)
}

#[test]
fn comments_layout_and_numbers_stay_to_the_letter() {
    let before = "\u{feff}// Mine.\r\n{\r\n\t\"big\": 123456789012345678901234567890, /* kept */\r\n\
                  \t\"mcpServers\": {\r\n\t\t// The files.\r\n\
                  \t\t\"files\": { \"command\": \"files\", \"args\": [ ] },\r\n\t},\r\n\
                  \t\"escaped\": \"\\u00e9\"\r\n}\r\n// The end.\r\n";
    let entry = json!({ "command": "od", "args": ["stdio"], "env": { "A": "b" } });
    let after = with(before, &entry).unwrap();
    // With commas before closing brackets, as the file has them.
    let written = "\r\n\t\t\"orderdesk\": {\r\n\t\t\t\"command\": \"od\",\r\n\t\t\t\"args\": [\"stdio\"],\r\n\
                   \t\t\t\"env\": {\r\n\t\t\t\t\"A\": \"b\",\r\n\t\t\t},\r\n\t\t},";
    let end_of_files = "\"args\": [ ] },";
    assert_eq!(after, before.replace(end_of_files, &format!("{end_of_files}{written}")));
}

#[test]
fn a_member_changes_where_it_stands() {
    let before = r#"{
  "mcpServers": {
    "orderdesk": { "command": "/old", "env": { "A": "1", /* why */ "B": "2" } }, // ours
    "other": {}
  }
}"#;
    let document = Document::parse(before).unwrap();
    let mut value = document.value().clone();
    value["mcpServers"]["orderdesk"]["command"] = "/new".into();
    value["mcpServers"]["orderdesk"]["env"] = json!({ "A": "1", "B": "3" });
    let after = document.saying(&value).unwrap();
    assert_eq!(after, before.replace("/old", "/new").replace("\"2\"", "\"3\""));

    value["mcpServers"]["orderdesk"]["env"] = json!({ "B": "2" });
    let after = Document::parse(before).unwrap().saying(&value).unwrap();
    assert!(after.contains("// ours") && !after.contains("\"A\""), "{after}");
}

#[test]
fn a_text_in_a_list_changes_where_it_stands() {
    let before = "{\"mcpServers\": {\"orderdesk\": {\"args\": [\n  \"-y\", // yes\n  \"https://a\"\n]}}}";
    let after = with(before, &json!({ "args": ["-y", "https://\"b"] })).unwrap();
    assert_eq!(after, before.replace("https://a", "https://\\\"b"));
    let after = with(before, &json!({ "args": ["-y", 1] })).unwrap();
    assert!(!after.contains("https"), "{after}");
}

/// Whatever stands around it, what is written says what it should: else nothing is written.
#[test]
fn what_is_written_says_what_it_should() {
    let entry = json!({ "command": "a\"b\\c\u{1}", "args": [] });
    for before in [
        "",
        " \n",
        "\u{feff}",
        "{}",
        "{ }",
        "{\n}",
        "// nothing yet\n",
        "/* a */ { /* b */ } // c",
        r#"{"mcpServers":{}}"#,
        r#"{"mcpServers":{"a":1,}}"#,
        "{\"mcpServers\":{\"a\":1 // one\n}}",
        "{\"mcpServers\":{\"a\":1 // one\n, \"b\": [1, 2,],},}",
        "{\"a\": {\"deep\": [[[[{}]]]]}, \"mcpServers\": {\n\n\n}}",
    ] {
        let after = with(before, &entry).unwrap_or_else(|why| panic!("{before:?}: {why}"));
        assert_eq!(after.starts_with('\u{feff}'), before.starts_with('\u{feff}'));
        let read = Document::parse(&after).unwrap();
        assert_eq!(read.value()["mcpServers"]["orderdesk"], entry, "{after}");
        let comments = |text: &str| text.matches("/*").count() + text.matches("//").count();
        assert_eq!(comments(&after), comments(before), "{after}");
        assert_eq!(
            with(&after, &entry).unwrap(),
            after,
            "the same once more changes nothing"
        );
        let mut without = read.value().clone();
        without["mcpServers"].as_object_mut().unwrap().remove("orderdesk");
        read.saying(&without).unwrap_or_else(|why| panic!("{after:?}: {why}"));
    }
}

#[test]
fn a_text_that_is_no_clients_file_is_refused() {
    for (text, reason) in [
        ("[]", "it is not a JSON object"),
        ("1", "it is not a JSON object"),
        ("{", "it is not JSON"),
        ("{} {}", "it is not JSON"),
        ("{a: 1}", "it is not JSON"),
        ("{'a': 1}", "it is not JSON"),
        (r#"{"a": 1 "b": 2}"#, "it is not JSON"),
        (r#"{"a": 0x10}"#, "it is not JSON"),
        (r#"{"mcpServers":{},"mcpServers":{}}"#, "a name twice"),
        (r#"{"mcpServers":{"a":1,"a":1}}"#, "a name twice"),
    ] {
        let refused = with(text, &json!({})).unwrap_err();
        assert!(refused.contains(reason), "{text}: {refused}");
    }
}

/// People edit these files by hand. Whatever is missing from one, it is refused or comes out right.
#[test]
fn a_file_that_lacks_something_is_refused_or_comes_out_right() {
    let whole = "// a\n{\n  \"mcpServers\": { /* b */ \"orderdesk\": {\"command\": 1, \"env\": {\"A\": [],},}, },\n  \"c\": [1.5, {}]\n}\n";
    let entry = json!({ "command": "x", "env": { "B": "c" } });
    let mut changed = 0;
    for start in 0..whole.len() {
        for length in [1, 2, 5, 13, 40] {
            let end = (start + length).min(whole.len());
            let text = [&whole[..start], &whole[end..]].concat();
            let Ok(document) = Document::parse(&text) else { continue };
            let mut value = document.value().clone();
            if !matches!(value.get("mcpServers"), None | Some(Value::Object(_))) {
                continue;
            }
            value.entry("mcpServers").or_insert_with(|| json!({}))["orderdesk"] = entry.clone();
            let Ok(after) = document.saying(&value) else { continue };
            assert_eq!(Document::parse(&after).unwrap().value(), &value, "{text}");
            changed += 1;
        }
    }
    assert!(changed > 100, "{changed}");
}
