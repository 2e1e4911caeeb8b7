//! Two tenants with a store of the same name, and every tool of the catalog pointed at the other one's things.

use od_engine::tenants::NewTenant;
use serde_json::{Value, json};

use crate::support::House;

/// Tools that are not about a store that exists.
const APART: [&str; 3] = ["tenant.use_master_key", "stores.register", "stores.list"];

#[tokio::test]
async fn every_tool_answers_for_another_tenants_store_as_for_one_that_never_was() {
    let house = two_tenants().await;
    for entry in house.tools.catalog().entries() {
        let tool = entry.spec.name;
        if APART.contains(&tool) {
            continue;
        }
        let properties = &entry.spec.input["properties"];
        let names_a_store = ["store", "identifier", "store_id"]
            .into_iter()
            .find(|name| properties.get(name).is_some());
        let name = names_a_store.unwrap_or_else(|| panic!("{tool} names no store"));
        let answer = async |store: &str| {
            let mut arguments = agreed(entry.spec.example.clone(), properties);
            arguments[name] = store.into();
            let reply = house.call(tool, arguments).await;
            let error = &reply["error"];
            assert_eq!(error["code"], "NOT_FOUND", "{tool}: {reply}");
            (
                error["message"].to_string().replace(store, "#"),
                error["hint"].clone(),
                error["details"].clone(),
            )
        };
        assert_eq!(answer("90002").await, answer("12345").await, "{tool}");
    }
    assert!(house.sim.requests().is_empty(), "nothing of this reaches Order Desk");
}

#[tokio::test]
async fn every_tool_that_takes_an_order_answers_not_found_for_another_tenants() {
    let house = two_tenants().await;
    let order = house.sim.orders("90002")[0]["id"].clone();
    for entry in house.tools.catalog().entries() {
        let tool = entry.spec.name;
        let properties = &entry.spec.input["properties"];
        let mut arguments = agreed(entry.spec.example.clone(), properties);
        let own = &mut arguments["order_id"];
        if own.is_null() {
            continue;
        }
        *own = order.clone();
        if tool == "orders.update_full" {
            arguments["allow_loss"] = true.into();
        }
        let reply = house.call(tool, arguments).await;
        assert_eq!(reply["error"]["code"], "NOT_FOUND", "{tool}: {reply}");
    }
    let requests = house.sim.requests();
    assert!(
        requests
            .iter()
            .all(|request| request.store_id.as_deref() == Some("90001"))
    );
}

/// The arguments of a person who agreed to everything.
fn agreed(mut arguments: Value, properties: &Value) -> Value {
    if properties.get("confirm").is_some() {
        arguments["confirm"] = true.into();
    }
    arguments
}

/// The house's tenant has store 90001; a second one has 90002, under the same name.
async fn two_tenants() -> House {
    let house = House::open().await;
    let other = house
        .engine
        .tenants()
        .create(NewTenant::default())
        .await
        .expect("a tenant")
        .master_key;
    let store = house.sim.stores()[1].clone();
    let theirs = json!({"store_id": store.store_id, "api_key": store.api_key, "store_name": "Mug Shop"});
    let registered = house.call_as(&other, "stores.register", theirs).await;
    assert_eq!(registered["status"], "success", "{registered}");
    house.sim.clear_requests();
    house
}
