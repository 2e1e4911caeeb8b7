use od_engine::items::{CreatePart, DeletePart, GetPart, ListParts, UpdatePart};
use od_engine::{Error, MutationOptions, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, ids_of, lost_answers, mutation_of};

const ORDER_PATH: &str = "/orders/*";
const ITEM_PATH: &str = "/orders/*/order-items/*";
const LIST_PATH: &str = "/orders/*/order-items";

async fn add(shop: &Shop, order: &str, item: Value) -> Result<Outcome<Value>, Error> {
    let input: CreatePart = serde_json::from_value(json!({ "order_id": order, "item": item })).unwrap();
    shop.engine.order_items().create(&shop.scope(), input).await
}

async fn change(shop: &Shop, order: &str, id: &str, item: Value) -> Result<Outcome<Value>, Error> {
    let input: UpdatePart = serde_json::from_value(json!({ "order_id": order, "item_id": id, "item": item })).unwrap();
    shop.engine.order_items().update(&shop.scope(), input).await
}

async fn delete(shop: &Shop, order: &str, id: &str, more: Value) -> Result<Outcome<Value>, Error> {
    let mut input = json!({ "order_id": order, "item_id": id });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let input: DeletePart = serde_json::from_value(input).unwrap();
    shop.engine.order_items().delete(&shop.scope(), input).await
}

async fn list(shop: &Shop, order: &str) -> Outcome<Value> {
    let input = ListParts {
        order_id: order.to_owned(),
        limit: 50,
        ..ListParts::default()
    };
    shop.engine.order_items().list(&shop.scope(), input).await.unwrap()
}

/// An order with at least two items, and their ids.
fn an_order(shop: &Shop) -> (String, Vec<String>) {
    let order = shop
        .order_ids()
        .into_iter()
        .find(|id| items(shop, id).len() > 1)
        .unwrap();
    let ids = ids_of(&items(shop, &order));
    (order, ids)
}

fn items(shop: &Shop, order: &str) -> Vec<Value> {
    shop.stored(order)["order_items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_update_reads_writes_every_field_and_reads_back() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let before = items(&shop, &order)[0].clone();
    let done = change(
        &shop,
        &order,
        &ids[0],
        json!({ "quantity": 7, "variation_list": { "Engraving": "For Jo" } }),
    )
    .await
    .unwrap();
    let (whole, path) = (
        format!("/orders/{order}"),
        format!("/orders/{order}/order-items/{}", ids[0]),
    );
    assert_eq!(
        shop.calls(),
        [format!("GET {whole}"), format!("PUT {path}"), format!("GET {whole}")]
    );
    let upload = shop.sent("PUT").remove(0).body.unwrap();
    for key in before.as_object().unwrap().keys() {
        assert!(upload.get(key).is_some(), "{key} was not uploaded");
    }
    let mut expected = before.clone();
    expected["quantity"] = 7.into();
    if expected["variation_list"] == json!([]) {
        expected["variation_list"] = json!({});
    }
    expected["variation_list"]["Engraving"] = "For Jo".into();
    assert_eq!(items(&shop, &order)[0], expected);
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    assert_eq!(
        done.data["changes"],
        json!([
            { "path": "/quantity", "before": before["quantity"], "after": 7 },
            { "path": "/variation_list/Engraving", "before": null, "after": "For Jo" },
        ])
    );
    assert_eq!(done.data["order_item"], expected);
    assert_eq!(done.data["attempts"], 1);
}

#[tokio::test]
async fn an_update_that_changes_nothing_uploads_nothing() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let name = items(&shop, &order)[0]["name"].clone();
    let done = change(&shop, &order, &ids[0], json!({ "name": name })).await.unwrap();
    assert_eq!(done.data["changes"], json!([]));
    assert!(shop.sent("PUT").is_empty());
}

#[tokio::test]
async fn a_line_of_another_order_is_added_without_its_id() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let ids_of_orders = shop.order_ids();
    let other = ids_of_orders.iter().find(|id| **id != order).unwrap();
    let line = shop.stored(other)["order_items"][0].clone();
    for dry_run in [true, false] {
        let input = json!({ "order_id": order, "item": line, "dry_run": dry_run });
        let input = serde_json::from_value(input).unwrap();
        let done = shop.engine.order_items().create(&shop.scope(), input).await.unwrap();
        assert!(
            done.warnings
                .iter()
                .any(|warning| warning.contains("of no line of this order")),
            "{dry_run}: {:?}",
            done.warnings
        );
        assert_ne!(done.data["order_item"]["id"], line["id"]);
    }
    let posts = shop.sent("POST").len();
    let own = json!({ "id": ids[0], "name": "Mug", "price": 1 });
    let Err(Error::Invalid(problems)) = add(&shop, &order, own).await else {
        panic!("accepted");
    };
    assert_eq!(problems[0].path, "/item/id");
    assert_eq!(shop.sent("POST").len(), posts);
}

#[tokio::test]
async fn a_quantity_that_is_hardly_meant_is_told() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let none = add(&shop, &order, json!({ "name": "Pin", "price": 3, "quantity": 0 }))
        .await
        .unwrap();
    let below = change(&shop, &order, &ids[0], json!({ "quantity": -3 })).await.unwrap();
    for (done, told) in [
        (none, "The line has the quantity 0,"),
        (below, "The line has the quantity -3,"),
    ] {
        assert!(
            done.warnings.iter().any(|warning| warning.starts_with(told)),
            "{:?}",
            done.warnings
        );
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_told_all_at_once_and_nothing_is_sent() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let wrong = json!({ "quantitiy": 1, "id": "9", "price": "cheap", "name": " " });
    let Err(Error::Invalid(problems)) = change(&shop, &order, &ids[0], wrong).await else {
        panic!("accepted");
    };
    let mut paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/item/id", "/item/name", "/item/price", "/item/quantitiy"]);
    let unknown = problems
        .iter()
        .find(|problem| problem.path == "/item/quantitiy")
        .unwrap();
    assert_eq!(unknown.suggestion.as_deref(), Some("quantity"));
    for refused in [
        add(&shop, &order, json!({ "code": "MUG" })).await,
        change(&shop, &order, &ids[0], json!({})).await,
        change(&shop, &order, "../store", json!({ "name": "x" })).await,
        change(&shop, "../store", &ids[0], json!({ "name": "x" })).await,
    ] {
        assert_eq!(refused.unwrap_err().code(), "VALIDATION_ERROR");
    }
    assert!(shop.calls().is_empty());
}

#[tokio::test]
async fn dry_runs_show_the_difference_and_send_only_reads() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let before = shop.stored(&order);
    let services = shop.engine.order_items();
    let update: UpdatePart = serde_json::from_value(
        json!({ "order_id": order, "item_id": ids[0], "item": { "quantity": 99 }, "dry_run": true }),
    )
    .unwrap();
    let shown = services.update(&shop.scope(), update).await.unwrap();
    assert_eq!(shown.data["changes"][0]["after"], 99);
    let create: CreatePart =
        serde_json::from_value(json!({ "order_id": order, "item": { "name": "Mug" }, "dry_run": true })).unwrap();
    let shown = services.create(&shop.scope(), create).await.unwrap();
    assert_eq!(
        shown.data["changes"],
        json!([{ "path": "", "before": null, "after": { "name": "Mug" } }])
    );
    let shown = delete(&shop, &order, &ids[0], json!({ "dry_run": true }))
        .await
        .unwrap();
    assert_eq!(shown.data["changes"][0]["before"]["id"], ids[0]);
    assert_eq!(shown.data["dry_run"], true);
    assert!(shop.calls().iter().all(|call| call.starts_with("GET ")));
    assert_eq!(shop.stored(&order), before);
}

#[tokio::test]
async fn a_new_item_is_found_in_the_list() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    // One that is there already: another line like it is added, and told apart.
    let like = items(&shop, &order)[0].clone();
    let item = json!({ "name": like["name"], "code": like["code"], "price": 3.5, "quantity": 2 });
    let done = add(&shop, &order, item).await.unwrap();
    let path = format!("/orders/{order}/order-items");
    assert_eq!(
        shop.calls(),
        [format!("GET {path}"), format!("POST {path}"), format!("GET {path}")]
    );
    let id = done.data["order_item"]["id"].as_str().unwrap();
    assert!(!ids.iter().any(|old| old == id));
    assert_eq!(done.data["order_item"]["delivery_type"], "ship");
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    assert_eq!(done.data["changes"][0]["path"], "");
    assert_eq!(items(&shop, &order).len(), ids.len() + 1);
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_settled_by_reading_and_never_sent_twice() {
    for (kind, outcome) in lost_answers() {
        let shop = Shop::open().await;
        let (order, ids) = an_order(&shop);
        shop.sim.inject(Fault::new(kind.clone()).on("POST", LIST_PATH));
        let added = add(&shop, &order, json!({ "name": "Extra mug", "price": 9, "quantity": 1 })).await;
        let count = items(&shop, &order).len();
        match added {
            Ok(done) => {
                assert_eq!((outcome, count), ("success", ids.len() + 1), "{kind:?}");
                assert_eq!(done.data["order_item"]["name"], "Extra mug");
                assert_eq!(done.data["verified"], true);
                assert_eq!(done.warnings.len(), 1);
            }
            Err(error) => assert_eq!((outcome, count), (error.code(), ids.len()), "{kind:?}"),
        }
        assert_eq!(shop.sent("POST").len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn only_what_order_desk_never_took_up_is_sent_again() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    shop.sim
        .inject(Fault::new(FaultKind::RateLimited { retry_after: 0.01 }).on("POST", LIST_PATH));
    let done = add(&shop, &order, json!({ "name": "Extra mug" })).await.unwrap();
    assert_eq!(done.data["attempts"], 1, "a refusal is no attempt");
    assert_eq!(items(&shop, &order).len(), ids.len() + 1);

    let conflict = FaultKind::ErrorBeforeCommit {
        status: 409,
        html: false,
    };
    shop.sim.inject(Fault::new(conflict).on("POST", LIST_PATH));
    shop.sim.clear_requests();
    let error = add(&shop, &order, json!({ "name": "Extra mug" })).await.unwrap_err();
    assert_eq!(error.code(), "CONFLICT_ERROR");
    assert_eq!(shop.sent("POST").len(), 1);
}

#[tokio::test]
async fn an_update_whose_answer_is_lost_is_settled_by_reading() {
    for (kind, outcome) in lost_answers() {
        let shop = Shop::open().await;
        let (order, ids) = an_order(&shop);
        shop.sim.inject(Fault::new(kind.clone()).on("PUT", ITEM_PATH));
        let done = change(&shop, &order, &ids[0], json!({ "quantity": 41 })).await.unwrap();
        // An upload that was not stored is sent again: uploading the same record twice does no harm.
        let uploads = if outcome == "success" { 1 } else { 2 };
        assert_eq!(shop.sent("PUT").len(), uploads, "{kind:?}");
        assert_eq!(done.data["verified"], true, "{kind:?}: {:?}", done.warnings);
        assert_eq!(items(&shop, &order)[0]["quantity"], 41);
    }
}

#[tokio::test]
async fn conflicts_without_end_name_what_the_others_changed() {
    let shop = Shop::open_with(Setup {
        mutation: MutationOptions {
            max_retries: 1,
            verify: true,
        },
        ..Setup::default()
    })
    .await;
    let (order, ids) = an_order(&shop);
    let mut others = items(&shop, &order);
    others[0]["price"] = 1234.into();
    let patch = json!({ "order_items": others }).as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", ORDER_PATH));
    let conflict = FaultKind::ErrorBeforeCommit {
        status: 412,
        html: false,
    };
    shop.sim.inject(Fault::new(conflict).on("PUT", ITEM_PATH).times(0));
    let error = change(&shop, &order, &ids[0], json!({ "quantity": 41 }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "CONFLICT_ERROR");
    assert_eq!(error.details().unwrap()["fields"], json!(["/price"]));
    assert_eq!(items(&shop, &order)[0]["price"], 1234);
}

#[tokio::test]
async fn another_writers_edit_survives_a_second_attempt() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let mut others = items(&shop, &order);
    others[0]["price"] = 1234.into();
    let patch = json!({ "order_items": others }).as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", ORDER_PATH));
    shop.sim
        .inject(Fault::new(FaultKind::RateLimited { retry_after: 0.01 }).on("PUT", ITEM_PATH));
    let done = change(&shop, &order, &ids[0], json!({ "quantity": 41 })).await.unwrap();
    assert_eq!(done.data["attempts"], 1, "a refusal is no attempt");
    let stored = &items(&shop, &order)[0];
    assert_eq!((&stored["price"], &stored["quantity"]), (&json!(1234), &json!(41)));
}

#[tokio::test]
async fn deleting_needs_a_confirmation_and_leaves_the_last_item() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let refused = delete(&shop, &order, &ids[0], json!({})).await.unwrap_err();
    assert_eq!(refused.code(), "CONFIRMATION_REQUIRED");
    assert!(
        refused.to_string().contains("store 90001 (\"Sample Goods\")"),
        "{refused}"
    );
    assert!(shop.calls().is_empty());

    let agreed = json!({ "confirm": true });
    for id in &ids[1..] {
        let done = delete(&shop, &order, id, agreed.clone()).await.unwrap();
        assert_eq!(done.data["order_item"]["id"], id.as_str());
        assert_eq!(done.data["changes"][0]["after"], Value::Null);
        assert_eq!(done.data["verified"], true);
    }
    shop.sim.clear_requests();
    let last = delete(&shop, &order, &ids[0], agreed.clone()).await.unwrap_err();
    assert_eq!(last.code(), "VALIDATION_ERROR");
    assert!(last.to_string().contains("orders_delete"), "{last}");
    assert!(shop.sent("DELETE").is_empty());
    assert_eq!(items(&shop, &order).len(), 1);
    let gone = delete(&shop, &order, &ids[1], agreed).await.unwrap_err();
    assert_eq!(gone.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_delete_whose_answer_is_lost_is_settled_by_reading_and_never_sent_twice() {
    for (kind, outcome) in lost_answers() {
        let shop = Shop::open().await;
        let (order, ids) = an_order(&shop);
        shop.sim.inject(Fault::new(kind.clone()).on("DELETE", ITEM_PATH));
        let left = match delete(&shop, &order, &ids[0], json!({ "confirm": true })).await {
            Ok(done) => {
                assert_eq!((outcome, done.data["verified"] == true), ("success", true), "{kind:?}");
                ids.len() - 1
            }
            Err(error) => {
                assert_eq!(outcome, error.code(), "{kind:?}");
                ids.len()
            }
        };
        assert_eq!(items(&shop, &order).len(), left, "{kind:?}");
        assert_eq!(shop.sent("DELETE").len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn with_several_stores_deleting_needs_the_store_to_be_named() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    shop.register(&shop.scope(), 1, None).await.unwrap();
    shop.engine.stores().use_store(&shop.scope(), "90001").await.unwrap();
    let unnamed = delete(&shop, &order, &ids[0], json!({ "confirm": true })).await;
    assert_eq!(unnamed.unwrap_err().code(), "STORE_REQUIRED");
    delete(&shop, &order, &ids[0], json!({ "confirm": true, "store": "90001" }))
        .await
        .unwrap();
}

#[tokio::test]
async fn reads_are_kept_until_anything_in_the_order_changes() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let get = async || {
        let input = GetPart {
            order_id: order.clone(),
            part_id: ids[0].clone(),
            ..GetPart::default()
        };
        shop.engine.order_items().get(&shop.scope(), input).await.unwrap()
    };
    assert_eq!(
        list(&shop, &order).await.data["order_items"],
        json!(items(&shop, &order))
    );
    assert_eq!(get().await.data, items(&shop, &order)[0]);
    assert_eq!(list(&shop, &order).await.cache.map(|cache| cache.hit), Some(true));
    assert_eq!(get().await.cache.map(|cache| cache.hit), Some(true));
    assert_eq!(shop.calls().len(), 2);

    let mutation = mutation_of(&order, json!({ "order_items": [{ "id": ids[0], "quantity": 12 }] }));
    shop.engine.orders().mutate(&shop.scope(), mutation).await.unwrap();
    assert_eq!(get().await.data["quantity"], 12);
    change(&shop, &order, &ids[0], json!({ "quantity": 13 })).await.unwrap();
    assert_eq!(list(&shop, &order).await.data["order_items"][0]["quantity"], 13);
    assert_eq!(get().await.data["quantity"], 13);

    // A write whose outcome stays unknown may have happened.
    shop.sim
        .inject(Fault::new(FaultKind::DropBeforeCommit).on("POST", LIST_PATH));
    add(&shop, &order, json!({ "name": "Mug" })).await.unwrap_err();
    assert_eq!(get().await.cache.map(|cache| cache.hit), Some(false));
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let shop = Shop::open().await;
    let (order, _) = an_order(&shop);
    let all = items(&shop, &order);
    let mut seen = Vec::new();
    let mut offset = Some(0);
    while let Some(at) = offset {
        let input = ListParts {
            order_id: order.clone(),
            limit: 1,
            offset: at,
            ..ListParts::default()
        };
        let listed = shop.engine.order_items().list(&shop.scope(), input).await.unwrap();
        seen.extend(listed.data["order_items"].as_array().unwrap().clone());
        let page = listed.page.unwrap();
        assert_eq!(page.total, Some(all.len() as u64));
        offset = page.next_offset;
    }
    assert_eq!(seen, all);
    assert_eq!(shop.calls().len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let missing = |order: &str, id: &str| GetPart {
        order_id: order.to_owned(),
        part_id: id.to_owned(),
        ..GetPart::default()
    };
    for input in [missing("1", &ids[0]), missing(&order, "1")] {
        let error = shop.engine.order_items().get(&shop.scope(), input).await.unwrap_err();
        assert_eq!(error.code(), "NOT_FOUND");
    }
    assert_eq!(
        change(&shop, &order, "1", json!({ "name": "x" }))
            .await
            .unwrap_err()
            .code(),
        "NOT_FOUND"
    );
    assert_eq!(
        add(&shop, "1", json!({ "name": "x" })).await.unwrap_err().code(),
        "NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_to_an_order_and_its_parts_at_once_lose_nothing() {
    let shop = Shop::open().await;
    let (order, ids) = an_order(&shop);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..10 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let mutation = mutation_of(&order, json!({ "order_metadata": { format!("k{n}"): n } }));
        tasks.spawn(async move { engine.orders().mutate(&scope, mutation).await });
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let item = json!({ "order_id": order, "item_id": ids[0], "item": { "metadata": { format!("k{n}"): n } } });
        tasks.spawn(async move {
            let update: UpdatePart = serde_json::from_value(item).unwrap();
            engine.order_items().update(&scope, update).await
        });
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let item = json!({ "order_id": order, "item": { "name": format!("Extra {n}") } });
        tasks.spawn(async move {
            let create: CreatePart = serde_json::from_value(item).unwrap();
            engine.order_items().create(&scope, create).await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let stored = shop.stored(&order);
    let names: Vec<_> = items(&shop, &order).iter().map(|item| item["name"].clone()).collect();
    for n in 0..10 {
        assert_eq!(stored["order_metadata"][format!("k{n}")], n);
        assert_eq!(stored["order_items"][0]["metadata"][format!("k{n}")], n);
        let twins = names.iter().filter(|name| **name == format!("Extra {n}")).count();
        assert_eq!(twins, 1);
    }
}
