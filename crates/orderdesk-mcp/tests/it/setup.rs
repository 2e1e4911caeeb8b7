//! What a person meets who sets the program up and makes mistakes.

use std::fs;

use crate::{
    program::{Ended, Home, Running},
    simulated::simulator,
};

/// A home where nothing was ever set up, and the simulator that `setup` will find.
fn empty_home() -> (Home, Running) {
    let mut home = Home::new();
    let running = simulator(&home);
    home.set("ORDERDESK_API_BASE_URL", running.told("url"));
    home.set("STORE_KEY", running.store(0, "api_key"));
    home.set("WRONG_KEY", "not-a-key-of-this-store");
    (home, running)
}

fn setup(home: &Home, options: &[&str]) -> Ended {
    home.run(&[&["setup"], options].concat())
}

#[test]
fn a_mistake_leaves_nothing_behind() {
    let (home, running) = empty_home();
    let id = running.store(0, "store_id");
    let nowhere = home.path("nowhere/mcp.json");
    let nowhere = nowhere.to_str().unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 2, "--store-id"),
        (&["--store-id", id], 2, "--api-key-env"),
        (&["--store-id", id, "--api-key-env", "NO_KEY"], 2, "NO_KEY is not set"),
        (&["--store-id", "shop", "--api-key-env", "STORE_KEY"], 1, "digits"),
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
fn a_new_root_key_does_not_stay_beside_a_database_that_refuses_it() {
    let (home, running) = empty_home();
    let options = ["--store-id", running.store(0, "store_id"), "--api-key-env", "STORE_KEY"];
    setup(&home, &options).ok();
    let key = home.path(".config/orderdesk-mcp/root.key");
    fs::remove_file(&key).unwrap();
    let told = setup(&home, &options).failed(2);
    assert!(told.contains("another root key"), "{told}");
    assert!(!key.exists());
}

#[test]
fn a_missing_root_key_is_told_in_a_readable_sentence() {
    let home = Home::new();
    let told = home.run(&["tenant", "list"]).failed(2);
    assert!(told.contains("error: MCP_KMS_KEY is not set, and"), "{told}");
    let doctor = home.run(&["doctor"]).stdout;
    assert!(doctor.contains("skipped database: needs the root key"), "{doctor}");
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
