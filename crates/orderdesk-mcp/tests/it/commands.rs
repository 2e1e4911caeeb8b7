//! Stories of the commands that need no server.

use std::fs;

use serde_json::Value;

use crate::program::Home;

#[test]
fn a_fault_of_the_configuration_ends_with_code_2_and_says_everything() {
    let mut home = Home::new();
    home.set("PORT", "many");
    home.set("CACHE_BACKEND", "redis");
    let told = home.run(&["config", "check"]).failed(2);
    assert!(told.starts_with("error: the configuration has 2 faults:"), "{told}");
    for name in ["PORT", "REDIS_URL"] {
        assert!(told.contains(name), "{told}");
    }
}

#[test]
fn an_unknown_command_is_a_wrong_usage() {
    let home = Home::new();
    assert!(home.run(&["tenants"]).failed(2).contains("unrecognized subcommand"));
    assert!(
        home.run(&["tenant", "create", "--count", "0"])
            .failed(2)
            .contains("--count")
    );
}

#[test]
fn arguments_without_their_option_are_told_where_they_belong() {
    let told = Home::new()
        .run(&["call", "orders_list", "{\"api_key\":\"planted\"}"])
        .failed(2);
    assert!(
        told.contains("hint: orderdesk-mcp call orders_list --args '{...}'"),
        "{told}"
    );
    assert!(!told.contains("planted"), "{told}");
}

#[test]
fn settings_come_from_the_environment_a_file_and_dotenv() {
    let home = Home::new();
    fs::write(home.path("settings.toml"), "port = 1\nlog_level = 'WARN'\n").unwrap();
    fs::write(home.working_directory().join(".env"), "PORT=2\n").unwrap();
    let file = home.path("settings.toml");
    let shown = home
        .run(&[
            "config",
            "show",
            "--changed",
            "--output",
            "json",
            "--config",
            file.to_str().unwrap(),
        ])
        .json();
    let rows: Vec<_> = shown["settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{}={} {}", row["name"], row["value"], row["origin"]).replace('"', ""))
        .collect();
    assert_eq!(
        rows,
        [
            "PORT=2 .env",
            "BCRYPT_COST=4 environment",
            "LOG_LEVEL=WARN configuration file"
        ]
    );
}

#[test]
fn the_default_database_is_shown_as_the_file_it_is() {
    let mut home = Home::new();
    let database = |home: &Home| {
        let shown = home.run(&["config", "show", "--output", "json"]).json();
        let rows = shown["settings"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == "DATABASE_URL").unwrap();
        (row["value"].as_str().unwrap().to_owned(), row["origin"].clone())
    };
    let file = home.path(".local/share/orderdesk-mcp/app.db");
    assert_eq!(
        database(&home),
        (format!("sqlite://{}", file.display()), "default".into())
    );
    home.set("DATABASE_URL", "sqlite:///elsewhere.db");
    assert_eq!(
        database(&home),
        ("sqlite:///elsewhere.db".to_owned(), "environment".into())
    );
}

#[test]
fn without_a_root_key_nothing_is_made_and_the_way_out_is_named() {
    let home = Home::new();
    let told = home.run(&["tenant", "list"]).failed(2);
    assert!(
        told.contains("MCP_KMS_KEY") && told.contains("orderdesk-mcp setup"),
        "{told}"
    );
    assert!(!home.path(".local").exists());
}

#[test]
fn tenants_are_made_listed_shown_and_deleted() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let created = home
        .run(&["tenant", "create", "--name", "Blue Harbor", "--output", "json"])
        .json();
    let id = created["tenant_id"].as_str().unwrap();
    assert!(
        created["master_key"]
            .as_str()
            .unwrap()
            .starts_with(created["prefix"].as_str().unwrap())
    );

    let more = home.run(&["tenant", "create", "--count", "2", "--output", "json"]).ok();
    let more: Vec<Value> = more.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(more.len(), 2);

    let listed = home.run(&["tenant", "list", "--output", "json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(listed[0]["tenant_id"], id);
    home.run(&["tenant", "set-email", id, "--email", "ada@example.com"])
        .ok();
    let shown = home.run(&["tenant", "show", id]).ok();
    assert!(
        shown.contains("Blue Harbor") && shown.contains("ada@example.com"),
        "{shown}"
    );

    let unattended = home.run(&["tenant", "delete", "--tenant", id]).failed(2);
    assert!(unattended.contains("--yes"), "{unattended}");
    home.run(&["tenant", "delete", "--tenant", id, "--yes"]).ok();
    assert!(home.run(&["tenant", "show", id]).failed(1).contains("NOT_FOUND"));
}

#[test]
fn an_address_that_is_none_is_a_wrong_usage() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let create = |email: &str| home.run(&["tenant", "create", "--email", email]);
    for wrong in [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "Ada <ada@example.com>",
        "a b@example.com",
    ] {
        let told = create(wrong).failed(2);
        assert!(told.contains("email: must be"), "{wrong}: {told}");
        assert!(
            !told.contains("***"),
            "nothing of ours looks like an address to mask: {told}"
        );
    }
    for right in [
        "ada@example.com",
        "ada+orders@mail.example.co.uk",
        "\u{fc}mit@b\u{fc}cher.example",
    ] {
        create(right).ok();
    }
}

#[test]
fn a_tenant_can_bring_its_own_key_once() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.set("MCP_MASTER_KEY", "correct horse battery staple");
    let shown = home.run(&["tenant", "create", "--own-key"]).ok();
    assert!(!shown.contains("correct"), "{shown}");
    home.set("MCP_MASTER_KEY", "passwordpassword");
    let refused = home.run(&["tenant", "create", "--own-key"]).failed(2);
    assert!(
        refused.contains("can be guessed") && !refused.contains("passwordpassword"),
        "{refused}"
    );
    assert!(
        refused.contains("master_key is refused: this master key follows"),
        "nothing of ours looks like a key to mask: {refused}"
    );
    home.set("MCP_MASTER_KEY", "correct horse battery staple");
    assert!(
        home.run(&["tenant", "create", "--own-key"])
            .failed(1)
            .contains("DUPLICATE")
    );
}

#[test]
fn another_root_key_does_not_start() {
    let mut home = Home::new();
    let (first, second) = (home.run(&["keygen"]).ok(), home.run(&["keygen"]).ok());
    home.set("MCP_KMS_KEY", first.trim());
    home.run(&["migrate"]).ok();
    home.set("MCP_KMS_KEY", second.trim());
    let told = home.run(&["migrate"]).failed(2);
    assert!(told.contains("another root key"), "{told}");
}

#[cfg(unix)]
#[test]
fn the_database_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.run(&["migrate"]).ok();
    let database = home.path(".local/share/orderdesk-mcp/app.db");
    assert_eq!(fs::metadata(database).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_sample_root_key_is_refused() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let told = home.run(&["migrate"]).failed(2);
    assert!(told.contains("MCP_KMS_KEY") && !told.contains("AAAAAAAA"), "{told}");
}

/// Of one that is no key it is not said to make a new one: the database takes none.
#[test]
fn a_root_key_that_is_none_leaves_whole_sentences() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    home.run(&["tenant", "create"]).ok();
    home.set("MCP_KMS_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let told = home.run(&["tenant", "list"]).failed(2);
    let sentence = ". But the database sqlite://";
    assert!(
        told.contains(sentence) && told.contains("its own root key alone opens it."),
        "{told}"
    );
}

#[test]
fn what_would_be_gone_at_once_is_not_made() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    for memory in ["sqlite://:memory:", "sqlite::memory:"] {
        home.set("DATABASE_URL", memory);
        for command in [&["tenant", "create"][..], &["migrate"], &["setup", "--store-id", "1"]] {
            let refused = home.run(command).failed(2);
            assert!(refused.contains("would be gone when it ends"), "{command:?}: {refused}");
        }
    }
}

#[test]
fn values_that_do_not_fit_are_told_with_what_does() {
    let home = Home::new();
    let check = |command: &[&str], said: &str| {
        let told = home.run(command).failed(2);
        assert!(told.contains(said), "{command:?}: {told}");
    };
    check(
        &["tenant", "rotate-key", "A", "--grace-days", "-1"],
        "-1 is not in 0..=365",
    );
    check(&["audit", "purge", "--older-than-days", "-3"], "-3 is not in 0..=36500");
    check(&["serve", "--port", "-1"], "-1 is not in 0..=65535");
    for now in ["yesterday", "-1d", ""] {
        check(&["simulator", "--now", now], "such as 2026-03-02T15:00:00Z");
    }
}

#[test]
fn the_doctor_says_what_is_wrong_and_how_to_mend_it() {
    let mut home = Home::new();
    home.set("ORDERDESK_API_BASE_URL", "http://127.0.0.1:1/api/v2");
    let ended = home.run(&["doctor", "--output", "json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let verdict = |check: &str| {
        let found = report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|finding| finding["check"] == check);
        found.unwrap_or_else(|| panic!("{check} in {report}"))["verdict"].clone()
    };
    assert_eq!(verdict("configuration"), "ok");
    assert_eq!(verdict("root key"), "failed");
    assert_eq!(verdict("Order Desk"), "failed");
    assert_eq!(verdict("test store"), "skipped");
}

#[test]
fn what_is_missing_is_said_before_anybody_is_asked() {
    let mut home = Home::new();
    for command in [
        &["call", "orders.list"][..],
        &["store", "list"],
        &["tenant", "rotate-key"],
    ] {
        let told = home.run(command).failed(2);
        assert!(
            told.contains("MCP_KMS_KEY is not set") && told.contains("`orderdesk-mcp setup`"),
            "{told}"
        );
        assert!(!told.contains("terminal"), "{told}");
    }
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let told = home.run(&["call", "orders.list"]).failed(2);
    assert!(
        told.contains("MCP_MASTER_KEY is not set") && told.contains("no terminal"),
        "{told}"
    );
    let told = home.run_with(&["import", "-"], b" \n").failed(2);
    assert!(
        told.contains("no table in standard input") && !told.contains("FILE "),
        "{told}"
    );
}

#[test]
fn a_configuration_without_a_usable_root_key_is_not_fine() {
    let mut home = Home::new();
    let same = |home: &Home, said: &str| {
        for command in [&["config", "check"][..], &["serve", "--port", "0"]] {
            let told = home.run(command).failed(2);
            assert!(told.contains(said), "{command:?}: {told}");
        }
    };
    same(&home, "MCP_KMS_KEY is not set");
    home.set("MCP_KMS_KEY", &"x!".repeat(22));
    same(&home, "is not a usable root key");
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.run(&["config", "check"]).ok();
    home.set("MCP_KMS_KEY_PREVIOUS", &"x!".repeat(22));
    let told = home.run(&["config", "check"]).failed(2);
    assert!(told.contains("MCP_KMS_KEY_PREVIOUS"), "{told}");
}

#[test]
fn the_only_tenant_need_not_be_named_but_where_something_ends() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let made = home
        .run(&["tenant", "create", "--name", "First", "--output", "json"])
        .json();
    home.set("MCP_MASTER_KEY", made["master_key"].as_str().unwrap());
    assert!(home.run(&["tenant", "show"]).ok().contains("First"));
    home.run(&["tenant", "rename", "--name", "One"]).ok();
    home.run(&["tenant", "set-email", "--email", "ada@example.com"]).ok();
    home.run(&["tenant", "keys"]).ok();
    for ends in [
        &["tenant", "delete", "--yes"][..],
        &["tenant", "close", "--yes"],
        &["tenant", "revoke-key", "--prefix", "odmk_"],
    ] {
        home.run(ends).failed(2);
    }
    home.run(&["tenant", "create", "--name", "Two"]).ok();
    let told = home.run(&["tenant", "show"]).failed(2);
    assert!(
        told.contains("there are 2 tenants") && told.contains("--tenant"),
        "{told}"
    );
    // The key says whose it is.
    let rotated = home.run(&["tenant", "rotate-key", "--output", "json"]).json();
    assert_eq!(rotated["tenant_id"], made["tenant_id"]);
}
