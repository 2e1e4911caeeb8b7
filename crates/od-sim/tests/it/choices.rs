//! The choices, each as a client meets it; those about stores, inventory and history stand with what they are about.

use std::time::Duration;

use od_sim::{Choices, Event, Fault, FaultKind, Rule, SimOptions};
use serde_json::{Value, json};

use crate::support::{Api, text};

async fn chosen(choices: Choices) -> Api {
    Api::with(SimOptions {
        choices,
        rate_limit: false,
        ..SimOptions::default()
    })
    .await
}

fn with_card(api: &Api) -> Value {
    let mut orders = api.sim.orders("90001").into_iter();
    orders.find(|order| order["cc_number_masked"] != "").expect("a card")
}

#[tokio::test]
async fn an_unchanged_upload_blanks_the_cards_digits_or_leaves_them() {
    for (blanks, left) in [(true, false), (false, true)] {
        let api = chosen(Choices {
            put_blanks_card_digits: blanks,
            ..Choices::default()
        })
        .await;
        let order = with_card(&api);
        let path = format!("/orders/{}", text(&order, "/id"));
        assert_eq!(api.put(&path, order.clone()).await.status, 200);
        let after = api.order(text(&order, "/id"));
        assert_eq!(after["cc_number_masked"] == order["cc_number_masked"], left);
        // Written digits are taken and cleared either way.
        let mut other = order.clone();
        other["cc_number"] = "4242".into();
        api.put(&path, other.clone()).await;
        assert_eq!(api.order(text(&order, "/id"))["cc_number_masked"], "xxxxxxxxxxxx4242");
        other["cc_number"] = "".into();
        api.put(&path, other).await;
        assert_eq!(api.order(text(&order, "/id"))["cc_number_masked"], "");
    }
}

#[tokio::test]
async fn an_upload_without_names_blanks_everything_or_is_refused() {
    for (blanks, status) in [(true, 200), (false, 400)] {
        let api = chosen(Choices {
            put_blanks_names: blanks,
            ..Choices::default()
        })
        .await;
        let order = api.an_order();
        let id = text(&order, "/id");
        assert_eq!(api.put(&format!("/orders/{id}"), json!({})).await.status, status);
        assert_eq!(api.order(id)["email"] == "", blanks);
        let named = json!({ "shipping": { "last_name": "Quill" } });
        assert_eq!(api.put(&format!("/orders/{id}"), named).await.status, 200);
    }
}

#[tokio::test]
async fn flat_names_are_refused_or_taken() {
    let flat = json!({
        "customer_first_name": "Ada", "shipping_city": "Leeds", "customer": { "last_name": "Quill" },
        "order_items": [{ "name": "Mug" }]
    });
    let alone = json!({ "shipping_company": "ACME", "order_items": [{ "name": "Mug" }] });
    let api = chosen(Choices::default()).await;
    assert_eq!(api.post("/orders", alone.clone()).await.status, 400);
    let api = chosen(Choices {
        flat_names_on_create: true,
        ..Choices::default()
    })
    .await;
    let made = api.post("/orders", flat).await.json();
    assert_eq!(
        (
            text(&made, "/order/customer/first_name"),
            text(&made, "/order/customer/last_name"),
            text(&made, "/order/shipping/city")
        ),
        ("Ada", "Quill", "Leeds")
    );
    assert_eq!(api.post("/orders", alone).await.status, 201);
}

#[tokio::test]
async fn waiting_times_have_decimals_or_not() {
    for (decimal, told) in [(true, "0.34"), (false, "1")] {
        let api = chosen(Choices {
            decimal_retry_after: decimal,
            ..Choices::default()
        })
        .await;
        api.sim
            .inject(Fault::new(FaultKind::RateLimited { retry_after: 0.334 }));
        let answer = api.get("/test").await;
        assert_eq!((answer.status, answer.header("x-retry-after")), (429, Some(told)));
    }
}

#[tokio::test]
async fn a_refused_call_costs_a_token_or_not() {
    for (costs, longer) in [(false, false), (true, true)] {
        let api = Api::with(SimOptions {
            choices: Choices {
                refused_call_costs_token: costs,
                ..Choices::default()
            },
            bucket_size: 1,
            refill_per_second: 0.5,
            ..SimOptions::default()
        })
        .await;
        api.get("/test").await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        let wait = async || {
            let answer = api.get("/test").await;
            let told = answer.header("x-retry-after").expect("a wait");
            told.parse::<f64>().expect("seconds")
        };
        // 2 s a token, of which 0.4 s and a little have passed, unless this very call took them away again.
        assert_eq!(wait().await > 1.9, longer);
    }
}

#[tokio::test]
async fn search_is_ignored_or_looks() {
    let found = async |choices| {
        let api = chosen(choices).await;
        let order = api.sim.orders("90001").swap_remove(20);
        let email = text(&order, "/email").to_uppercase();
        let answer = api.get(&format!("/orders?search={email}")).await.json();
        let orders = answer["orders"].as_array().expect("orders").clone();
        let all_his = orders.iter().all(|found| found["email"] == order["email"]);
        (answer["total_records"] == 60, all_his && !orders.is_empty())
    };
    assert_eq!(found(Choices::default()).await, (true, false));
    let looks = Choices {
        order_search: true,
        ..Choices::default()
    };
    assert_eq!(found(looks).await, (false, true));
}

#[tokio::test]
async fn an_end_date_excludes_its_second_or_includes_it() {
    for includes in [false, true] {
        let api = chosen(Choices {
            end_dates_include: includes,
            ..Choices::default()
        })
        .await;
        let order = api.an_order();
        let date = text(&order, "/date_added").replace(' ', "%20");
        let path = format!("/orders?search_start_date={date}&search_end_date={date}");
        assert_eq!(api.get(&path).await.json()["total_records"] == 1, includes);
    }
}

#[tokio::test]
async fn a_large_limit_is_cut_or_refused() {
    let api = chosen(Choices::default()).await;
    assert_eq!(api.get("/orders?limit=501").await.json()["limit"], 500);
    let api = chosen(Choices {
        refuse_large_limit: true,
        ..Choices::default()
    })
    .await;
    assert_eq!(api.get("/orders?limit=501").await.status, 400);
    assert_eq!(api.get("/orders?limit=500").await.status, 200);
}

#[tokio::test]
async fn a_duplicate_is_an_error_by_status_or_only_inside() {
    let order = json!({
        "source_id": "A-1", "shipping": { "last_name": "Quill" }, "order_items": [{ "name": "Mug" }]
    });
    for (inside, status) in [(false, 400), (true, 200)] {
        let api = chosen(Choices {
            duplicate_order_is_200: inside,
            ..Choices::default()
        })
        .await;
        api.post("/orders", order.clone()).await;
        let again = api.post("/orders", order.clone()).await;
        assert_eq!((again.status, text(&again.json(), "/status")), (status, "error"));
    }
}

#[tokio::test]
async fn the_source_id_stays_or_is_the_uploads() {
    for (changes, expected) in [(false, "WEB"), (true, "OTHER")] {
        let api = chosen(Choices {
            put_changes_source_id: changes,
            ..Choices::default()
        })
        .await;
        let mut order = api.an_order();
        let id = text(&order, "/id").to_owned();
        api.sim.edit_order("90001", &id, |fields| {
            fields.insert("source_id".to_owned(), "WEB".into());
        });
        order["source_id"] = "OTHER".into();
        api.put(&format!("/orders/{id}"), order).await;
        assert_eq!(api.order(&id)["source_id"], expected);
    }
}

#[tokio::test]
async fn another_address_runs_its_rules_or_not() {
    for runs in [true, false] {
        let rule = Rule {
            note: Some("Address Checked".into()),
            ..Rule::on(Event::AddressChanged)
        };
        let api = Api::with(SimOptions {
            choices: Choices {
                put_runs_address_rules: runs,
                ..Choices::default()
            },
            rules: vec![rule],
            ..SimOptions::default()
        })
        .await;
        let mut order = api.an_order();
        let id = text(&order, "/id").to_owned();
        let noted = || {
            let history = api.sim.history("90001", &id);
            history.iter().any(|entry| entry["note"] == "Address Checked")
        };
        order["email"] = "new@example.test".into();
        api.put(&format!("/orders/{id}"), order.clone()).await;
        assert!(!noted(), "the address is as it was");
        order["shipping"]["city"] = "Elsewhere".into();
        api.put(&format!("/orders/{id}"), order.clone()).await;
        assert_eq!(noted(), runs);
    }
}

#[tokio::test]
async fn order_ids_have_ten_digits_when_chosen() {
    let api = chosen(Choices {
        ten_digit_ids: true,
        ..Choices::default()
    })
    .await;
    let order = api.an_order();
    let id: u64 = text(&order, "/id").parse().expect("digits");
    assert!(id > u64::from(u32::MAX) && id.to_string().len() == 10, "{id}");
    assert_eq!(api.get(&format!("/orders/{id}")).await.status, 200);
    let moved = json!({ "order_id_list": [id], "destination_folder_name": "Closed" });
    assert_eq!(
        api.post("/move-orders", moved).await.json()["results"][0]["order_id"],
        id
    );
}
