use std::process::Command;

use serde_json::{Map, Value, json};

use super::{curl, message, quoted, without_secrets};

/// What bash takes a quoted text for.
fn through_bash(text: &str) -> String {
    // History is expanded in interactive shells; here it is switched on by hand.
    let script = format!("set -o history -o histexpand\nprintf %s {}", quoted(text));
    let output = Command::new("bash").arg("-c").arg(&script).output().unwrap();
    assert!(
        output.status.success(),
        "{script}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash_takes_a_quoted_text_for_what_it_is() {
    for text in [
        "",
        "plain",
        "it's",
        "''",
        "'; touch planted; '",
        "$(touch planted) ${HOME} $HOME",
        "`touch planted`",
        "!! !x \\! \"!\"",
        "line\nline\r\n\ttab",
        "back\\slash \\' \\",
        "-n --data @file * ? [a-z] {a,b} ~ # & | ; < >",
        "ü 😀 \u{202e}",
    ] {
        assert_eq!(through_bash(text), text);
    }
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("{value}")
    };
    object
}

#[test]
fn the_command_sends_the_call_whatever_its_arguments_hold() {
    let arguments = object(json!({
        "content": "it's $(touch planted) `x` !! \n\u{7f}\u{9b}31m \u{202e}ü😀",
        "limit": 5,
    }));
    let command = curl("http://127.0.0.1:8080/mcp", "orders_add_note", &arguments);
    assert!(command.contains("Authorization: Bearer PLACEHOLDER"));
    assert!(
        command.chars().all(|c| c == '\n' || c == ' ' || c.is_ascii_graphic()),
        "{command}"
    );
    // In place of curl stands what shows its arguments.
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{command}");
    let output = Command::new("bash").arg("-c").arg(&script).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = told.split('\0').collect();
    assert!(words.contains(&"http://127.0.0.1:8080/mcp"), "{words:?}");
    let body = words.iter().position(|word| *word == "--data-raw").unwrap() + 1;
    let sent: Value = serde_json::from_str(words[body]).unwrap();
    assert_eq!(sent, message("orders_add_note", &arguments));
    assert_eq!(sent["params"]["arguments"], Value::Object(arguments));
}

#[test]
fn secrets_are_taken_out() {
    let arguments = object(json!({"store_id": "9", "api_key": "planted-key", "master_key": "planted-key"}));
    let told = without_secrets(&arguments);
    assert_eq!(told["api_key"], "PLACEHOLDER");
    assert_eq!(told["store_id"], "9");
    assert!(!curl("http://x/mcp", "stores_register", &arguments).contains("planted-key"));
}
