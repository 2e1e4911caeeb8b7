//! Order Desk says "not now": 429 and 503 where a change writes, and where it reads back.

use std::time::{Duration, Instant};

use od_engine::items::{CreatePart, DeletePart, UpdatePart};
use od_engine::products::{CreateProduct, DeleteProduct, UpdateProduct, UpdateProducts};
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::products::{all, id};
use crate::support::{Shop, ids_of};

/// More than a change may be tried.
const OFTEN: u32 = 8;

fn refused(method: &str, path: &str) -> Fault {
    Fault::new(FaultKind::RateLimited { retry_after: 0.02 }).on(method, path)
}

fn input<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A way to change something: the request that writes, the request that reads it back and how many reads come before
/// that one, and the call.
struct Way {
    write: (&'static str, &'static str),
    read: (&'static str, u32),
    call: Value,
}

/// Every change that reads, writes and reads back.
async fn ways(shop: &Shop) -> Vec<Way> {
    let order = shop
        .order_ids()
        .into_iter()
        .find(|id| shop.stored(id)["order_items"].as_array().unwrap().len() > 2)
        .unwrap();
    let items = ids_of(shop.stored(&order)["order_items"].as_array().unwrap());
    let products = all(shop).await;
    let way = |write, read, call| Way { write, read, call };
    let (one, list) = ("/orders/*/order-items/*", "/orders/*/order-items");
    let (product, code) = ("/inventory-items/*", "/inventory-items");
    let item = json!({ "name": "Mug", "code": "M-1", "price": 3, "quantity": 1 });
    vec![
        way(("PUT", "/orders/*"), ("/orders/*", 1), json!({ "change": order })),
        way(
            ("PUT", one),
            ("/orders/*", 1),
            json!({ "update_item": { "order_id": order, "item_id": items[0], "item": { "quantity": 9 } } }),
        ),
        way(
            ("POST", list),
            (list, 1),
            json!({ "add_item": { "order_id": order, "item": item } }),
        ),
        way(
            ("DELETE", one),
            (list, 0),
            json!({ "delete_item": { "order_id": order, "item_id": items[1], "confirm": true } }),
        ),
        way(
            ("PUT", product),
            (product, 1),
            json!({ "update_product": { "product_id": id(&products[0]), "product": { "stock": 77 } } }),
        ),
        way(
            ("POST", code),
            (product, 0),
            json!({ "add_product": { "product": { "name": "Jug", "code": "NEW-JUG" } } }),
        ),
        way(
            ("PUT", "/batch-inventory-items"),
            (code, 0),
            json!({ "batch": { "products": [{ "id": products[1]["id"], "stock": 78 }] } }),
        ),
    ]
}

async fn make(shop: &Shop, call: &Value) -> Result<Outcome<Value>, Error> {
    let (scope, engine) = (shop.scope(), &shop.engine);
    let (name, arguments) = call.as_object().unwrap().iter().next().unwrap();
    let arguments = arguments.clone();
    match name.as_str() {
        "change" => {
            shop.change(arguments.as_str().unwrap(), json!({ "email": "new@example.test" }))
                .await
        }
        "update_item" => {
            engine
                .order_items()
                .update(&scope, input::<UpdatePart>(arguments))
                .await
        }
        "add_item" => {
            engine
                .order_items()
                .create(&scope, input::<CreatePart>(arguments))
                .await
        }
        "delete_item" => {
            engine
                .order_items()
                .delete(&scope, input::<DeletePart>(arguments))
                .await
        }
        "update_product" => {
            engine
                .products()
                .update(&scope, input::<UpdateProduct>(arguments))
                .await
        }
        "add_product" => {
            engine
                .products()
                .create(&scope, input::<CreateProduct>(arguments))
                .await
        }
        "delete_product" => {
            engine
                .products()
                .delete(&scope, input::<DeleteProduct>(arguments))
                .await
        }
        "batch" => {
            engine
                .products()
                .batch_update(&scope, input::<UpdateProducts>(arguments))
                .await
        }
        other => panic!("{other}"),
    }
}

fn is_verified(done: &Outcome<Value>) -> bool {
    let row = done.data.pointer("/results/0").unwrap_or(&done.data);
    row["verified"] == true
}

#[tokio::test]
async fn a_write_that_is_refused_often_is_made_all_the_same_and_only_once() {
    let shop = Shop::open().await;
    for Way {
        write: (method, path),
        call,
        ..
    } in ways(&shop).await
    {
        shop.sim.clear_requests();
        shop.sim.inject(refused(method, path).times(OFTEN));
        let done = make(&shop, &call)
            .await
            .unwrap_or_else(|error| panic!("{call}: {error}"));
        assert!(is_verified(&done), "{call}: {} {:?}", done.data, done.warnings);
        assert_eq!(shop.sent(method).len(), OFTEN as usize + 1, "{call}");
    }
    let product = id(&all(&shop).await[2]);
    shop.sim.inject(refused("DELETE", "/inventory-items/*").times(OFTEN));
    let call = json!({ "delete_product": { "product_id": product, "confirm": true } });
    make(&shop, &call).await.unwrap();
}

/// What was read before the wait may be old by then.
#[tokio::test]
async fn an_upload_that_was_refused_is_made_of_a_fresh_record() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim.inject(refused("PUT", "/orders/*").times(OFTEN));
    let patch = json!({ "customer_id": "4711" }).as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", &format!("/orders/{id}")));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(done.data["attempts"], 1, "refusals are no attempts");
    let mut expected = ["GET", "PUT"].repeat(OFTEN as usize + 1);
    expected.push("GET");
    let methods: Vec<String> = shop.sim.requests().into_iter().map(|call| call.method).collect();
    assert_eq!(methods, expected);
    assert_eq!(shop.stored(&id)["customer_id"], "4711", "somebody else's edit is kept");
}

#[tokio::test]
async fn a_read_back_that_is_refused_or_fails_for_a_moment_is_waited_for() {
    let unavailable = FaultKind::ErrorBeforeCommit {
        status: 503,
        html: true,
    };
    for (kind, times) in [(FaultKind::RateLimited { retry_after: 0.3 }, 3), (unavailable, 2)] {
        let shop = Shop::open().await;
        for Way {
            read: (path, skip),
            call,
            ..
        } in ways(&shop).await
        {
            shop.sim
                .inject(Fault::new(kind.clone()).on("GET", path).after(skip).times(times));
            let began = Instant::now();
            let done = make(&shop, &call)
                .await
                .unwrap_or_else(|error| panic!("{call}: {error}"));
            assert!(is_verified(&done), "{kind:?} {call}: {} {:?}", done.data, done.warnings);
            // A batch whose rows cannot be searched at once is read back row by row, which nothing strikes here.
            let struck = began.elapsed() > Duration::from_millis(200) || call.get("batch").is_some();
            assert!(struck, "{kind:?} {call}: nothing struck");
            shop.sim.set_faults(Vec::new());
        }
    }
}
