//! What a person meets who sets the program up and makes mistakes.

use std::fs;

use serde_json::{Value, json};

use crate::{
    program::{Ended, Home, Running},
    simulated::simulator,
};

/// A home where nothing was ever set up, and the simulator that `setup` will find.
pub fn empty_home() -> (Home, Running) {
    let mut home = Home::new();
    let running = simulator(&home);
    home.set("ORDERDESK_API_BASE_URL", running.told("url"));
    home.set("STORE_KEY", running.store(0, "api_key"));
    home.set("WRONG_KEY", "not-a-key-of-this-store");
    (home, running)
}

pub fn setup(home: &Home, options: &[&str]) -> Ended {
    home.run(&[&["setup"], options].concat())
}

#[test]
fn a_mistake_leaves_nothing_behind() {
    let (home, running) = empty_home();
    let id = running.store(0, "store_id");
    let nowhere = home.path("nowhere/mcp.json");
    let nowhere = nowhere.to_str().unwrap();
    let long = "n".repeat(300);
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 2, "--store-id"),
        (&["--store-id", id], 2, "--api-key-env"),
        (&["--store-id", id, "--api-key-env", "NO_KEY"], 2, "NO_KEY is not set"),
        (&["--store-id", "shop", "--api-key-env", "STORE_KEY"], 2, "digits"),
        (
            &["--store-id", id, "--store-name", "1", "--api-key-env", "STORE_KEY"],
            2,
            "store_name: must",
        ),
        (
            &["--store-id", id, "--tenant-name", &long, "--api-key-env", "STORE_KEY"],
            2,
            "name: must",
        ),
        (&["--store-id", id, "--api-key-env", "WRONG_KEY"], 1, "refused"),
        (
            &[
                "--store-id",
                id,
                "--api-key-env",
                "STORE_KEY",
                "--client-config",
                nowhere,
            ],
            1,
            "there is no folder",
        ),
    ];
    for (options, code, reason) in cases {
        let told = setup(&home, options).failed(*code);
        assert!(told.contains(reason), "{options:?}: {told}");
        assert!(!home.path(".config").exists() && !home.path(".local").exists());
    }
}

#[test]
fn a_master_key_without_a_root_key_is_refused_before_anything_is_made() {
    let (mut home, running) = empty_home();
    home.set("MCP_MASTER_KEY", "correct horse battery staple");
    let options = ["--store-id", running.store(0, "store_id"), "--api-key-env", "STORE_KEY"];
    let told = setup(&home, &options).failed(2);
    assert!(told.contains("MCP_MASTER_KEY names a tenant"), "{told}");
    assert!(!home.path(".config").exists() && !home.path(".local").exists());
}

/// A second store for the same tenant, with the keys in files and the database beside the working directory.
#[test]
fn secrets_that_were_given_go_into_the_clients_file_alone() {
    let (mut home, running) = empty_home();
    let root_key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", root_key.trim());
    home.set("DATABASE_URL", "sqlite://here.db");
    let first = ["--store-id", running.store(0, "store_id"), "--api-key-env", "STORE_KEY"];
    let shown = setup(&home, &first).ok();
    assert!(
        !shown.contains(root_key.trim()) && shown.contains("(the MCP_KMS_KEY you gave)"),
        "{shown}"
    );
    let master_key = shown
        .lines()
        .find_map(|line| line.strip_prefix("Master key: "))
        .unwrap();
    fs::write(home.path("master.key"), master_key).unwrap();

    home.set("MCP_MASTER_KEY_FILE", "../master.key");
    home.set("SECOND_KEY", running.store(1, "api_key"));
    let client = home.path("mcp.json");
    let second = [
        "--store-id",
        running.store(1, "store_id"),
        "--api-key-env",
        "SECOND_KEY",
        "--client-config",
        client.to_str().unwrap(),
        "--output",
        "json",
    ];
    let shown = setup(&home, &second).ok();
    assert!(
        !shown.contains(root_key.trim()) && !shown.contains(master_key),
        "{shown}"
    );
    let written: Value = serde_json::from_str(&fs::read_to_string(&client).unwrap()).unwrap();
    let variables = &written["mcpServers"]["orderdesk"]["env"];
    assert_eq!(variables["MCP_KMS_KEY"], root_key.trim());
    assert_eq!(variables["MCP_MASTER_KEY"], Value::Null);
    assert!(
        variables["MCP_MASTER_KEY_FILE"].as_str().unwrap().starts_with('/'),
        "{variables}"
    );
    let database = variables["DATABASE_URL"].as_str().unwrap();
    assert!(
        database == format!("sqlite://{}", home.working_directory().join("here.db").display()),
        "{database}"
    );
}

/// The database's address may hold a password, so it is a secret as well.
#[test]
fn an_address_that_is_kept_in_a_file_stays_there() {
    let (mut home, running) = empty_home();
    let (file, client) = (home.path("database.url"), home.path("mcp.json"));
    let written = |home: &Home| {
        let options = [
            "--store-id",
            running.store(0, "store_id"),
            "--api-key-env",
            "STORE_KEY",
            "--client-config",
            client.to_str().unwrap(),
        ];
        setup(home, &options).ok();
        let written: Value = serde_json::from_str(&fs::read_to_string(&client).unwrap()).unwrap();
        written["mcpServers"]["orderdesk"]["env"].clone()
    };
    home.set("DATABASE_URL_FILE", file.to_str().unwrap());
    fs::write(&file, format!("sqlite://{}", home.path("here.db").display())).unwrap();
    let variables = written(&home);
    assert_eq!(variables["DATABASE_URL_FILE"], file.to_str().unwrap());
    assert_eq!(variables["DATABASE_URL"], Value::Null);

    // The client runs elsewhere, and there this would be another database.
    fs::remove_file(&client).unwrap();
    fs::write(&file, "sqlite://here.db").unwrap();
    let variables = written(&home);
    assert_eq!(variables["DATABASE_URL_FILE"], Value::Null);
    let database = format!("sqlite://{}", home.working_directory().join("here.db").display());
    assert_eq!(variables["DATABASE_URL"], database);
}

#[test]
fn a_new_key_is_shown_even_when_the_clients_file_cannot_be_written() {
    let (home, running) = empty_home();
    // The backup's name is too long for a file, which is found out only when everything else is done.
    let client = home.path(&format!("{}.json", "n".repeat(245)));
    fs::write(&client, "{}").unwrap();
    let options = [
        "--store-id",
        running.store(0, "store_id"),
        "--api-key-env",
        "STORE_KEY",
        "--client-config",
        client.to_str().unwrap(),
    ];
    let ended = setup(&home, &options);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stdout.contains("Master key: ") && ended.stdout.contains("mcpServers"),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("was not changed"), "{ended:?}");
    assert_eq!(fs::read_to_string(&client).unwrap(), "{}");
}

#[test]
fn another_tenants_entry_in_the_clients_file_stays() {
    let (mut home, running) = empty_home();
    let client = home.path("mcp.json");
    let add = |home: &Home, store: usize, variable: &str, more: &[&str]| {
        let options = [
            "--store-id",
            running.store(store, "store_id"),
            "--api-key-env",
            variable,
            "--client-config",
            client.to_str().unwrap(),
        ];
        setup(home, &[&options, more].concat())
    };
    add(&home, 0, "STORE_KEY", &[]).ok();
    let first = fs::read_to_string(&client).unwrap();
    let told = add(&home, 0, "STORE_KEY", &["--new-tenant"]).failed(2);
    assert!(
        told.contains("has an entry") && told.contains("MCP_MASTER_KEY"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&client).unwrap(), first);
    assert_eq!(
        home.run(&["tenant", "list", "--output", "json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );

    // The tenant's own entry is changed, here by spelling out the database, and kept as it was.
    let mut written: Value = serde_json::from_str(&first).unwrap();
    let entry = &mut written["mcpServers"]["orderdesk"];
    let key = home.path("master.key");
    fs::write(&key, entry["env"]["MCP_MASTER_KEY"].as_str().unwrap()).unwrap();
    home.set("MCP_MASTER_KEY", entry["env"]["MCP_MASTER_KEY"].as_str().unwrap());
    entry["env"] = json!({
        "MCP_MASTER_KEY_FILE": key,
        "MCP_READ_ONLY": "true",
        "MCP_DEFAULT_STORE": "Mug Shop",
        "ORDERDESK_API_BASE_URL": running.told("url"),
    });
    entry["alwaysAllow"] = json!(["orders_list"]);
    entry["disabled"] = true.into();
    let narrowed = written.to_string();
    fs::write(&client, &narrowed).unwrap();
    home.set("SECOND_KEY", running.store(1, "api_key"));
    let database = format!("sqlite://{}", home.path(".local/share/orderdesk-mcp/app.db").display());
    home.set("DATABASE_URL", &database);
    let ended = add(&home, 1, "SECOND_KEY", &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let backup = home.path("mcp.json.before-orderdesk");
    assert!(ended.stderr.contains(backup.to_str().unwrap()), "{ended:?}");
    assert_eq!(fs::read_to_string(backup).unwrap(), narrowed);
    let merged: Value = serde_json::from_str(&fs::read_to_string(&client).unwrap()).unwrap();
    written["mcpServers"]["orderdesk"]["env"]["DATABASE_URL"] = database.into();
    assert_eq!(merged, written);
}

/// The second store stands in the database that setup used and was tried at the address it used.
#[test]
fn the_clients_entry_does_not_lead_elsewhere() {
    let (mut home, running) = empty_home();
    let client = home.path("mcp.json");
    let add = |home: &Home, store: usize, variable: &str| {
        let options = [
            "--store-id",
            running.store(store, "store_id"),
            "--api-key-env",
            variable,
            "--client-config",
            client.to_str().unwrap(),
        ];
        setup(home, &options).ok();
        serde_json::from_str::<Value>(&fs::read_to_string(&client).unwrap()).unwrap()
    };
    let first = add(&home, 0, "STORE_KEY");
    let mut elsewhere = first.clone();
    let variables = &mut elsewhere["mcpServers"]["orderdesk"]["env"];
    home.set("MCP_MASTER_KEY", variables["MCP_MASTER_KEY"].as_str().unwrap());
    home.set("SECOND_KEY", running.store(1, "api_key"));
    variables["ORDERDESK_API_BASE_URL"] = "http://127.0.0.1:1/api/v2".into();
    variables["DATABASE_URL"] = "sqlite:///nowhere/app.db".into();
    variables["MCP_KMS_KEY_FILE"] = "/nowhere/root.key".into();
    fs::write(&client, elsewhere.to_string()).unwrap();
    assert_eq!(add(&home, 1, "SECOND_KEY"), first);
}

#[test]
fn a_wrong_address_is_named_and_not_blamed_on_the_credentials() {
    let (mut home, running) = empty_home();
    home.set("HTTP_MAX_RETRIES", "0");
    for url in [
        format!("{}/nowhere", running.told("url")),
        "http://127.0.0.1:1/api/v2".to_owned(),
    ] {
        home.set("ORDERDESK_API_BASE_URL", &url);
        let options = ["--store-id", running.store(0, "store_id"), "--api-key-env", "STORE_KEY"];
        let told = setup(&home, &options).failed(1);
        assert!(
            told.contains(&format!("The address was {url}: check ORDERDESK_API_BASE_URL")),
            "{told}"
        );
        assert!(!told.contains("Store Settings"), "{told}");
        assert_eq!(
            told.contains("Does /api/v2 lack at its end?"),
            url.ends_with("nowhere"),
            "{told}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_new_key_that_cannot_be_printed_is_in_the_clients_file() {
    use std::process::Stdio;
    let (home, running) = empty_home();
    let client = home.path("mcp.json");
    let client = client.to_str().unwrap();
    let id = running.store(0, "store_id");
    let setup = [
        "setup",
        "--store-id",
        id,
        "--api-key-env",
        "STORE_KEY",
        "--client-config",
        client,
    ];
    let mut command = home.command(&setup);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let told = Ended::from(child.wait_with_output().unwrap()).failed(1);
    assert!(told.contains(&format!("is in {client}")), "{told}");
    assert!(!told.contains("tenant delete"), "{told}");
    assert!(fs::read_to_string(client).unwrap().contains("odmk_"));
}

#[test]
fn a_missing_root_key_is_told_in_a_readable_sentence() {
    let home = Home::new();
    let told = home.run(&["tenant", "list"]).failed(2);
    assert!(told.contains("error: MCP_KMS_KEY is not set, and"), "{told}");
    let doctor = home.run(&["doctor"]).stdout;
    assert!(doctor.contains("skipped database: needs the root key"), "{doctor}");
}

#[test]
fn a_person_who_types_at_the_server_is_told() {
    use std::{io::Write, process::Stdio};
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.run(&["migrate"]).ok();
    let mut command = home.command(&[]);
    let pipes = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"help\n").unwrap();
    let mut ended = Ended::from(child.wait_with_output().unwrap());
    let answer: Value = serde_json::from_str(&std::mem::take(&mut ended.stdout)).unwrap();
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!(null), &json!(-32700))
    );
    let told = ended.failed(1);
    assert!(
        told.contains("standard input was refused: it takes MCP messages"),
        "{told}"
    );
    assert!(told.contains("the client did not open an MCP conversation"), "{told}");
}

#[cfg(unix)]
#[test]
fn who_closes_the_output_hears_nothing_more() {
    use std::process::Stdio;
    let home = Home::new();
    let mut child = home
        .command(&["reference", "tools"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), ""));
}

/// The key is there and read; what is lost can be printed again.
#[cfg(target_os = "linux")]
#[test]
fn a_key_that_was_printed_is_not_called_lost() {
    let (home, running) = empty_home();
    let options = [
        "setup",
        "--store-id",
        running.store(0, "store_id"),
        "--api-key-env",
        "STORE_KEY",
    ];
    let told = home.run_printing(250, &options).failed(1);
    assert!(
        told.contains("entry could not be printed") && told.contains("key was printed"),
        "{told}"
    );
    assert!(!told.contains("tenant delete"), "{told}");
}
