//! With `--output json` standard output holds one document, whatever came of the command.

use serde_json::Value;

use crate::program::{Ended, Home};

/// The one document of a run that failed with this code.
#[track_caller]
fn document(ended: &Ended, code: i32) -> Value {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert_eq!(ended.stdout.lines().count(), 1, "{ended:?}");
    assert!(ended.stderr.contains("error: "), "people are told too: {ended:?}");
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn every_fault_of_the_settings_is_in_the_document() {
    let mut home = Home::new();
    home.set("PORT", "many");
    home.set("HOST", "nowhere");
    let told = document(&home.run(&["config", "check", "--output", "json"]), 2);
    assert_eq!(told["status"], "error", "{told}");
    let subjects = told["faults"].as_array().unwrap().iter().map(|fault| &fault["subject"]);
    assert_eq!(subjects.collect::<Vec<_>>(), ["HOST", "PORT"], "{told}");

    let told = document(&home.run(&["doctor", "--output", "json"]), 2);
    assert_eq!(told["ok"], false, "{told}");
    let check = &told["checks"][0];
    assert_eq!(
        (&check["check"], &check["verdict"]),
        (&"configuration".into(), &"failed".into())
    );
    assert!(check["message"].as_str().unwrap().contains("PORT"), "{told}");
}

/// A key where the name of its file belongs.
#[test]
fn no_document_repeats_a_secret_that_stands_in_the_wrong_place() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok().trim().to_owned();
    home.set("MCP_KMS_KEY_FILE", &key);
    home.set("PUBLIC_URL", "https://bob:hunter2pass@orders.example.com/?x=1");
    for command in [
        &["config", "check", "--output", "json"][..],
        &["doctor", "--output", "json"],
    ] {
        let ended = home.run(command);
        let told = document(&ended, 2).to_string();
        assert!(told.contains("MCP_KMS_KEY_FILE") && told.contains("redacted"), "{told}");
        for secret in [key.as_str(), "hunter2pass"] {
            assert!(
                !format!("{}{}", ended.stdout, ended.stderr).contains(secret),
                "{ended:?}"
            );
        }
    }
}

#[test]
fn a_failure_is_a_document_and_never_a_second_one() {
    let mut home = Home::new();
    let told = document(&home.run(&["tenant", "list", "--output", "json"]), 2);
    assert_eq!(
        (&told["status"], &told["error"]["exit_code"]),
        (&"error".into(), &2.into())
    );
    assert!(
        told["error"]["message"].as_str().unwrap().contains("MCP_KMS_KEY"),
        "{told}"
    );

    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    home.run(&["migrate"]).ok();
    let told = document(&home.run(&["tenant", "show", "nobody", "--output", "json"]), 1);
    assert!(
        told["error"]["message"].as_str().unwrap().contains("NOT_FOUND"),
        "{told}"
    );
    assert!(
        told["error"]["hint"].as_str().unwrap().contains("tenant list"),
        "{told}"
    );

    home.set("ORDERDESK_API_BASE_URL", "http://127.0.0.1:1/api/v2");
    let told = document(&home.run(&["doctor", "--output", "json"]), 1);
    assert_eq!(told["ok"], false, "the findings are the document: {told}");
    assert_eq!(told.get("error"), None, "{told}");

    home.run(&["tenant", "show", "nobody"]).failed(1);
}

#[test]
fn a_wrong_command_line_is_a_document_too() {
    let home = Home::new();
    for wrong in [
        &["tenant", "delete", "--output", "json"][..],
        &["tenant", "list", "--bogus", "--output=json"],
    ] {
        let told = document(&home.run(wrong), 2);
        let message = told["error"]["message"].as_str().unwrap();
        assert!(message.contains("--tenant") || message.contains("--bogus"), "{told}");
        assert_eq!(told["error"]["exit_code"], 2);
    }
    assert!(home.run(&["tenant", "list", "--bogus"]).stdout.is_empty());
    assert!(
        home.run(&["tenant", "list", "--help", "--output", "json"])
            .ok()
            .contains("Usage")
    );
}
