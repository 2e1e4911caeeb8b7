//! "What did this colleague change yesterday, and what was it before", as a host answers it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    program::{Ended, Home, Running},
    simulated::home_without_limits,
    stored::Upstream,
    wire::{Reply, ask},
};

/// A server for a tenant of the name "Mugs & Co", with the store "Shop" of this label.
struct House {
    home: Home,
    _simulator: Running,
    upstream: Upstream,
    tenant: String,
    key: String,
    server: Running,
}

impl House {
    fn open() -> Self {
        let (mut home, simulator) = home_without_limits();
        let named = ["tenant", "create", "--name", "Mugs & Co", "--output", "json"];
        let created = home.run(&named).json();
        let text = |field: &str| created[field].as_str().unwrap().to_owned();
        let (tenant, key) = (text("tenant_id"), text("master_key"));
        home.set("MCP_MASTER_KEY", &key);
        home.add_store(&simulator);
        let label = ["store", "update", "--store", "Shop", "--label", "Main street"];
        home.run(&label).ok();
        let server = Running::start(&home, &["serve", "--port", "0", "--output", "json"]);
        Self {
            upstream: Upstream::new(&simulator),
            home,
            _simulator: simulator,
            tenant,
            key,
            server,
        }
    }

    fn call(&self, tool: &str, arguments: &Value, meta: &Value) -> Reply {
        let bearer = format!("Bearer {}", self.key);
        let mut headers = vec![("Authorization", bearer.as_str()), ("User-Agent", "colleague/7.1")];
        let mut params = json!({ "name": tool, "arguments": arguments });
        if meta.is_object() {
            headers.extend([
                ("MCP-Protocol-Version", "2026-07-28"),
                ("Mcp-Method", "tools/call"),
                ("Mcp-Name", tool),
            ]);
            params["_meta"] = meta.clone();
        }
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        ask("POST", self.server.told("url"), &headers, Some(&message))
    }

    /// Calls a tool and gives the request's id.
    fn done(&self, tool: &str, arguments: &Value) -> String {
        let reply = self.call(tool, arguments, &Value::Null).json();
        let envelope = &reply["result"]["structuredContent"];
        assert_eq!(envelope["status"], "success", "{reply}");
        envelope["request_id"].as_str().unwrap().to_owned()
    }

    fn export(&self, options: &[&str]) -> Vec<Value> {
        let exported = self.home.run(&[&["audit", "export"], options].concat()).json();
        exported.as_array().unwrap().clone()
    }

    /// Reads are written a moment after they are answered.
    fn until_recorded(&self, tool: &str) {
        for _ in 0..100 {
            if !self.export(&["--tool", tool]).is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{tool} was never recorded");
    }

    /// A command without anybody's master key.
    fn without_key(&self, arguments: &[&str]) -> Ended {
        let mut command = self.home.command(arguments);
        Ended::from(command.env_remove("MCP_MASTER_KEY").output().unwrap())
    }
}

fn tools(entries: &[Value]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| entry["tool_name"].as_str().unwrap())
        .collect()
}

#[test]
fn what_a_colleague_changed_is_found_and_what_it_was_before() {
    let house = House::open();
    let orders = house.upstream.orders();
    let (id, other) = (orders[0]["id"].as_str().unwrap(), orders[1]["id"].as_str().unwrap());
    let before = orders[0]["shipping"]["last_name"].as_str().unwrap();
    let named = json!({ "order_id": id, "mutation": { "shipping": { "last_name": "Loquat-Medlar" } } });
    let request = house.done("orders_mutate_full", &named);
    house.done("orders_get", &json!({ "order_id": other }));
    let stock = house.upstream.get("/inventory-items")["inventory_items"][0]["id"].clone();
    let counted = house.done(
        "products_update",
        &json!({ "product_id": stock, "product": { "stock": 77 } }),
    );

    let found = house.export(&["--tenant", "mugs & co", "--order", id, "--since", "-1d"]);
    assert_eq!(tools(&found), ["orders.mutate_full"], "{found:?}");
    let entry = &found[0];
    assert_eq!(
        (&entry["request_id"], &entry["has_difference"]),
        (&json!(request), &json!(true))
    );
    assert_eq!(entry["order_ids"], json!([id]));
    assert_eq!(
        (&entry["client_name"], &entry["user_agent"]),
        (&Value::Null, &json!("colleague/7.1"))
    );
    assert!(
        !entry.to_string().contains("Loquat") && !entry.to_string().contains(before),
        "{entry}"
    );

    let shown = house.home.run(&["audit", "show", &request]).ok();
    for part in [
        format!("changed    order {id}"),
        "/shipping/last_name".to_owned(),
        format!("before \"{before}\""),
        "after  \"Loquat-Medlar\"".to_owned(),
        "tool       orders.mutate_full".to_owned(),
        "user agent colleague/7.1".to_owned(),
    ] {
        assert!(shown.contains(&part), "{part}: {shown}");
    }
    let shown = house
        .home
        .run(&["audit", "show", &counted[..35], "--output", "json"])
        .json();
    let shown = &shown["entries"][0];
    assert_eq!(shown["entry"]["tool_name"], "products.update");
    let changes = shown["difference"]["records"][0]["changes"].as_array().unwrap();
    assert!(
        changes
            .iter()
            .any(|change| change["path"] == "/stock" && change["after"] == 77),
        "{shown}"
    );

    let alone = house.without_key(&["audit", "show", &request]).ok();
    assert!(
        alone.contains("orders.mutate_full") && alone.contains("in MCP_MASTER_KEY"),
        "{alone}"
    );
    assert!(!alone.contains("Loquat") && !alone.contains(before), "{alone}");
    let alone = house
        .without_key(&["audit", "show", &request, "--output", "json"])
        .json();
    assert!(
        alone["entries"][0]["sealed"].is_string() && alone["entries"][0]["difference"].is_null(),
        "{alone}"
    );
    let looks: Vec<Value> = house.export(&["--tool", "audit.show"]);
    let opened: Vec<_> = looks.iter().map(|look| &look["parameters"]["opened"]).collect();
    assert_eq!(opened, [true, true, false, false], "who looked is recorded");
    assert!(looks.iter().all(|look| look["tenant_id"] == house.tenant.as_str()));

    let folder = house.home.path(".local/share/orderdesk-mcp");
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains("Loquat") && !text.contains(before),
            "the database shows it"
        );
    }
}

#[test]
fn a_key_that_does_not_open_a_difference_is_told() {
    let mut house = House::open();
    let id = house.upstream.orders()[0]["id"].clone();
    let request = house.done("orders_add_note", &json!({ "order_id": id, "content": "x" }));
    let stranger = house.home.run(&["tenant", "create", "--output", "json"]).json();
    let owner = house.home.value("MCP_MASTER_KEY");
    house
        .home
        .set("MCP_MASTER_KEY", stranger["master_key"].as_str().unwrap());
    let told = house.home.run(&["audit", "show", &request]).ok();
    assert!(
        told.contains("is another tenant's") && !told.contains("before"),
        "{told}"
    );
    house.home.set("MCP_MASTER_KEY", "odmk_mistyped-somewhere");
    let refused = house.home.run(&["audit", "show", &request]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("AUTH_ERROR"), "{refused:?}");
    assert!(
        refused.stdout.contains("orders.add_note"),
        "the entry all the same: {refused:?}"
    );
    assert!(refused.stdout.contains("does not sign in"), "{refused:?}");
    house.home.set("MCP_MASTER_KEY", &owner);
    let shown = house.home.run(&["audit", "show", &request, "--output", "json"]).json();
    let tenant = &shown["entries"][0]["entry"]["tenant_id"];
    house
        .home
        .run(&["tenant", "close", "--yes", "--tenant", tenant.as_str().unwrap()])
        .ok();
    house.home.set("MCP_MASTER_KEY", &owner);
    house.home.run(&["store", "list"]).failed(1);
    let looked_back = house.home.run(&["audit", "show", &request]).ok();
    assert!(
        looked_back.contains("after  ") && looked_back.contains("before "),
        "{looked_back}"
    );
    for (id, code, exit) in [("0198c0de-0000", "NOT_FOUND", 1), ("x", "VALIDATION_ERROR", 2)] {
        let told = house.home.run(&["audit", "show", id]).failed(exit);
        assert!(told.contains(code), "{told}");
    }
}

#[test]
fn each_call_is_a_line_that_names_it() {
    let house = House::open();
    let id = house.upstream.orders()[0]["id"].clone();
    let read = house.done("orders_get", &json!({ "order_id": id }));
    house.call("orders_get", &json!({ "order_id": "1" }), &Value::Null);
    house.call("orders_fly", &json!({}), &Value::Null);
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "Colleague", "version": "7" },
    });
    let modern = house.call("stores_list", &json!({}), &meta);
    assert_eq!(modern.status, 200, "{modern:?}");
    house.server.terminate();
    let (code, log) = house.server.ended();
    assert_eq!(code, Some(0), "{log}");
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let calls: Vec<&Value> = lines.iter().filter(|line| line["message"] == "call").collect();
    let told: Vec<_> = calls
        .iter()
        .map(|call| {
            assert_eq!(
                (&call["level"], &call["tenant"]),
                (&json!("INFO"), &json!(house.tenant)),
                "{call}"
            );
            assert!(call["ms"].is_u64() && call["request_id"].is_string(), "{call}");
            (
                call["tool"].as_str().unwrap(),
                call["store"].as_str(),
                call["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    let shop = house.home.run(&["store", "list", "--output", "json"]).json()[0]["store_id"].clone();
    let expected = [
        ("orders.get", shop.as_str(), "success"),
        ("orders.get", shop.as_str(), "NOT_FOUND"),
        ("orders_fly", None, "NOT_FOUND"),
        ("stores.list", None, "success"),
    ];
    assert_eq!(told, expected);
    assert_eq!(calls[0]["request_id"], read.as_str());
    let clients = house
        .home
        .run(&["audit", "export", "--tool", "stores.list", "--source", "mcp"])
        .json();
    assert_eq!(clients[0]["client_name"], "Colleague 7");
}

#[test]
fn entries_are_found_by_names_and_by_days_in_the_order_of_time() {
    let house = House::open();
    house.done("stores_list", &json!({}));
    let id = house.upstream.orders()[0]["id"].clone();
    house.done("orders_get", &json!({ "order_id": id }));
    house.until_recorded("orders.get");
    let all = house.export(&[]);
    let time = |entry: &Value| {
        entry["created_at"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    let times: Vec<_> = all.iter().map(time).collect();
    assert!(times.is_sorted(), "{times:?}");
    let owners: Vec<_> = all.iter().map(|entry| &entry["tenant_id"]).collect();
    assert!(owners.len() > 4 && owners.contains(&&json!(house.tenant)));
    let made: Vec<_> = all
        .iter()
        .filter(|entry| entry["tool_name"] == "tenant.create")
        .collect();
    assert_eq!(
        made[1]["parameters"]["tenant_name"], "Mugs & Co",
        "no shopper is called so"
    );

    let of_the_store = house.export(&["--store", "shop", "--tenant", "MUGS & CO", "--tool", "orders_get"]);
    assert_eq!(tools(&of_the_store), ["orders.get"]);
    assert_eq!(
        house.export(&["--store", "main street", "--tool", "orders_get"]),
        of_the_store
    );
    assert_eq!(house.export(&["--order", id.as_str().unwrap()]), of_the_store);
    assert_eq!(
        house.export(&["--order", id.as_str().unwrap()]),
        of_the_store,
        "looking is no deed"
    );
    assert_eq!(house.export(&["--until", "yesterday"]), [] as [Value; 0]);
    assert_eq!(
        house.export(&["--since", "yesterday"]).len(),
        all.len() + 6,
        "the exports since"
    );
    assert_eq!(
        house.export(&["--since", "-0h", "--tool", "orders.get"]),
        [] as [Value; 0]
    );

    let refused = |options: &[&str], code: i32| house.home.run(&[&["audit", "export"], options].concat()).failed(code);
    let told = refused(&["--since", "2h"], 2);
    assert!(told.contains("-2h"), "{told}");
    assert!(refused(&["--order", "A-17"], 2).contains("an order id is digits"));
    assert!(refused(&["--store", "nowhere"], 1).contains("NOT_FOUND"));
    house.home.run(&["tenant", "create", "--name", "mugs & co"]).ok();
    let told = refused(&["--tenant", "Mugs & Co"], 2);
    assert!(
        told.contains("several tenants") && told.contains(&house.tenant),
        "{told}"
    );
}
