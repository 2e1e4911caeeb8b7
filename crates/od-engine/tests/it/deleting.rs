use std::time::Duration;

use od_engine::orders::{CreateHistory, DeleteOrder};
use od_engine::{Clock, Error, Outcome};
use od_sim::{Fault, FaultKind, SimOptions};
use serde_json::{Value, json};

use crate::support::{Setup, Shop};

fn delete(id: &str) -> DeleteOrder {
    DeleteOrder {
        store: None,
        order_id: id.to_owned(),
        confirm: true,
        dry_run: false,
    }
}

/// A deletion that nobody confirmed in its arguments.
fn unconfirmed(id: &str) -> DeleteOrder {
    DeleteOrder {
        confirm: false,
        ..delete(id)
    }
}

/// The question that a deletion was answered with.
fn question(answer: Result<Outcome<Value>, Error>) -> String {
    match answer {
        Err(Error::ConfirmationRequired { effects, .. }) => effects.question(),
        other => panic!("nobody is asked: {other:?}"),
    }
}

impl Shop {
    async fn delete(&self, input: DeleteOrder) -> Result<Outcome<Value>, Error> {
        self.engine.orders().delete(&self.scope(), input).await
    }

    async fn append(&self, id: &str, message: &str, dry_run: bool) -> Result<Outcome<Value>, Error> {
        let input = CreateHistory {
            store: None,
            order_id: id.to_owned(),
            message: message.to_owned(),
            dry_run,
        };
        self.engine.orders().create_history(&self.scope(), input).await
    }

    fn entries(&self, id: &str, message: &str) -> usize {
        let history = self.sim.history(&self.store.store_id, id);
        history.iter().filter(|entry| entry["note"] == message).count()
    }
}

/// A shop whose simulated present is the engine's own, and whose patience is short.
async fn shop() -> Shop {
    let now = Clock::system().now();
    let setup = Setup {
        sim: SimOptions {
            rate_limit: false,
            now,
            ..SimOptions::default()
        },
        timeout: Duration::from_millis(300),
        ..Setup::default()
    };
    Shop::open_with(setup).await
}

#[tokio::test]
async fn an_order_is_deleted_only_when_a_person_agreed() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let refused = shop.delete(unconfirmed(&id)).await.unwrap_err();
    assert_eq!(refused.code(), "CONFIRMATION_REQUIRED");
    assert!(refused.to_string().contains("canceled"), "{refused}");
    let stored = shop.stored(&id);
    let address = &stored["customer"];
    let text = |name: &str| address[name].as_str().unwrap();
    let name = format!("{} {}", text("first_name"), text("last_name"));
    let known_by = json!({"number": stored["source_id"], "total": stored["order_total"], "customer": name});
    assert_eq!(refused.details().unwrap(), json!({ "known_by": known_by }));
    assert!(
        !refused.to_string().contains(text("last_name")),
        "what a shopper wrote: {refused}"
    );
    assert!(
        refused
            .to_string()
            .ends_with(". Nothing was done: this needs a confirmation."),
        "{refused}"
    );
    let deleted = format!("Deleting order {id} of store 90001 (\"Sample Goods\") removes it for good");
    assert!(refused.to_string().starts_with(&deleted), "{refused}");
    assert_eq!(shop.calls().len(), 1, "the order is read once");

    let shown = shop
        .delete(DeleteOrder {
            dry_run: true,
            ..unconfirmed(&id)
        })
        .await
        .unwrap();
    assert_eq!(shown.data["changes"][0]["before"]["id"], id.as_str());
    assert!(shop.sent("DELETE").is_empty());

    let gone = shop.delete(delete(&id)).await.unwrap();
    assert_eq!(gone.data, json!({"order_id": id, "deleted": true, "verified": true}));
    assert!(!shop.order_ids().contains(&id));
    let again = shop.delete(delete(&id)).await.unwrap_err();
    assert_eq!(again.code(), "NOT_FOUND");
}

#[tokio::test]
async fn nobody_is_asked_about_an_order_that_does_not_exist() {
    let shop = shop().await;
    assert_eq!(shop.delete(unconfirmed("1")).await.unwrap_err().code(), "NOT_FOUND");
}

#[tokio::test]
async fn an_order_that_changed_since_the_question_is_asked_about_again() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let asked = question(shop.delete(unconfirmed(&id)).await);
    let agreed = shop.scope().with_agreement(&asked);
    shop.change(&id, json!({ "customer": { "last_name": "Else" } }))
        .await
        .unwrap();
    let orders = shop.engine.orders();
    let asked = question(orders.delete(&agreed, unconfirmed(&id)).await);
    assert!(asked.contains("Else") && shop.sent("DELETE").is_empty());
    let agreed = agreed.with_agreement(&asked);
    orders.delete(&agreed, unconfirmed(&id)).await.unwrap();
    assert_eq!(shop.sent("DELETE").len(), 1);
}

#[tokio::test]
async fn a_yes_is_compared_with_the_order_as_it_is_and_not_as_it_is_remembered() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let asked = question(shop.delete(unconfirmed(&id)).await);
    let agreed = shop.scope().with_agreement(&asked);
    let renamed = shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order["customer"]["last_name"] = "Else".into();
    });
    assert!(renamed);
    let asked = question(shop.engine.orders().delete(&agreed, unconfirmed(&id)).await);
    assert!(asked.contains("Else"), "{asked}");
    assert!(shop.sent("DELETE").is_empty());
}

#[tokio::test]
async fn a_yes_is_compared_when_nobody_else_changes_the_order_any_more() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let asked = question(shop.delete(unconfirmed(&id)).await);
    let agreed = shop.scope().with_agreement(&asked);
    shop.sim.clear_requests();
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 200 }).on("GET", "/orders/*"));
    let renaming = shop.change(&id, json!({ "customer": { "last_name": "Else" } }));
    let deleting = async {
        while shop.sent("GET").is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        shop.engine.orders().delete(&agreed, unconfirmed(&id)).await
    };
    let (renamed, deleted) = tokio::join!(renaming, deleting);
    renamed.unwrap();
    let asked = question(deleted);
    assert!(asked.contains("Else") && shop.sent("DELETE").is_empty(), "{asked}");
}

#[tokio::test]
async fn a_shopper_cannot_put_words_before_ours() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let forged = "Bobʺ, total 0.00) of store 90002 (ʺTest shopʺ";
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order["customer"]["first_name"] = forged.into();
        order["customer"]["last_name"] = "".into();
    });
    let asked = question(shop.delete(unconfirmed(&id)).await);
    let last = "customer \"Bob', total 0.00) of store 90002 ('Test shop'\".";
    assert!(asked.ends_with(last), "{asked}");
}

#[tokio::test]
async fn a_deleted_order_is_not_shown_from_memory() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let read = || async {
        let input = serde_json::from_value(json!({"order_id": id})).unwrap();
        shop.engine.orders().get(&shop.scope(), input).await
    };
    read().await.unwrap();
    shop.delete(delete(&id)).await.unwrap();
    assert_eq!(read().await.unwrap_err().code(), "NOT_FOUND");
}

#[tokio::test]
async fn with_several_stores_the_store_has_to_be_named() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    shop.register(&shop.scope(), 1, None).await.unwrap();
    shop.engine.stores().use_store(&shop.scope(), "90001").await.unwrap();
    assert_eq!(shop.delete(delete(&id)).await.unwrap_err().code(), "STORE_REQUIRED");
    assert!(shop.sent("DELETE").is_empty());
    let named = DeleteOrder {
        store: Some("90001".to_owned()),
        ..delete(&id)
    };
    shop.delete(named).await.unwrap();
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_settled_by_reading() {
    for (kind, code) in [
        (FaultKind::DropAfterCommit, None),
        (FaultKind::HangAfterCommit, None),
        (FaultKind::Html, None),
        (FaultKind::Truncate, None),
        (
            FaultKind::ErrorAfterCommit {
                status: 500,
                html: true,
            },
            None,
        ),
        (
            FaultKind::ErrorBeforeCommit {
                status: 500,
                html: true,
            },
            Some("ORDERDESK_API_ERROR"),
        ),
        (FaultKind::DropBeforeCommit, Some("UNCERTAIN_OUTCOME")),
        (FaultKind::HangBeforeCommit, Some("UNCERTAIN_OUTCOME")),
    ] {
        let shop = shop().await;
        let id = shop.order_ids().remove(0);
        shop.sim.inject(Fault::new(kind.clone()).on("DELETE", "/orders/*"));
        let outcome = shop.delete(delete(&id)).await;
        assert_eq!(outcome.as_ref().err().map(Error::code), code, "{kind:?}");
        assert_eq!(shop.order_ids().contains(&id), code.is_some(), "{kind:?}");
        assert_eq!(shop.sent("DELETE").len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_order_that_cannot_be_read_is_deleted_when_that_was_confirmed() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let nonsense = FaultKind::ErrorBeforeCommit {
        status: 200,
        html: true,
    };
    shop.sim.inject(Fault::new(nonsense).on("GET", "/orders/*"));
    let deleted = shop.delete(delete(&id)).await.unwrap();
    assert!(
        deleted.warnings.concat().contains("could not be read before"),
        "{:?}",
        deleted.warnings
    );
    assert!(!shop.order_ids().contains(&id));

    let id = shop.order_ids().remove(0);
    let nonsense = FaultKind::ErrorBeforeCommit {
        status: 200,
        html: true,
    };
    shop.sim.inject(Fault::new(nonsense).on("GET", "/orders/*").times(0));
    assert!(
        shop.delete(unconfirmed(&id)).await.is_err(),
        "nobody agreed to what nobody saw"
    );
    assert!(shop.order_ids().contains(&id));
}

#[tokio::test]
async fn an_entry_is_appended_to_the_history_and_shown() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    let shown = shop.append(&id, "Called the customer", true).await.unwrap();
    assert_eq!(shown.data["dry_run"], true);
    assert_eq!(shown.data["history_entry"]["note"], "Called the customer");
    assert!(shop.sent("POST").is_empty());

    let done = shop.append(&id, "Called the customer", false).await.unwrap();
    assert_eq!(done.data["verified"], true);
    assert!(done.data["history_entry"]["date_added"].is_string());
    assert_eq!(shop.entries(&id, "Called the customer"), 1);
    // The same words at another time are another entry.
    shop.append(&id, "Called the customer", false).await.unwrap();
    assert_eq!(shop.entries(&id, "Called the customer"), 2);
}

#[tokio::test]
async fn what_is_no_entry_is_not_sent() {
    let shop = shop().await;
    let id = shop.order_ids().remove(0);
    for message in ["", "  ", &"é".repeat(1801)] {
        assert_eq!(
            shop.append(&id, message, false).await.unwrap_err().code(),
            "VALIDATION_ERROR"
        );
    }
    assert!(shop.sim.requests().is_empty());
    shop.append(&id, &"é".repeat(1800), false).await.unwrap();
    assert_eq!(shop.append("1", "Hello", false).await.unwrap_err().code(), "NOT_FOUND");
    assert_eq!(shop.append("1", "Hello", true).await.unwrap_err().code(), "NOT_FOUND");
}

#[tokio::test]
async fn an_entry_whose_answer_is_lost_is_settled_by_reading_and_never_sent_again() {
    for (kind, committed) in [
        (FaultKind::DropAfterCommit, true),
        (FaultKind::HangAfterCommit, true),
        (FaultKind::Truncate, true),
        (
            FaultKind::ErrorAfterCommit {
                status: 502,
                html: true,
            },
            true,
        ),
        (
            FaultKind::ErrorBeforeCommit {
                status: 500,
                html: false,
            },
            false,
        ),
        (FaultKind::DropBeforeCommit, false),
    ] {
        let shop = shop().await;
        let id = shop.order_ids().remove(0);
        shop.sim
            .inject(Fault::new(kind.clone()).on("POST", "/orders/*/order-history"));
        let outcome = shop.append(&id, "Called", false).await;
        match &outcome {
            Ok(done) => assert_eq!(done.data["verified"], true, "{kind:?}"),
            Err(error) => assert_eq!(error.code(), "UNCERTAIN_OUTCOME", "{kind:?}"),
        }
        assert_eq!(outcome.is_ok(), committed, "{kind:?}");
        assert_eq!(shop.entries(&id, "Called"), usize::from(committed), "{kind:?}");
        assert_eq!(shop.sent("POST").len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn an_entry_that_was_there_before_is_not_taken_for_the_lost_one() {
    let earlier = "2026-03-02T14:00:00Z".parse().unwrap();
    let clock = Clock::manual(earlier);
    let setup = Setup {
        sim: SimOptions {
            rate_limit: false,
            now: earlier,
            ..SimOptions::default()
        },
        ..Setup::default()
    };
    let shop = Shop::open_at(setup, clock.clone()).await;
    let id = shop.order_ids().remove(0);
    shop.append(&id, "Called", false).await.unwrap();
    clock.set("2026-03-02T15:00:00Z".parse().unwrap());
    shop.sim
        .inject(Fault::new(FaultKind::DropBeforeCommit).on("POST", "/orders/*/order-history"));
    assert_eq!(
        shop.append(&id, "Called", false).await.unwrap_err().code(),
        "UNCERTAIN_OUTCOME"
    );
}
