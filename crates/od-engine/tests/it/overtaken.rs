//! Somebody else acts between our read and our upload, or uploads what they read before our change: what is told of it,
//! and what is done again.

use std::time::Duration;

use od_engine::orders::UpdateFull;
use od_engine::{MutationOptions, Outcome};
use od_sim::{Choices, Event, Fault, FaultKind, Rule, SimOptions};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, note_of, ops_of};

const CLOSED: u64 = 71003;

/// A shop with choices of its own, whose folders set off a rule.
async fn shop(choices: Choices, mutation: MutationOptions) -> Shop {
    let rule = |folder: &str| Rule {
        note: Some(format!("Customer E-mailed About {folder}")),
        ..Rule::on(Event::MovedInto(folder.to_owned()))
    };
    let defaults = Setup::default();
    Shop::open_with(Setup {
        sim: SimOptions {
            choices,
            rules: vec![rule("New"), rule("Closed")],
            ..defaults.sim
        },
        mutation,
        ..Setup::default()
    })
    .await
}

async fn usual() -> Shop {
    shop(Choices::default(), MutationOptions::default()).await
}

/// Orders that are in the first folder.
fn new_orders(shop: &Shop) -> Vec<String> {
    let ids = shop.order_ids().into_iter();
    ids.filter(|id| shop.stored(id)["folder_id"] == 71001).collect()
}

fn new_order(shop: &Shop) -> String {
    new_orders(shop).remove(0)
}

/// A person changes the order as soon as the next read of it has gone out.
fn a_person_will(shop: &Shop, patch: Value) {
    let patch = patch.as_object().unwrap().clone();
    shop.sim
        .inject(Fault::new(FaultKind::ConcurrentEdit { patch }).on("GET", "/orders/*"));
}

/// Another program, which read the order before our change, uploads what it made of that, when `reads` more have gone out.
fn another_program_will_upload(shop: &Shop, id: &str, reads: u32, fields: Value) {
    let mut record = shop.stored(id);
    record.insert("cc_number".to_owned(), record["cc_number_masked"].clone());
    record.extend(fields.as_object().unwrap().clone());
    let fault = FaultKind::ConcurrentUpload { record };
    shop.sim.inject(Fault::new(fault).on("GET", "/orders/*").after(reads));
}

fn told(done: &Outcome<Value>) -> String {
    done.warnings.join("\n")
}

fn uploads(shop: &Shop) -> Vec<Value> {
    shop.sent("PUT").into_iter().map(|sent| sent.body.unwrap()).collect()
}

#[tokio::test]
async fn a_persons_move_in_the_window_is_told_each_time() {
    let shop = usual().await;
    // A history keeps 250 entries, and each round leaves five, all of the same second.
    let ids = new_orders(&shop);
    assert!(ids.len() >= 4);
    for n in 0..100 {
        let id = &ids[n % ids.len()];
        a_person_will(&shop, json!({ "folder_id": CLOSED }));
        shop.sim.clear_requests();
        let done = shop
            .change(id, json!({ "checkout_data": { "Round": n.to_string() } }))
            .await
            .unwrap();
        assert_eq!(shop.stored(id)["folder_id"], 71001, "the upload has put it back");
        assert_eq!(done.data["verified"], false, "round {n}: {:?}", done.warnings);
        assert_eq!(done.data["order"]["checkout_data"]["Round"], n.to_string());
        let told = told(&done);
        for part in [
            "back in folder 71001",
            "orders_move_folder",
            r#"by "Jo Sample" at "2026-"#,
            r#""Order Moved to Closed Folder""#,
        ] {
            assert!(told.contains(part), "round {n}: {told}");
        }
        assert!(
            !told.contains("Order Updated"),
            "our own entries are nobody else's: {told}"
        );
        assert_eq!(shop.sim.requests().len(), 3);
    }
}

#[tokio::test]
async fn a_persons_edit_in_the_window_is_told() {
    let shop = usual().await;
    let id = new_order(&shop);
    a_person_will(&shop, json!({ "customer_id": "4711" }));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_ne!(shop.stored(&id)["customer_id"], "4711");
    assert_eq!(done.data["verified"], false);
    assert!(told(&done).contains(r#"by "Jo Sample""#), "{}", told(&done));
}

/// Undisturbed, and with rules that the change sets off or that somebody sets off later.
#[tokio::test]
async fn what_this_server_leaves_in_the_history_is_nobody_elses() {
    let shop = usual().await;
    let id = new_order(&shop);
    for n in 0..3 {
        let done = shop
            .change(&id, json!({ "checkout_data": { "Round": n.to_string() } }))
            .await
            .unwrap();
        assert_eq!((&done.data["verified"], done.warnings.len()), (&json!(true), 0));
        shop.note(&id, &format!("Note {n}")).await.unwrap();
        let history = json!({ "order_id": id, "message": format!("Entry {n}") });
        let input = serde_json::from_value(history).unwrap();
        shop.engine.orders().create_history(&shop.scope(), input).await.unwrap();
        let folder = if n % 2 == 0 { CLOSED } else { 71001 };
        let mut moving = ops_of(
            &id,
            json!([
                { "op": "add_note", "content": format!("Moving {n}") },
                { "op": "move_folder", "destination_folder_id": folder },
            ]),
        );
        moving.confirmed = true;
        let done = shop.engine.orders().mutate(&shop.scope(), moving).await.unwrap();
        assert_eq!(done.data["verified"], true);
        let [paging] = done.warnings.as_slice() else {
            panic!("{:?}", done.warnings);
        };
        assert!(paging.starts_with("Lists by folder have shifted"), "{paging}");
    }
}

#[tokio::test]
async fn a_persons_later_move_is_told_as_a_change_of_the_folder() {
    let shop = usual().await;
    let id = new_order(&shop);
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 150 }).on("PUT", "/orders/*"));
    let (engine, scope, change) = (shop.engine.clone(), shop.scope(), note_of(&id, "Hello"));
    let call = tokio::spawn(async move { engine.orders().mutate(&scope, change).await });
    // The upload is stored as soon as it has arrived; its answer comes later.
    while !shop.stored(&id)["order_notes"].to_string().contains("Hello") {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    shop.sim.edit_order(&shop.store.store_id, &id, |record| {
        record.insert("folder_id".to_owned(), CLOSED.into());
    });
    let done = call.await.unwrap().unwrap();
    assert_eq!(shop.stored(&id)["folder_id"], CLOSED);
    assert_eq!(done.data["verified"], true);
    assert_eq!(done.warnings.len(), 1);
    let told = "differ from what was uploaded: /folder_id. ";
    assert!(done.warnings[0].contains(told), "{:?}", done.warnings);
}

/// The history of a single order may not be had at all.
#[tokio::test]
async fn without_a_history_the_window_is_as_dark_as_the_docs_say() {
    let choices = Choices {
        history_on_single_read: false,
        ..Choices::default()
    };
    let shop = shop(choices, MutationOptions::default()).await;
    let id = new_order(&shop);
    a_person_will(&shop, json!({ "folder_id": CLOSED }));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(shop.stored(&id)["folder_id"], 71001);
    assert_eq!((&done.data["verified"], done.warnings.len()), (&json!(true), 0));
    assert_eq!(shop.sim.requests().len(), 3);
}

/// A move shows even there, because the upload that undoes it moves; a single edit does not.
#[tokio::test]
async fn where_uploads_leave_no_entry_a_move_is_told_and_a_lone_edit_is_not() {
    let choices = Choices {
        put_writes_history: false,
        ..Choices::default()
    };
    let shop = shop(choices, MutationOptions::default()).await;
    let id = new_order(&shop);
    let done = shop.change(&id, json!({ "email": "one@example.test" })).await.unwrap();
    assert_eq!((&done.data["verified"], done.warnings.len()), (&json!(true), 0));

    a_person_will(&shop, json!({ "folder_id": CLOSED }));
    let done = shop.change(&id, json!({ "email": "two@example.test" })).await.unwrap();
    assert_eq!(done.data["verified"], false);
    assert!(told(&done).contains("Order Moved to Closed Folder"), "{}", told(&done));

    a_person_will(&shop, json!({ "customer_id": "4711" }));
    let done = shop
        .change(&id, json!({ "email": "three@example.test" }))
        .await
        .unwrap();
    assert_eq!((&done.data["verified"], done.warnings.len()), (&json!(true), 0));
}

#[tokio::test]
async fn where_uploads_do_not_move_a_persons_move_stays_and_is_told() {
    let choices = Choices {
        put_moves_folder: false,
        ..Choices::default()
    };
    let shop = shop(choices, MutationOptions::default()).await;
    let id = new_order(&shop);
    a_person_will(&shop, json!({ "folder_id": CLOSED }));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(shop.stored(&id)["folder_id"], CLOSED);
    let told = told(&done);
    assert!(told.contains("differ from what was uploaded: /folder_id"), "{told}");
    assert!(
        told.contains("in folder 71003 now") && !told.contains("back in folder"),
        "{told}"
    );
}

#[tokio::test]
async fn the_history_is_never_uploaded_and_never_shown() {
    let shop = usual().await;
    let id = new_order(&shop);
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert!(uploads(&shop)[0].get("order_history").is_none());
    assert!(done.data["order"].get("order_history").is_none());
    let reads = shop.sent("GET");
    assert!(
        reads.iter().all(|read| read.query.contains("get_order_history=1")),
        "{reads:?}"
    );
}

#[tokio::test]
async fn a_window_is_told_when_the_answer_to_the_upload_is_lost_too() {
    let shop = usual().await;
    let id = new_order(&shop);
    a_person_will(&shop, json!({ "folder_id": CLOSED }));
    shop.sim
        .inject(Fault::new(FaultKind::DropAfterCommit).on("PUT", "/orders/*"));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(done.data["verified"], false);
    assert!(told(&done).contains("Order Moved to Closed Folder"), "{}", told(&done));
}

#[tokio::test]
async fn a_change_that_another_program_erased_is_laid_again() {
    let shop = usual().await;
    let id = new_order(&shop);
    let lines = shop.stored(&id)["order_items"].as_array().unwrap().len();
    another_program_will_upload(&shop, &id, 1, json!({ "customer_id": "4711" }));
    let change = ops_of(
        &id,
        json!([
            { "op": "set_fields", "fields": { "email": "new@example.test" } },
            { "op": "add_note", "content": "Told once" },
            { "op": "add_items", "items": [{ "name": "Extra mug", "code": "MUG-X", "quantity": 1, "price": 3 }] },
        ]),
    );
    let done = shop.engine.orders().mutate(&shop.scope(), change).await.unwrap();
    assert_eq!(
        (&done.data["attempts"], &done.data["verified"]),
        (&json!(2), &json!(true))
    );
    assert!(told(&done).contains("erased"), "{}", told(&done));
    assert!(
        !told(&done).contains("Order Updated"),
        "nobody was overwritten: {}",
        told(&done)
    );
    assert_eq!(done.data["changes"].as_array().unwrap().len(), 3);
    let stored = shop.stored(&id);
    assert_eq!(
        (&stored["email"], &stored["customer_id"]),
        (&json!("new@example.test"), &json!("4711"))
    );
    let count = |list: &str, key: &str, value: &str| {
        let rows = stored[list].as_array().unwrap();
        rows.iter().filter(|row| row[key] == value).count()
    };
    assert_eq!(count("order_notes", "content", "Told once"), 1);
    assert_eq!(count("order_items", "code", "MUG-X"), 1);
    assert_eq!(stored["order_items"].as_array().unwrap().len(), lines + 1);
    assert_eq!(uploads(&shop).len(), 2);
}

/// The program that had read the order with our line in it puts it back while we wait.
#[tokio::test]
async fn a_line_that_came_back_by_itself_is_not_added_twice() {
    let shop = usual().await;
    let id = new_order(&shop);
    another_program_will_upload(&shop, &id, 1, json!({ "customer_id": "4711" }));
    let line = json!({ "name": "Extra mug", "code": "MUG-X", "quantity": 1, "price": 3 });
    let change = ops_of(&id, json!([{ "op": "add_items", "items": [line] }]));
    let (engine, scope) = (shop.engine.clone(), shop.scope());
    let call = tokio::spawn(async move { engine.orders().mutate(&scope, change).await });
    while shop.sent("GET").iter().filter(|read| read.status.is_some()).count() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    shop.sim.edit_order(&shop.store.store_id, &id, |record| {
        let mut line = line.clone();
        line["id"] = "99999".into();
        record["order_items"].as_array_mut().unwrap().push(line);
    });
    let done = call.await.unwrap().unwrap();
    assert_eq!(uploads(&shop).len(), 1, "{:?}", done.warnings);
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    let stored = shop.stored(&id);
    let lines = stored["order_items"].as_array().unwrap().iter();
    assert_eq!(lines.filter(|line| line["code"] == "MUG-X").count(), 1);
}

#[tokio::test]
async fn a_change_that_is_erased_again_and_again_ends_and_is_told() {
    let mutation = MutationOptions {
        max_retries: 1,
        ..MutationOptions::default()
    };
    let shop = shop(Choices::default(), mutation).await;
    let id = new_order(&shop);
    another_program_will_upload(&shop, &id, 1, json!({ "customer_id": "1" }));
    another_program_will_upload(&shop, &id, 2, json!({ "customer_id": "2" }));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(
        (&done.data["attempts"], &done.data["verified"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(uploads(&shop).len(), 2);
    assert!(told(&done).contains("/email"), "{}", told(&done));
}

/// It names every field: laid once more it would take back what the other program changed.
#[tokio::test]
async fn a_record_given_whole_is_not_laid_again() {
    let shop = usual().await;
    let id = new_order(&shop);
    another_program_will_upload(&shop, &id, 1, json!({ "customer_id": "4711" }));
    let mut order = shop.stored(&id);
    order.insert("email".to_owned(), "new@example.test".into());
    let input = UpdateFull {
        store: None,
        order_id: id.clone(),
        order,
        allow_loss: false,
        expected_date_updated: None,
        dry_run: false,
        confirm: false,
    };
    let done = shop.engine.orders().update_full(&shop.scope(), input).await.unwrap();
    assert_eq!(
        (&done.data["attempts"], &done.data["verified"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(shop.stored(&id)["customer_id"], "4711");
}

/// A field that Order Desk ignores looks as it was before as well, but nobody has changed anything else.
#[tokio::test]
async fn what_order_desk_ignores_is_not_sent_again() {
    let shop = usual().await;
    let id = new_order(&shop);
    let before = shop.stored(&id);
    another_program_will_upload(&shop, &id, 1, json!({}));
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(shop.stored(&id)["email"], before["email"]);
    assert_eq!(
        (&done.data["attempts"], &done.data["verified"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(uploads(&shop).len(), 1);
}

/// Who sets a field back in Order Desk's pages means it: no second upload stands in the history.
#[tokio::test]
async fn what_a_person_has_set_back_is_told_and_not_sent_again() {
    let shop = usual().await;
    let id = new_order(&shop);
    let before = shop.stored(&id)["email"].clone();
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 150 }).on("PUT", "/orders/*"));
    let (engine, scope) = (shop.engine.clone(), shop.scope());
    let change = ops_of(
        &id,
        json!([{ "op": "set_fields", "fields": { "email": "new@example.test" } }]),
    );
    let call = tokio::spawn(async move { engine.orders().mutate(&scope, change).await });
    // The upload is stored as soon as it has arrived; its answer comes later.
    while shop.stored(&id)["email"] != "new@example.test" {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    shop.sim.edit_order(&shop.store.store_id, &id, |record| {
        record.insert("email".to_owned(), before.clone());
        record.insert("customer_id".to_owned(), "4711".into());
    });
    let done = call.await.unwrap().unwrap();
    assert_eq!(shop.stored(&id)["email"], before);
    assert_eq!(
        (&done.data["attempts"], &done.data["verified"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(uploads(&shop).len(), 1);
}

#[tokio::test]
async fn all_changes_that_went_up_together_hear_of_the_window() {
    let shop = usual().await;
    let id = new_order(&shop);
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 150 }).on("PUT", "/orders/*"));
    let first = note_of(&id, "First");
    let mut tasks = tokio::task::JoinSet::new();
    let (engine, scope) = (shop.engine.clone(), shop.scope());
    tasks.spawn(async move { engine.orders().mutate(&scope, first).await });
    while shop.sent("PUT").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for n in 0..5 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let change = note_of(&id, &format!("Note {n}"));
        tasks.spawn(async move { engine.orders().mutate(&scope, change).await });
    }
    // The first change has one read to come.
    let patch = json!({ "folder_id": CLOSED }).as_object().unwrap().clone();
    let edit = FaultKind::ConcurrentEdit { patch };
    shop.sim.inject(Fault::new(edit).on("GET", "/orders/*").after(1));
    let mut verified = 0;
    while let Some(done) = tasks.join_next().await {
        let done = done.unwrap().unwrap();
        verified += u32::from(done.data["verified"] == true);
        let heard = told(&done).contains("Order Moved to Closed Folder");
        assert_eq!(done.data["verified"] == false, heard, "{}", told(&done));
    }
    assert_eq!(verified, 1, "the first one came before");
}
