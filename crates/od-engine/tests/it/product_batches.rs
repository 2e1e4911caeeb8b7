//! Changing many inventory items at once.

use od_engine::products::UpdateProducts;
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind, SimOptions};
use serde_json::{Map, Value, json};

use crate::products::{all, id, lost_answers, stored};
use crate::support::{Setup, Shop};

async fn batch(shop: &Shop, products: Value, dry_run: bool) -> Result<Outcome<Value>, Error> {
    let input = json!({ "products": products, "dry_run": dry_run });
    let input: UpdateProducts = serde_json::from_value(input).unwrap();
    shop.engine.products().batch_update(&shop.scope(), input).await
}

/// A new stock for each item.
fn restock(items: &[Map<String, Value>]) -> Value {
    let rows = items.iter().zip(1000..);
    rows.map(|(item, stock)| json!({ "id": item["id"], "stock": stock }))
        .collect()
}

fn statuses(results: &Value) -> Vec<&str> {
    let rows = results.as_array().unwrap().iter();
    rows.map(|row| row["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_item_is_read_uploaded_whole_and_read_back() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let done = batch(&shop, restock(&items), false).await.unwrap();
    assert!(done.warnings.is_empty(), "{:?}", done.warnings);
    for (row, item) in done.data["results"].as_array().unwrap().iter().zip(&items) {
        assert_eq!(
            (&row["status"], &row["verified"]),
            (&json!("success"), &json!(true)),
            "{row}"
        );
        assert_eq!(row["product_id"], json!(id(item)));
        assert_eq!(row["changes"][0]["path"], "/stock");
    }
    let uploads = shop.sent("PUT");
    let sent: Vec<&Value> = uploads
        .iter()
        .inspect(|upload| assert_eq!(upload.path, "/batch-inventory-items"))
        .flat_map(|upload| upload.body.as_ref().unwrap().as_array().unwrap())
        .collect();
    for ((sent, item), stock) in sent.into_iter().zip(&items).zip(1000..) {
        let mut expected = item.clone();
        expected["stock"] = stock.into();
        expected["update_source"] = "orderdesk-mcp".into();
        assert_eq!(*sent, Value::Object(expected));
    }
    for (item, stock) in all(&shop).await.iter().zip(1000..) {
        assert_eq!(item["stock"], json!(stock));
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_fails_alone() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let stock = items[1]["stock"].as_i64().unwrap();
    let rows = json!([
        { "id": "1", "stock": 1 },
        { "id": items[0]["id"], "name": items[0]["name"] },
        { "id": items[1]["id"], "stock": 1, "expected_stock": stock + 1 },
        { "id": id(&items[2]), "code": items[3]["code"] },
        { "id": items[4]["id"], "price": 3 },
    ]);
    let shown = batch(&shop, rows.clone(), true).await.unwrap();
    let expected = ["error", "success", "error", "error", "success"];
    assert_eq!(statuses(&shown.data["results"]), expected, "{}", shown.data);
    assert_eq!(shown.data["dry_run"], true);
    assert!(shop.sent("PUT").is_empty());

    let done = batch(&shop, rows, false).await.unwrap();
    let results = &done.data["results"];
    assert_eq!(statuses(results), expected, "{results}");
    assert_eq!(done.warnings, ["3 of 5 inventory items were not changed: see results."]);
    assert!(
        results[0]["message"]
            .as_str()
            .unwrap()
            .contains("no such inventory item")
    );
    assert_eq!(results[1]["changes"], json!([]));
    let upload = shop.sent("PUT").remove(0).body.unwrap();
    let sent: Vec<&Value> = upload.as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert_eq!(sent, [&items[4]["id"]]);
}

#[tokio::test]
async fn a_batch_of_which_nothing_came_is_an_error() {
    let shop = Shop::open().await;
    let item = all(&shop).await.remove(0);
    let nobody = batch(&shop, json!([{ "id": 1, "stock": 1 }, { "id": 2, "stock": 1 }]), false).await;
    assert_eq!(nobody.unwrap_err().code(), "NOT_FOUND");
    let rows = json!([{ "id": 1, "stock": 1 }, { "id": item["id"], "stock": 1, "expected_stock": -5 }]);
    let refused = batch(&shop, rows, false).await.unwrap_err();
    assert_eq!(refused.code(), "ORDERDESK_API_ERROR");
    assert_eq!(statuses(&refused.details().unwrap()["results"]), ["error", "error"]);
    assert!(shop.sent("PUT").is_empty());
}

#[tokio::test]
async fn items_that_are_gone_when_the_batch_arrives_are_not_found() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let gone = FaultKind::ErrorBeforeCommit {
        status: 404,
        html: false,
    };
    shop.sim.inject(Fault::new(gone).on("PUT", "/batch-inventory-items"));
    let error = batch(&shop, restock(&items[..2]), false).await.unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
    let named = items[..2].iter().all(|item| error.to_string().contains(&id(item)));
    assert!(named, "{error}");
}

#[tokio::test]
async fn all_faults_of_the_arguments_are_told_and_nothing_is_sent() {
    let shop = Shop::open().await;
    let rows = json!([
        { "id": 610_077, "stock": 1 },
        { "id": "610077", "stock": 2 },
        { "id": "x", "stock": 2 },
        { "id": 3, "sotck": 2 },
        { "id": 4, "expected_stock": "two", "code": "A" },
        { "id": 5, "code": "A" },
        { "id": 6 },
    ]);
    let error = batch(&shop, rows, false).await.unwrap_err();
    let problems = error.details().unwrap()["problems"].clone();
    let paths: Vec<&str> = problems
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["path"].as_str().unwrap())
        .collect();
    let expected = [
        "/products/1/id",
        "/products/2/id",
        "/products/3/sotck",
        "/products/4/expected_stock",
        "/products/5/code",
        "/products/6",
    ];
    assert_eq!(paths, expected);
    let too_many: Value = (1..=101).map(|id| json!({ "id": id, "stock": 1 })).collect();
    for rows in [too_many, json!([])] {
        assert_eq!(batch(&shop, rows, false).await.unwrap_err().code(), "VALIDATION_ERROR");
    }
    assert!(shop.sim.requests().is_empty());
}

#[tokio::test]
async fn an_upload_whose_answer_is_lost_is_settled_by_reading() {
    for (kind, committed) in lost_answers() {
        let shop = Shop::open().await;
        let items = all(&shop).await[..5].to_vec();
        shop.sim
            .inject(Fault::new(kind.clone()).on("PUT", "/batch-inventory-items"));
        let done = batch(&shop, restock(&items), false).await.unwrap();
        let results = &done.data["results"];
        assert_eq!(statuses(results), ["success"; 5], "{kind:?}: {results}");
        assert_eq!(shop.sent("PUT").len(), if committed { 1 } else { 2 }, "{kind:?}");
        for (item, stock) in items.iter().zip(1000..) {
            assert_eq!(stored(&shop, &id(item)).await.unwrap()["stock"], stock, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_portion_that_fails_leaves_the_portions_before_it_told() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let refused = FaultKind::ErrorInSuccess {
        message: "Not today".to_owned(),
    };
    shop.sim
        .inject(Fault::new(refused).on("PUT", "/batch-inventory-items").after(1));
    let done = batch(&shop, restock(&items), false).await.unwrap();
    let results = &done.data["results"];
    let succeeded = statuses(results).iter().filter(|status| **status == "success").count();
    assert!(succeeded > 0 && succeeded < items.len(), "{results}");
    assert!(statuses(results)[succeeded..].iter().all(|status| *status == "error"));
    assert_eq!(shop.sent("PUT").len(), 2);
    let now = all(&shop).await;
    let changed = now
        .iter()
        .zip(&items)
        .filter(|(now, before)| now["stock"] != before["stock"])
        .count();
    assert_eq!(changed, succeeded);
}

#[tokio::test]
async fn a_batch_stays_within_the_real_rate_limit() {
    let setup = Setup::default();
    let sim = SimOptions {
        rate_limit: true,
        ..setup.sim
    };
    let shop = Shop::open_with(Setup { sim, ..setup }).await;
    let items = all(&shop).await[..12].to_vec();
    let done = batch(&shop, restock(&items), false).await.unwrap();
    assert_eq!(statuses(&done.data["results"]), ["success"; 12]);
    let requests = shop.sim.requests();
    assert!(requests.iter().all(|request| request.status != Some(429)));
    // Each row is read once; an upload and a search go with each portion.
    assert_eq!(requests.len(), 12 + 2 * 2);
}

#[tokio::test]
async fn batches_that_overlap_wait_for_each_other() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let mark = |name: &str, items: &[Map<String, Value>]| -> Value {
        let rows = items.iter();
        rows.map(|item| json!({ "id": item["id"], "metadata": { name: true } }))
            .collect()
    };
    let backwards: Vec<_> = items.iter().rev().cloned().collect();
    let (one, two) = tokio::join!(
        batch(&shop, mark("one", &items), false),
        batch(&shop, mark("two", &backwards), false)
    );
    for done in [one.unwrap(), two.unwrap()] {
        assert!(done.warnings.is_empty(), "{:?}", done.warnings);
    }
    for item in all(&shop).await {
        assert_eq!(item["metadata"], json!({ "one": true, "two": true }), "{}", item["id"]);
    }
}

/// As a single change is told, and with what the next call needs.
#[tokio::test]
async fn a_batch_that_only_its_own_checks_refuse_is_not_told_as_refused_by_order_desk() {
    let shop = Shop::open().await;
    let items = all(&shop).await;
    let stock = items[1]["stock"].as_i64().unwrap();
    let of_stock = json!({ "id": items[1]["id"], "stock": 1, "expected_stock": stock + 1 });
    let of_code = json!({ "id": id(&items[2]), "code": items[3]["code"] });
    for (rows, code) in [
        (json!([of_stock]), "CONFLICT_ERROR"),
        (json!([of_code]), "DUPLICATE"),
        (json!([of_stock, of_code]), "CONFLICT_ERROR"),
        (json!([of_stock, { "id": "1", "stock": 1 }]), "ORDERDESK_API_ERROR"),
    ] {
        for dry_run in [true, false] {
            let error = batch(&shop, rows.clone(), dry_run).await.unwrap_err();
            assert_eq!((error.code(), error.retryable()), (code, false), "{rows}");
        }
    }
    let error = batch(&shop, json!([of_stock]), false).await.unwrap_err();
    let row = error.details().unwrap()["results"][0].clone();
    assert_eq!(
        (&row["stock"], &row["expected_stock"]),
        (&json!(stock), &json!(stock + 1))
    );
    assert_eq!(row["message"], format!("the stock is {stock}, not {}", stock + 1));
    assert!(shop.sent("PUT").is_empty());
}
