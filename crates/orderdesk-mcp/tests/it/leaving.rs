//! A tenant leaves while a server and a desktop client run on the same database: what is done at the shell holds there.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_without_limits,
    talk::Talk,
    wire::Client,
};

/// How soon what a command did must hold elsewhere, with some room for a busy machine.
const SOON: Duration = Duration::from_millis(1_500);

/// Asks until the answer is the expected one, and says how long that took.
#[track_caller]
fn until(expected: &Value, mut ask: impl FnMut() -> Value) -> Duration {
    let began = Instant::now();
    loop {
        let answer = ask();
        if answer == *expected {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(10), "still {answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_tenant_that_is_closed_at_the_shell_is_refused_within_a_second_and_comes_back() {
    let (home, _simulator) = home_without_limits();
    let id = tenant(&home);
    home.run(&["tenant", "rename", "--tenant", &id, "--name", " Blue Harbor "])
        .ok();
    let other = home
        .run(&["tenant", "create", "--name", "Other", "--output", "json"])
        .json();
    let other = other["tenant_id"].as_str().unwrap();
    let told = home
        .run(&["tenant", "rename", "--tenant", other, "--name", "blue harbor "])
        .stderr;
    assert!(told.contains(&format!("{id} has this name too")), "{told}");
    home.run(&["tenant", "rename", "--tenant", other, "--name", "Other"])
        .ok();
    let email = |address: &str| home.run(&["tenant", "set-email", "--tenant", "blue harbor", "--email", address]);
    assert!(email("ada").failed(2).contains("e-mail address"));
    let told = email("ada@example.com").ok();
    assert!(
        told.contains("Blue Harbor") && told.contains("go to ada@example.com"),
        "{told}"
    );
    let shown = home
        .run(&["tenant", "show", "--tenant", &id, "--output", "json"])
        .json();
    assert_eq!(shown["email"], "ada@example.com");
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let list = json!({ "name": "stores_list", "arguments": {} });
    let over_http = || json!(client.send("tools/call", &list).status);
    let mut talk = Talk::start(&home, &["stdio"]);
    let mut over_stdio = || {
        let envelope = talk.call("stores_list", &json!({}));
        let code = envelope["error"]["code"].clone();
        if code.is_null() {
            envelope["status"].clone()
        } else {
            code
        }
    };
    assert_eq!((over_http(), over_stdio()), (json!(200), json!("success")));

    assert!(
        home.run(&["tenant", "close", "--tenant", "blue harbor"])
            .failed(2)
            .contains("--yes")
    );
    let told = home.run(&["tenant", "close", "--tenant", "blue harbor", "--yes"]).ok();
    assert!(told.contains("Closed tenant") && told.contains("Blue Harbor"), "{told}");
    let took = until(&json!(401), over_http);
    assert!(took < SOON, "{took:?}");
    let took = until(&json!("AUTH_ERROR"), &mut over_stdio);
    assert!(took < SOON, "{took:?}");
    let listed = home.run(&["tenant", "list"]).ok();
    assert!(listed.contains("closed since"), "{listed}");
    let again = home.run(&["tenant", "close", "--tenant", &id, "--yes"]).ok();
    assert!(again.contains("closed before"), "{again}");
    let refused = home.run(&["store", "list"]).failed(1);
    assert!(
        refused.contains("AUTH_ERROR") && refused.contains("is closed since"),
        "{refused}"
    );

    home.run(&["tenant", "reopen", "--tenant", "Blue Harbor"]).ok();
    let took = until(&json!(200), over_http).max(until(&json!("success"), &mut over_stdio));
    assert!(took < SOON, "{took:?}");
    let log = home.run(&["audit", "export", "--tenant", &id]).json();
    let acts: Vec<&Value> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["tool_name"])
        .collect();
    for act in ["tenant.rename", "tenant.change_email", "tenant.close", "tenant.reopen"] {
        assert!(acts.contains(&&json!(act)), "{act}: {acts:?}");
    }

    let ended = home
        .run(&[
            "tenant",
            "delete",
            "--tenant",
            "Blue Harbor",
            "--yes",
            "--output",
            "json",
        ])
        .json();
    let took = until(&json!(401), over_http);
    assert!(took < SOON, "{took:?}");
    let took = until(&json!("AUTH_ERROR"), &mut over_stdio);
    assert!(took < SOON, "{took:?}");
    server.terminate();
    assert_eq!(server.ended().0, Some(0));
    let verified = home.run(&["audit", "verify", "--output", "json"]).json();
    assert_eq!(verified["ok"], true, "{verified}");
    let left = &verified["deleted_tenants"][0];
    assert_eq!((&left["tenant_id"], &left["name"]), (&json!(id), &json!("Blue Harbor")));
    assert_eq!(left["last_digest"], ended["end"]["last_digest"]);
}

#[test]
fn what_goes_with_a_tenant_is_said_before_it_goes() {
    let (home, _simulator) = home_without_limits();
    let id = tenant(&home);
    let asked = home.run(&["tenant", "delete", "--tenant", &id]);
    assert_eq!(asked.code, Some(2), "nobody to ask: {asked:?}");
    for told in [
        "its stores (1), its keys (1) and its audit log (entries: ",
        &format!("orderdesk-mcp audit export --tenant {id} --file {id}.json"),
        &format!("orderdesk-mcp tenant close --tenant {id}"),
        "--yes",
    ] {
        assert!(asked.stderr.contains(told), "{told}: {asked:?}");
    }
    // Who named a file of settings is told lines that reach the same database.
    let settings = home.path("my settings.yaml");
    std::fs::write(&settings, "{}").unwrap();
    let settings = settings.to_str().unwrap();
    let asked = home.run(&["--config", settings, "tenant", "delete", "--tenant", &id]);
    for told in [
        format!("orderdesk-mcp --config '{settings}' audit export --tenant {id}"),
        format!("orderdesk-mcp --config '{settings}' tenant close --tenant {id}"),
    ] {
        assert!(asked.stderr.contains(&told), "{told}: {asked:?}");
    }
    let file = home.path("log.json");
    home.run(&["audit", "export", "--tenant", &id, "--file", file.to_str().unwrap()])
        .ok();
    let log: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(!log.as_array().unwrap().is_empty());
    let done = home.run(&["tenant", "delete", "--tenant", &id, "--yes"]).ok();
    assert!(done.contains("audit verify"), "{done}");
    let verified = home.run(&["audit", "verify"]).ok();
    assert!(verified.contains(&format!("tenant {id} was deleted at ")), "{verified}");
    assert!(
        home.run(&["tenant", "delete", "--tenant", &id, "--yes"])
            .failed(1)
            .contains("NOT_FOUND")
    );
}

/// An agent whose answer was lost repeats its call: a person has changed the store meanwhile, so the call is a new wish.
#[test]
fn a_store_that_was_changed_at_the_shell_is_no_kept_answer() {
    let (mut home, simulator) = home_without_limits();
    home.set("REQUEST_TIMEOUT", "1");
    let upstream = crate::stored::Upstream::new(&simulator);
    let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
    let client = Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let change = json!({ "store": "Shop", "label": "agent", "api_key": home.value("STORE_KEY") });
    let label = || home.run(&["store", "list", "--output", "json"]).json()[0]["label"].clone();
    // Order Desk takes longer to accept the key than the caller may wait.
    upstream.inject(&json!({ "kind": { "slow": { "ms": 2000 } }, "path": "/test" }));
    assert_eq!(
        client.call("stores_update", &change)["error"]["code"],
        "UNCERTAIN_OUTCOME"
    );
    until(&json!("agent"), label);
    home.run(&["store", "update", "--store", "Shop", "--label", "person"])
        .ok();
    let again = client.done("stores_update", &change);
    assert_eq!((label(), &again["label"]), (json!("agent"), &json!("agent")));
}

/// The id of the home's tenant.
fn tenant(home: &Home) -> String {
    let listed = home.run(&["tenant", "list", "--output", "json"]).json();
    listed[0]["tenant_id"].as_str().unwrap().to_owned()
}
