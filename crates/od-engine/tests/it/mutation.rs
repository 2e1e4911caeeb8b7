use od_engine::Error;
use od_engine::orders::MutateOrder;
use od_sim::{Fault, FaultKind};
use serde_json::{Map, Value, json};

use crate::support::{Setup, Shop, mutation_of, ops_of};

/// Fields that Order Desk keeps itself.
const KEPT: [&str; 2] = ["date_updated", "email_count"];

fn without_kept(record: &Map<String, Value>) -> Map<String, Value> {
    record
        .iter()
        .filter(|(key, _)| !KEPT.contains(&key.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

#[tokio::test]
async fn a_change_is_three_calls_and_uploads_every_key_of_the_record_that_was_read() {
    let shop = Shop::open().await;
    for id in shop.order_ids() {
        let before = shop.stored(&id);
        shop.sim.clear_requests();
        let done = shop
            .change(&id, json!({ "shipping": { "city": "Quitten" } }))
            .await
            .unwrap();

        let mut calls: Vec<String> = shop
            .sim
            .requests()
            .iter()
            .map(|r| format!("{} {}", r.method, r.path))
            .collect();
        // On a machine that stands still for a moment what was read is too old to be written on, and is read once more.
        calls.dedup();
        assert_eq!(
            calls,
            [
                format!("GET /orders/{id}"),
                format!("PUT /orders/{id}"),
                format!("GET /orders/{id}")
            ]
        );
        let upload = shop.sent("PUT").remove(0).body.unwrap();
        for key in before.keys() {
            assert!(upload.get(key).is_some(), "{key} of order {id} was not uploaded");
        }
        let mut expected = before.clone();
        expected["shipping"]["city"] = "Quitten".into();
        assert_eq!(without_kept(&shop.stored(&id)), without_kept(&expected), "order {id}");
        assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
        assert_eq!(done.data["changes"][0]["path"], "/shipping/city");
    }
}

#[tokio::test]
async fn a_change_that_changes_nothing_uploads_nothing() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let city = shop.stored(&id)["shipping"]["city"].clone();
    let done = shop.change(&id, json!({ "shipping": { "city": city } })).await.unwrap();
    assert_eq!(done.data["changes"], json!([]));
    assert!(shop.sent("PUT").is_empty());
}

#[tokio::test]
async fn a_dry_run_shows_the_exact_difference_and_sends_only_reads() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let before = shop.stored(&id);
    let input = MutateOrder {
        dry_run: true,
        ..mutation_of(&id, json!({ "email": "new@example.test" }))
    };
    let shown = shop.engine.orders().mutate(&shop.scope(), input).await.unwrap();
    assert_eq!(
        shown.data["changes"],
        json!([{ "path": "/email", "before": before["email"], "after": "new@example.test" }])
    );
    assert_eq!(shown.data["dry_run"], true);
    assert!(shop.sim.requests().iter().all(|request| request.method == "GET"));
    assert_eq!(shop.stored(&id), before);
}

#[tokio::test]
async fn another_writers_edit_before_the_upload_is_found_by_reading_again() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    // The first upload is refused as a conflict; meanwhile somebody changes the e-mail address.
    let patch = json!({ "email": "other@example.test" }).as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", &format!("/orders/{id}")));
    shop.sim.inject(
        Fault::new(FaultKind::ErrorBeforeCommit {
            status: 409,
            html: false,
        })
        .on("PUT", "/orders/*"),
    );
    let done = shop.change(&id, json!({ "shipping_method": "Pigeon" })).await.unwrap();
    assert_eq!(done.data["attempts"], 2);
    let stored = shop.stored(&id);
    assert_eq!(stored["email"], "other@example.test");
    assert_eq!(stored["shipping_method"], "Pigeon");
}

#[tokio::test]
async fn conflicts_without_end_name_what_the_others_changed() {
    let setup = Setup {
        mutation: od_engine::MutationOptions {
            max_retries: 1,
            verify: true,
        },
        ..Setup::default()
    };
    let shop = Shop::open_with(setup).await;
    let id = shop.order_ids().remove(0);
    let patch = json!({ "email": "other@example.test" }).as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", &format!("/orders/{id}")));
    shop.sim.inject(
        Fault::new(FaultKind::ErrorBeforeCommit {
            status: 412,
            html: false,
        })
        .on("PUT", "/orders/*")
        .times(0),
    );
    let error = shop
        .change(&id, json!({ "shipping_method": "Pigeon" }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "CONFLICT_ERROR");
    let fields = error.details().unwrap()["fields"].clone();
    assert!(fields.as_array().unwrap().contains(&json!("/email")), "{fields}");
    assert_ne!(shop.stored(&id)["shipping_method"], "Pigeon");
}

#[tokio::test]
async fn an_upload_whose_answer_is_lost_is_settled_by_reading_and_never_repeated_blindly() {
    for (kind, committed) in [
        (
            FaultKind::ErrorAfterCommit {
                status: 502,
                html: true,
            },
            true,
        ),
        (FaultKind::DropAfterCommit, true),
        (FaultKind::Truncate, true),
        (
            FaultKind::ErrorBeforeCommit {
                status: 503,
                html: false,
            },
            false,
        ),
        (FaultKind::DropBeforeCommit, false),
    ] {
        let shop = Shop::open().await;
        let id = shop.order_ids().remove(0);
        let lines = shop.stored(&id)["order_items"].as_array().unwrap().len();
        shop.sim.inject(Fault::new(kind.clone()).on("PUT", "/orders/*"));
        let change = ops_of(
            &id,
            json!([
                { "op": "add_note", "content": "Told once" },
                { "op": "add_items", "items": [{ "name": "Extra mug", "code": "MUG-X", "quantity": 1, "price": 3 }] },
            ]),
        );
        let done = shop.engine.orders().mutate(&shop.scope(), change).await.unwrap();
        assert_eq!(shop.sent("PUT").len(), if committed { 1 } else { 2 }, "{kind:?}");
        assert_eq!(done.data["verified"], true, "{kind:?}: {:?}", done.warnings);
        let stored = shop.stored(&id);
        let notes = stored["order_notes"].as_array().unwrap();
        assert_eq!(
            notes.iter().filter(|note| note["content"] == "Told once").count(),
            1,
            "{kind:?}"
        );
        assert_eq!(stored["order_items"].as_array().unwrap().len(), lines + 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_outcome_that_cannot_be_read_is_called_uncertain() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("PUT", "/orders/*"));
    shop.sim.inject(
        Fault::new(FaultKind::ErrorBeforeCommit {
            status: 401,
            html: false,
        })
        .on("GET", "/orders/*")
        .after(1)
        .times(0),
    );
    let error = shop
        .change(&id, json!({ "email": "new@example.test" }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "UNCERTAIN_OUTCOME");
    assert_eq!(shop.sent("PUT").len(), 1);
}

#[tokio::test]
async fn an_invalid_change_sends_nothing() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let change = ops_of(&id, json!([{ "op": "remove_items", "item_ids": ["1"] }]));
    let error = shop.engine.orders().mutate(&shop.scope(), change).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error:?}");
    assert!(shop.sent("PUT").is_empty());
}

#[tokio::test]
async fn a_note_that_is_there_already_is_not_added_twice() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.note(&id, "Leave at the back door").await.unwrap();
    let again = shop.note(&id, "leave at  the BACK door").await.unwrap();
    assert_eq!(again.data["changes"], json!([]));
    assert!(!again.warnings.is_empty());
    assert_eq!(shop.sent("PUT").len(), 1);
}

#[tokio::test]
async fn an_order_that_is_not_there_is_not_found() {
    let shop = Shop::open().await;
    let error = shop
        .change("1", json!({ "email": "a@example.test" }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "NOT_FOUND");
}

#[tokio::test]
async fn a_note_is_taken_back_alone_and_without_a_question() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let before = shop.stored(&id);
    for note in ["Wrong order, ignore", "Keep me"] {
        shop.note(&id, note).await.unwrap();
    }
    let op = json!([{ "op": "remove_note", "content": "Wrong order, ignore" }]);
    let dry = MutateOrder {
        dry_run: true,
        ..ops_of(&id, op.clone())
    };
    let shown = shop.engine.orders().mutate(&shop.scope(), dry).await.unwrap();
    let done = shop
        .engine
        .orders()
        .mutate(&shop.scope(), ops_of(&id, op.clone()))
        .await
        .unwrap();
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    assert_eq!(done.data["changes"], shown.data["changes"]);
    let change = &done.data["changes"][0];
    assert_eq!(
        (&change["before"]["content"], &change["after"]),
        (&json!("Wrong order, ignore"), &json!(null))
    );

    let stored = shop.stored(&id);
    let notes = stored["order_notes"].as_array().unwrap();
    assert_eq!(notes.len(), before["order_notes"].as_array().unwrap().len() + 1);
    assert_eq!(notes.last().unwrap()["content"], "Keep me");
    let again = shop
        .engine
        .orders()
        .mutate(&shop.scope(), ops_of(&id, op))
        .await
        .unwrap_err();
    assert_eq!(again.code(), "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_note_whose_removal_was_lost_on_the_way_is_taken_back_once() {
    for kind in [
        FaultKind::DropBeforeCommit,
        FaultKind::DropAfterCommit,
        FaultKind::ErrorAfterCommit {
            status: 502,
            html: true,
        },
    ] {
        let shop = Shop::open().await;
        let id = shop.order_ids().remove(0);
        shop.note(&id, "Take me back").await.unwrap();
        let before = shop.stored(&id)["order_notes"].as_array().unwrap().len();
        shop.sim.inject(Fault::new(kind.clone()).on("PUT", "/orders/*"));
        let op = json!([{ "op": "remove_note", "content": "Take me back" }]);
        let done = shop
            .engine
            .orders()
            .mutate(&shop.scope(), ops_of(&id, op))
            .await
            .unwrap();
        assert_eq!(done.data["verified"], true, "{kind:?}: {:?}", done.warnings);
        assert_eq!(
            shop.stored(&id)["order_notes"].as_array().unwrap().len(),
            before - 1,
            "{kind:?}"
        );
    }
}
