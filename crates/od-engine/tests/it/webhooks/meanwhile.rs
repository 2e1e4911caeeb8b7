//! What happens while a post is on its way, and when there are too many of them.

use std::time::{Duration, Instant};

use od_engine::Clock;
use od_engine::insight::Queue;
use od_engine::stores::{Register, UpdateStore};
use od_engine::webhooks::{Accepted, Format, Refused};
use od_sim::PostFormat;
use serde_json::json;

use super::{Posting, post, token};
use crate::support::{Setup, Shop, new_tenant, scope};

#[tokio::test]
async fn a_post_to_an_address_that_was_ended_while_it_came_is_refused() {
    let posting = Posting::open().await;
    let (id, scope) = (posting.shop.order_ids()[0].clone(), posting.shop.scope());
    let webhooks = posting.engine().webhooks();
    let address = posting.address().await.unwrap();
    let body = json!({ "id": id }).to_string();
    let hash = posting.shop.sim.hash("90001", &body).unwrap();
    posting.reads(&id).await;
    for ended in ["rotated", "switched off"] {
        if ended == "rotated" {
            webhooks.rotate(&scope, "90001").await.unwrap();
        } else {
            webhooks.disable(&scope, "90001").await.unwrap();
        }
        let refused = webhooks
            .accept(&address, post(Format::Json, body.as_bytes(), Some(&hash)))
            .await;
        assert!(matches!(refused, Err(Refused::UnknownAddress)), "{ended}: {refused:?}");
    }
    assert_eq!(
        (posting.counted("unknown_address"), posting.counted("accepted")),
        (2, 0)
    );
    assert!(posting.reads(&id).await.1, "it is remembered as before");
}

#[tokio::test]
async fn an_order_that_went_back_to_what_it_was_is_so_in_the_copy_too() {
    // The simulator's present.
    let setup = Setup::default();
    let clock = Clock::manual(setup.sim.now);
    let posting = Posting::of(Shop::open_at(setup, clock).await).await;
    let id = posting.shop.order_ids()[0].clone();
    let folders: Vec<u64> = posting
        .shop
        .sim
        .folders("90001")
        .iter()
        .map(|(id, _)| id.parse().unwrap())
        .collect();
    let moved_to = |folder: usize| {
        posting.shop.sim.edit_order_unseen("90001", &id, |order| {
            order.insert("folder_id".to_owned(), folders[folder].into());
        });
        posting.written(&id, PostFormat::Json)
    };
    let there = async |folder: usize| {
        let input: Queue = serde_json::from_value(json!({})).unwrap();
        let told = posting
            .engine()
            .insight()
            .queue(&posting.shop.scope(), input)
            .await
            .unwrap()
            .data;
        told["folders"][folder]["orders"].as_u64().unwrap()
    };
    let first = moved_to(0);
    let before = there(0).await;
    assert_eq!(posting.posts(&first).await.unwrap(), Accepted::New);
    assert_eq!(posting.posts(&moved_to(2)).await.unwrap(), Accepted::New);
    assert_eq!(there(0).await, before - 1);
    moved_to(0);
    assert_eq!(posting.posts(&first).await.unwrap(), Accepted::Duplicate);
    assert_eq!(there(0).await, before);
}

#[tokio::test]
async fn a_post_is_judged_by_the_key_that_the_store_has_when_it_has_come() {
    let shop = Shop::open().await;
    let (engine, key) = (&shop.engine, shop.store.api_key.clone());
    let owner = scope(&new_tenant(engine).await);
    // Not that of the shop, which its owner notices later.
    let register = Register {
        store_id: shop.store.store_id.clone(),
        api_key: "copied-wrongly".to_owned().into(),
        store_name: None,
        label: None,
        verify: false,
    };
    engine.stores().register(&owner, register).await.unwrap();
    let webhooks = engine.webhooks();
    let shown = webhooks.enable(&owner, "90001").await.unwrap().data;
    let address = webhooks.find(token(&shown.address.unwrap()), None).await.unwrap();
    let body = json!({ "id": shop.order_ids()[0] }).to_string();
    let hash = shop.sim.hash("90001", &body).unwrap();
    let sends = || webhooks.accept(&address, post(Format::Json, body.as_bytes(), Some(&hash)));
    let refused = sends().await;
    assert!(matches!(refused, Err(Refused::Unproven)), "{refused:?}");
    let change = UpdateStore {
        api_key: Some(key.into()),
        ..UpdateStore::default()
    };
    engine.stores().update(&owner, "90001", change).await.unwrap();
    assert_eq!(sends().await.unwrap(), Accepted::New);
}

#[tokio::test]
async fn an_address_that_was_ended_is_one_that_nobody_knows() {
    let posting = Posting::open().await;
    let (webhooks, scope) = (posting.engine().webhooks(), posting.shop.scope());
    posting.address().await.unwrap();
    webhooks.disable(&scope, "90001").await.unwrap();
    let from = Some("192.0.2.9".parse().unwrap());
    let mut limited = 0;
    for _ in 0..300 {
        match webhooks.find(posting.token.clone(), from).await {
            Err(Refused::Limited { .. }) => limited += 1,
            Err(Refused::UnknownAddress) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!((40..=60).contains(&limited), "{limited}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_posts_of_one_store_than_an_import_are_held_back() {
    const BURST: usize = 3_000;
    let posting = Posting::open().await;
    let address = posting.address().await.unwrap();
    let sends = async |number: usize| {
        let body = json!({ "id": "80010001", "number": number }).to_string();
        let hash = posting.shop.sim.hash("90001", &body).unwrap();
        let webhooks = posting.engine().webhooks();
        webhooks
            .accept(&address, post(Format::Json, body.as_bytes(), Some(&hash)))
            .await
    };
    let began = Instant::now();
    let mut taken = 0;
    let wait = loop {
        match sends(taken).await {
            Ok(Accepted::New) => taken += 1,
            Err(Refused::Limited { retry_after }) => break retry_after,
            other => panic!("{other:?}"),
        }
    };
    // Ten come back a second.
    let come_back = usize::try_from(began.elapsed().as_millis() / 100).unwrap();
    assert!(
        (BURST..=BURST + come_back + 1).contains(&taken),
        "{taken} in {:?}",
        began.elapsed()
    );
    assert!(wait > Duration::ZERO && wait <= Duration::from_millis(101), "{wait:?}");
    // As a sender does: one known already counts like any other.
    let sends_until_taken = async |number: usize| loop {
        match sends(number).await {
            Err(Refused::Limited { retry_after }) => tokio::time::sleep(retry_after).await,
            other => break other.unwrap(),
        }
    };
    // What was taken is known, however many there were.
    assert_eq!(sends_until_taken(0).await, Accepted::Duplicate);
    assert_eq!(sends_until_taken(taken).await, Accepted::New);
}
