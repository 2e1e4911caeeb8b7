use od_engine::shipments::{CreatePart, DeletePart, GetPart, ListParts, UpdatePart};
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Shop, ids_of, lost_answers};

const LIST_PATH: &str = "/orders/*/shipments";
const SHIPMENT_PATH: &str = "/orders/*/shipments/*";

async fn add(shop: &Shop, order: &str, shipment: Value) -> Result<Outcome<Value>, Error> {
    let input: CreatePart = serde_json::from_value(json!({ "order_id": order, "shipment": shipment })).unwrap();
    shop.engine.shipments().create(&shop.scope(), input).await
}

async fn change(shop: &Shop, order: &str, id: &str, shipment: Value) -> Result<Outcome<Value>, Error> {
    let input = json!({ "order_id": order, "shipment_id": id, "shipment": shipment });
    let input: UpdatePart = serde_json::from_value(input).unwrap();
    shop.engine.shipments().update(&shop.scope(), input).await
}

async fn delete(shop: &Shop, order: &str, id: &str, confirm: bool) -> Result<Outcome<Value>, Error> {
    let input = json!({ "order_id": order, "shipment_id": id, "confirm": confirm });
    let input: DeletePart = serde_json::from_value(input).unwrap();
    shop.engine.shipments().delete(&shop.scope(), input).await
}

fn shipments(shop: &Shop, order: &str) -> Vec<Value> {
    shop.stored(order)["order_shipments"].as_array().unwrap().clone()
}

/// An order that was not shipped yet, and is to be.
fn unshipped(shop: &Shop) -> String {
    shop.order_ids()
        .into_iter()
        .find(|id| shipments(shop, id).is_empty() && shop.stored(id)["payment_status"] == "Captured")
        .unwrap()
}

/// An order with a shipment, and the shipment's id.
fn shipped(shop: &Shop) -> (String, String) {
    let order = shop
        .order_ids()
        .into_iter()
        .find(|id| !shipments(shop, id).is_empty())
        .unwrap();
    let id = ids_of(&shipments(shop, &order)).remove(0);
    (order, id)
}

#[tokio::test]
async fn a_new_shipment_is_found_in_the_list() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let items = shop.stored(&order)["order_items"].clone();
    let parcel = json!([{ "id": items[0]["id"], "quantity": 1 }]);
    let shipment = json!({
        "tracking_number": "1ZTEST0001",
        "carrier_code": "UPS",
        "weight": 2.1,
        "date_shipped": "2026-11-23",
        "order_items": parcel,
    });
    let mut given = shipment.clone();
    given["carrier_code"] = " UPS\n".into();
    let done = add(&shop, &order, given).await.unwrap();
    let path = format!("/orders/{order}/shipments");
    // What is in the parcel is compared with what the order has left, and the order with what it is.
    assert_eq!(
        shop.calls(),
        [
            format!("GET /orders/{order}"),
            format!("POST {path}"),
            format!("GET {path}")
        ]
    );
    assert_eq!(shop.sent("POST").remove(0).body, Some(shipment));
    let stored = shipments(&shop, &order);
    assert_eq!(stored.len(), 1);
    assert_eq!(done.data["shipment"], stored[0]);
    assert_eq!(done.data["shipment"]["order_items"], parcel);
    // "2.10" was stored where 2.1 was sent.
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    assert_eq!(shop.stored(&order)["order_items"], items);
}

#[tokio::test]
async fn a_tracking_number_is_taken_once_and_the_existing_shipment_is_named() {
    let shop = Shop::open().await;
    let (order, id) = shipped(&shop);
    let number = shipments(&shop, &order)[0]["tracking_number"].clone();
    let error = add(&shop, &order, json!({ "tracking_number": number }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
    assert!(error.to_string().contains(&id), "{error}");
    assert_eq!(shipments(&shop, &order).len(), 1);

    let dry_run = json!({ "order_id": order, "shipment": { "tracking_number": number }, "dry_run": true });
    let dry_run: CreatePart = serde_json::from_value(dry_run).unwrap();
    let shown = shop.engine.shipments().create(&shop.scope(), dry_run).await.unwrap();
    assert!(shown.warnings[0].contains(&id), "{:?}", shown.warnings);
    assert_eq!(shop.sent("POST").len(), 1);

    // The same words for an order whose list does not show the number.
    let message = "Shipment Not Added".to_owned();
    shop.sim
        .inject(Fault::new(FaultKind::ErrorInSuccess { message }).on("POST", LIST_PATH));
    let error = add(&shop, &order, json!({ "tracking_number": "1ZTEST0002" }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
}

#[tokio::test]
async fn a_tracking_number_is_the_same_whatever_stands_around_it() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    add(&shop, &order, json!({ "tracking_number": "T9\n" })).await.unwrap();
    assert_eq!(shipments(&shop, &order)[0]["tracking_number"], "T9");
    for again in ["T9", "T9 ", "\tT9\n", "t9", "T 9", "T-9"] {
        let refused = add(&shop, &order, json!({ "tracking_number": again }))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE", "{again:?}");
    }
    // Nor does it matter what another program left around it.
    shop.sim.edit_order(&shop.store.store_id, &order, |record| {
        record["order_shipments"][0]["tracking_number"] = "T9 ".into();
    });
    let sent = shop.sent("POST").len();
    let refused = add(&shop, &order, json!({ "tracking_number": "T9" }))
        .await
        .unwrap_err();
    assert_eq!((refused.code(), shop.sent("POST").len()), ("DUPLICATE", sent));
    shop.sim.edit_order(&shop.store.store_id, &order, |record| {
        record["order_shipments"][0]["tracking_number"] = "T9".into();
    });
    let refused = add(&shop, &order, json!({ "tracking_number": "T9\nT10" }))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "VALIDATION_ERROR");
    assert_eq!(shipments(&shop, &order).len(), 1);
    let id = ids_of(&shipments(&shop, &order)).remove(0);
    let same = change(&shop, &order, &id, json!({ "tracking_number": " T9" }))
        .await
        .unwrap();
    assert_eq!(same.data["changes"], json!([]));
}

#[tokio::test]
async fn a_change_does_not_give_a_second_shipment_the_number_of_another() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    for number in ["T1", "T2"] {
        add(&shop, &order, json!({ "tracking_number": number })).await.unwrap();
    }
    let ids = ids_of(&shipments(&shop, &order));
    for number in ["T1", "T1 ", "t1"] {
        let refused = change(&shop, &order, &ids[1], json!({ "tracking_number": number }))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE", "{number:?}");
        assert!(refused.to_string().contains(&ids[0]), "{refused}");
    }
    assert!(shop.sent("PUT").is_empty());
    change(&shop, &order, &ids[1], json!({ "tracking_number": "T3" }))
        .await
        .unwrap();
    assert_eq!(shipments(&shop, &order)[1]["tracking_number"], "T3");
}

#[tokio::test]
async fn a_parcel_for_an_order_that_nobody_ships_is_warned_of() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let settings = shop.engine.stores().settings(&shop.scope(), None, false).await;
    settings.unwrap();
    let folders = shop.sim.folders(&shop.store.store_id);
    let canceled: u64 = folders
        .iter()
        .find(|(_, name)| name == "Canceled")
        .unwrap()
        .0
        .parse()
        .unwrap();
    shop.sim.edit_order(&shop.store.store_id, &order, |record| {
        record["folder_id"] = canceled.into();
        record["payment_status"] = "Voided".into();
    });
    let input = json!({ "order_id": order, "shipment": { "tracking_number": "C1" }, "dry_run": true });
    let input: CreatePart = serde_json::from_value(input).unwrap();
    let shown = shop.engine.shipments().create(&shop.scope(), input).await.unwrap();
    shop.sim.clear_requests();
    let done = add(&shop, &order, json!({ "tracking_number": "C1" })).await.unwrap();
    for warnings in [&shown.warnings, &done.warnings] {
        let told = warnings
            .iter()
            .any(|warning| warning.contains("folder Canceled") && warning.contains("Voided"));
        assert!(told, "{warnings:?}");
    }
    assert!(done.warnings[0].contains("shipments_delete"), "{:?}", done.warnings);
    // What was read anyway says so.
    assert_eq!(shop.calls().len(), 3, "{:?}", shop.calls());
}

#[tokio::test]
async fn a_second_parcel_like_the_first_is_warned_of() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let parcel = || json!({ "tracking_number": "n/a", "carrier_code": "UPS" });
    let first = add(&shop, &order, parcel()).await.unwrap();
    assert!(first.warnings.is_empty(), "{:?}", first.warnings);
    let id = ids_of(&shipments(&shop, &order)).remove(0);
    let added = text_of(&shipments(&shop, &order)[0]["date_added"]);
    let second = add(&shop, &order, parcel()).await.unwrap();
    let told = |warning: &String| warning.contains("like it") && warning.contains(&id) && warning.contains(&added);
    assert!(second.warnings.iter().any(told), "{:?}", second.warnings);
    let other = add(
        &shop,
        &order,
        json!({ "tracking_number": "n/a", "carrier_code": "DHL" }),
    )
    .await
    .unwrap();
    let told = |warning: &String| warning.contains("may hold all of it already") && warning.contains(&id);
    assert!(
        other.warnings.len() == 1 && other.warnings.iter().all(told),
        "{:?}",
        other.warnings
    );
}

#[tokio::test]
async fn a_parcel_of_everything_beside_parcels_of_parts_is_warned_of() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let line = shop.stored(&order)["order_items"][0]["id"].clone();
    let part = json!({ "tracking_number": "P1", "order_items": [{ "id": line, "quantity": 1 }] });
    add(&shop, &order, part).await.unwrap();
    let id = ids_of(&shipments(&shop, &order)).remove(0);
    let done = add(&shop, &order, json!({ "tracking_number": "P2" })).await.unwrap();
    let told = |warning: &String| warning.contains("order_items") && warning.contains(&id);
    assert!(done.warnings.iter().any(told), "{:?}", done.warnings);
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The paths of everything that is wrong.
fn paths(error: Error) -> Vec<String> {
    let Error::Invalid(problems) = error else {
        panic!("{error:?}")
    };
    problems.into_iter().map(|problem| problem.path).collect()
}

#[tokio::test]
async fn a_parcel_holds_nothing_that_its_order_has_not_left() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let line = shop.stored(&order)["order_items"][0].clone();
    let (id, ordered) = (line["id"].clone(), line["quantity"].as_i64().unwrap());
    let parcel = |number: &str, id: &Value, quantity: i64| json!({ "tracking_number": number, "order_items": [{ "id": id, "quantity": quantity }] });
    let at = |part: &str| vec![format!("/shipment/order_items/0/{part}")];
    let refused = |shipment: Value| async { paths(add(&shop, &order, shipment).await.unwrap_err()) };
    assert_eq!(refused(parcel("T1", &json!("999"), 99)).await, at("id"));
    assert_eq!(
        refused(json!({ "tracking_number": "T1", "order_items": [{ "quantity": 1 }] })).await,
        at("id")
    );
    assert_eq!(refused(parcel("T1", &id, ordered + 1)).await, at("quantity"));
    assert!(shop.sent("POST").is_empty());

    add(&shop, &order, parcel("T1", &id, ordered)).await.unwrap();
    assert_eq!(refused(parcel("T2", &id, 1)).await, at("quantity"));
    let mut excess =
        json!({ "order_id": order, "shipment": parcel("T2", &id, 1), "allow_excess": true, "dry_run": true });
    for dry_run in [true, false] {
        excess["dry_run"] = dry_run.into();
        let input: CreatePart = serde_json::from_value(excess.clone()).unwrap();
        shop.engine.shipments().create(&shop.scope(), input).await.unwrap();
    }

    // A change counts the other shipments, and not what the shipment itself held.
    let ids = ids_of(&shipments(&shop, &order));
    let contents = |quantity: i64| json!({ "order_items": [{ "id": id, "quantity": quantity }] });
    let error = change(&shop, &order, &ids[1], contents(2)).await.unwrap_err();
    assert_eq!(paths(error), at("quantity"));
    delete(&shop, &order, &ids[1], true).await.unwrap();
    change(&shop, &order, &ids[0], contents(ordered)).await.unwrap();
    let error = change(&shop, &order, &ids[0], contents(ordered + 1)).await.unwrap_err();
    assert_eq!(paths(error), at("quantity"));
    // What it holds already is no change, even when it is too much.
    shop.sim.edit_order(&shop.store.store_id, &order, |record| {
        record["order_items"][0]["quantity"] = (ordered - 1).into();
    });
    let mut same = contents(ordered);
    same["carrier_code"] = json!("UPS");
    same["order_items"] = shipments(&shop, &order)[0]["order_items"].clone();
    change(&shop, &order, &ids[0], same).await.unwrap();
    let unsaid = add(&shop, &order, json!({ "tracking_number": "T3" })).await.unwrap();
    assert!(unsaid.warnings[0].contains(&ids[0]), "{:?}", unsaid.warnings);
    excess["shipment"]["tracking_number"] = json!("T4");
    excess["dry_run"] = true.into();
    let input: CreatePart = serde_json::from_value(excess).unwrap();
    let doubted = shop.engine.shipments().create(&shop.scope(), input).await.unwrap();
    assert!(
        doubted
            .warnings
            .iter()
            .any(|warning| warning.contains("may hold the whole order"))
    );
}

#[tokio::test]
async fn parcels_without_tracking_are_told_apart() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let first = add(&shop, &order, json!({ "tracking_number": "n/a" })).await.unwrap();
    let second = add(&shop, &order, json!({ "tracking_number": "n/a" })).await.unwrap();
    assert_ne!(first.data["shipment"]["id"], second.data["shipment"]["id"]);
    assert_eq!(shipments(&shop, &order).len(), 2);
}

#[tokio::test]
async fn what_cannot_be_right_is_told_all_at_once_and_nothing_is_sent() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    let wrong = json!({
        "carrier": "UPS",
        "label_image": "AAAA",
        "date_shipped": "tomorrow",
        "order_items": [{ "quantity": 0 }],
    });
    let Err(Error::Invalid(problems)) = add(&shop, &order, wrong).await else {
        panic!("accepted");
    };
    let mut paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "/shipment/carrier",
            "/shipment/date_shipped",
            "/shipment/label_image",
            "/shipment/order_items/0/id",
            "/shipment/order_items/0/quantity",
            "/shipment/tracking_number",
        ]
    );
    assert_eq!(
        change(&shop, &order, "1", json!({ "tracking_number": null }))
            .await
            .unwrap_err()
            .code(),
        "VALIDATION_ERROR"
    );
    assert!(shop.calls().is_empty());
}

#[tokio::test]
async fn an_update_keeps_every_field_and_the_type_it_has() {
    let shop = Shop::open().await;
    let (order, id) = shipped(&shop);
    let before = shipments(&shop, &order)[0].clone();
    let done = change(&shop, &order, &id, json!({ "weight": 3, "status": "delivered" }))
        .await
        .unwrap();
    let (whole, path) = (format!("/orders/{order}"), format!("/orders/{order}/shipments/{id}"));
    let look = [format!("GET {whole}"), format!("GET {path}")];
    let put = [format!("PUT {path}")];
    assert_eq!(shop.calls(), [look.as_slice(), &put, &look].concat());
    let mut expected = before.clone();
    expected["weight"] = "3".into();
    expected["status"] = "delivered".into();
    assert_eq!(shop.sent("PUT").remove(0).body, Some(expected.clone()));
    assert_eq!(shipments(&shop, &order)[0], expected);
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);

    shop.sim.clear_requests();
    let renumbered = change(&shop, &order, &id, json!({ "tracking_number": "1ZTEST0003" }))
        .await
        .unwrap();
    assert!(
        renumbered.warnings[0].contains("tracking_url"),
        "{:?}",
        renumbered.warnings
    );
    let same = change(&shop, &order, &id, json!({ "weight": 3.0 })).await.unwrap();
    assert_eq!(same.data["changes"], json!([]));
    assert_eq!(shop.sent("PUT").len(), 1);
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_settled_by_reading_and_never_sent_twice() {
    for (kind, outcome) in lost_answers() {
        let shop = Shop::open().await;
        let order = unshipped(&shop);
        shop.sim.inject(Fault::new(kind.clone()).on("POST", LIST_PATH));
        match add(&shop, &order, json!({ "tracking_number": "1ZTEST0004" })).await {
            Ok(done) => {
                assert_eq!(outcome, "success", "{kind:?}");
                assert_eq!(done.data["shipment"]["id"], shipments(&shop, &order)[0]["id"]);
                assert_eq!(shipments(&shop, &order).len(), 1);
            }
            Err(error) => {
                assert_eq!(outcome, error.code(), "{kind:?}");
                assert!(shipments(&shop, &order).is_empty());
            }
        }
        assert_eq!(shop.sent("POST").len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_outcome_that_cannot_be_read_is_called_uncertain() {
    let shop = Shop::open().await;
    let order = unshipped(&shop);
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("POST", LIST_PATH));
    let refused = FaultKind::ErrorBeforeCommit {
        status: 401,
        html: false,
    };
    shop.sim.inject(Fault::new(refused).on("GET", LIST_PATH).times(0));
    let error = add(&shop, &order, json!({ "tracking_number": "1ZTEST0005" }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "UNCERTAIN_OUTCOME");
    assert_eq!(shop.sent("POST").len(), 1);
}

#[tokio::test]
async fn deleting_says_what_it_does_not_take_back() {
    let shop = Shop::open().await;
    let (order, id) = shipped(&shop);
    let error = delete(&shop, &order, &id, false).await.unwrap_err();
    assert_eq!(error.code(), "CONFIRMATION_REQUIRED");
    assert!(error.to_string().contains("mail"), "{error}");
    assert!(error.to_string().contains("store 90001 (\"Sample Goods\")"), "{error}");
    assert!(shop.calls().is_empty());
    let done = delete(&shop, &order, &id, true).await.unwrap();
    assert_eq!(done.data["shipment"]["id"], id);
    assert_eq!(done.data["verified"], true);
    assert!(shipments(&shop, &order).is_empty());
    assert_eq!(delete(&shop, &order, &id, true).await.unwrap_err().code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_delete_whose_answer_is_lost_is_settled_by_reading_and_never_sent_twice() {
    for (kind, outcome) in lost_answers() {
        let shop = Shop::open().await;
        let (order, id) = shipped(&shop);
        shop.sim.inject(Fault::new(kind.clone()).on("DELETE", SHIPMENT_PATH));
        match delete(&shop, &order, &id, true).await {
            Ok(_) => assert_eq!((outcome, shipments(&shop, &order).len()), ("success", 0), "{kind:?}"),
            Err(error) => assert_eq!((outcome, shipments(&shop, &order).len()), (error.code(), 1), "{kind:?}"),
        }
        assert_eq!(shop.sent("DELETE").len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn reads_show_the_record_cleaned_and_fall_with_the_order() {
    let shop = Shop::open().await;
    let (order, id) = shipped(&shop);
    shop.sim.edit_order(&shop.store.store_id, &order, |order| {
        order["order_shipments"][0]["status"] = "del\u{7}ivered".into();
    });
    let listed = async || {
        let input: ListParts = serde_json::from_value(json!({ "order_id": order })).unwrap();
        shop.engine.shipments().list(&shop.scope(), input).await.unwrap()
    };
    assert_eq!(listed().await.data["shipments"][0]["status"], "delivered");
    let input: GetPart = serde_json::from_value(json!({ "order_id": order, "shipment_id": id })).unwrap();
    let got = shop.engine.shipments().get(&shop.scope(), input).await.unwrap();
    assert_eq!(got.data["status"], "delivered");
    assert_eq!(listed().await.cache.map(|cache| cache.hit), Some(true));
    // What a reply showed means the stored value, and is uploaded as it is stored.
    let same = change(&shop, &order, &id, json!({ "status": "delivered", "cost": "9.99" }))
        .await
        .unwrap();
    assert_eq!(same.data["changes"].as_array().unwrap().len(), 1);
    assert_eq!(shipments(&shop, &order)[0]["status"], "del\u{7}ivered");
    assert_eq!(listed().await.data["shipments"][0]["cost"], "9.99");
}
