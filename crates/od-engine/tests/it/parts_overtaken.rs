//! What somebody else does to an order while one of its parts is changed: the part that is read back is what was uploaded, so
//! only the order's history tells.

use std::time::Duration;

use od_engine::items::UpdatePart;
use od_engine::stores::Register;
use od_engine::{Clock, Engine, Outcome, Scope};
use od_sim::{Fault, FaultKind};
use serde_json::{Map, Value, json};

use crate::products::{change, change_of, first};
use crate::support::{Setup, Shop, ids_of, new_tenant, options, scope};

const ITEM_PATH: &str = "/orders/*/order-items/*";
const SHIPMENT_PATH: &str = "/orders/*/shipments/*";

/// An order with a shipment, the member that holds its parts of one sort, and a change to the first of them.
struct Change {
    member: &'static str,
    /// Where its last read before the upload goes.
    read: &'static str,
    path: &'static str,
    fields: Value,
    /// What somebody else sets in the same part.
    theirs: (&'static str, Value),
}

fn changes() -> [Change; 2] {
    [
        Change {
            member: "order_items",
            read: "/orders/*",
            path: ITEM_PATH,
            fields: json!({ "price": 3 }),
            theirs: ("quantity", json!(9)),
        },
        Change {
            member: "order_shipments",
            read: SHIPMENT_PATH,
            path: SHIPMENT_PATH,
            fields: json!({ "shipment_method": "Express" }),
            theirs: ("tracking_number", json!("JD99")),
        },
    ]
}

impl Change {
    fn order(&self, shop: &Shop) -> String {
        let has_one = |id: &String| !self.parts(shop, id).is_empty();
        shop.order_ids().into_iter().find(has_one).unwrap()
    }

    fn parts(&self, shop: &Shop, order: &str) -> Vec<Value> {
        shop.stored(order)[self.member].as_array().unwrap().clone()
    }

    /// The parts of the order as somebody else has edited them.
    fn patch(&self, shop: &Shop, order: &str) -> Map<String, Value> {
        let mut parts = self.parts(shop, order);
        parts[0][self.theirs.0] = self.theirs.1.clone();
        json!({ self.member: parts }).as_object().unwrap().clone()
    }

    /// A shop in which somebody else edits the same part at the next request of this method to this path, and its order.
    async fn edited_at(&self, method: &str, path: &str) -> (Shop, String) {
        let shop = Shop::open().await;
        let order = self.order(&shop);
        let edit = FaultKind::ConcurrentEdit {
            patch: self.patch(&shop, &order),
        };
        shop.sim.inject(Fault::new(edit).on(method, path));
        (shop, order)
    }

    async fn run(&self, shop: &Shop, scope: &Scope, order: &str) -> Outcome<Value> {
        let id = &ids_of(&self.parts(shop, order))[0];
        let input = json!({ "order_id": order, "item_id": id, "item": self.fields });
        let input: UpdatePart = serde_json::from_value(input).unwrap();
        let done = match self.member {
            "order_items" => shop.engine.order_items().update(scope, input).await,
            _ => shop.engine.shipments().update(scope, input).await,
        };
        done.unwrap()
    }
}

#[tokio::test]
async fn an_edit_of_the_same_part_before_the_upload_is_told() {
    for change in changes() {
        let (shop, order) = change.edited_at("PUT", change.path).await;
        let done = change.run(&shop, &shop.scope(), &order).await;
        assert_ne!(
            change.parts(&shop, &order)[0][change.theirs.0],
            change.theirs.1,
            "undone"
        );
        let told = done.warnings.join(" ");
        for part in ["cannot be known", "is undone", "by \"Jo Sample\"", "Order Edited"] {
            assert!(told.contains(part), "{}: {told}", change.member);
        }
    }
}

#[tokio::test]
async fn an_edit_before_an_entry_of_the_api_leaves_the_change_unverified() {
    for change in changes() {
        let (shop, order) = change.edited_at("GET", change.read).await;
        // Another upload of that record: it changes nothing, and the history has an entry of the API.
        let record = change.patch(&shop, &order);
        let upload = FaultKind::ConcurrentUpload { record };
        shop.sim.inject(Fault::new(upload).on("PUT", change.path));
        let done = change.run(&shop, &shop.scope(), &order).await;
        assert_eq!(done.data["verified"], false, "{}", change.member);
        assert!(
            done.warnings.iter().any(|told| told.contains("verified is false")),
            "{:?}",
            done.warnings
        );
    }
}

#[tokio::test]
async fn what_others_did_before_the_read_and_what_nobody_did_is_not_told() {
    for change in changes() {
        let shop = Shop::open().await;
        let order = change.order(&shop);
        let patch = change.patch(&shop, &order);
        shop.sim
            .edit_order(&shop.store.store_id, &order, |fields| fields.extend(patch));
        let done = change.run(&shop, &shop.scope(), &order).await;
        assert_eq!(done.data["verified"], true, "{}", change.member);
        assert!(
            done.warnings.iter().all(|told| !told.contains("history")),
            "{:?}",
            done.warnings
        );
        assert_eq!(change.parts(&shop, &order)[0][change.theirs.0], change.theirs.1);
    }
}

/// Label images can make an order larger than a reply that is read. Its lines can be changed all the same.
#[tokio::test]
async fn a_line_of_an_order_that_is_too_large_is_read_alone() {
    let shop = Shop::open().await;
    let [change, _] = changes();
    let order = change.order(&shop);
    shop.sim.inject(
        Fault::new(FaultKind::Huge { megabytes: 40 })
            .on("GET", "/orders/*")
            .times(0),
    );
    let done = change.run(&shop, &shop.scope(), &order).await;
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    assert_eq!(change.parts(&shop, &order)[0]["price"], 3);
}

#[tokio::test]
async fn a_lost_answer_tells_of_others_too() {
    for change in changes() {
        let (shop, order) = change.edited_at("GET", change.read).await;
        shop.sim
            .inject(Fault::new(FaultKind::DropAfterCommit).on("PUT", change.path));
        let done = change.run(&shop, &shop.scope(), &order).await;
        let told = done.warnings.join(" ");
        assert!(
            told.contains("answer to the upload was lost") && told.contains("Jo Sample"),
            "{told}"
        );
    }
}

/// Nothing answers the upload, reading does not show it, and it arrives before the next attempt reads: what it changed is told, and
/// kept for whoever asks what was there before.
#[tokio::test]
async fn an_upload_that_arrives_late_is_told_of() {
    for change in changes() {
        let shop = Shop::open().await;
        let order = change.order(&shop);
        shop.sim
            .inject(Fault::new(FaultKind::DropBeforeCommit).on("PUT", change.path));
        let arrives = async {
            read_after_upload(&shop).await;
            let mut parts = change.parts(&shop, &order);
            let (name, value) = change.fields.as_object().unwrap().iter().next().unwrap();
            parts[0][name] = value.clone();
            let sent = shop.sim.edit_order_unseen(&shop.store.store_id, &order, |fields| {
                fields.insert(change.member.to_owned(), parts.into());
            });
            assert!(sent);
        };
        let scope = shop.scope();
        let (done, ()) = tokio::join!(change.run(&shop, &scope, &order), arrives);
        assert_eq!(shop.sent("PUT").len(), 1, "{}", change.member);
        assert!(!done.data["changes"].as_array().unwrap().is_empty(), "{}", done.data);
        assert!(
            done.warnings.iter().any(|told| told.contains("change was stored")),
            "{:?}",
            done.warnings
        );
    }
}

/// Waits until something was uploaded, and read to see what became of it.
async fn read_after_upload(shop: &Shop) {
    loop {
        let calls = shop.sim.requests();
        let sent = calls.iter().position(|call| call.method == "PUT");
        if sent.is_some_and(|sent| calls[sent..].iter().any(|call| call.method == "GET")) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Its answer has to be on its way.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn an_upload_of_an_inventory_item_that_arrives_late_is_told_of() {
    let shop = Shop::open().await;
    let (id, _) = first(&shop).await;
    let engine = Engine::open(options(Setup::default(), &shop.sim), Clock::system())
        .await
        .unwrap();
    let other = scope(&new_tenant(&engine).await);
    let register = Register {
        store_id: shop.store.store_id.clone(),
        api_key: shop.store.api_key.clone().into(),
        store_name: None,
        label: None,
        verify: false,
    };
    engine.stores().register(&other, register).await.unwrap();
    shop.sim.clear_requests();
    shop.sim
        .inject(Fault::new(FaultKind::DropBeforeCommit).on("PUT", "/inventory-items/*"));
    let arrives = async {
        read_after_upload(&shop).await;
        let upload = change_of(&id, json!({ "price": "15.75" }));
        engine.products().update(&other, upload).await.unwrap();
    };
    let (done, ()) = tokio::join!(change(&shop, &id, json!({ "price": "15.75" })), arrives);
    let done = done.unwrap();
    assert_eq!(shop.sent("PUT").len(), 2, "the lost one, and as it arrives");
    assert_eq!(done.data["changes"][0]["path"], "/price", "{}", done.data);
    assert!(
        done.warnings.iter().any(|told| told.contains("change was stored")),
        "{:?}",
        done.warnings
    );
}
