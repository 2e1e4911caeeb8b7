//! Inventory items: reading, adding, changing and deleting them.

use std::collections::BTreeSet;

use od_engine::products::{CreateProduct, DeleteProduct, GetProduct, ListProducts, UpdateProduct};
use od_engine::{DbOptions, Engine, Error, MutationOptions, Outcome, RootKey};
use od_sim::{Fault, FaultKind};
use serde_json::{Map, Value, json};

use crate::support::{Setup, Shop, new_tenant, options, scope};

pub fn lost_answers() -> [(FaultKind, bool); 5] {
    let (html, status) = (true, 502);
    [
        (FaultKind::ErrorAfterCommit { status, html }, true),
        (FaultKind::DropAfterCommit, true),
        (FaultKind::Truncate, true),
        (FaultKind::ErrorBeforeCommit { status, html }, false),
        (FaultKind::DropBeforeCommit, false),
    ]
}

pub async fn list(shop: &Shop, input: Value) -> Outcome<Value> {
    let input: ListProducts = serde_json::from_value(input).unwrap();
    shop.engine.products().list(&shop.scope(), input).await.unwrap()
}

/// All inventory items of the shop, as the simulator holds them.
pub async fn all(shop: &Shop) -> Vec<Map<String, Value>> {
    let listed = list(shop, json!({ "limit": 500, "fresh": true })).await;
    let rows = listed.data["products"].as_array().unwrap().clone();
    shop.sim.clear_requests();
    rows.into_iter().map(|row| row.as_object().unwrap().clone()).collect()
}

pub fn id(item: &Map<String, Value>) -> String {
    item["id"].as_u64().unwrap().to_string()
}

pub async fn first(shop: &Shop) -> (String, Map<String, Value>) {
    let item = all(shop).await.remove(0);
    (id(&item), item)
}

pub async fn stored(shop: &Shop, id: &str) -> Result<Map<String, Value>, Error> {
    let input = GetProduct {
        product_id: id.to_owned(),
        fresh: true,
        ..GetProduct::default()
    };
    Ok(shop.engine.products().get(&shop.scope(), input).await?.data)
}

pub fn change_of(id: &str, product: Value) -> UpdateProduct {
    serde_json::from_value(json!({ "product_id": id, "product": product })).unwrap()
}

pub async fn change(shop: &Shop, id: &str, product: Value) -> Result<Outcome<Value>, Error> {
    let products = shop.engine.products();
    products.update(&shop.scope(), change_of(id, product)).await
}

async fn create(shop: &Shop, product: Value) -> Result<Outcome<Value>, Error> {
    let input: CreateProduct = serde_json::from_value(json!({ "product": product })).unwrap();
    shop.engine.products().create(&shop.scope(), input).await
}

async fn delete(shop: &Shop, id: &str, confirm: bool, dry_run: bool) -> Result<Outcome<Value>, Error> {
    let input = json!({ "product_id": id, "confirm": confirm, "dry_run": dry_run });
    let input: DeleteProduct = serde_json::from_value(input).unwrap();
    shop.engine.products().delete(&shop.scope(), input).await
}

#[tokio::test]
async fn reads_are_kept_until_something_is_written() {
    let shop = Shop::open().await;
    let (id, item) = first(&shop).await;
    let get = async || {
        let input = serde_json::from_value(json!({ "product_id": id })).unwrap();
        shop.engine.products().get(&shop.scope(), input).await.unwrap()
    };
    assert!(!get().await.cache.unwrap().hit);
    assert!(get().await.cache.unwrap().hit);
    assert!(!list(&shop, json!({ "limit": 2 })).await.cache.unwrap().hit);
    assert!(list(&shop, json!({ "limit": 2 })).await.cache.unwrap().hit);
    change(&shop, &id, json!({ "stock": 3 })).await.unwrap();
    let after = get().await;
    assert!(!after.cache.unwrap().hit);
    assert_eq!((&after.data["stock"], &after.data["name"]), (&json!(3), &item["name"]));
    assert!(!list(&shop, json!({ "limit": 2 })).await.cache.unwrap().hit);
}

#[tokio::test]
async fn a_change_is_three_calls_and_uploads_every_key_of_the_item_that_was_read() {
    let shop = Shop::open().await;
    for item in all(&shop).await {
        let id = id(&item);
        shop.sim.clear_requests();
        let done = change(&shop, &id, json!({ "stock": 0, "price": "9.99" }))
            .await
            .unwrap();
        let calls: Vec<String> = shop
            .sim
            .requests()
            .iter()
            .map(|request| format!("{} {}", request.method, request.path))
            .collect();
        let path = format!("/inventory-items/{id}");
        assert_eq!(
            calls,
            [format!("GET {path}"), format!("PUT {path}"), format!("GET {path}")]
        );
        let sent = shop.sent("PUT").remove(0).body.unwrap();
        let mut expected = item.clone();
        expected["stock"] = 0.into();
        expected["price"] = 9.99.into();
        expected["update_source"] = "orderdesk-mcp".into();
        assert_eq!(sent, Value::Object(expected.clone()));
        expected["date_updated"] = done.data["product"]["date_updated"].clone();
        assert_eq!(done.data["product"], Value::Object(expected));
        assert_eq!(
            (&done.data["verified"], &done.data["attempts"]),
            (&json!(true), &json!(1))
        );
        let paths: Vec<&str> = done.data["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["path"].as_str().unwrap())
            .collect();
        assert_eq!(paths, ["/price", "/stock", "/update_source"]);
    }
}

#[tokio::test]
async fn what_changes_nothing_or_is_only_shown_uploads_nothing() {
    let shop = Shop::open().await;
    let (id, item) = first(&shop).await;
    let same = change(&shop, &id, json!({ "name": item["name"], "stock": item["stock"] })).await;
    assert_eq!(same.unwrap().data["changes"], json!([]));
    let input = UpdateProduct {
        dry_run: true,
        ..change_of(&id, json!({ "stock": 1 }))
    };
    let shown = shop.engine.products().update(&shop.scope(), input).await.unwrap().data;
    assert_eq!(shown["dry_run"], true);
    assert_eq!(
        shown["changes"][0],
        json!({ "path": "/stock", "before": item["stock"], "after": 1 })
    );
    assert!(shop.sim.requests().iter().all(|request| request.method == "GET"));
    assert_eq!(stored(&shop, &id).await.unwrap(), item);
}

#[tokio::test]
async fn a_stock_that_somebody_else_changed_is_not_overwritten() {
    let shop = Shop::open().await;
    let (id, item) = first(&shop).await;
    let stock = item["stock"].as_i64().unwrap();
    let expecting = |expected_stock| UpdateProduct {
        expected_stock: Some(expected_stock),
        ..change_of(&id, json!({ "stock": stock - 1 }))
    };
    let products = shop.engine.products();
    let refused = products.update(&shop.scope(), expecting(stock + 1)).await.unwrap_err();
    assert_eq!(refused.code(), "CONFLICT_ERROR");
    assert_eq!(refused.details().unwrap()["stock"], json!(stock));
    assert!(shop.sent("PUT").is_empty());
    let done = products.update(&shop.scope(), expecting(stock)).await.unwrap();
    assert_eq!(done.data["product"]["stock"], json!(stock - 1));
}

#[tokio::test]
async fn an_upload_whose_answer_is_lost_is_settled_by_reading() {
    for (kind, committed) in lost_answers() {
        let shop = Shop::open().await;
        let (id, _) = first(&shop).await;
        shop.sim
            .inject(Fault::new(kind.clone()).on("PUT", "/inventory-items/*"));
        let done = change(&shop, &id, json!({ "stock": 7 })).await.unwrap();
        assert_eq!(done.data["verified"], true, "{kind:?}: {:?}", done.warnings);
        assert_eq!(!done.warnings.is_empty(), committed, "{kind:?}: {:?}", done.warnings);
        assert_eq!(shop.sent("PUT").len(), if committed { 1 } else { 2 }, "{kind:?}");
        assert_eq!(stored(&shop, &id).await.unwrap()["stock"], 7, "{kind:?}");
    }
}

#[tokio::test]
async fn an_outcome_that_cannot_be_read_is_called_uncertain() {
    let shop = Shop::open().await;
    let (id, _) = first(&shop).await;
    let refused = FaultKind::ErrorBeforeCommit {
        status: 401,
        html: false,
    };
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("PUT", "/inventory-items/*"));
    shop.sim
        .inject(Fault::new(refused).on("GET", "/inventory-items/*").after(1).times(0));
    let error = change(&shop, &id, json!({ "stock": 7 })).await.unwrap_err();
    assert_eq!(error.code(), "UNCERTAIN_OUTCOME");
    assert_eq!(shop.sent("PUT").len(), 1);
}

/// A setup whose shops share nothing yet but a database file.
fn on_file(folder: &tempfile::TempDir, key: &RootKey) -> Setup {
    let file = folder.path().join("app.db");
    Setup {
        database: DbOptions {
            url: format!("sqlite://{}", file.display()),
            ..DbOptions::default()
        },
        root_key: RootKey::from_base64(secrecy::ExposeSecret::expose_secret(&key.to_base64())).unwrap(),
        ..Setup::default()
    }
}

#[tokio::test]
async fn two_processes_that_change_one_item_lose_nothing() {
    let (folder, key) = (tempfile::tempdir().unwrap(), RootKey::generate());
    let shop = Shop::open_with(on_file(&folder, &key)).await;
    let other = Engine::open(options(on_file(&folder, &key), &shop.sim), od_engine::Clock::system())
        .await
        .unwrap();
    let (id, _) = first(&shop).await;
    let changes = (0..20).map(|n| {
        let engine = if n % 2 == 0 { &shop.engine } else { &other };
        let input = change_of(&id, json!({ "metadata": { format!("key {n}"): n } }));
        let scope = shop.scope();
        async move { engine.products().update(&scope, input).await.unwrap() }
    });
    let done = futures_util::future::join_all(changes).await;
    assert!(done.iter().all(|done| done.data["verified"] == true));
    let metadata = stored(&shop, &id).await.unwrap()["metadata"].clone();
    assert_eq!(metadata.as_object().unwrap().len(), 20, "{metadata}");
}

#[tokio::test]
async fn a_conflict_is_tried_again_on_what_the_other_writer_left() {
    let shop = Shop::open().await;
    // Another writer: an engine that shares nothing with ours.
    let writer = Engine::open(options(Setup::default(), &shop.sim), od_engine::Clock::system())
        .await
        .unwrap();
    let identity = new_tenant(&writer).await;
    let registration = od_engine::stores::Register {
        store_id: shop.store.store_id.clone(),
        api_key: shop.store.api_key.clone().into(),
        store_name: None,
        label: None,
        verify: false,
    };
    writer.stores().register(&scope(&identity), registration).await.unwrap();
    let (id, _) = first(&shop).await;
    let refused = FaultKind::ErrorBeforeCommit {
        status: 409,
        html: false,
    };
    shop.sim.inject(Fault::new(refused).on("PUT", "/inventory-items/*"));
    let ours = change(&shop, &id, json!({ "stock": 7 }));
    let theirs = async {
        // The pause before the second attempt is long enough for it.
        while shop.sent("PUT").is_empty() {
            tokio::task::yield_now().await;
        }
        let input = change_of(&id, json!({ "location": "Aisle 9" }));
        writer.products().update(&scope(&identity), input).await.unwrap()
    };
    let (ours, _) = tokio::join!(ours, theirs);
    assert_eq!(ours.unwrap().data["attempts"], 2);
    let stored = stored(&shop, &id).await.unwrap();
    assert_eq!((&stored["stock"], &stored["location"]), (&json!(7), &json!("Aisle 9")));
}

#[tokio::test]
async fn a_new_item_is_looked_for_added_and_read_back() {
    let shop = Shop::open().await;
    let product = json!({ "name": "Tin Mug", "code": "MUG-TIN", "price": "8.50", "stock": 0 });
    let created = create(&shop, product.clone()).await.unwrap();
    let item = &created.data["product"];
    assert_eq!(created.data["verified"], true, "{:?}", created.warnings);
    assert_eq!(
        (&item["stock"], &item["update_source"]),
        (&json!(0), &json!("orderdesk-mcp"))
    );
    let methods: Vec<String> = shop.sim.requests().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["GET", "POST", "GET"]);
    assert_eq!(shop.sent("POST")[0].body.as_ref().unwrap()["stock"], 0);

    let again = create(&shop, product).await.unwrap_err();
    assert_eq!(again.code(), "DUPLICATE");
    assert!(again.to_string().contains(&item["id"].to_string()), "{again}");
    assert_eq!(shop.sent("POST").len(), 1);
}

#[tokio::test]
async fn a_code_is_the_same_whatever_stands_around_it() {
    let shop = Shop::open().await;
    let item = |code: &str| json!({ "name": "Tin Mug", "code": code });
    let created = create(&shop, item("MUG-TIN \n")).await.unwrap();
    assert_eq!(created.data["product"]["code"], "MUG-TIN");
    let listed = list(&shop, json!({ "code": " MUG-TIN" })).await;
    assert_eq!(listed.data["products"].as_array().unwrap().len(), 1);
    assert_eq!(create(&shop, item(" MUG-TIN")).await.unwrap_err().code(), "DUPLICATE");
    assert_eq!(
        create(&shop, item("MUG\tTIN")).await.unwrap_err().code(),
        "VALIDATION_ERROR"
    );
    let (other, _) = first(&shop).await;
    let taken = change(&shop, &other, json!({ "code": "MUG-TIN " })).await.unwrap_err();
    assert_eq!(taken.code(), "DUPLICATE");
}

#[tokio::test]
async fn a_new_item_that_cannot_be_is_refused_with_everything_that_is_wrong() {
    let shop = Shop::open().await;
    let error = create(&shop, json!({ "code": "A,B", "prise": 1, "id": 7 }))
        .await
        .unwrap_err();
    let problems = error.details().unwrap()["problems"].clone();
    let paths: BTreeSet<&str> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        BTreeSet::from(["/product/code", "/product/id", "/product/name", "/product/prise"])
    );
    let input = json!({ "product": { "name": "Tin Mug", "code": "MUG-TIN" }, "dry_run": true });
    let input: CreateProduct = serde_json::from_value(input).unwrap();
    let shown = shop.engine.products().create(&shop.scope(), input).await.unwrap();
    assert_eq!(shown.data["changes"][0]["path"], "/name");
    assert!(shop.sim.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn a_creation_whose_answer_is_lost_is_never_repeated() {
    for (kind, committed) in lost_answers() {
        let shop = Shop::open().await;
        let before = all(&shop).await.len();
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/inventory-items"));
        let outcome = create(&shop, json!({ "name": "Tin Mug", "code": "MUG-TIN" })).await;
        assert_eq!(shop.sent("POST").len(), 1, "{kind:?}");
        match outcome {
            Ok(created) => {
                assert!(committed, "{kind:?}");
                assert_eq!(created.data["verified"], true);
                assert!(created.warnings[0].contains("was lost"), "{:?}", created.warnings);
            }
            Err(error) => {
                assert!(!committed, "{kind:?}: {error}");
                let expected = if matches!(kind, FaultKind::DropBeforeCommit) {
                    "UNCERTAIN_OUTCOME"
                } else {
                    "ORDERDESK_API_ERROR"
                };
                assert_eq!(error.code(), expected, "{kind:?}");
            }
        }
        assert_eq!(all(&shop).await.len(), before + usize::from(committed), "{kind:?}");
    }
}

#[tokio::test]
async fn one_code_given_by_many_at_once_makes_one_item() {
    let shop = Shop::open().await;
    let product = json!({ "name": "Tin Mug", "code": "MUG-TIN" });
    let outcomes = futures_util::future::join_all((0..10).map(|_| create(&shop, product.clone()))).await;
    let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    assert!(refused.map(Error::code).all(|code| code == "DUPLICATE"));
    assert_eq!((made, shop.sent("POST").len()), (1, 1));
}

#[tokio::test]
async fn a_code_that_another_item_has_in_other_capitals_is_told() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let code = items[0]["code"].as_str().unwrap();
    let small = code.to_lowercase();
    assert_ne!(small, code);
    let product = || json!({ "name": "Mug", "code": small });
    let created = create(&shop, product()).await.unwrap();
    assert!(created.warnings[0].contains(code), "{:?}", created.warnings);
    let again = change(&shop, &id(&items[1]), json!({ "code": code.to_lowercase() + "X" })).await;
    assert_eq!(again.unwrap().warnings, [""; 0]);
}

#[tokio::test]
async fn a_code_that_another_item_has_is_not_taken() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let error = change(&shop, &id(&items[0]), json!({ "code": items[1]["code"] }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
    assert!(shop.sent("PUT").is_empty());
    let own = change(&shop, &id(&items[0]), json!({ "code": items[0]["code"], "stock": 1 })).await;
    assert_eq!(own.unwrap().data["product"]["stock"], 1);
}

#[tokio::test]
async fn a_yes_is_compared_with_the_item_as_it_is_and_not_as_it_is_remembered() {
    let shop = Shop::open().await;
    let (id, _) = first(&shop).await;
    let Error::ConfirmationRequired { effects, .. } = delete(&shop, &id, false, false).await.unwrap_err() else {
        panic!("nobody is asked");
    };
    let agreed = shop.scope().with_agreement(&effects.question());
    // Another tenant with the same store: what this one remembers is not told of it.
    let other = scope(&new_tenant(&shop.engine).await);
    shop.register(&other, 0, None).await.unwrap();
    let renamed = serde_json::from_value(json!({ "product_id": id, "product": { "name": "Else" } })).unwrap();
    shop.engine.products().update(&other, renamed).await.unwrap();
    let again = serde_json::from_value(json!({ "product_id": id })).unwrap();
    let asked = shop.engine.products().delete(&agreed, again).await.unwrap_err();
    assert_eq!(asked.details().unwrap()["known_by"]["name"], "Else", "{asked}");
    assert!(shop.sent("DELETE").is_empty());
}

#[tokio::test]
async fn a_deletion_needs_an_agreement_and_gives_the_item_back() {
    let shop = Shop::open().await;
    let (id, item) = first(&shop).await;
    let error = delete(&shop, &id, false, false).await.unwrap_err();
    assert_eq!(error.code(), "CONFIRMATION_REQUIRED");
    let deleted = format!("Deleting inventory item {id} of store 90001 (\"Sample Goods\") removes it for good");
    assert!(error.to_string().starts_with(&deleted), "{error}");
    let known_by = json!({ "code": item["code"], "name": item["name"] });
    assert_eq!(error.details().unwrap(), json!({ "known_by": known_by }));
    let shown = delete(&shop, &id, false, true).await.unwrap();
    assert_eq!(shown.data["changes"][0]["before"], Value::Object(item.clone()));
    assert!(shop.sent("DELETE").is_empty());
    let deleted = delete(&shop, &id, true, false).await.unwrap();
    assert_eq!(
        deleted.data,
        json!({ "product_id": id, "deleted": true, "product": item })
    );
    assert_eq!(stored(&shop, &id).await.unwrap_err().code(), "NOT_FOUND");
    assert_eq!(delete(&shop, &id, true, false).await.unwrap_err().code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_settled_by_reading_and_never_repeated() {
    for (kind, committed) in lost_answers() {
        let shop = Shop::open().await;
        let (id, _) = first(&shop).await;
        shop.sim
            .inject(Fault::new(kind.clone()).on("DELETE", "/inventory-items/*"));
        let outcome = delete(&shop, &id, true, false).await;
        assert_eq!(shop.sent("DELETE").len(), 1, "{kind:?}");
        assert_eq!(outcome.is_ok(), committed, "{kind:?}: {outcome:?}");
        assert_eq!(stored(&shop, &id).await.is_err(), committed, "{kind:?}");
    }
}

#[tokio::test]
async fn with_several_stores_a_deletion_names_one() {
    let shop = Shop::open().await;
    let (id, _) = first(&shop).await;
    shop.register(&shop.scope(), 1, None).await.unwrap();
    let error = delete(&shop, &id, true, false).await.unwrap_err();
    assert_eq!(error.code(), "STORE_REQUIRED");
    assert!(shop.sent("DELETE").is_empty());
}

#[tokio::test]
async fn an_item_is_not_found_by_another_tenant_nor_under_a_strange_id() {
    let shop = Shop::open().await;
    assert_eq!(
        change(&shop, "1", json!({ "stock": 1 })).await.unwrap_err().code(),
        "NOT_FOUND"
    );
    let error = change(&shop, "../store", json!({ "stock": 1 })).await.unwrap_err();
    assert_eq!(error.code(), "VALIDATION_ERROR");
    let stranger = new_tenant(&shop.engine).await;
    let input = GetProduct {
        store: Some(shop.store.store_id.clone()),
        product_id: "610077".to_owned(),
        ..GetProduct::default()
    };
    let error = shop.engine.products().get(&scope(&stranger), input).await.unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
}

#[tokio::test]
async fn what_nobody_can_see_is_stored_as_given_and_left_out_of_replies() {
    let shop = Shop::open().await;
    let (id, _) = first(&shop).await;
    let (raw, clean) = ("Mug\u{202E}, \u{7}blue", "Mug, blue");
    let done = change(&shop, &id, json!({ "name": raw })).await.unwrap();
    assert_eq!(shop.sent("PUT")[0].body.as_ref().unwrap()["name"], raw);
    assert_eq!(done.data["product"]["name"], clean);
    assert_eq!(done.data["changes"][0]["after"], clean);
    assert_eq!(stored(&shop, &id).await.unwrap()["name"], clean);
    let again = change(&shop, &id, json!({ "name": clean })).await.unwrap();
    assert_eq!(again.data["changes"], json!([]));
}

#[tokio::test]
async fn without_verification_an_upload_is_not_called_verified() {
    let mutation = MutationOptions {
        verify: false,
        ..MutationOptions::default()
    };
    let shop = Shop::open_with(Setup {
        mutation,
        ..Setup::default()
    })
    .await;
    let (id, _) = first(&shop).await;
    let done = change(&shop, &id, json!({ "stock": 7 })).await.unwrap();
    assert_eq!(done.data["verified"], false);
    assert_eq!(shop.sim.requests().len(), 2);
}
