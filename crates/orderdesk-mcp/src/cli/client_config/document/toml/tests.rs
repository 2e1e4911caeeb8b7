use serde_json::{Value, json};

use super::Document;

/// Sets the entry below `mcp_servers` and gives the text.
fn with(text: &str, entry: &Value) -> Result<String, String> {
    let document = Document::parse(text)?;
    let mut value = document.value().clone();
    value.entry("mcp_servers").or_insert_with(|| json!({}))["orderdesk"] = entry.clone();
    document.saying(&value)
}

#[test]
fn comments_layout_and_numbers_stay_to_the_letter() {
    let before = "# Mine.\nmodel = 'o'   # kept\nlimit = 1_000\nratio = 1e3\nsince = 1979-05-27T07:32:00Z\n\n\
                  [mcp_servers.files] # theirs\ncommand = \"files\"\nargs = [ \"a\", # one\n  'b' ]\n\n[tui]\ntheme = \"dark\"\n# The end.\n";
    let after = with(before, &json!({ "url": "https://o/mcp" })).unwrap();
    let added = "[mcp_servers.orderdesk]\nurl = \"https://o/mcp\"\n";
    assert_eq!(after.replace(&format!("\n{added}"), ""), before, "{after}");
    assert_eq!(with(&after, &json!({ "url": "https://o/mcp" })).unwrap(), after);
}

#[test]
fn a_new_file_is_written_as_its_client_would() {
    let entry = json!({ "command": "/bin/od", "args": ["stdio"], "env": { "A": "b\"" } });
    let expected = "[mcp_servers.orderdesk]\ncommand = \"/bin/od\"\nargs = [\"stdio\"]\n\n\
                    [mcp_servers.orderdesk.env]\nA = 'b\"'\n";
    assert_eq!(with("", &entry).unwrap(), expected);
}

#[test]
fn a_member_changes_where_it_stands() {
    let before = "mcp_servers = { other = { url = \"u\" } }\n";
    let after = with(before, &json!({ "url": "v" })).unwrap();
    assert!(after.contains("other = { url = \"u\" }"), "{after}");
    let before = "[mcp_servers.orderdesk]\nurl = \"u\" # ours\nenabled = false\ntool_timeout_sec = 5.0\n";
    let entry = json!({ "url": "v", "enabled": false, "tool_timeout_sec": 5.0 });
    assert_eq!(with(before, &entry).unwrap(), before.replace("\"u\"", "\"v\""));
    let after = with(before, &json!({ "url": "u" })).unwrap();
    assert_eq!(after, "[mcp_servers.orderdesk]\nurl = \"u\" # ours\n");
}

#[test]
fn a_text_that_is_no_toml_is_refused_without_being_quoted() {
    for text in [
        "a = ",
        "[a",
        "a = 1\na = 2\n",
        "{ \"mcpServers\": {} }",
        "key = odmk_secret",
    ] {
        let refused = with(text, &json!({})).unwrap_err();
        assert!(
            refused.contains("it is not TOML") && !refused.contains("secret"),
            "{text}: {refused}"
        );
    }
}

/// Whatever is missing from a file, it is refused or comes out right.
#[test]
fn a_file_that_lacks_something_is_refused_or_comes_out_right() {
    let whole =
        "# a\nx = [1, { y = 2 }]\n[mcp_servers.orderdesk]\nurl = \"u\"\nenv = { A = 'b' }\n[[list]]\nz = 0x1F\n";
    let entry = json!({ "command": "x", "env": { "B": "c" } });
    let mut changed = 0;
    for start in 0..whole.len() {
        for length in [1, 3, 8, 21] {
            let text = [&whole[..start], &whole[(start + length).min(whole.len())..]].concat();
            let Ok(document) = Document::parse(&text) else { continue };
            let mut value = document.value().clone();
            let servers = value.entry("mcp_servers").or_insert_with(|| json!({}));
            let Some(servers) = servers.as_object_mut() else {
                continue;
            };
            servers.insert("orderdesk".to_owned(), entry.clone());
            let Ok(after) = document.saying(&value) else { continue };
            assert_eq!(Document::parse(&after).unwrap().value(), &value, "{text}");
            changed += 1;
        }
    }
    assert!(changed > 100, "{changed}");
}
