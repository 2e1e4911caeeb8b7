//! `connect`: a client's file gets this server, and keeps everything else.

use std::fs;

use serde_json::{Value, json};

use crate::program::Home;

const URL: &str = "https://orders.example.com/mcp";
const OTHER: &str = "https://elsewhere.example.com/mcp";

/// Where each client's file is in a home on Linux, and what leads to the server in it.
fn files() -> [(&'static str, &'static str, Value); 6] {
    let remote = json!({ "command": "npx", "args": ["-y", "mcp-remote@0.15.1", URL] });
    [
        ("claude-desktop", ".config/Claude/claude_desktop_config.json", remote),
        ("claude-code", ".claude.json", json!({ "type": "http", "url": URL })),
        ("cursor", ".cursor/mcp.json", json!({ "url": URL })),
        (
            "vscode",
            ".config/Code/User/mcp.json",
            json!({ "type": "http", "url": URL }),
        ),
        ("gemini", ".gemini/settings.json", json!({ "url": URL, "type": "http" })),
        (
            "inspector",
            ".mcp-inspector/mcp.json",
            json!({ "type": "streamable-http", "url": URL }),
        ),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn every_client_gets_its_entry_in_its_own_file() {
    let home = Home::new();
    for (client, file, entry) in files() {
        let shown = home.run(&["connect", client, "--url", URL, "--output", "json"]).json();
        assert_eq!(shown["file"].as_str(), home.path(file).to_str(), "{client}");
        assert!(!home.path(file).exists(), "{client}: nothing is written unasked");

        let told = home.run(&["connect", client, "--url", URL, "--write"]).ok();
        assert!(told.contains("the entry is in it now"), "{told}");
        let text = fs::read_to_string(home.path(file)).unwrap();
        let map = if client == "vscode" { "servers" } else { "mcpServers" };
        let whole: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(whole, json!({ map: { "orderdesk": entry } }), "{client}");
        let configuration = shown["configuration"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(configuration).unwrap(), whole, "{client}");

        let again = home.run(&["connect", client, "--url", URL, "--write"]).ok();
        assert!(again.contains("was in it already"), "{again}");
        assert_eq!(fs::read_to_string(home.path(file)).unwrap(), text, "{client}");
        home.run(&["connect", client, "--url", OTHER, "--write"]).ok();
        let other = fs::read_to_string(home.path(file)).unwrap();
        assert_eq!(other, text.replace(URL, OTHER), "{client}");
    }
    home.run(&["connect", "codex", "--url", URL, "--write"]).ok();
    let text = fs::read_to_string(home.path(".codex/config.toml")).unwrap();
    assert_eq!(text, format!("[mcp_servers.orderdesk]\nurl = \"{URL}\"\n"));
}

/// The variables by which the clients themselves are told of another place.
#[test]
fn a_file_that_is_kept_elsewhere_is_found() {
    let mut home = Home::new();
    let elsewhere = |name: &str| home.path("elsewhere").join(name);
    let places = [
        ("claude-code", "CLAUDE_CONFIG_DIR", elsewhere("c"), "c/.claude.json"),
        ("gemini", "GEMINI_CLI_HOME", elsewhere("g"), "g/.gemini/settings.json"),
        ("codex", "CODEX_HOME", elsewhere("x"), "x/config.toml"),
        ("inspector", "MCP_CATALOG_PATH", elsewhere("i.json"), "i.json"),
    ];
    for (client, variable, place, file) in places {
        home.set(variable, place.to_str().unwrap());
        home.run(&["connect", client, "--url", URL, "--write"]).ok();
        let text = fs::read_to_string(home.path("elsewhere").join(file)).unwrap();
        assert!(text.contains(URL), "{client}");
    }
}

#[test]
fn what_is_pasted_is_all_that_standard_output_holds() {
    let home = Home::new();
    let cursor = home.run(&["connect", "cursor", "--url", URL]).ok();
    let whole: Value = serde_json::from_str(&cursor).unwrap();
    assert_eq!(whole["mcpServers"]["orderdesk"]["url"], URL);
    let codex = home.run(&["connect", "codex", "--url", URL]);
    assert!(codex.stderr.contains("In a terminal:"), "{codex:?}");
    let (command, file) = codex.stdout.split_once('\n').unwrap();
    assert_eq!(command, format!("codex mcp add orderdesk --url {URL}"));
    assert!(file.contains("[mcp_servers.orderdesk]"), "{file}");
    let chatgpt = home.run(&["connect", "chatgpt", "--url", URL]).ok();
    assert_eq!(chatgpt.trim(), URL);

    for arguments in [
        &["connect", "chatgpt"][..],
        &["connect", "chatgpt", "--url", URL, "--write"],
        &["connect", "cursor", "--url", "orders.example.com"],
        &["connect", "nobody"],
    ] {
        home.run(arguments).failed(2);
    }
}

#[test]
fn a_client_that_starts_the_program_gets_the_key_and_keeps_it_to_itself() {
    let mut home = Home::new();
    home.set("MCP_MASTER_KEY", "not-a-real-key-but-long-enough");
    let file = home.path(".cursor/mcp.json");
    let shown = home.run(&["connect", "cursor"]).ok();
    assert!(!shown.contains("not-a-real-key"), "{shown}");
    assert!(shown.contains("(the MCP_MASTER_KEY you gave)"), "{shown}");
    let told = home.run(&["connect", "cursor", "--write"]).ok();
    assert!(!told.contains("not-a-real-key"), "{told}");
    let read = || -> Value { serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap() };
    let entry = &read()["mcpServers"]["orderdesk"];
    assert_eq!(entry["env"]["MCP_MASTER_KEY"], "not-a-real-key-but-long-enough");
    assert_eq!(entry["command"], env!("CARGO_BIN_EXE_orderdesk-mcp"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = home.run(&["connect", "cursor", "--write"]).ok();
    assert!(again.contains("was in it already"), "{again}");

    // The address takes its place and gives it back; the key is in the backup and nowhere else.
    let replaced = home.run(&["connect", "cursor", "--url", URL, "--write"]);
    assert!(replaced.stderr.contains("stored nowhere else"), "{replaced:?}");
    assert_eq!(read()["mcpServers"]["orderdesk"], json!({ "url": URL }));
    let backup = fs::read_to_string(home.path(".cursor/mcp.json.before-orderdesk")).unwrap();
    assert!(backup.contains("not-a-real-key"), "{backup}");
    home.run(&["connect", "cursor", "--write"]).ok();
    let back = &read()["mcpServers"]["orderdesk"];
    assert_eq!((back.get("url"), &back["args"]), (None, &json!(["stdio"])));
    home.set("MCP_MASTER_KEY", "another-key-that-is-not-real");
    let refused = home.run(&["connect", "cursor", "--write"]).failed(2);
    assert!(refused.contains("is not signed in with"), "{refused}");
}

#[test]
fn a_key_that_is_set_later_goes_into_the_entry_that_had_none() {
    let mut home = Home::new();
    home.run(&["connect", "claude-desktop", "--write"]).ok();
    home.set("MCP_MASTER_KEY", "not-a-real-key-but-long-enough");
    home.run(&["connect", "claude-desktop", "--write"]).ok();
    let file = home.run(&["connect", "claude-desktop", "--output", "json"]).json()["file"].clone();
    let whole: Value = serde_json::from_str(&fs::read_to_string(file.as_str().unwrap()).unwrap()).unwrap();
    let entry = &whole["mcpServers"]["orderdesk"];
    assert_eq!(entry["env"]["MCP_MASTER_KEY"], "not-a-real-key-but-long-enough");
    assert_eq!(entry["args"], json!(["stdio"]));
}

/// Whoever mistyped a key would only find out when the client starts the program.
#[test]
fn a_key_that_is_mistyped_is_put_nowhere() {
    let mut home = Home::new();
    home.set(
        "MCP_MASTER_KEY",
        "odmk_0123456789abcdefghijklmnopqrstuvwxyz0123456789ab",
    );
    for arguments in [&["connect", "cursor", "--write"][..], &["connect", "cursor"]] {
        let refused = home.run(arguments).failed(2);
        assert!(refused.contains("MCP_MASTER_KEY is nobody's"), "{refused}");
        assert!(refused.contains("checksum does not fit"), "{refused}");
    }
    assert!(!home.path(".cursor/mcp.json").exists());
}

/// No key makes an entry ours to change that starts a container, or that reads settings from a file.
#[test]
fn who_meets_an_entry_that_no_key_opens_is_not_told_to_give_one() {
    let mut home = Home::new();
    home.set("MCP_MASTER_KEY", "not-a-real-key-but-long-enough");
    let file = home.path(".cursor/mcp.json");
    fs::create_dir(file.parent().unwrap()).unwrap();
    let check = |entry: Value, by_hand: bool| {
        let whole = json!({ "mcpServers": { "orderdesk": entry } }).to_string();
        fs::write(&file, &whole).unwrap();
        let refused = home.run(&["connect", "cursor", "--write"]).failed(2);
        assert_eq!(refused.contains("Change it by hand"), by_hand, "{refused}");
        assert_eq!(refused.contains("as it is in that entry"), !by_hand, "{refused}");
        assert!(refused.contains("stored nowhere else"), "{refused}");
        assert_eq!(fs::read_to_string(&file).unwrap(), whole);
    };
    let key = json!({ "MCP_MASTER_KEY": "not-a-real-key-but-long-enough" });
    check(
        json!({ "command": "docker", "args": ["run", "-i", "orderdesk-mcp"] }),
        true,
    );
    check(
        json!({ "command": "docker", "args": ["run", "-i", "orderdesk-mcp"], "env": key }),
        true,
    );
    check(
        json!({ "command": "orderdesk-mcp", "args": ["--config", "/etc/orderdesk.yaml"], "env": key }),
        true,
    );
    check(
        json!({ "command": "orderdesk-mcp", "env": { "MCP_MASTER_KEY": "another-key-of-somebody" } }),
        false,
    );
}

#[test]
fn an_address_only_gives_way_to_a_key() {
    let home = Home::new();
    for client in ["gemini", "codex", "claude-code", "inspector"] {
        home.run(&["connect", client, "--url", URL, "--write"]).ok();
        let refused = home.run(&["connect", client, "--write"]).failed(1);
        assert!(
            refused.contains("has no master key") && refused.contains("MCP_MASTER_KEY_FILE"),
            "{refused}"
        );
    }
    let text = fs::read_to_string(home.path(".gemini/settings.json")).unwrap();
    assert!(text.contains(URL), "{text}");
}

#[test]
fn an_address_without_a_path_is_that_of_the_endpoint() {
    let home = Home::new();
    for bare in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
        let shown = home
            .run(&["connect", "cursor", "--url", bare, "--output", "json"])
            .json();
        assert!(
            shown["configuration"]
                .as_str()
                .unwrap()
                .contains("\"http://127.0.0.1:8080/mcp\""),
            "{shown}"
        );
    }
    let narrowed = "http://127.0.0.1:8080/mcp/readonly";
    let shown = home
        .run(&["connect", "cursor", "--url", narrowed, "--output", "json"])
        .json();
    assert!(shown["configuration"].as_str().unwrap().contains(narrowed), "{shown}");
}

#[test]
fn without_a_key_the_entry_says_so_and_vs_code_asks() {
    let home = Home::new();
    let shown = home.run(&["connect", "gemini"]).ok();
    assert!(shown.contains("odmk_…"), "{shown}");
    for _ in 0..2 {
        let written = home.run(&["connect", "gemini", "--write"]);
        assert!(written.stderr.contains("There is no master key in it"), "{written:?}");
        written.ok();
    }
    let text = fs::read_to_string(home.path(".gemini/settings.json")).unwrap();
    assert!(!text.contains("MCP_MASTER_KEY"), "{text}");
    for _ in 0..2 {
        home.run(&["connect", "vscode", "--write"]).ok();
    }
    let file = home.run(&["connect", "vscode", "--output", "json"]).json()["file"].clone();
    let text = fs::read_to_string(file.as_str().unwrap()).unwrap();
    assert!(
        text.contains("${input:orderdesk-master-key}") && text.contains("promptString"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn the_files_mode_stays_and_a_link_is_followed() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    fs::create_dir(home.path(".cursor")).unwrap();
    let real = home.path("dotfiles.json");
    fs::write(
        &real,
        "{ \"mcpServers\": { \"files\": { \"command\": \"f\", \"n\": 1.50 } } }\n",
    )
    .unwrap();
    fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).unwrap();
    let link = home.path(".cursor/mcp.json");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    home.run(&["connect", "cursor", "--url", URL, "--write"]).ok();
    assert!(link.is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    let text = fs::read_to_string(&real).unwrap();
    assert!(text.contains("\"n\": 1.50") && text.contains(URL), "{text}");

    fs::write(&real, "{ \"mcpServers\": { ").unwrap();
    let refused = home.run(&["connect", "cursor", "--url", URL, "--write"]).failed(1);
    assert!(refused.contains("was not changed"), "{refused}");
    assert_eq!(fs::read_to_string(&real).unwrap(), "{ \"mcpServers\": { ");
}
