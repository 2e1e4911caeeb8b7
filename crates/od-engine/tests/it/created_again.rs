//! Orders that nothing tells from one that was created a moment ago.

use std::time::Duration;

use od_engine::orders::{CreateOrder, Problem};
use od_engine::{Clock, Error};
use od_sim::{Fault, FaultKind};
use serde_json::json;

use crate::creating::create;
use crate::support::{Setup, Shop};

#[tokio::test]
async fn the_same_create_is_refused_for_a_while_after_one_that_was_made() {
    let start = Clock::system().now();
    let clock = Clock::manual(start);
    let passed = |seconds: i64| clock.set(start + jiff::SignedDuration::from_secs(seconds));
    let shop = Shop::open_at(Setup::default(), clock.clone()).await;
    let wanted = |name: Option<&str>| create(json!({"email": "tern@example.test"}), name);
    let first = shop.create(wanted(None)).await.unwrap();
    let id = first.data["order"]["id"].as_str().unwrap().to_owned();
    passed(119);
    let spelled = || create(json!({"email": " tern@example.test "}), None);
    let shown = CreateOrder {
        dry_run: true,
        ..spelled()
    };
    for again in [spelled(), shown] {
        let refused = shop.create(again).await.unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE");
        let told = refused.to_string();
        assert!(told.contains(&format!("created 119 s ago; its id is {id}")), "{told}");
        assert!(refused.hint().contains("client_request_id"), "{}", refused.hint());
    }
    assert_eq!(shop.posts(), 1);
    // Whoever means a second one says so, and what differs is another order.
    shop.create(wanted(Some("second-one"))).await.unwrap();
    shop.create(create(json!({"email": "other@example.test"}), None))
        .await
        .unwrap();
    assert_eq!(shop.posts(), 3);
    passed(120);
    shop.create(wanted(None)).await.unwrap();
    assert_eq!(shop.posts(), 4);
    let refused = shop.create(wanted(None)).await.unwrap_err();
    assert!(refused.to_string().contains("created 0 s ago"), "{refused}");
}

#[tokio::test]
async fn another_spelling_of_an_order_is_the_same_one() {
    let shop = Shop::open().await;
    let spelled = |price: serde_json::Value| {
        let line = json!({"name": "Enamel mug", "price": price, "quantity": "1", "code": ""});
        json!({"email": "Tern@example.test", "tag_name": "", "order_items": [line]})
    };
    let line = json!({"order_items": [{"name": "Enamel mug", "price": 3}], "email": "tern@example.test"});
    shop.create(create(line.clone(), None)).await.unwrap();
    for price in [json!(3), json!(3.0), json!("3"), json!("3.00")] {
        let refused = shop.create(create(spelled(price.clone()), None)).await.unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE", "{price}");
    }
    let first = shop.create(create(line, Some("request-1"))).await.unwrap();
    let again = shop
        .create(create(spelled(json!("3.00")), Some("request-1")))
        .await
        .unwrap();
    assert_eq!(again.data["order"], first.data["order"]);
    assert_eq!(shop.posts(), 2);
    let other = shop
        .create(create(spelled(json!("3.01")), Some("request-1")))
        .await
        .unwrap_err();
    assert_eq!(other.code(), "DUPLICATE");
    shop.create(create(spelled(json!(3.01)), None)).await.unwrap();
}

#[tokio::test]
async fn an_order_with_its_lines_in_another_sequence_is_the_same_one() {
    let shop = Shop::open().await;
    let (mug, tote) = (
        json!({"name": "Enamel mug", "price": 3}),
        json!({"name": "Tote", "price": 5, "variation_list": {"Size": "L", "Color": "Red"}}),
    );
    let of = |lines: serde_json::Value| create(json!({ "order_items": lines }), None);
    shop.create(of(json!([mug, tote]))).await.unwrap();
    let refused = shop.create(of(json!([tote, mug]))).await.unwrap_err();
    assert_eq!(refused.code(), "DUPLICATE");
    shop.create(of(json!([tote, mug, mug]))).await.unwrap();
    assert_eq!(shop.posts(), 2);
}

#[tokio::test]
async fn the_same_create_is_made_again_when_the_first_order_is_gone() {
    let shop = Shop::open().await;
    let first = shop.create(create(json!({}), None)).await.unwrap();
    let id = first.data["order"]["id"].as_str().unwrap();
    let gone = json!({"order_id": id, "confirm": true});
    let gone = serde_json::from_value(gone).unwrap();
    shop.engine.orders().delete(&shop.scope(), gone).await.unwrap();
    shop.create(create(json!({}), None)).await.unwrap();
    assert_eq!(shop.posts(), 2);
}

fn shown(input: CreateOrder) -> CreateOrder {
    CreateOrder { dry_run: true, ..input }
}

/// Each waits until Order Desk takes orders again, and for longer than the same is refused after it was sent.
#[tokio::test]
async fn of_two_that_wait_for_long_one_is_sent() {
    let start = Clock::system().now();
    let clock = Clock::manual(start);
    let shop = Shop::open_at(Setup::default(), clock.clone()).await;
    let full = FaultKind::RateLimited { retry_after: 0.5 };
    shop.sim.inject(Fault::new(full).on("POST", "/orders"));
    let wanted = || create(json!({"email": "tern@example.test"}), None);
    let later = async {
        while shop.posts() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        clock.set(start + jiff::SignedDuration::from_secs(121));
        shop.create(wanted()).await
    };
    let (first, second) = tokio::join!(shop.create(wanted()), later);
    let (made, refused) = match (first, second) {
        (Ok(made), Err(refused)) | (Err(refused), Ok(made)) => (made, refused),
        both => panic!("{both:?}"),
    };
    assert_eq!(
        (refused.code(), refused.retryable()),
        ("UPSTREAM_BUSY", true),
        "{refused}"
    );
    assert!(refused.to_string().contains("creating the same order"), "{refused}");
    assert_eq!(shop.posts(), 2, "the one that was refused, and one more");
    // The name was not freed by whoever came too late.
    let again = shop.create(wanted()).await.unwrap_err();
    let id = made.data["order"]["id"].as_str().unwrap();
    assert!(again.to_string().contains(id), "{again}");
}

#[tokio::test]
async fn a_dry_run_says_what_the_call_itself_would() {
    for name in [None, Some("request-1")] {
        let start = Clock::system().now();
        let clock = Clock::manual(start);
        let setup = Setup {
            timeout: Duration::from_millis(300),
            ..Setup::default()
        };
        let shop = Shop::open_at(setup, clock.clone()).await;
        let lost = Fault::new(FaultKind::DropBeforeCommit);
        shop.sim.inject(lost.on("POST", "/orders"));
        let wanted = || create(json!({"email": "tern@example.test"}), name);
        for input in [wanted(), shown(wanted()), wanted()] {
            let refused = shop.create(input).await.unwrap_err();
            assert_eq!(refused.code(), "UNCERTAIN_OUTCOME", "{name:?}: {refused}");
        }
        clock.set(start + jiff::SignedDuration::from_secs(121));
        shop.create(shown(wanted())).await.unwrap();
        assert_eq!(shop.posts(), 1, "{name:?}");
        shop.create(wanted()).await.unwrap();
    }
}

/// Neither the answer to the create comes nor that of the search for it.
#[tokio::test]
async fn a_dry_run_finds_the_order_of_an_answer_that_was_lost() {
    let shop = Shop::open().await;
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("POST", "/orders"));
    let (status, html) = (401, false);
    let mute = Fault::new(FaultKind::ErrorBeforeCommit { status, html });
    shop.sim.inject(mute.on("GET", "/orders").after(1).times(1));
    let wanted = || create(json!({}), Some("request-1"));
    assert_eq!(shop.create(wanted()).await.unwrap_err().code(), "UNCERTAIN_OUTCOME");
    let seen = shop.create(shown(wanted())).await.unwrap();
    let made = shop.create(wanted()).await.unwrap();
    assert_eq!(seen.data["order"], made.data["order"]);
    assert_eq!(seen.data["dry_run"], true);
    assert!(
        seen.warnings.iter().any(|warning| warning.contains("earlier call")),
        "{:?}",
        seen.warnings
    );
    assert_eq!(shop.posts(), 1);
}

#[tokio::test]
async fn a_named_create_does_not_stand_for_an_order_that_is_gone() {
    let shop = Shop::open().await;
    let wanted = || create(json!({}), Some("request-1"));
    let first = shop.create(wanted()).await.unwrap();
    let id = first.data["order"]["id"].as_str().unwrap();
    let gone = json!({"order_id": id, "confirm": true});
    let gone = serde_json::from_value(gone).unwrap();
    shop.engine.orders().delete(&shop.scope(), gone).await.unwrap();
    for input in [wanted(), shown(wanted())] {
        let refused = shop.create(input).await.unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE");
        let told = format!("Order {id} was created under this client_request_id, and is not there any more");
        assert!(refused.to_string().starts_with(&told), "{refused}");
    }
    assert_eq!(shop.posts(), 1);
}

/// A copy of an order, or one that is made again after it was deleted.
#[tokio::test]
async fn an_order_can_be_created_as_another_one_was_read() {
    let shop = Shop::open().await;
    let mut copies = 0;
    for id in shop.order_ids() {
        let input = serde_json::from_value(json!({"order_id": id})).unwrap();
        let mut order = shop.engine.orders().get(&shop.scope(), input).await.unwrap().data;
        order.shift_remove("source_id");
        let of_another = order.shift_remove("id").unwrap();
        let copy = || CreateOrder {
            store: None,
            order: order.clone(),
            client_request_id: None,
            dry_run: false,
        };
        let seen = match shop.create(shown(copy())).await {
            Ok(seen) => seen,
            // What is not documented cannot be named, also where it was read.
            Err(Error::Invalid(problems)) => {
                let is_unknown = |problem: &Problem| problem.message.contains("is not a known field");
                assert!(problems[0].message.contains("leave these out"), "{id}: {problems:?}");
                assert!(problems[1..].iter().all(is_unknown), "{id}: {problems:?}");
                continue;
            }
            Err(error) => panic!("{id}: {error}"),
        };
        copies += 1;
        let left_out: Vec<_> = seen
            .warnings
            .iter()
            .filter(|warning| warning.starts_with("order: only Order Desk"))
            .collect();
        assert_eq!(left_out.len(), 1, "{id}: {:?}", seen.warnings);
        let made = shop
            .create(copy())
            .await
            .unwrap_or_else(|error| panic!("{id}: {error:?}"));
        assert_eq!(made.data["verified"], true, "{id}: {:?}", made.warnings);
        assert_ne!(made.data["order"]["id"], of_another);
        assert_eq!(made.data["order"]["shipping"], order["shipping"], "{id}");
    }
    assert!(copies > 20, "{copies}");
}
