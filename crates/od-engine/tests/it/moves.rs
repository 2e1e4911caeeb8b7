use od_engine::orders::{Destination, MoveOrders, MutateOrder};
use od_engine::{Clock, Error, Outcome};
use od_sim::{Fault, FaultKind, Rule};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, ops_of};

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
async fn a_question_names_every_order() {
    let shop = Shop::open().await;
    let ids = shop.order_ids();
    let unconfirmed = MoveOrders {
        confirmed: false,
        ..to(&ids[..12], "Closed")
    };
    let asked = moving(&shop, unconfirmed).await.unwrap_err().to_string();
    let named = format!("Moving 12 orders ({}) to folder", ids[..12].join(", "));
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
    let agreed = shop.scope().with_agreement(&effects.question());
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
    moving(&shop, to(&ids[..1], "Closed")).await.unwrap();
    let again = MoveOrders {
        dry_run: true,
        ..to(&ids[..2], "Closed")
    };
    let again = moving(&shop, again).await.unwrap().data;
    let message = |row: usize| again["results"][row]["message"].as_str().unwrap();
    assert!(message(0).contains("already"), "{again}");
    assert_eq!(message(1), "would be moved");
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
    assert_eq!(moved.warnings.len(), 2, "{:?}", moved.warnings);
    assert!(moved.warnings[0].contains("from offset 0 again"));
    assert_eq!(shop.sent("POST").len(), 1);
    assert_eq!(shop.stored(&ids[0])["folder_id"], folder);
}

/// Ways to lose an answer before the move was made, and as what the move then ends.
fn lost_before() -> [(FaultKind, &'static str); 4] {
    let error = |status, html| FaultKind::ErrorBeforeCommit { status, html };
    [
        (FaultKind::DropBeforeCommit, "UNCERTAIN_OUTCOME"),
        (FaultKind::HangBeforeCommit, "UNCERTAIN_OUTCOME"),
        // A gateway's word about itself, and a server's about its work.
        (error(504, true), "UNCERTAIN_OUTCOME"),
        (error(503, false), "ORDERDESK_API_ERROR"),
    ]
}

async fn impatient() -> Shop {
    let timeout = std::time::Duration::from_millis(300);
    Shop::open_with(Setup {
        timeout,
        ..Setup::default()
    })
    .await
}

#[tokio::test]
async fn a_move_that_was_not_answered_and_is_not_seen_is_uncertain() {
    for (kind, code) in lost_before() {
        let shop = impatient().await;
        let (ids, _) = elsewhere(&shop, "Closed").await;
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/move-orders"));
        let named = [ids[0].clone(), "1".to_owned()];
        let error = moving(&shop, to(&named, "Closed")).await.unwrap_err();
        let told = error.to_string();
        assert_eq!(error.code(), code, "{kind:?}: {told}");
        // Nobody refused it, so the same call may go through.
        assert_eq!(error.retryable(), code == "ORDERDESK_API_ERROR", "{kind:?}: {told}");
        assert!(!told.contains("refused"), "{kind:?}: {told}");
        if code == "UNCERTAIN_OUTCOME" {
            assert!(told.contains("Not in this store: 1."), "{kind:?}: {told}");
            assert!(error.hint().contains("folder_id"), "{}", error.hint());
        }
        assert_eq!(shop.sent("POST").len(), 1, "{kind:?}");
    }
}

/// A shop in which what is moved to one folder is moved on to another.
async fn that_moves_on() -> Shop {
    let rule: Rule = serde_json::from_value(json!({
        "event": { "moved_into": "Closed" },
        "set": { "tag_name": "success" },
        "move_to": "Prepared",
    }))
    .unwrap();
    let mut setup = Setup::default();
    setup.sim.rules = vec![rule];
    let clock = Clock::manual(setup.sim.now);
    Shop::open_at(setup, clock).await
}

#[tokio::test]
async fn an_order_is_shown_as_the_rules_of_its_folder_left_it() {
    let shop = that_moves_on().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    let ops = json!([
        { "op": "move_folder", "destination_folder_name": "Closed" },
        { "op": "add_note", "content": "Packed" },
    ]);
    let mut wanted = ops_of(&ids[0], ops);
    wanted.confirmed = true;
    let done = shop.engine.orders().mutate(&shop.scope(), wanted).await.unwrap();
    let (shown, stored) = (&done.data["order"], shop.stored(&ids[0]));
    assert_eq!(
        (&shown["folder_id"], &shown["tag_name"]),
        (&stored["folder_id"], &stored["tag_name"])
    );
    assert!(
        done.warnings.join("\n").contains("rules have moved it on"),
        "{:?}",
        done.warnings
    );
}

/// The folder's rules have run then: nobody shall take it for not moved.
#[tokio::test]
async fn a_move_whose_answer_was_lost_and_whose_rules_moved_on_is_uncertain() {
    let shop = that_moves_on().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    let lost = FaultKind::ErrorAfterCommit {
        status: 500,
        html: false,
    };
    shop.sim.inject(Fault::new(lost).on("POST", "/move-orders"));
    let error = moving(&shop, to(&ids[..1], "Closed")).await.unwrap_err();
    assert_eq!(error.code(), "UNCERTAIN_OUTCOME", "{error}");
    assert!(!error.to_string().contains("Nothing was"), "{error}");
}

#[tokio::test]
async fn a_move_whose_answer_was_lost_is_seen_and_nobody_knows_whose_it_is() {
    let error = |status, html| FaultKind::ErrorAfterCommit { status, html };
    for kind in [
        FaultKind::DropAfterCommit,
        FaultKind::HangAfterCommit,
        error(504, true),
        error(500, false),
    ] {
        let shop = impatient().await;
        let (ids, folder) = elsewhere(&shop, "Closed").await;
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/move-orders"));
        let moved = moving(&shop, to(&ids[..1], "Closed")).await.unwrap();
        let row = &moved.data["results"][0];
        assert_eq!(row["status"], "success", "{kind:?}");
        assert!(row["message"].as_str().unwrap().contains("there already, or"), "{row}");
        assert!(row.get("original_folder_id").is_none(), "{row}");
        let [warning, _] = moved.warnings.as_slice() else {
            panic!("{:?}", moved.warnings);
        };
        assert!(
            warning.starts_with("Order Desk's answer was lost; the order is in the folder."),
            "{warning}"
        );
        assert_eq!(shop.stored(&ids[0])["folder_id"], folder);
    }
}

#[tokio::test]
async fn of_a_move_without_an_answer_each_order_is_told_as_it_is_seen() {
    let shop = impatient().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    moving(&shop, to(&ids[..1], "Closed")).await.unwrap();
    let lost = Fault::new(FaultKind::DropBeforeCommit).on("POST", "/move-orders");
    shop.sim.inject(lost);
    let named = [ids[0].clone(), ids[1].clone(), "1".to_owned()];
    let moved = moving(&shop, to(&named, "Closed")).await.unwrap();
    let states: Vec<_> = (0..3).map(|at| moved.data["results"][at]["status"].clone()).collect();
    assert_eq!(states, ["success", "unknown", "error"]);
    let warnings = moved.warnings.join("\n");
    for told in [
        "1 of 3 orders are in the folder",
        "not known whether 1 of 3 orders",
        "1 of 3 orders were not moved",
    ] {
        assert!(warnings.contains(told), "{told}: {warnings}");
    }
}

#[tokio::test]
async fn a_row_says_what_order_desk_answered_and_whether_it_may_have_been_done() {
    for (kind, status, told) in [
        (error_before(503), "error", ["HTTP 503", "was not moved"]),
        (error_before(504), "unknown", ["HTTP 504", "may still be moved"]),
        (
            FaultKind::HangBeforeCommit,
            "unknown",
            ["did not answer in time", "may still be moved"],
        ),
    ] {
        let shop = impatient().await;
        let (ids, _) = elsewhere(&shop, "Closed").await;
        moving(&shop, to(&ids[..1], "Closed")).await.unwrap();
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/move-orders"));
        let moved = moving(&shop, to(&ids[..2], "Closed")).await.unwrap();
        let row = &moved.data["results"][1];
        assert_eq!(row["status"], status, "{kind:?}: {row}");
        for words in told {
            assert!(row["message"].as_str().unwrap().contains(words), "{kind:?}: {row}");
        }
    }
}

fn error_before(status: u16) -> FaultKind {
    let html = status == 504;
    FaultKind::ErrorBeforeCommit { status, html }
}

#[tokio::test]
async fn a_move_inside_a_change_that_was_not_answered_is_not_known() {
    let shop = impatient().await;
    let (ids, _) = elsewhere(&shop, "Prepared").await;
    let ops = json!([
        { "op": "move_folder", "destination_folder_name": "Prepared" },
        { "op": "add_note", "content": "Packed" },
    ]);
    let lost = Fault::new(FaultKind::DropBeforeCommit).on("POST", "/move-orders");
    shop.sim.inject(lost);
    let mut wanted = ops_of(&ids[0], ops);
    wanted.confirmed = true;
    let done = shop.engine.orders().mutate(&shop.scope(), wanted).await.unwrap();
    assert_eq!(done.data["results"][0]["status"], "unknown");
    assert_eq!(done.data["verified"], false);
    let warnings = done.warnings.join("\n");
    assert!(warnings.contains("not known whether 1 of 1 orders"), "{warnings}");
    assert!(!warnings.contains("not moved"), "{warnings}");
}

#[tokio::test]
async fn a_change_that_is_a_move_alone_fails_as_the_move_does() {
    for (kind, expected) in lost_before() {
        let shop = impatient().await;
        let (ids, _) = elsewhere(&shop, "Prepared").await;
        shop.sim.inject(Fault::new(kind).on("POST", "/move-orders"));
        let op = json!([{ "op": "move_folder", "destination_folder_name": "Prepared" }]);
        let mut wanted = ops_of(&ids[0], op);
        wanted.confirmed = true;
        let error = shop.engine.orders().mutate(&shop.scope(), wanted).await.unwrap_err();
        assert_eq!(error.code(), expected, "{error}");
        assert!(!error.to_string().contains("other changes"), "{error}");
    }
}

#[tokio::test]
async fn folders_are_found_in_any_case_and_not_by_a_near_name() {
    let shop = Shop::open().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    let previewed = MoveOrders {
        dry_run: true,
        ..to(&ids[..1], "closed")
    };
    let previewed = moving(&shop, previewed).await.unwrap();
    assert_eq!(previewed.data["destination"]["name"], "Closed", "{}", previewed.data);
    let error = moving(&shop, to(&ids[..1], "clsed")).await.unwrap_err();
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

    let confirmed = MutateOrder {
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
async fn an_order_that_is_in_the_folder_already_is_told_to_be() {
    let shop = Shop::open().await;
    let (ids, _) = elsewhere(&shop, "Closed").await;
    moving(&shop, to(&ids[..1], "Closed")).await.unwrap();
    let again = moving(&shop, to(&ids[..1], "Closed")).await.unwrap();
    let message = "was there already; nothing was moved";
    assert_eq!(again.data["results"][0]["message"], message);
    assert_eq!(again.data["results"][0]["status"], "success");
    let [warning] = again.warnings.as_slice() else {
        panic!("{:?}", again.warnings)
    };
    assert!(
        warning.starts_with("The order was there already: nothing was moved."),
        "{warning}"
    );

    // Beside one that is moved.
    let both = moving(&shop, to(&ids[..2], "Closed")).await.unwrap();
    assert_eq!(both.data["results"][0]["message"], message);
    assert!(
        both.warnings[0].starts_with("1 of 2 orders were there already"),
        "{:?}",
        both.warnings
    );
    assert!(
        both.warnings[1].starts_with("Lists by folder have shifted"),
        "{:?}",
        both.warnings
    );

    let ops = ops_of(
        &ids[0],
        json!([{ "op": "move_folder", "destination_folder_name": "Closed" }]),
    );
    let inside = MutateOrder { confirmed: true, ..ops };
    let inside = shop.engine.orders().mutate(&shop.scope(), inside).await.unwrap();
    assert_eq!(inside.data["changes"], json!([]));
    assert!(
        inside.warnings.iter().any(|told| told.contains("was there already")),
        "{:?}",
        inside.warnings
    );
    assert!(
        !inside.warnings.iter().any(|told| told.contains("shifted")),
        "{:?}",
        inside.warnings
    );
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
