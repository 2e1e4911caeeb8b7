use od_engine::orders::{AddItems, UpdateAddress, UpdateFull};
use od_engine::{Error, Outcome};
use od_sim::{Fault, FaultKind};
use serde_json::{Map, Value, json};

use crate::support::Shop;

impl Shop {
    /// The order as a caller reads it.
    async fn read(&self, id: &str) -> Map<String, Value> {
        let input = serde_json::from_value(json!({"order_id": id, "fresh": true})).unwrap();
        self.engine.orders().get(&self.scope(), input).await.unwrap().data
    }

    async fn replace(&self, input: UpdateFull) -> Result<Outcome<Value>, Error> {
        self.engine.orders().update_full(&self.scope(), input).await
    }
}

fn with(id: &str, order: Map<String, Value>) -> UpdateFull {
    UpdateFull {
        store: None,
        order_id: id.to_owned(),
        order,
        allow_loss: false,
        expected_date_updated: None,
        dry_run: false,
        confirm: false,
    }
}

#[tokio::test]
async fn every_order_can_be_sent_back_as_it_was_read() {
    let shop = Shop::open().await;
    for id in shop.order_ids() {
        let done = shop.replace(with(&id, shop.read(&id).await)).await.unwrap();
        assert_eq!(done.data["changes"], json!([]), "{id}");
        assert_eq!(done.warnings, Vec::<String>::new(), "{id}");
    }
    assert!(shop.sent("PUT").is_empty());
}

/// As languages whose decimals are texts write them, and whose nothing is null.
#[tokio::test]
async fn an_order_may_come_back_with_its_numbers_as_text_and_null_for_nothing() {
    const FIELDS: [&str; 9] = [
        "folder_id",
        "quantity_total",
        "weight_total",
        "product_total",
        "discount_total",
        "order_total",
        "refund_total",
        "tag_color",
        "processor_response",
    ];
    let shop = Shop::open().await;
    for id in shop.order_ids() {
        let mut order = shop.read(&id).await;
        for name in FIELDS {
            let Some(field) = order.get_mut(name) else { continue };
            *field = match &*field {
                Value::Number(number) => number.to_string().into(),
                Value::String(text) if text.is_empty() => Value::Null,
                other => other.clone(),
            };
        }
        let done = shop.replace(with(&id, order)).await.unwrap();
        assert_eq!(done.data["changes"], json!([]), "{id}");
    }
    assert!(shop.sent("PUT").is_empty());
}

#[tokio::test]
async fn a_record_with_changes_replaces_the_order_and_keeps_the_card() {
    let shop = Shop::open().await;
    let ids = shop.order_ids();
    let id = ids.iter().find(|id| shop.stored(id)["cc_number_masked"] != "").unwrap();
    let before = shop.stored(id);
    let mut order = shop.read(id).await;
    order["email"] = "new@example.test".into();
    order["shipping"]["city"] = "Quitten".into();
    let done = shop.replace(with(id, order)).await.unwrap();
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    let mut expected = before;
    expected["email"] = "new@example.test".into();
    expected["shipping"]["city"] = "Quitten".into();
    for kept in ["date_updated", "email_count"] {
        expected[kept] = shop.stored(id)[kept].clone();
    }
    assert_eq!(shop.stored(id), expected);
}

/// Whatever is agreed to be dropped was there when the record was read.
#[tokio::test]
async fn a_loss_that_is_allowed_takes_nothing_that_came_since() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut order = shop.read(&id).await;
    order["order_items"].as_array_mut().unwrap().pop();
    let added = json!({ "id": "999000111", "name": "Added since", "quantity": 1, "price": 1 });
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order["order_items"].as_array_mut().unwrap().push(added.clone());
        order.insert("date_updated".to_owned(), "2030-01-01 00:00:00".into());
    });
    let whole = UpdateFull {
        allow_loss: true,
        confirm: true,
        ..with(&id, order)
    };
    let error = shop.replace(whole).await.unwrap_err();
    assert_eq!(error.code(), "CONFLICT_ERROR", "{error}");
    assert!(shop.sent("PUT").is_empty());
}

/// Also where one of the differences could not be set anyhow.
#[tokio::test]
async fn a_record_that_was_overtaken_is_told_all_it_would_have_changed() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut order = shop.read(&id).await;
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order["email"] = "other@example.test".into();
        order.insert("date_updated".to_owned(), "2030-01-01 00:00:00".into());
    });
    order["source_id"] = "another".into();
    order["customer_id"] = "mine".into();
    order["shipping"]["city"] = "Quitten".into();
    order["order_items"][0]["name"] = "Another name".into();
    order["order_notes"]
        .as_array_mut()
        .unwrap()
        .push(json!({"content": "A new note"}));
    let notes = order["order_notes"].as_array().unwrap().len() - 1;
    let Err(Error::Overtaken { mut fields, .. }) = shop.replace(with(&id, order)).await else {
        panic!("accepted");
    };
    fields.sort();
    let note = format!("/order_notes/{notes}");
    let expected = [
        "/customer_id",
        "/email",
        "/order_items/0/name",
        note.as_str(),
        "/shipping/city",
        "/source_id",
    ];
    assert_eq!(fields, expected);
}

/// Dates have whole seconds: the record still has the date that the order has.
#[tokio::test]
async fn an_edit_in_the_second_of_the_date_is_warned_of() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let told = |done: &Outcome<Value>| {
        done.warnings
            .iter()
            .any(|warning| warning.contains("of the second of its date_updated"))
    };
    let mut order = Map::new();
    for _ in 0..20 {
        let edit = json!({"order_id": id, "address_type": "shipping", "address": {"phone": format!("{:?}", std::time::Instant::now())}});
        let edit: UpdateAddress = serde_json::from_value(edit).unwrap();
        shop.engine.orders().update_address(&shop.scope(), edit).await.unwrap();
        order = shop.read(&id).await;
        shop.sim.edit_order(&shop.store.store_id, &id, |order| {
            order.insert("email".to_owned(), "theirs@example.test".into());
        });
        if shop.stored(&id)["date_updated"] == order["date_updated"] {
            break;
        }
    }
    order["shipping"]["phone"] = "77".into();
    for dry_run in [true, false] {
        let whole = UpdateFull {
            dry_run,
            ..with(&id, order.clone())
        };
        let done = shop.replace(whole).await.unwrap();
        assert!(told(&done), "{dry_run}: {:?}", done.warnings);
    }
}

/// What binds the loss to the order as it was agreed to is no date of the record.
#[tokio::test]
async fn a_loss_without_a_date_is_warned_of_in_the_call_itself() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut order = shop.read(&id).await;
    order.shift_remove("date_updated");
    order["email"] = "new@example.test".into();
    for dry_run in [true, false] {
        let whole = UpdateFull {
            allow_loss: true,
            dry_run,
            ..with(&id, order.clone())
        };
        let done = shop.replace(whole).await.unwrap();
        assert!(
            done.warnings.iter().any(|warning| warning.contains("cannot be told")),
            "{dry_run}: {:?}",
            done.warnings
        );
    }
    assert_eq!(shop.sent("PUT").len(), 1);
}

/// Two who read the same order, and each changes something else.
#[tokio::test]
async fn a_record_from_before_somebodys_change_undoes_nothing() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut old = shop.read(&id).await;
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order["shipping"]["address1"] = "New Street 7".into();
        order.insert("date_updated".to_owned(), "2030-01-01 00:00:00".into());
    });
    old["shipping"]["phone"] = "555-0177".into();
    let mut shown = with(&id, old.clone());
    shown.dry_run = true;
    for input in [shown, with(&id, old.clone())] {
        let error = shop.replace(input).await.unwrap_err();
        assert_eq!(error.code(), "CONFLICT_ERROR", "{error}");
        let fields = json!(["/shipping/address1", "/shipping/phone"]);
        assert_eq!(error.details().unwrap()["fields"], fields);
        assert!(
            error.to_string().contains("/shipping/address1, /shipping/phone"),
            "{error}"
        );
    }
    assert!(shop.sent("PUT").is_empty());
    // Whoever has seen the change may set it back.
    let now = shop.stored(&id)["date_updated"].as_str().map(str::to_owned);
    let seen = UpdateFull {
        expected_date_updated: now,
        ..with(&id, old.clone())
    };
    shop.replace(seen).await.unwrap();
    assert_eq!(shop.stored(&id)["shipping"], old["shipping"]);
}

#[tokio::test]
async fn a_record_that_would_lose_something_is_refused_with_all_of_it() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let before = shop.stored(&id);
    let sparse = json!({"email": "new@example.test", "shipping": {"city": "Quitten"}});
    let sparse = || sparse.as_object().unwrap().clone();
    let Error::Invalid(problems) = shop.replace(with(&id, sparse())).await.unwrap_err() else {
        panic!("not refused")
    };
    let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
    for path in [
        "/order/customer",
        "/order/shipping/address1",
        "/order/order_items",
        "/allow_loss",
    ] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    assert!(shop.sent("PUT").is_empty());
    assert_eq!(shop.stored(&id), before);
}

#[tokio::test]
async fn a_loss_happens_when_it_is_allowed_and_a_dry_run_shows_it() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut order = shop.read(&id).await;
    order.shift_remove("shipping_method");
    let mut input = with(&id, order);
    input.allow_loss = true;
    input.dry_run = true;
    let shown = shop.replace(input.clone()).await.unwrap();
    assert_eq!(shown.data["changes"][0]["path"], "/shipping_method");
    assert!(shop.sent("PUT").is_empty());
    input.dry_run = false;
    let done = shop.replace(input).await.unwrap();
    assert_eq!(done.data["changes"], shown.data["changes"]);
    assert_eq!(shop.stored(&id)["shipping_method"], "");
    assert_eq!(done.warnings.len(), 1, "{:?}", done.warnings);
}

#[tokio::test]
async fn a_conditional_replacement_never_overwrites_what_it_has_not_seen() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut order = shop.read(&id).await;
    let seen = order["date_updated"].as_str().unwrap().to_owned();
    order["email"] = "new@example.test".into();
    let conditional = |date: &str| UpdateFull {
        expected_date_updated: Some(date.to_owned()),
        ..with(&id, order.clone())
    };
    let refused = shop.replace(conditional("2001-01-01 00:00:00")).await.unwrap_err();
    assert_eq!(refused.code(), "CONFLICT_ERROR");
    assert_eq!(refused.details().unwrap()["date_updated"], seen.as_str());
    assert!(!refused.retryable());
    let refused = shop.replace(conditional("last Tuesday")).await.unwrap_err();
    assert_eq!(refused.code(), "VALIDATION_ERROR");
    assert!(shop.sent("PUT").is_empty());
    shop.replace(conditional(&seen)).await.unwrap();
    assert_eq!(shop.stored(&id)["email"], "new@example.test");
}

#[tokio::test]
async fn a_conditional_replacement_is_not_folded_with_a_change_it_has_not_seen() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let mut order = shop.read(&id).await;
    let date = order["date_updated"].as_str().unwrap().to_owned();
    order["email"] = "new@example.test".into();
    let replacement = UpdateFull {
        expected_date_updated: Some(date),
        ..with(&id, order)
    };
    let address = json!({ "shipping_method": "Pigeon" });
    let (changed, replaced) = tokio::join!(shop.change(&id, address), shop.replace(replacement));
    changed.unwrap();
    assert_eq!(replaced.unwrap_err().code(), "CONFLICT_ERROR");
    assert_eq!(shop.stored(&id)["shipping_method"], "Pigeon");
}

#[tokio::test]
async fn a_replacement_whose_answer_is_lost_is_settled_by_reading() {
    for (kind, uploads) in [(FaultKind::DropAfterCommit, 1), (FaultKind::DropBeforeCommit, 2)] {
        let shop = Shop::open().await;
        let id = shop.order_ids().remove(0);
        let mut order = shop.read(&id).await;
        let lines = order["order_items"].as_array_mut().unwrap();
        let count = lines.len();
        lines.push(json!({"name": "Extra mug"}));
        shop.sim.inject(Fault::new(kind.clone()).on("PUT", "/orders/*"));
        let done = shop.replace(with(&id, order)).await.unwrap();
        assert_eq!(done.data["verified"], true, "{kind:?}: {:?}", done.warnings);
        assert_eq!(shop.sent("PUT").len(), uploads, "{kind:?}");
        assert_eq!(shop.stored(&id)["order_items"].as_array().unwrap().len(), count + 1);
    }
}

#[tokio::test]
async fn single_steps_are_changes_with_arguments_of_their_own() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let add = |items: Value| -> AddItems { serde_json::from_value(json!({"order_id": id, "items": items})).unwrap() };
    let orders = shop.engine.orders();
    let added = orders
        .add_items(&shop.scope(), add(json!([{"name": "Extra mug", "code": "MUG-X"}])))
        .await
        .unwrap();
    assert_eq!(added.data["verified"], true);
    let stored = shop.stored(&id);
    assert_eq!(
        stored["order_items"].as_array().unwrap().last().unwrap()["code"],
        "MUG-X"
    );

    let address = |address: Value| -> UpdateAddress {
        serde_json::from_value(json!({"order_id": id, "address_type": "customer", "address": address})).unwrap()
    };
    orders
        .update_address(&shop.scope(), address(json!({"city": "Quitten"})))
        .await
        .unwrap();
    let mut expected = stored["customer"].clone();
    expected["city"] = "Quitten".into();
    assert_eq!(shop.stored(&id)["customer"], expected);

    let uploads = shop.sent("PUT").len();
    for (refused, path) in [
        (
            orders.add_items(&shop.scope(), add(json!([{"code": "MUG"}]))).await,
            "/items/0/name",
        ),
        (
            orders
                .update_address(&shop.scope(), address(json!({"town": "Q"})))
                .await,
            "/address/town",
        ),
        (
            orders
                .update_address(&shop.scope(), address(json!({"city": {"name": "Q"}})))
                .await,
            "/address/city",
        ),
    ] {
        let Error::Invalid(problems) = refused.unwrap_err() else {
            panic!("{path}")
        };
        assert_eq!(problems[0].path, path);
    }
    assert_eq!(shop.sent("PUT").len(), uploads);
}
