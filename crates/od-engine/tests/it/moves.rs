use od_engine::orders::{Destination, MoveOrders};
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Shop, ops_of};

fn to(ids: &[String], folder: &str) -> MoveOrders {
    MoveOrders {
        store: None,
        order_ids: ids.to_vec(),
        destination: Destination::Name(folder.to_owned()),
        dry_run: false,
        confirmed: true,
    }
}

async fn moving(shop: &Shop, input: MoveOrders) -> Result<Outcome<Value>, Error> {
    shop.engine.orders().move_folder(&shop.scope(), input).await
}

/// Orders that are not in the folder yet.
async fn elsewhere(shop: &Shop, folder: &str) -> (Vec<String>, Value) {
    let folders = shop
        .engine
        .stores()
        .folders(&shop.scope(), None, false)
        .await
        .unwrap()
        .data;
    let id: u64 = folders.iter().find(|f| f.name == folder).unwrap().id.parse().unwrap();
    let ids = shop
        .order_ids()
        .into_iter()
        .filter(|order| shop.stored(order)["folder_id"] != id)
        .collect();
    shop.sim.clear_requests();
    (ids, id.into())
}

#[tokio::test]
async fn a_move_needs_a_confirmation_and_sends_nothing_without() {
    let shop = Shop::open().await;
    let (ids, folder) = elsewhere(&shop, "Closed").await;
    let error = moving(
        &shop,
        MoveOrders {
            confirmed: false,
            ..to(&ids[..1], "Closed")
        },
    )
    .await
    .unwrap_err();
    assert_eq!(error.code(), "CONFIRMATION_REQUIRED");
    let asked = error.to_string();
    assert!(asked.contains("rules"), "{asked}");
    let moved = format!(
        "Moving 1 order ({}) to folder {folder} of store 90001 (\"Sample Goods\")",
        ids[0]
    );
    assert!(asked.starts_with(&moved), "{asked}");
    assert!(asked.contains("The folder's name is \"Closed\"."), "{asked}");
    assert!(shop.sent("POST").is_empty());
}

#[tokio::test]
async fn a_question_names_the_first_ten_orders() {
    let shop = Shop::open().await;
    let ids = shop.order_ids();
    let unconfirmed = MoveOrders {
        confirmed: false,
        ..to(&ids[..12], "Closed")
    };
    let asked = moving(&shop, unconfirmed).await.unwrap_err().to_string();
    let named = format!("Moving 12 orders ({} and 2 more) to folder", ids[..10].join(", "));
    assert!(asked.starts_with(&named), "{asked}");
}

#[tokio::test]
async fn an_agreement_holds_for_these_effects_only() {
    let shop = Shop::open().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    let unconfirmed = MoveOrders {
        confirmed: false,
        ..to(&ids[..1], "Closed")
    };
    let Error::ConfirmationRequired { effects, .. } = moving(&shop, unconfirmed.clone()).await.unwrap_err() else {
        panic!("nobody is asked");
    };
    let agreed = shop.scope().with_agreement(&effects);
    let orders = shop.engine.orders();
    let other = MoveOrders {
        destination: Destination::Name("Prepared".to_owned()),
        ..unconfirmed.clone()
    };
    let refused = orders.move_folder(&agreed, other).await.unwrap_err();
    assert_eq!(refused.code(), "CONFIRMATION_REQUIRED");
    assert!(shop.sent("POST").is_empty());
    shop.sim.clear_requests();
    orders.move_folder(&agreed, unconfirmed).await.unwrap();
    assert_eq!(shop.sent("POST").len(), 1);
    let first = &shop.sim.requests()[0].path;
    assert!(first.ends_with("/store"), "the folders are looked at again: {first}");
}

#[tokio::test]
async fn a_dry_run_of_a_move_shows_the_folders_and_sends_only_reads() {
    let shop = Shop::open().await;
    let (ids, folder) = elsewhere(&shop, "Closed").await;
    let shown = moving(
        &shop,
        MoveOrders {
            dry_run: true,
            confirmed: false,
            ..to(&ids[..2], "Closed")
        },
    )
    .await
    .unwrap();
    assert_eq!(shown.data["results"][1]["changes"][0]["after"], folder);
    assert!(shop.sent("POST").is_empty());
}

#[tokio::test]
async fn orders_are_moved_in_one_call_and_rows_tell_each_ones_fate() {
    let shop = Shop::open().await;
    let (ids, folder) = elsewhere(&shop, "Closed").await;
    let mut named = ids[..2].to_vec();
    named.push("1".to_owned());
    let moved = moving(&shop, to(&named, "Closed")).await.unwrap();
    let states: Vec<_> = moved.data["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["status"].clone())
        .collect();
    assert_eq!(states, ["success", "success", "error"]);
    assert_eq!(moved.warnings.len(), 1);
    assert_eq!(shop.sent("POST").len(), 1);
    assert_eq!(shop.stored(&ids[0])["folder_id"], folder);
}

#[tokio::test]
async fn a_move_whose_answer_is_lost_is_settled_by_reading() {
    for (kind, outcome) in [
        (FaultKind::DropAfterCommit, "success"),
        (FaultKind::DropBeforeCommit, "error"),
    ] {
        let shop = Shop::open().await;
        let (ids, _) = elsewhere(&shop, "Closed").await;
        shop.sim.inject(Fault::new(kind).on("POST", "/move-orders"));
        match moving(&shop, to(&ids[..1], "Closed")).await {
            Ok(moved) => assert_eq!(moved.data["results"][0]["status"], outcome),
            Err(error) => {
                assert_eq!(error.code(), "ORDERDESK_API_ERROR");
                assert_eq!(error.details().unwrap()["results"][0]["status"], outcome);
            }
        }
        assert_eq!(shop.sent("POST").len(), 1);
    }
}

#[tokio::test]
async fn folders_are_found_to_the_letter() {
    let shop = Shop::open().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    let error = moving(&shop, to(&ids[..1], "closed")).await.unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
    let error = moving(
        &shop,
        MoveOrders {
            destination: Destination::Id(5),
            ..to(&ids[..1], "")
        },
    )
    .await
    .unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
    assert!(shop.sent("POST").is_empty());
}

#[tokio::test]
async fn with_several_stores_the_store_has_to_be_named() {
    let shop = Shop::open().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    shop.engine.stores().use_store(&shop.scope(), "90001").await.unwrap();
    for dry_run in [false, true] {
        let unnamed = MoveOrders {
            dry_run,
            ..to(&ids[..1], "Closed")
        };
        let error = moving(&shop, unnamed).await.unwrap_err();
        assert_eq!(error.code(), "STORE_REQUIRED");
        assert!(error.to_string().contains("also when one is active"), "{error}");
        assert!(!error.hint().contains("stores_use_store"), "{}", error.hint());
        assert!(error.details().unwrap().to_string().contains("90001"));
    }
    let named = MoveOrders {
        store: Some("90001".to_owned()),
        ..to(&ids[..1], "Closed")
    };
    moving(&shop, named).await.unwrap();
}

#[tokio::test]
async fn a_move_inside_a_change_runs_last_and_through_move_orders() {
    let shop = Shop::open().await;
    let (ids, folder) = elsewhere(&shop, "Prepared").await;
    let ops = serde_json::json!([
        { "op": "move_folder", "destination_folder_name": "Prepared" },
        { "op": "add_note", "content": "Packed" },
    ]);
    let unconfirmed = ops_of(&ids[0], ops);
    let error = shop
        .engine
        .orders()
        .mutate(&shop.scope(), unconfirmed.clone())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "CONFIRMATION_REQUIRED");
    assert!(shop.sent("PUT").is_empty());

    let confirmed = od_engine::orders::MutateOrder {
        confirmed: true,
        ..unconfirmed
    };
    let done = shop.engine.orders().mutate(&shop.scope(), confirmed).await.unwrap();
    assert_eq!(done.data["results"][0]["status"], "success");
    assert_eq!(done.data["order"]["folder_id"], folder);
    let methods: Vec<_> = shop
        .sim
        .requests()
        .iter()
        .map(|r| r.method.clone())
        .filter(|m| m != "GET")
        .collect();
    assert_eq!(methods, ["PUT", "POST"]);
    assert_eq!(shop.stored(&ids[0])["folder_id"], folder);
}

#[tokio::test]
async fn a_mistyped_folder_gets_the_nearest_one() {
    let shop = Shop::open().await;
    let id = shop.order_ids()[0].clone();
    let op = json!([{ "op": "move_folder", "destination_folder_name": "prepard" }]);
    let mut wanted = ops_of(&id, op);
    wanted.dry_run = true;
    let error = shop.engine.orders().mutate(&shop.scope(), wanted).await.unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
    assert_eq!(error.details(), Some(json!({ "nearest": "Prepared" })));
    assert!(error.to_string().contains("did you mean \"Prepared\"?"), "{error}");
}

#[tokio::test]
async fn an_order_stands_there_twice_however_it_is_spelled() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let error = moving(&shop, to(&[id.clone(), format!("0{id}")], "Closed"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("stands there twice"), "{error}");
    assert!(shop.sent("POST").is_empty());
    let moved = moving(&shop, to(&[format!("00{id}")], "Closed")).await.unwrap();
    assert_eq!(moved.data["results"][0]["order_id"], id.as_str());
}
