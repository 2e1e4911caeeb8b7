//! The audit log from the shell: exported, verified, shortened.

use std::fs;

use serde_json::Value;

use crate::program::Home;

fn home_with_acts() -> (Home, String) {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    let create = |name: &str| {
        home.run(&["tenant", "create", "--name", name, "--output", "json"])
            .json()
    };
    let id = |created: &Value| created["tenant_id"].as_str().unwrap().to_owned();
    let (kept, gone) = (id(&create("=1+1")), id(&create("Gone")));
    home.run(&["tenant", "delete", &gone, "--yes"]).ok();
    (home, kept)
}

#[test]
fn the_log_is_exported_filtered_and_into_a_private_file() {
    let (home, tenant) = home_with_acts();
    let all = home.run(&["audit", "export"]).json();
    let tools: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["tool_name"].clone())
        .collect();
    assert_eq!(
        tools,
        ["tenant.create", "tenant.delete"],
        "the deleted tenant's entries went with it"
    );
    assert_eq!(all[0]["tenant_id"], tenant.as_str());
    assert_eq!(
        (&all[0]["source"], &all[0]["actor"]),
        (&"cli".into(), &"operator".into())
    );

    let deleted = home
        .run(&["audit", "export", "--tool", "tenant.delete", "--since", "2026-01-01"])
        .json();
    assert_eq!(deleted.as_array().unwrap().len(), 1);
    for (typed, meant) in [("tenant.deleted", "tenant.delete"), ("order_list", "orders.list")] {
        let told = home.run(&["audit", "export", "--tool", typed]).failed(2);
        assert!(told.contains(&format!("Did you mean {meant}?")), "{told}");
    }
    for never in ["orders_list", "orders.list", "audit.purge"] {
        assert_eq!(
            home.run(&["audit", "export", "--tool", never]).json(),
            serde_json::json!([])
        );
    }
    let told = home.run(&["audit", "export", "--request-id", "0198c0de"]).failed(2);
    assert!(told.contains("a request id is a UUID"), "{told}");
    let nothing = home.run(&["audit", "export", "--status", "error", "--since", "2026-03-01"]);
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    let told = "No entry matches --status error --since 2026-03-01T00:00:00Z.";
    assert!(nothing.stderr.contains(told), "{nothing:?}");
    let one = &all[0]["request_id"].as_str().unwrap().to_uppercase();
    let found = home.run(&["audit", "export", "--request-id", one]);
    assert!(!found.stderr.contains("No entry matches"), "{found:?}");
    assert_eq!(found.json().as_array().unwrap().len(), 1);
    let before = home.run(&["audit", "export", "--until", "2020-01-01 12:00:00"]).json();
    assert_eq!(before.as_array().unwrap().len(), 0);
    assert!(
        home.run(&["audit", "export", "--since", "the other day"])
            .failed(2)
            .contains("--since")
    );
    assert!(
        home.run(&["audit", "export", "--tenant", "nobody"])
            .failed(1)
            .contains("NOT_FOUND")
    );

    let file = home.path("audit.csv");
    let export = [
        "audit",
        "export",
        "--format",
        "csv",
        "--tenant",
        &tenant,
        "--file",
        file.to_str().unwrap(),
    ];
    let ended = home.run(&export);
    assert!(ended.stderr.contains("Entries exported: 1"), "{ended:?}");
    let table = fs::read_to_string(&file).unwrap();
    assert!(table.starts_with("created_at,tenant_id,"), "{table}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let told = home.run(&export).failed(1);
    assert!(
        told.contains("exists already") && told.contains("Choose another name or remove it"),
        "never over another file: {told}"
    );
}

/// Half a log would pass for a whole one, and its name would be taken when the disk has room again.
#[cfg(unix)]
#[test]
fn an_export_that_its_disk_does_not_take_leaves_no_file() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    home.run(&["tenant", "create", "--count", "200"]).ok();
    let file = home.path("audit.json");
    let export = ["audit", "export", "--file", file.to_str().unwrap()];
    let told = home.run_cramped(&export).failed(1);
    let named = format!("cannot write {}: ", file.display());
    assert!(told.contains(&named) && told.contains("nothing was kept"), "{told}");
    assert!(!told.contains(".partial"), "{told}");
    let left = fs::read_dir(home.folder()).unwrap().flatten();
    let left: Vec<_> = left.filter(|entry| !entry.path().is_dir()).collect();
    assert!(left.is_empty(), "{left:?}");
    home.run(&export).ok();
}

#[test]
fn a_change_of_the_database_file_is_found() {
    let (home, _) = home_with_acts();
    assert!(home.run(&["audit", "verify"]).ok().contains("All as written"));
    let database = home.path(".local/share/orderdesk-mcp/app.db");
    let (written, changed) = (b"tenant.delete", b"tenant.create");
    let mut bytes = fs::read(&database).unwrap();
    let places: Vec<_> = (0..bytes.len() - written.len())
        .filter(|at| bytes[*at..].starts_with(written))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + changed.len()].copy_from_slice(changed);
    }
    fs::write(&database, bytes).unwrap();

    let ended = home.run(&["audit", "verify"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("acts without a tenant: entry 1 ("), "{ended:?}");
    assert!(
        ended.stderr.contains("findings: 2"),
        "its beginning and its end: {ended:?}"
    );
    let ended = home.run(&["audit", "verify", "--output", "json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["ok"], false);
    assert_eq!(report["findings"][0]["damage"], "edited");
    assert_eq!(report["findings"][0]["first_seq"], 1);
}

#[test]
fn old_entries_are_removed_when_that_is_meant() {
    let (mut home, tenant) = home_with_acts();
    assert!(home.run(&["audit", "purge"]).failed(2).contains("--yes"));
    let purge = |home: &Home, arguments: &[&str]| {
        home.run(&[&["audit", "purge", "--yes", "--output", "json"], arguments].concat())
            .json()
    };
    assert_eq!(purge(&home, &[])["older_than_days"], 90);
    home.set("AUDIT_LOG_RETENTION_DAYS", "30");
    let by_default = purge(&home, &[]);
    assert_eq!(
        (&by_default["older_than_days"], &by_default["entries"]),
        (&30.into(), &0.into())
    );
    let one = purge(&home, &["--older-than-days", "0", "--tenant", &tenant]);
    assert_eq!((&one["entries"], &one["chains"]), (&1.into(), &1.into()));
    assert!(home.run(&["audit", "verify"]).ok().contains("All as written"));
    let left = home.run(&["audit", "export", "--tenant", &tenant]).json();
    let mut tools: Vec<_> = left
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["tool_name"].as_str().unwrap())
        .collect();
    // The purge began first and is recorded last: within a millisecond they stand one way, else the other.
    tools.sort_unstable();
    assert_eq!(tools, ["audit.purge", "audit.purged"]);
}

#[test]
fn nothing_is_recorded_when_the_log_is_off() {
    let mut home = Home::new();
    let key = home.run(&["keygen"]).ok();
    home.set("MCP_KMS_KEY", key.trim());
    home.set("ENABLE_AUDIT_LOG", "false");
    home.run(&["tenant", "create"]).ok();
    assert_eq!(home.run(&["audit", "export"]).json(), serde_json::json!([]));
    assert!(home.run(&["audit", "verify"]).ok().contains("entries: 0"));
}
