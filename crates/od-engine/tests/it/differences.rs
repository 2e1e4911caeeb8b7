//! What a change altered is kept sealed beside its entry: what it was, and what it became.

use std::time::Duration;

use od_db::testing::{PostgresServer, tamper};
use od_engine::audit::{Damage, Difference, ExportFormat, Found, Whose};
use od_engine::items::{CreatePart, DeletePart, UpdatePart};
use od_engine::orders::{CreateHistory, CreateOrder, DeleteOrder, Destination, MoveOrders};
use od_engine::products::{CreateProduct, DeleteProduct, UpdateProduct, UpdateProducts};
use od_engine::shipments::CreateShipments;
use od_engine::stores::UpdateStore;
use od_engine::{AuditOptions, Call, Clock, DbOptions, Engine, Error, Identity, Outcome, Scope};
use od_sim::Simulator;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{Setup, Shop, mutation_of, new_tenant, options, scope};

/// A call through the choke point, as the doors make it; its request id with what it came to.
pub async fn call<F>(
    engine: &Engine,
    identity: &Identity,
    (tool, parameters): (&str, Value),
    work: impl FnOnce(Engine, Scope) -> F,
) -> (String, Result<Outcome<Value>, Error>)
where
    F: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
{
    let scope = scope(identity);
    let call = Call {
        tool: tool.to_owned(),
        parameters,
        cost: 2,
        needs: None,
    };
    let work = Box::pin(work(engine.clone(), scope.clone()));
    let outcome = engine.call(&scope, call, work).await;
    (scope.request_id().to_string(), outcome)
}

pub fn input<T: DeserializeOwned>(arguments: &Value) -> T {
    serde_json::from_value(arguments.clone()).unwrap()
}

/// The one entry of a request.
pub async fn entry(engine: &Engine, request: &str) -> Found {
    let mut found = engine.audit_log().find(request).await.unwrap();
    assert_eq!(found.len(), 1, "a change is shown once");
    found.remove(0)
}

/// A story in one shop.
struct Story {
    shop: Shop,
}

impl Story {
    /// Makes a change and gives what is kept of it, as `{"records": [..]}`.
    async fn altered<F>(&self, tool: &str, parameters: Value, work: impl FnOnce(Engine, Scope) -> F) -> Value
    where
        F: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
    {
        let shop = &self.shop;
        let (request, outcome) = call(&shop.engine, &shop.identity, (tool, parameters), work).await;
        outcome.unwrap_or_else(|error| panic!("{tool}: {error}"));
        let found = entry(&shop.engine, &request).await;
        assert_eq!((&*found.entry.tool_name, &*found.entry.status), (tool, "success"));
        assert!(found.entry.has_difference, "{tool}");
        let opened = found.open(&shop.identity).unwrap().expect("it is kept");
        assert_eq!(opened.left_out_bytes, None);
        json!(opened)["records"].clone()
    }
}

#[tokio::test]
async fn every_sort_of_change_is_kept_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    story(format!("sqlite://{}", folder.path().join("app.db").display())).await;
}

#[tokio::test]
async fn every_sort_of_change_is_kept_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        story(server.new_database().await.unwrap()).await;
    }
}

async fn story(url: String) {
    let database = DbOptions {
        url,
        ..DbOptions::default()
    };
    let setup = Setup {
        database,
        ..Setup::default()
    };
    let story = Story {
        shop: Shop::open_with(setup).await,
    };
    orders(&story).await;
    parts(&story).await;
    products(&story).await;
    stores(&story).await;
    let verified = story.shop.engine.audit_log().verify(&mut |_| {}).await.unwrap();
    assert_eq!((verified.findings, verified.unfinished_count), (Vec::new(), 0));
    story.shop.engine.shutdown(Duration::from_secs(5)).await;
}

async fn orders(story: &Story) {
    let shop = &story.shop;
    let id = shop.order_ids().remove(0);
    let before = shop.stored(&id);
    let change = mutation_of(&id, json!({ "email": "new@example.test" }));
    let kept = story.altered(
        "orders.mutate_full",
        json!({ "order_id": id }),
        async move |engine, scope| engine.orders().mutate(&scope, change).await,
    );
    let changes = json!([{ "path": "/email", "before": before["email"], "after": "new@example.test" }]);
    assert_eq!(kept.await, json!([{ "record": "order", "id": id, "changes": changes }]));

    let history = CreateHistory {
        store: None,
        order_id: id.clone(),
        message: "Called back".to_owned(),
        dry_run: false,
    };
    let kept = story.altered(
        "orders.create_history",
        json!({ "order_id": id }),
        async move |engine, scope| engine.orders().create_history(&scope, history).await,
    );
    let kept = kept.await;
    let appended = &kept[0]["changes"][0];
    assert_eq!(
        (&appended["path"], &appended["before"]),
        (&json!("/order_history/-"), &Value::Null)
    );
    assert_eq!(appended["after"]["note"], "Called back");

    let moved: Vec<String> = shop.order_ids()[..3].to_vec();
    let folders: Vec<Value> = moved.iter().map(|id| shop.stored(id)["folder_id"].clone()).collect();
    let target = shop.engine.stores().folders(&shop.scope(), None, false).await.unwrap();
    let target = target.data.last().unwrap().id.clone();
    let to = MoveOrders {
        store: None,
        order_ids: moved.clone(),
        destination: Destination::Id(target.parse().unwrap()),
        dry_run: false,
        confirmed: true,
    };
    let kept = story.altered(
        "orders.move_folder",
        json!({ "order_ids": moved }),
        async move |engine, scope| engine.orders().move_folder(&scope, to).await,
    );
    let kept = kept.await;
    for (at, id) in moved.iter().enumerate() {
        let change = &kept[at]["changes"][0];
        assert_eq!((&kept[at]["id"], &change["path"]), (&json!(id), &json!("/folder_id")));
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(
            (text(&change["before"]), text(&change["after"])),
            (text(&folders[at]), target.clone())
        );
    }

    let create: CreateOrder = input(&json!({ "order": {
        "email": "made@example.test", "source_id": "K-1", "source_name": "Kept", "shipping": { "last_name": "Quince" },
        "order_items": [{ "name": "Mug", "code": "M", "quantity": 1, "price": 5 }],
    } }));
    let kept = story.altered("orders.create", json!({}), async move |engine, scope| {
        engine.orders().create(&scope, create).await
    });
    let kept = kept.await;
    let made = kept[0]["id"].as_str().expect("the new id").to_owned();
    let change = &kept[0]["changes"][0];
    assert_eq!((&change["path"], &change["before"]), (&json!(""), &Value::Null));
    assert_eq!(change["after"]["email"], "made@example.test");

    let was = shop.stored(&made);
    let delete = DeleteOrder {
        store: None,
        order_id: made.clone(),
        confirm: true,
        dry_run: false,
    };
    let kept = story.altered(
        "orders.delete",
        json!({ "order_id": made }),
        async move |engine, scope| engine.orders().delete(&scope, delete).await,
    );
    let kept = kept.await;
    let change = &kept[0]["changes"][0];
    assert_eq!((&kept[0]["id"], &change["after"]), (&json!(made), &Value::Null));
    assert_eq!(
        change["before"]["email"], was["email"],
        "as it was: nobody can look it up any more"
    );
    assert_eq!(change["before"]["order_items"][0]["name"], "Mug");
    about(shop, &made, &["orders.create", "orders.delete"]).await;
    about(shop, &moved[2], &["orders.move_folder"]).await;
}

/// The tools of the entries about an order.
async fn about(shop: &Shop, order: &str, expected: &[&str]) {
    let filter = od_engine::audit::AuditFilter {
        order_id: Some(order.to_owned()),
        ..Default::default()
    };
    let log = shop.engine.audit_log();
    let mut export = log.export(Whose::Everybody, filter, ExportFormat::Json).await.unwrap();
    let mut text = String::new();
    while let Some(part) = export.next().await.unwrap() {
        text.push_str(&part);
    }
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let tools: Vec<_> = entries
        .iter()
        .map(|entry| entry["tool_name"].as_str().unwrap())
        .collect();
    assert_eq!(tools, expected, "order {order}");
}

async fn parts(story: &Story) {
    let shop = &story.shop;
    let order = shop.order_ids().remove(3);
    let line = json!({ "order_id": order, "item": { "name": "Spoon", "quantity": 2, "price": 1 } });
    let create: CreatePart = input(&line);
    let kept = story.altered("order_items.create", line.clone(), async move |engine, scope| {
        engine.order_items().create(&scope, create).await
    });
    let kept = kept.await;
    assert_eq!(
        (&kept[0]["record"], &kept[0]["order_id"]),
        (&json!("order_item"), &json!(order))
    );
    assert_eq!(kept[0]["changes"][0]["after"]["name"], "Spoon");
    let id = kept[0]["id"].as_str().expect("the new id").to_owned();

    let line = json!({ "order_id": order, "item_id": id, "item": { "quantity": 3 } });
    let update: UpdatePart = input(&line);
    let kept = story.altered("order_items.update", line.clone(), async move |engine, scope| {
        engine.order_items().update(&scope, update).await
    });
    let kept = kept.await;
    assert_eq!(kept[0]["id"], id.as_str());
    assert_eq!(
        kept[0]["changes"],
        json!([{ "path": "/quantity", "before": 2, "after": 3 }])
    );

    let line = json!({ "order_id": order, "item_id": id, "confirmed": true });
    let delete: DeletePart = input(&line);
    let kept = story.altered("order_items.delete", line.clone(), async move |engine, scope| {
        engine.order_items().delete(&scope, delete).await
    });
    assert_eq!(kept.await[0]["changes"][0]["before"]["name"], "Spoon");

    let orders = &shop.order_ids()[4..6];
    let batch = json!({ "shipments": [
        { "order_id": orders[0], "tracking_number": "T1" },
        { "order_id": orders[1], "tracking_number": "T2" },
    ] });
    let create: CreateShipments = input(&batch);
    let kept = story.altered("shipments.batch_create", batch.clone(), async move |engine, scope| {
        engine.shipments().batch_create(&scope, create).await
    });
    let kept = kept.await;
    for (at, number) in ["T1", "T2"].into_iter().enumerate() {
        assert_eq!(
            (&kept[at]["record"], &kept[at]["order_id"]),
            (&json!("shipment"), &json!(orders[at]))
        );
        assert_eq!(kept[at]["changes"][0]["after"]["tracking_number"], number);
    }
    about(shop, &orders[1], &["shipments.batch_create"]).await;
}

async fn products(story: &Story) {
    let product = json!({ "product": { "name": "Kettle", "code": "KET-1", "stock": 4 } });
    let create: CreateProduct = input(&product);
    let kept = story.altered("products.create", product.clone(), async move |engine, scope| {
        engine.products().create(&scope, create).await
    });
    let kept = kept.await;
    assert_eq!(kept[0]["record"], "inventory_item");
    assert_eq!(kept[0]["changes"][0]["after"]["name"], "Kettle");
    let id = kept[0]["id"].as_str().expect("the new id").to_owned();

    let product = json!({ "product_id": id, "product": { "stock": 5 } });
    let update: UpdateProduct = input(&product);
    let kept = story.altered("products.update", product.clone(), async move |engine, scope| {
        engine.products().update(&scope, update).await
    });
    assert_eq!(stock(&kept.await), (json!(4), json!(5)));

    let products = json!({ "products": [{ "id": id, "stock": 6 }] });
    let batch: UpdateProducts = input(&products);
    let kept = story.altered("products.batch_update", products.clone(), async move |engine, scope| {
        engine.products().batch_update(&scope, batch).await
    });
    assert_eq!(stock(&kept.await), (json!(5), json!(6)));

    let product = json!({ "product_id": id, "confirm": true });
    let delete: DeleteProduct = input(&product);
    let kept = story.altered("products.delete", product.clone(), async move |engine, scope| {
        engine.products().delete(&scope, delete).await
    });
    assert_eq!(kept.await[0]["changes"][0]["before"]["name"], "Kettle");
}

/// The stock before and after.
fn stock(kept: &Value) -> (Value, Value) {
    let changes = kept[0]["changes"].as_array().unwrap();
    let change = changes.iter().find(|change| change["path"] == "/stock").unwrap();
    (change["before"].clone(), change["after"].clone())
}

async fn stores(story: &Story) {
    let change = UpdateStore {
        store_name: Some("Mugs".to_owned()),
        label: Some("EU".to_owned()),
        ..UpdateStore::default()
    };
    let id = story.shop.store.store_id.clone();
    let kept = story.altered("stores.update", json!({ "store": id }), async move |engine, scope| {
        let updated = engine.stores().update(&scope, &id, change).await?;
        Ok(updated.map(|view| json!(view)))
    });
    let changes = json!([
        { "path": "/store_name", "before": "Sample Goods", "after": "Mugs" },
        { "path": "/label", "before": null, "after": "EU" },
    ]);
    assert_eq!(kept.await[0]["changes"], changes);
    let kept = story.altered("stores.delete", json!({ "store": "Mugs" }), async |engine, scope| {
        let deleted = engine.stores().delete(&scope, "Mugs").await?;
        Ok(deleted.map(|view| json!(view)))
    });
    let kept = kept.await;
    assert_eq!(kept[0]["record"], "store");
    assert_eq!(kept[0]["changes"][0]["before"]["label"], "EU");
    assert!(!kept.to_string().contains("api_key"));
}

/// A dry run, a read, a change that changes nothing and a call that is refused.
#[tokio::test]
async fn nothing_is_kept_of_what_changes_nothing() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let email = shop.stored(&id)["email"].clone();
    let mut dry = mutation_of(&id, json!({ "email": "dry@example.test" }));
    dry.dry_run = true;
    let same = mutation_of(&id, json!({ "email": email }));
    let unknown = mutation_of("1", json!({ "email": "x@example.test" }));
    for (change, dry_run) in [(dry, true), (same, false), (unknown, false)] {
        let call = call(
            &shop.engine,
            &shop.identity,
            ("orders.mutate_full", json!({ "order_id": id, "dry_run": dry_run })),
            async move |engine, scope| engine.orders().mutate(&scope, change).await,
        );
        let (request, _) = call.await;
        let found = entry(&shop.engine, &request).await;
        assert!(!found.entry.has_difference);
        assert!(found.open(&shop.identity).unwrap().is_none());
    }
}

#[tokio::test]
async fn a_difference_opens_for_its_tenant_alone_and_goes_with_its_entry() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let change = mutation_of(&id, json!({ "email": "new@example.test" }));
    let (request, outcome) = call(
        &shop.engine,
        &shop.identity,
        ("orders.mutate_full", json!({ "order_id": id })),
        async move |engine, scope| engine.orders().mutate(&scope, change).await,
    )
    .await;
    assert_eq!(outcome.unwrap().data["changes"][0]["path"], "/email");
    let log = shop.engine.audit_log();
    let found = entry(&shop.engine, &request[..request.len() - 1]).await;
    let stranger = new_tenant(&shop.engine).await;
    assert!(found.open(&stranger).unwrap().is_none() && !found.opens_with(&stranger));
    assert!(matches!(found.open(&shop.identity), Ok(Some(Difference { .. }))));
    log.record_shown(&[found], true).await.unwrap();

    for (id, code) in [
        ("0", "VALIDATION_ERROR"),
        ("%%%%", "VALIDATION_ERROR"),
        ("ffff", "NOT_FOUND"),
    ] {
        assert_eq!(log.find(id).await.err().map(|error| error.code()), Some(code), "{id}");
    }
    tokio::time::sleep(Duration::from_millis(5)).await;
    log.purge(Whose::Everybody, Duration::ZERO).await.unwrap();
    assert_eq!(
        log.find(&request).await.err().map(|error| error.code()),
        Some("NOT_FOUND")
    );
}

#[tokio::test]
async fn nothing_is_kept_and_nothing_more_is_read_where_nothing_is_recorded() {
    let setup = Setup::default();
    let sim = Simulator::start(setup.sim.clone()).await.unwrap();
    let mut options = options(setup, &sim);
    options.audit = AuditOptions {
        enabled: false,
        ..AuditOptions::default()
    };
    let engine = Engine::open(options, Clock::system()).await.unwrap();
    let identity = new_tenant(&engine).await;
    let store = sim.stores()[0].clone();
    let shop = Shop {
        sim,
        engine,
        identity,
        store,
    };
    shop.register(&shop.scope(), 0, None).await.unwrap();
    shop.sim.clear_requests();
    let order_id = shop.order_ids().remove(0);
    let delete = DeleteOrder {
        store: None,
        order_id: order_id.clone(),
        confirm: true,
        dry_run: false,
    };
    let parameters = json!({ "order_id": order_id });
    let call = call(
        &shop.engine,
        &shop.identity,
        ("orders.delete", parameters),
        async move |engine, scope| engine.orders().delete(&scope, delete).await,
    );
    let (request, outcome) = call.await;
    outcome.unwrap();
    let path = format!("/orders/{order_id}");
    assert_eq!(shop.calls(), [format!("DELETE {path}"), format!("GET {path}")]);
    assert!(shop.engine.audit_log().find(&request).await.is_err());
}

/// Whoever has the database and not the root key can take a difference away, or put another one in its place. Both show.
#[tokio::test]
async fn a_difference_that_was_removed_or_exchanged_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let setup = Setup {
        database: database.clone(),
        ..Setup::default()
    };
    let shop = Shop::open_with(setup).await;
    let mut requests = Vec::new();
    for email in ["one@example.test", "two@example.test"] {
        let id = shop.order_ids().remove(0);
        let change = mutation_of(&id, json!({ "email": email }));
        let (request, outcome) = call(
            &shop.engine,
            &shop.identity,
            ("orders.mutate_full", json!({ "order_id": id })),
            async move |engine, scope| engine.orders().mutate(&scope, change).await,
        )
        .await;
        outcome.unwrap();
        requests.push(request);
    }
    let db = od_db::Db::connect(&database).await.unwrap();
    tamper(&db, "CREATE TABLE copy AS SELECT * FROM audit_log")
        .await
        .unwrap();
    let of = |request: &str| format!("WHERE request_id = '{request}' AND begun_id IS NOT NULL");
    let column = |name: &str, from: &str| format!("{name} = (SELECT {name} FROM copy {from})");
    let columns = ["difference_ciphertext", "difference_tag", "difference_nonce"];
    let exchanged: Vec<String> = columns.iter().map(|name| column(name, &of(&requests[1]))).collect();
    for set in [
        "difference_ciphertext = '', difference_tag = '', difference_nonce = ''".to_owned(),
        exchanged.join(", "),
        "difference_tag = 'AAAA'".to_owned(),
        "orders = NULL".to_owned(),
        "orders = '7'".to_owned(),
    ] {
        let changed = tamper(&db, &format!("UPDATE audit_log SET {set} {}", of(&requests[0]))).await;
        assert_eq!(changed.unwrap(), 1, "{set}");
        let found = shop.engine.audit_log().verify(&mut |_| {}).await.unwrap().findings;
        assert_eq!(found.len(), 1, "{set}: {found:?}");
        assert_eq!(found[0].damage, Damage::Edited, "{set}");
        tamper(&db, "DELETE FROM audit_log").await.unwrap();
        tamper(&db, "INSERT INTO audit_log SELECT * FROM copy").await.unwrap();
    }
    // Nor does one open in another's place.
    tamper(
        &db,
        &format!("UPDATE audit_log SET {} {}", exchanged.join(", "), of(&requests[0])),
    )
    .await
    .unwrap();
    let moved = entry(&shop.engine, &requests[0]).await.open(&shop.identity);
    assert_eq!(moved.err().map(|error| error.code()), Some("INTERNAL_ERROR"));
    db.close().await;
}
