//! Copies of a database in use: each opens elsewhere, is whole, and holds what was acknowledged before it began.

use std::{
    collections::BTreeSet,
    fs,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::{home_with_tenant, home_without_limits},
    stored::Upstream,
    wire::Client,
};

const AGENTS: usize = 50;

/// How many backups to make under load: a few in every test run, more on demand.
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
fn rounds() -> usize {
    std::env::var("ORDERDESK_BACKUP_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(2)
}

/// Another machine: a home with the copy, the same root key, and nothing else.
fn elsewhere(home: &Home, copy: &std::path::Path) -> Home {
    let mut other = Home::new();
    let database = other.path("restored.db");
    fs::copy(copy, &database).unwrap();
    for name in ["MCP_KMS_KEY", "MCP_MASTER_KEY", "ORDERDESK_API_BASE_URL"] {
        other.set(name, &home.value(name));
    }
    other.set("DATABASE_URL", &format!("sqlite://{}", database.display()));
    other
}

#[test]
fn backups_while_agents_write_are_whole_and_hold_what_was_acknowledged() {
    let (home, simulator) = home_without_limits();
    let orders: Vec<String> = Upstream::new(&simulator)
        .orders()
        .iter()
        .map(|order| order["id"].as_str().unwrap().to_owned())
        .collect();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = || Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let (done, stop) = (Mutex::new(Vec::<String>::new()), AtomicBool::new(false));
    let slowest = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for agent in 0..AGENTS {
            let (client, done, stop, slowest) = (client(), &done, &stop, &slowest);
            let order = &orders[agent % orders.len()];
            scope.spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let began = std::time::Instant::now();
                    let values = json!({ "order_metadata": { format!("agent {agent}"): n } });
                    let reply = client.call("orders_mutate_full", &json!({ "order_id": order, "mutation": values }));
                    assert_eq!(reply["status"], "success", "{reply}");
                    let took = usize::try_from(began.elapsed().as_millis()).unwrap();
                    slowest.fetch_max(took, Ordering::Relaxed);
                    done.lock()
                        .unwrap()
                        .push(reply["request_id"].as_str().unwrap().to_owned());
                    std::thread::sleep(Duration::from_millis(100));
                }
            });
        }
        // Whatever goes wrong, the agents stop.
        let _stopping = Stop(&stop);
        for round in 0..rounds() {
            let want = (round + 1) * AGENTS;
            while done.lock().unwrap().len() < want {
                std::thread::sleep(Duration::from_millis(20));
            }
            let acknowledged: BTreeSet<String> = done.lock().unwrap().iter().cloned().collect();
            let copy = home.path(&format!("backup {round}.db"));
            let told = home.run(&["backup", copy.to_str().unwrap(), "--output", "json"]).json();
            let meanwhile = done.lock().unwrap().len() - acknowledged.len();
            assert_eq!(told["bytes"], fs::metadata(&copy).unwrap().len());

            let other = elsewhere(&home, &copy);
            assert!(other.run(&["audit", "verify"]).ok().contains("All as written"));
            let log = other
                .run(&["audit", "export", "--tool", "orders.mutate_full", "--status", "success"])
                .json();
            let held: BTreeSet<String> = log
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["request_id"].as_str().unwrap().to_owned())
                .collect();
            let missing: Vec<_> = acknowledged.difference(&held).collect();
            assert!(missing.is_empty(), "round {round}: {missing:?}");
            println!(
                "round {round}: {} acknowledged before, {} held, {meanwhile} answered meanwhile, {told}",
                acknowledged.len(),
                held.len()
            );
            fs::remove_file(&copy).unwrap();
        }
    });
    println!("slowest change: {} ms", slowest.load(Ordering::Relaxed));
    server.terminate();
    assert_eq!(server.ended().0, Some(0));
}

struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Whether a text stands readable in bytes.
fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_backup_holds_no_secret_that_can_be_read() {
    let (home, simulator) = home_without_limits();
    let copy = home.path("copy.db");
    home.run(&["backup", copy.to_str().unwrap()]).ok();
    let bytes = fs::read(&copy).unwrap();
    assert!(holds(&bytes, simulator.store(0, "store_id")), "the store is in it");
    let secrets = [
        home.value("MCP_MASTER_KEY"),
        home.value("MCP_KMS_KEY"),
        simulator.store(0, "api_key").to_owned(),
    ];
    for secret in &secrets {
        assert!(!holds(&bytes, secret));
    }
    // Root key and copy together open nothing either.
    let mut thief = elsewhere(&home, &copy);
    thief.set("MCP_MASTER_KEY", "odmk_somebody-elses-key-of-some-length");
    thief.run(&["store", "test"]).failed(1);
}

/// As docs/backup.md has it: what came after the copy is gone with the old log files, and what was before works.
#[test]
fn a_restore_in_place_brings_back_what_was() {
    let (home, _simulator) = home_without_limits();
    let (copy, database) = (home.path("copy.db"), home.path(".local/share/orderdesk-mcp/app.db"));
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    home.run(&["backup", copy.to_str().unwrap()]).ok();
    home.run(&["tenant", "create", "--name", "later"]).ok();
    server.kill();
    for end in ["-wal", "-shm"] {
        let file = database.with_file_name(format!("app.db{end}"));
        assert!(fs::remove_file(&file).is_ok() || !file.exists(), "{}", file.display());
    }
    fs::copy(&copy, &database).unwrap();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    client.done("orders_list", &json!({ "limit": 1 }));
    assert!(!home.run(&["tenant", "list"]).ok().contains("later"));
    assert!(home.run(&["audit", "verify"]).ok().contains("All as written"));
}

#[test]
fn a_backup_is_restored_elsewhere() {
    let (home, _simulator) = home_without_limits();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    client.done("stores_list", &json!({}));
    let copy = home.path("copy.db");
    let file = copy.to_str().unwrap();
    let told = home.run(&["backup", file]).ok();
    assert!(
        told.contains("bytes, audit entries: ") && told.contains("all looked through"),
        "{told}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let left: Vec<_> = fs::read_dir(home.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial") || name.starts_with("copy.db-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");

    let mut other = elsewhere(&home, &copy);
    other.run(&["doctor"]).ok();
    assert!(other.run(&["audit", "verify"]).ok().contains("All as written"));
    assert!(other.run(&["store", "list"]).ok().contains("Shop"));
    other.run(&["store", "test", "Shop"]).ok();
    let key = other.run(&["keygen"]).ok();
    other.set("MCP_KMS_KEY", key.trim());
    assert!(other.run(&["audit", "verify"]).failed(2).contains("another root key"));

    let before = fs::read(&copy).unwrap();
    let refused = home.run(&["backup", file]).failed(1);
    assert!(
        refused.contains("exists already") && refused.contains("--force"),
        "{refused}"
    );
    assert_eq!(fs::read(&copy).unwrap(), before);
    home.run(&["tenant", "create", "--name", "later"]).ok();
    home.run(&["backup", file, "--force"]).ok();
    assert!(elsewhere(&home, &copy).run(&["tenant", "list"]).ok().contains("later"));
}

#[test]
fn a_backup_does_not_take_the_place_of_the_database_or_of_what_is_no_file() {
    let (home, _simulator) = home_without_limits();
    let _server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let database = home
        .path(".local/share/orderdesk-mcp/app.db")
        .to_str()
        .unwrap()
        .to_owned();
    let detour = database.replace("/share/", "/share/../share/");
    for own in [
        &database,
        &format!("{database}-wal"),
        &format!("{database}-journal"),
        &detour,
    ] {
        let refused = home.run(&["backup", own, "--force"]).failed(2);
        assert!(
            refused.contains("is the database itself; nothing was done"),
            "{own}: {refused}"
        );
    }
    #[cfg(unix)]
    {
        let link = home.path("link.db");
        std::os::unix::fs::symlink(&database, &link).unwrap();
        let refused = home.run(&["backup", link.to_str().unwrap(), "--force"]).failed(2);
        assert!(refused.contains("is no regular file"), "{refused}");
    }
    assert!(home.run(&["audit", "verify"]).ok().contains("All as written"));
}

#[test]
fn what_a_killed_backup_left_is_removed_by_a_later_one() {
    let (home, _simulator) = home_without_limits();
    let (old, young) = (
        home.path(".orderdesk-mcp-a1.partial-journal"),
        home.path(".orderdesk-mcp-b2.partial"),
    );
    for left in [&old, &young] {
        fs::write(left, "half").unwrap();
    }
    let yesterday = std::time::SystemTime::UNIX_EPOCH + Duration::from_hours(24);
    fs::File::options()
        .write(true)
        .open(&old)
        .unwrap()
        .set_modified(yesterday)
        .unwrap();
    home.run(&["backup", home.path("copy.db").to_str().unwrap()]).ok();
    assert!(
        !old.exists() && young.exists(),
        "another backup may still write to a young one"
    );
}

#[test]
fn a_backup_that_cannot_be_made_leaves_nothing_behind() {
    let (mut home, _simulator) = home_with_tenant();
    let folder = home.path("folder");
    fs::create_dir(&folder).unwrap();
    assert!(
        home.run(&["backup", folder.to_str().unwrap()])
            .failed(2)
            .contains("is a folder")
    );
    let nowhere = home.path("no such folder").join("copy.db");
    assert!(
        home.run(&["backup", nowhere.to_str().unwrap()])
            .failed(1)
            .contains("cannot write")
    );
    assert!(home.run(&["backup"]).failed(2).contains("FILE"));
    let missing = home.path("missing.db");
    home.set("DATABASE_URL", &format!("sqlite://{}", missing.display()));
    let copy = folder.join("copy.db");
    let told = home.run(&["backup", copy.to_str().unwrap()]).failed(2);
    assert!(told.contains("there is no database at sqlite://"), "{told}");
    assert!(!missing.exists() && fs::read_dir(&folder).unwrap().next().is_none());
    home.set("DATABASE_URL", "sqlite::memory:");
    assert!(
        home.run(&["backup", copy.to_str().unwrap()])
            .failed(2)
            .contains("in memory")
    );
}

/// The copy's disk is at fault, and the database, which is well, is not blamed.
#[cfg(unix)]
#[test]
fn a_backup_that_its_disk_does_not_take_is_told_of_its_own_file() {
    let (home, _simulator) = home_with_tenant();
    let folder = home.path("folder");
    fs::create_dir(&folder).unwrap();
    let copy = folder.join("copy.db");
    let told = home.run_cramped(&["backup", copy.to_str().unwrap()]).failed(1);
    let named = format!("cannot write {}: ", copy.display());
    assert!(told.contains(&named) && told.contains("nothing was kept"), "{told}");
    assert!(!told.contains("database could not be used"), "{told}");
    let left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    home.run(&["backup", copy.to_str().unwrap()]).ok();
}

#[test]
fn the_words_for_postgresql_name_its_address_and_no_password() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    home.set(
        "DATABASE_URL",
        "postgres://od:p%40ss@db.example.com:6543/shops?sslmode=verify-full&password=hunter2",
    );
    let told = home.run(&["backup", "shops.dump"]).failed(2);
    let words = "(umask 077; pg_dump --format=custom --file='shops.dump' 'postgres://od@db.example.com:6543/shops?sslmode=verify-full') \
                 && '/";
    assert!(told.contains(words), "{told}");
    // A timer does not look for programs where a person's shell does.
    assert!(told.contains("/orderdesk-mcp' backup --record"), "{told}");
    let for_a_script = home.run(&["backup", "shops.dump", "--output", "json"]);
    assert_eq!(for_a_script.code, Some(2), "{for_a_script:?}");
    let document: Value = serde_json::from_str(&for_a_script.stdout).unwrap();
    assert_eq!(document["made"], false);
    assert!(document["dump"].as_str().unwrap().starts_with(words), "{document}");
    let file = home.working_directory().join("settings.toml");
    fs::write(&file, "").unwrap();
    let under = home
        .run(&["--config", "settings.toml", "backup", "shops.dump"])
        .failed(2);
    let settings = format!("' --config '{}' backup --record", file.display());
    assert!(under.contains(&settings), "{under}");
    assert!(
        !told.contains("p%40ss") && !told.contains("p@ss") && !told.contains("hunter2"),
        "{told}"
    );
}

#[test]
fn the_doctor_reminds_of_backups_when_told_to() {
    let (mut home, _simulator) = home_with_tenant();
    let found = |home: &Home| {
        let report = home.run(&["doctor", "--output", "json"]).json();
        let checks = report["checks"].as_array().unwrap();
        checks
            .iter()
            .find(|finding| finding["check"] == "backup")
            .unwrap()
            .clone()
    };
    assert_eq!(found(&home)["verdict"], "skipped");
    home.set("BACKUP_REMINDER_DAYS", "1");
    let unknown = found(&home);
    assert_eq!(unknown["verdict"], "warning", "{unknown}");
    assert!(unknown["mend"].as_str().unwrap().contains("orderdesk-mcp backup FILE"));
    assert!(
        home.run(&["doctor"])
            .ok()
            .contains("warning backup: no backup of this database is known")
    );
    home.run(&["backup", home.path("copy.db").to_str().unwrap()]).ok();
    assert_eq!(found(&home)["verdict"], "ok");

    let (mut home, _simulator) = home_with_tenant();
    home.set("BACKUP_REMINDER_DAYS", "1");
    home.run(&["backup", "--record"]).ok();
    assert_eq!(found(&home)["verdict"], "ok", "made by other means");
}

/// The whole password is one of signs; what is told names none of it.
#[test]
fn an_address_that_a_password_cuts_short_is_told() {
    let mut home = Home::new();
    home.set("MCP_KMS_KEY", home.run(&["keygen"]).ok().trim());
    for wrong in [
        "postgres://od:p@ss/word#1@127.0.0.1:1/shops",
        "postgres://od:hunter#1@127.0.0.1:1/shops",
        "postgres://od:hunter/1@127.0.0.1:1/shops",
        "postgres://od:12/hunter@127.0.0.1:1/shops",
        "postgres://od:12?hunter@127.0.0.1:1/shops",
    ] {
        home.set("DATABASE_URL", wrong);
        let told = home.run(&["tenant", "list"]).failed(2);
        assert!(
            told.contains("DATABASE_URL") && told.contains("/ as %2F"),
            "{wrong}: {told}"
        );
        assert!(
            !told.contains("hunter") && !told.contains("word#") && !told.contains("ss/"),
            "{told}"
        );
    }
    home.set("DATABASE_URL", "postgres://od:p%40ss%2Fword%231@127.0.0.1:1/shops");
    let told = home.run(&["tenant", "list"]).failed(1);
    assert!(
        told.contains("(host 127.0.0.1, port 1)") && told.contains("@ as %40"),
        "{told}"
    );
    assert!(!told.contains("word%231") && !told.contains("p@ss"), "{told}");
}

/// Reads go on, as far as they need nothing written; a change is refused for the operator and not "in a few seconds".
#[test]
fn a_database_that_can_only_be_read_is_told_to_the_operator() {
    let (home, _simulator) = home_without_limits();
    home.make_database_read_only();
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let page = client.done("orders_list", &json!({ "limit": 1 }));
    let order = page["orders"][0]["id"].as_str().unwrap().to_owned();
    client.done("orders_get", &json!({ "order_id": order, "fresh": true }));
    let refused = client.call("orders_add_note", &json!({ "order_id": order, "content": "never" }));
    let error: &Value = &refused["error"];
    assert_eq!(error["retryable"], false, "{refused}");
    let told = format!("{} {}", error["message"], error["hint"]);
    assert!(
        told.contains("read-only") && told.contains("Tell whoever runs this server"),
        "{told}"
    );
    assert!(!told.contains("few seconds"), "{told}");
}
