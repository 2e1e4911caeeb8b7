//! Setup where something is there already: it is kept, and said, and nothing is made twice.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    program::{Ended, Home, Running},
    setup::{empty_home, setup},
};

/// A home with a tenant, its first store and its master key in the environment.
fn furnished_home() -> (Home, Running) {
    let (mut home, running) = empty_home();
    home.set("SECOND_KEY", running.store(1, "api_key"));
    let options = [
        "--store-id",
        running.store(0, "store_id"),
        "--api-key-env",
        "STORE_KEY",
        "--output",
        "json",
    ];
    let done = setup(&home, &[&options[..], &["--tenant-name", "Blue Harbor"]].concat()).json();
    home.set("MCP_MASTER_KEY", done["master_key"].as_str().unwrap());
    (home, running)
}

fn count(home: &Home, command: &str) -> usize {
    let listed = home.run(&[command, "list", "--output", "json"]).json();
    listed.as_array().unwrap().len()
}

#[track_caller]
fn succeeded(ended: &Ended, told: &[&str]) {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for told in told {
        assert!(ended.stderr.contains(told), "{told:?}: {ended:?}");
    }
}

fn entry(file: &Path) -> Value {
    let text = fs::read_to_string(file).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    document["mcpServers"]["orderdesk"].clone()
}

#[test]
fn everything_that_is_there_is_kept_and_said() {
    let (home, running) = furnished_home();
    let id = running.store(0, "store_id");
    let kept = [
        "root.key (kept)",
        "app.db (kept)",
        "Tenant: \"Blue Harbor\", ",
        "is registered already (kept)",
    ];
    // Its key is neither asked for nor looked at.
    succeeded(&setup(&home, &["--store-id", id]), &kept);
    succeeded(&setup(&home, &["--store-id", id, "--api-key-env", "WRONG_KEY"]), &kept);
    succeeded(&setup(&home, &[]), &[&kept[..3], &["Store: "]].concat());
    assert_eq!((count(&home, "tenant"), count(&home, "store")), (1, 1));
    home.run(&["store", "test", id]).ok();
}

#[test]
fn a_kept_store_that_does_not_work_any_more_is_told() {
    let (mut home, running) = furnished_home();
    let other = Running::start(
        &home,
        &[
            "simulator",
            "--port",
            "0",
            "--api-key",
            "another-key",
            "--output",
            "json",
        ],
    );
    home.set("ORDERDESK_API_BASE_URL", other.told("url"));
    let ended = setup(&home, &["--store-id", running.store(0, "store_id")]);
    let told = ["(kept)", "warning: it does not work now", "`orderdesk-mcp store update"];
    succeeded(&ended, &told);
}

#[test]
fn a_second_store_and_a_second_client_come_to_the_same_tenant() {
    let (home, running) = furnished_home();
    let (first, second) = (home.path("one.json"), home.path("two.json"));
    let ended = setup(&home, &["--client-config", first.to_str().unwrap()]);
    succeeded(&ended, &["one.json - the entry is in it now"]);
    assert_eq!(entry(&first)["env"]["MCP_MASTER_KEY"], home.value("MCP_MASTER_KEY"));
    let again = setup(&home, &["--client-config", first.to_str().unwrap()]);
    succeeded(&again, &["one.json - the entry was in it already"]);

    let id = running.store(1, "store_id");
    let second_store = [
        "--store-id",
        id,
        "--api-key-env",
        "SECOND_KEY",
        "--client-config",
        second.to_str().unwrap(),
    ];
    succeeded(&setup(&home, &second_store), &["the API key is sealed and stored"]);
    assert_eq!(entry(&second), entry(&first));
    assert_eq!((count(&home, "tenant"), count(&home, "store")), (1, 2));
}

#[test]
fn another_tenant_is_made_only_when_it_is_asked_for() {
    let (mut home, running) = furnished_home();
    let id = running.store(0, "store_id");
    let options = [
        "--store-id",
        id,
        "--api-key-env",
        "STORE_KEY",
        "--tenant-name",
        "Blue Harbor",
    ];
    let both = setup(&home, &[&options[..], &["--new-tenant"]].concat()).failed(2);
    assert!(
        both.contains("MCP_MASTER_KEY names a tenant, and --new-tenant"),
        "{both}"
    );

    home.set("MCP_MASTER_KEY", "");
    let told = setup(&home, &options).failed(2);
    assert!(
        told.contains("there is a tenant in this database already")
            && told.contains("MCP_MASTER_KEY_FILE")
            && told.contains("--new-tenant"),
        "{told}"
    );
    assert_eq!(count(&home, "tenant"), 1);
    let ended = setup(&home, &[&options[..], &["--new-tenant"]].concat());
    succeeded(&ended, &["warning: there is a tenant \"Blue Harbor\" already"]);
    assert_eq!(count(&home, "tenant"), 2);
    let ended = home.run(&["tenant", "create", "--name", "Blue Harbor"]);
    succeeded(&ended, &["warning: there is a tenant \"Blue Harbor\" already"]);
    let ended = home.run(&["tenant", "create", "--name", "Red Harbor"]);
    assert!(!ended.stderr.contains("already"), "{ended:?}");

    home.set("MCP_MASTER_KEY", "odmk_not-a-key-of-anybody-here");
    let told = setup(&home, &options).failed(2);
    assert!(told.contains("MCP_MASTER_KEY is refused"), "{told}");
    home.set("MCP_MASTER_KEY", "correct horse battery staple");
    let told = setup(&home, &options).failed(2);
    assert!(told.contains("A lost one stands in no other place"), "{told}");
}

#[test]
fn a_refused_api_key_of_a_second_store_changes_nothing() {
    let (home, running) = furnished_home();
    let client = home.path("mcp.json");
    let id = running.store(1, "store_id");
    let options = [
        "--store-id",
        id,
        "--api-key-env",
        "WRONG_KEY",
        "--client-config",
        client.to_str().unwrap(),
    ];
    let told = setup(&home, &options).failed(1);
    assert!(told.contains("Check store id and API key"), "{told}");
    assert!(!client.exists());
    assert_eq!((count(&home, "tenant"), count(&home, "store")), (1, 1));
}

/// A new key would be written where the copy of the old one belongs, and open nothing.
#[test]
fn a_lost_root_key_is_told_before_anything_is_made() {
    let (home, running) = furnished_home();
    let key = home.path(".config/orderdesk-mcp/root.key");
    let copy = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let id = running.store(0, "store_id");
    let advice = |told: &str| {
        assert!(
            told.contains("Put your copy of that root key back") && told.contains("app.db"),
            "{told}"
        );
    };
    advice(&setup(&home, &["--store-id", id, "--api-key-env", "STORE_KEY"]).failed(2));
    for command in ["serve", "stdio", "migrate"] {
        advice(&home.run(&[command]).failed(2));
    }
    let doctor = home.run(&["doctor"]).stdout;
    advice(&doctor);
    assert!(doctor.contains("FAILED  root key: "), "{doctor}");
    let made = home.run(&["keygen"]);
    advice(&made.stderr);
    assert!(!key.exists());

    // Another one is as bad as none.
    fs::write(&key, made.ok()).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    for command in ["setup", "serve", "stdio"] {
        let told = home.run(&[command]).failed(2);
        assert!(
            told.contains("another root key") && told.contains("Put your copy of that root key back"),
            "{told}"
        );
    }
    fs::write(&key, copy).unwrap();
    succeeded(&setup(&home, &["--store-id", id]), &["(kept)"]);
    assert_eq!(home.run(&["keygen"]).stderr, "");
}

#[test]
fn a_database_that_cannot_be_looked_at_is_not_taken_for_a_new_one() {
    let (mut home, running) = empty_home();
    let file = home.path("app.db");
    fs::write(&file, "no database, and longer than the header of one ".repeat(20)).unwrap();
    home.set("DATABASE_URL", &format!("sqlite://{}", file.display()));
    let told = home.run(&["serve"]).failed(2);
    assert!(
        told.contains("is not known: the database cannot be used")
            && told.contains("If it was used before: Put your copy"),
        "{told}"
    );
    let options = ["--store-id", running.store(0, "store_id"), "--api-key-env", "STORE_KEY"];
    let told = setup(&home, &options).failed(1);
    assert!(told.contains("not a SQLite database"), "{told}");
    assert!(!home.path(".config").exists());
}

#[test]
fn who_brings_a_master_key_to_another_machine_is_told_what_to_copy() {
    let (mut home, running) = empty_home();
    home.set("MCP_MASTER_KEY", "correct horse battery staple");
    let options = ["--store-id", running.store(0, "store_id"), "--api-key-env", "STORE_KEY"];
    let told = setup(&home, &options).failed(2);
    assert!(
        told.contains("If the tenant is on another machine") && told.contains("and the root key"),
        "{told}"
    );
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let told = setup(&home, &options).failed(2);
    assert!(told.contains("If the tenant is on another machine"), "{told}");
    assert!(!home.path(".local").exists());
}

/// The write-ahead log of a running server is not in a copy of the database's file.
#[test]
fn a_copy_of_the_file_alone_has_what_the_first_set_up_made() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let file = home.path(".local/share/orderdesk-mcp/app.db");
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let mut elsewhere = Home::new();
    let mut copied = |name: &str, root_key: &str| {
        let copy = elsewhere.path(name);
        fs::copy(&file, &copy).unwrap();
        elsewhere.set("DATABASE_URL", &format!("sqlite://{}", copy.display()));
        elsewhere.set("MCP_KMS_KEY", root_key.trim());
        elsewhere.run(&["tenant", "list", "--output", "json"])
    };
    // A copy without tables would take any key.
    let other_key = home.run(&["keygen"]).ok();
    let told = copied("first.db", &other_key).failed(2);
    assert!(told.contains("another root key"), "{told}");

    let simulator = crate::simulated::simulator(&home);
    home.set("ORDERDESK_API_BASE_URL", simulator.told("url"));
    home.set("STORE_KEY", simulator.store(0, "api_key"));
    let options = [
        "--store-id",
        simulator.store(0, "store_id"),
        "--api-key-env",
        "STORE_KEY",
    ];
    setup(&home, &options).ok();
    let tenants = copied("second.db", &key).json();
    assert_eq!(tenants[0]["stores_count"], 1, "{tenants}");
    server.terminate();
    assert_eq!(server.ended().0, Some(0));
}

/// At a terminal.
#[cfg(target_os = "linux")]
mod typed {
    use super::*;

    #[test]
    fn a_wrong_key_is_asked_for_again_at_once() {
        let (home, running) = empty_home();
        let (id, key) = (running.store(0, "store_id"), running.store(0, "api_key"));
        let client = home.path("of a client.json");
        let quoted = format!("'{}'", client.display());
        let answers = [
            ("store id (Settings", "shop"),
            ("store id (Settings", id),
            ("Order Desk API key", "not-a-key-of-this-store"),
            // The same store, and a file that was dropped into the window.
            (&format!("store id (Enter for {id})"), ""),
            ("Order Desk API key", key),
            ("Client configuration file", &quoted),
        ];
        let ended = home.typed(&["setup"], &answers);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let told = &ended.stdout;
        assert!(told.contains("a store id is digits"), "{told}");
        assert!(told.contains("Order Desk refused the store id and API key"), "{told}");
        assert!(
            told.contains(&format!("Order Desk store id (Enter for {id})")),
            "{told}"
        );
        assert!(
            !told.contains(key) && !told.contains("not-a-key-of-this-store"),
            "{told}"
        );
        assert!(
            entry(&client)["env"]["MCP_MASTER_KEY"]
                .as_str()
                .unwrap()
                .starts_with("odmk_")
        );
    }

    #[test]
    fn the_master_key_of_the_tenant_that_is_there_is_asked_for() {
        let (mut home, running) = furnished_home();
        let master_key = home.value("MCP_MASTER_KEY");
        home.set("MCP_MASTER_KEY", "");
        let client = home.path("mcp.json");
        let (id, key) = (running.store(1, "store_id"), running.store(1, "api_key"));
        let wrong = format!("{master_key}x");
        let another = "another Order Desk store (Enter for none; there is Sample Goods (90001))";
        let answers = [
            ("Master key", wrong.as_str()),
            ("Master key", &master_key),
            (another, id),
            ("Order Desk API key", key),
            ("Client configuration file", client.to_str().unwrap()),
        ];
        let ended = home.typed(&["setup"], &answers);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let told = &ended.stdout;
        assert!(told.contains("there is a tenant in this database already"), "{told}");
        assert!(told.contains("This is not a master key"), "{told}");
        assert!(!told.contains(&master_key), "{told}");
        assert_eq!(entry(&client)["env"]["MCP_MASTER_KEY"], master_key);

        // Nothing more is to be done, and nothing is.
        let answers = [
            ("Master key", master_key.as_str()),
            ("(Enter for none; there is", ""),
            ("Client configuration file", ""),
        ];
        let ended = home.typed(&["setup"], &answers);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        home.set("MCP_MASTER_KEY", &master_key);
        assert_eq!((count(&home, "tenant"), count(&home, "store")), (1, 2));
    }
}
