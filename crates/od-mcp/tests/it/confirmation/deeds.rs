//! What holds for every tool that takes a person's agreement.

use od_mcp::{ConfirmBy, ToolOptions};
use serde_json::{Value, json};

use super::{answer, arguments, call, message, moves, with_word};
use crate::support::{House, NO_LIMITS};

/// One call of every tool that takes a person's agreement, and the same spelled differently where it can be.
async fn deeds(house: &House) -> Vec<(&'static str, Value, Value)> {
    let (order, store) = (house.an_order(), house.sim.stores()[0].store_id.clone());
    let with_number = |name: &str, id: &str| {
        let number: u64 = id.parse().expect("digits");
        json!({"store": store, name: number})
    };
    // The last one could not be deleted.
    let mug = json!({"name": "Enamel mug", "code": "MUG-9", "quantity": 1, "price": 14.5});
    let added = house
        .call("order_items_create", json!({"order_id": order, "item": mug}))
        .await;
    let item = added["data"]["order_item"]["id"].to_string().replace('"', "");
    let parcel = json!({"tracking_number": "1Z7", "carrier_code": "UPS"});
    let made = house
        .call("shipments_create", json!({"order_id": order, "shipment": parcel}))
        .await;
    let shipment = made["data"]["shipment"]["id"].to_string().replace('"', "");
    let products = house.call("products_list", json!({})).await;
    let product = products["data"]["products"][0]["id"].to_string().replace('"', "");
    let numbers = json!({"store": "mug shop", "order_ids": [order.parse::<u64>().expect("digits")],
        "destination_folder_name": "Canceled"});
    let op = |folder: &str| json!([{"op": "move_folder", "destination_folder_name": folder}]);
    let read = house
        .call("orders_get", json!({"order_id": order, "fresh": true}))
        .await;
    let mut without = read["data"].clone();
    let lines = without["order_items"].as_array_mut().expect("lines");
    lines.retain(|line| line["id"].to_string().trim_matches('"') != item);
    vec![
        (
            "orders_update_full",
            json!({"order_id": order, "order": without, "allow_loss": true}),
            json!({"order_id": format!("0{order}"), "order": without, "allow_loss": true, "store": store}),
        ),
        (
            "orders_delete",
            json!({"order_id": order}),
            with_number("order_id", &order),
        ),
        ("orders_move_folder", arguments(house), numbers),
        (
            "orders_mutate_full",
            json!({"order_id": order, "ops": op("Prepared")}),
            json!({"order_id": order, "ops": op("Canceled"), "store": store}),
        ),
        (
            "order_items_delete",
            json!({"order_id": order, "item_id": item}),
            json!({"order_id": format!("0{order}"), "item_id": item, "store": store}),
        ),
        (
            "shipments_delete",
            json!({"order_id": order, "shipment_id": shipment}),
            json!({"order_id": order, "shipment_id": format!("0{shipment}")}),
        ),
        (
            "products_delete",
            json!({"product_id": product}),
            with_number("product_id", &product),
        ),
        (
            "stores_delete",
            json!({"store_id": store}),
            json!({"store_id": "MUG SHOP"}),
        ),
    ]
}

/// A house in which nothing was declined yet, and its calls.
async fn deed(tool: &str) -> (House, Value, Value) {
    let house = House::open().await;
    let mut deeds = deeds(&house).await;
    let at = deeds.iter().position(|(name, ..)| *name == tool).expect("a deed");
    let (_, arguments, spelled) = deeds.swap_remove(at);
    house.sim.clear_requests();
    (house, arguments, spelled)
}

fn is_read(request: &od_sim::Recorded) -> bool {
    request.method == "GET"
}

const DEEDS: [&str; 8] = [
    "order_items_delete",
    "orders_delete",
    "orders_move_folder",
    "orders_mutate_full",
    "orders_update_full",
    "products_delete",
    "shipments_delete",
    "stores_delete",
];

#[tokio::test]
async fn no_tool_shows_the_argument_that_a_person_is_to_speak_for() {
    let house = House::open().await;
    let takes: Vec<&str> = house
        .tools
        .catalog()
        .entries()
        .iter()
        .filter(|entry| entry.spec.input["properties"].get("confirm").is_some())
        .map(|entry| {
            assert!(entry.spec.example.get("confirm").is_none(), "{}", entry.listed.name);
            entry.listed.name.as_ref()
        })
        .collect();
    let mut told = DEEDS.to_vec();
    told.sort_unstable_by_key(|name| takes.iter().position(|listed| listed == name));
    assert_eq!(takes, told, "the stories here tell of every one");
    let refused = house.call("orders_delete", json!({"oder_id": "1"})).await;
    assert_eq!(
        refused["error"]["example"],
        json!({"order_id": "80012345"}),
        "{refused}"
    );
}

#[tokio::test]
async fn a_client_that_can_ask_is_asked_whatever_the_argument_says() {
    for tool in DEEDS {
        let (house, arguments, _) = deed(tool).await;
        let arguments = with_word(&arguments);
        let asked = call(&house, tool, json!({"arguments": arguments})).await;
        assert!(!message(&asked).is_empty(), "{tool}");
        assert!(house.sim.requests().iter().all(is_read), "{tool}");
        assert_eq!(
            house.call("stores_list", json!({})).await["data"]["stores"]
                .as_array()
                .map(Vec::len),
            Some(1)
        );
        let agreed = call(&house, tool, answer(&asked, "accept", &arguments)).await;
        assert_eq!(
            agreed["result"]["structuredContent"]["status"], "success",
            "{tool}: {agreed}"
        );
    }
}

#[tokio::test]
async fn a_no_is_remembered_for_the_record_whatever_the_arguments_are() {
    for tool in DEEDS {
        let (house, arguments, spelled) = deed(tool).await;
        let asked = call(&house, tool, json!({"arguments": arguments})).await;
        house.sim.clear_requests();
        let declined = call(&house, tool, answer(&asked, "decline", &arguments)).await;
        let told = declined["result"]["structuredContent"]["error"].clone();
        let until = told["details"]["declined_until"]
            .as_str()
            .unwrap_or_else(|| panic!("{declined}"));
        let message = format!(
            "A person declined this. It is refused until {until}, whatever the arguments are. Nothing was done."
        );
        assert_eq!(
            (&told["code"], &told["message"]),
            (&json!("CONFIRMATION_REQUIRED"), &json!(message))
        );
        assert_eq!(told["retryable"], false);
        assert!(house.sim.requests().is_empty(), "{:?}", house.sim.requests());
        let changed = call(&house, tool, answer(&asked, "accept", &arguments)).await;
        assert_eq!(changed["error"]["code"], -32602, "the question is used up: {changed}");

        for again in [
            arguments.clone(),
            with_word(&arguments),
            spelled.clone(),
            with_word(&spelled),
        ] {
            let asked = call(&house, tool, json!({"arguments": again})).await;
            let told = &asked["result"]["structuredContent"]["error"];
            assert_eq!(told["message"], message, "{tool} {again}: {asked}");
            // A client that cannot ask, with the same credential.
            let refused = house.call(tool, again.clone()).await;
            assert_eq!(refused["error"]["message"], message, "{tool} {again}: {refused}");
        }
        assert!(
            house.sim.requests().iter().all(is_read),
            "{tool}: {:?}",
            house.sim.requests()
        );
        assert_eq!(
            house.call("stores_list", json!({})).await["data"]["stores"]
                .as_array()
                .map(Vec::len),
            Some(1)
        );
    }
}

#[tokio::test]
async fn a_no_holds_for_nothing_else() {
    let (house, arguments, _) = deed("orders_move_folder").await;
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    call(&house, "orders_move_folder", answer(&asked, "decline", &arguments)).await;
    let order = house.an_order();
    // The same act through another tool is the same act.
    let op = json!([{"op": "move_folder", "destination_folder_name": "Prepared"}]);
    let other_door = json!({"order_id": order, "ops": op, "confirm": true});
    let refused = house.call("orders_mutate_full", other_door).await;
    assert!(refused["error"]["details"]["declined_until"].is_string(), "{refused}");
    let mut shown = arguments.clone();
    shown["dry_run"] = true.into();
    assert_eq!(house.call("orders_move_folder", shown).await["data"]["dry_run"], true);

    let others = house.sim.orders(&house.sim.stores()[0].store_id);
    let other = others[1]["id"].as_str().expect("an id");
    let with_other = json!({"order_ids": [other, order], "destination_folder_name": "Prepared", "confirm": true});
    let refused = house.call("orders_move_folder", with_other).await;
    assert!(refused["error"]["details"]["declined_until"].is_string(), "{refused}");
    assert_eq!(moves(&house), 0);
    let alone = json!({"order_ids": [other], "destination_folder_name": "Prepared", "confirm": true});
    assert_eq!(house.call("orders_move_folder", alone).await["status"], "success");
    let deleted = house
        .call("orders_delete", json!({"order_id": order, "confirm": true}))
        .await;
    assert_eq!(deleted["status"], "success", "{deleted}");
}

#[tokio::test]
async fn where_a_question_was_closed_the_argument_counts() {
    for tool in DEEDS {
        let (house, arguments, _) = deed(tool).await;
        let asked = call(&house, tool, json!({"arguments": arguments})).await;
        let closed = call(&house, tool, answer(&asked, "cancel", &arguments)).await;
        let told = &closed["result"]["structuredContent"]["error"];
        assert_eq!(told["code"], "CONFIRMATION_REQUIRED", "{tool}: {closed}");
        assert!(
            told["message"]
                .as_str()
                .expect("text")
                .ends_with("Nothing was done: this needs a confirmation.")
        );
        assert!(house.sim.requests().iter().all(is_read), "{tool}");

        let arguments = with_word(&arguments);
        let asked = call(&house, tool, json!({"arguments": arguments})).await;
        let closed = call(&house, tool, answer(&asked, "cancel", &arguments)).await;
        assert_eq!(
            closed["result"]["structuredContent"]["status"], "success",
            "{tool}: {closed}"
        );
    }
}

#[tokio::test]
async fn where_only_a_person_counts_the_argument_never_does() {
    let options = ToolOptions {
        confirm_by: ConfirmBy::Person,
        ..ToolOptions::default()
    };
    let house = House::open_with(options, NO_LIMITS).await;
    for (tool, arguments, _) in deeds(&house).await {
        house.sim.clear_requests();
        let arguments = with_word(&arguments);
        let refused = house.call(tool, arguments.clone()).await;
        assert_eq!(
            refused["error"]["message"],
            "This server takes the confirmation from a person only (MCP_CONFIRM=person), and this client cannot ask one; \
             the argument confirm does not count. Nothing was done.",
            "{tool}"
        );
        assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED");
        let asked = call(&house, tool, json!({"arguments": arguments})).await;
        let closed = call(&house, tool, answer(&asked, "cancel", &arguments)).await;
        let told = closed["result"]["structuredContent"]["error"]["message"]
            .as_str()
            .expect("text");
        assert!(
            told.contains("and the question was left without an answer"),
            "{tool}: {told}"
        );
        assert!(house.sim.requests().iter().all(is_read), "{tool}");
    }
    let arguments = arguments(&house);
    let asked = call(&house, "orders_move_folder", json!({"arguments": arguments})).await;
    let agreed = call(&house, "orders_move_folder", answer(&asked, "accept", &arguments)).await;
    assert_eq!(agreed["result"]["structuredContent"]["status"], "success", "{agreed}");
}

#[tokio::test]
async fn a_no_is_recorded() {
    let (house, arguments, _) = deed("products_delete").await;
    let asked = call(&house, "products_delete", json!({"arguments": arguments})).await;
    call(&house, "products_delete", answer(&asked, "decline", &arguments)).await;
    house.call("products_delete", with_word(&arguments)).await;
    let recorded = house.recorded("products.delete").await;
    let told: Vec<&str> = recorded
        .iter()
        .map(|entry| entry["error_message"].as_str().expect("text"))
        .collect();
    assert!(told[0].starts_with("Deleting inventory item"), "{told:?}");
    assert!(
        told[0].ends_with("Nothing was done: this needs a confirmation."),
        "{told:?}"
    );
    assert!(
        told[1..].iter().all(|told| told.starts_with("A person declined this.")),
        "{told:?}"
    );
    assert_eq!(told.len(), 3);
}

#[tokio::test]
async fn a_no_to_deleting_a_line_holds_for_every_way_to_remove_it() {
    let (house, arguments, _) = deed("order_items_delete").await;
    let asked = call(&house, "order_items_delete", json!({"arguments": arguments})).await;
    call(&house, "order_items_delete", answer(&asked, "decline", &arguments)).await;
    let (order, item) = (&arguments["order_id"], &arguments["item_id"]);
    let ops = json!([{"op": "remove_items", "item_ids": [item]}]);
    let read = house
        .call("orders_get", json!({"order_id": order, "fresh": true}))
        .await;
    let mut record = read["data"].clone();
    let lines = record["order_items"].as_array_mut().expect("lines");
    let kept = lines.len() - 1;
    lines.retain(|line| line["id"].to_string().trim_matches('"') != item.as_str().expect("an id"));
    assert_eq!(lines.len(), kept);
    for (tool, arguments) in [
        ("orders_mutate_full", json!({"order_id": order, "ops": ops})),
        (
            "orders_update_full",
            json!({"order_id": order, "order": record, "allow_loss": true}),
        ),
    ] {
        let refused = call(&house, tool, json!({"arguments": arguments})).await;
        assert!(
            refused["result"].to_string().contains("A person declined this"),
            "{tool}: {refused}"
        );
        assert!(house.sim.requests().iter().all(is_read), "{tool}");
    }
    // Another line was not declined.
    let ops =
        json!([{"op": "remove_items", "item_ids": [record["order_items"][0]["id"].to_string().replace('"', "")]}]);
    let arguments = json!({"order_id": order, "ops": ops});
    let asked = call(&house, "orders_mutate_full", json!({"arguments": arguments})).await;
    assert!(message(&asked).starts_with("Deleting item "), "{asked}");
    let removed = call(&house, "orders_mutate_full", answer(&asked, "accept", &arguments)).await;
    assert_eq!(removed["result"]["structuredContent"]["status"], "success", "{removed}");
}

/// A line that goes is deleted, whichever tool does it.
#[tokio::test]
async fn no_line_goes_without_a_person() {
    let options = ToolOptions {
        confirm_by: ConfirmBy::Person,
        ..ToolOptions::default()
    };
    for house in [House::open().await, House::open_with(options, NO_LIMITS).await] {
        let mut deeds = deeds(&house).await;
        let item = deeds
            .iter()
            .find(|(tool, ..)| *tool == "order_items_delete")
            .expect("a deed")
            .1["item_id"]
            .clone();
        let (_, replace, _) = deeds.swap_remove(0);
        let ops = json!([{"op": "remove_items", "item_ids": [item]}, {"op": "move_folder", "destination_folder_name": "Canceled"}]);
        let remove = json!({"order_id": house.an_order(), "ops": [ops[0]]});
        house.sim.clear_requests();
        for (tool, arguments) in [("orders_update_full", &replace), ("orders_mutate_full", &remove)] {
            let refused = house.call(tool, arguments.clone()).await;
            assert_eq!(refused["error"]["code"], "CONFIRMATION_REQUIRED", "{tool}: {refused}");
        }
        // Both in one question.
        let both = json!({"order_id": house.an_order(), "ops": ops});
        let asked = call(&house, "orders_mutate_full", json!({"arguments": both})).await;
        let told = message(&asked);
        assert!(
            told.starts_with(&format!("Deleting item {} of order", item.as_str().expect("an id"))),
            "{told}"
        );
        assert!(told.contains("Moving 1 order ("), "{told}");
        assert!(house.sim.requests().iter().all(is_read));
        let agreed = call(&house, "orders_mutate_full", answer(&asked, "accept", &both)).await;
        assert_eq!(agreed["result"]["structuredContent"]["status"], "success", "{agreed}");
        assert_eq!(moves(&house), 1);
    }
    // The word counts where nobody can be asked, and nothing is asked where nothing goes.
    let house = House::open().await;
    let (_, replace, _) = deeds(&house).await.swap_remove(0);
    let done = house.call("orders_update_full", with_word(&replace)).await;
    assert_eq!(done["status"], "success", "{done}");
    let same = house
        .call("orders_get", json!({"order_id": house.an_order(), "fresh": true}))
        .await;
    let whole = json!({"order_id": house.an_order(), "order": same["data"], "allow_loss": true});
    assert_eq!(house.call("orders_update_full", whole).await["status"], "success");
}
