//! What a change of ours sets off, or makes Order Desk lose, is not told as somebody else's deed.

use od_sim::{Event, Rule, SimOptions};
use serde_json::json;

use crate::support::{Setup, Shop};

#[tokio::test]
async fn what_a_rule_did_that_the_change_set_off_is_told_by_the_history() {
    let defaults = Setup::default();
    let set = json!({ "tag_name": "warning" });
    let shop = Shop::open_with(Setup {
        sim: SimOptions {
            rules: vec![Rule {
                note: Some("Address Checked".into()),
                set: set.as_object().unwrap().clone(),
                move_to: Some("Awaiting Artwork".into()),
                ..Rule::on(Event::AddressChanged)
            }],
            ..defaults.sim
        },
        ..Setup::default()
    })
    .await;
    let id = shop.order_ids().remove(0);
    let done = shop
        .change(&id, json!({ "shipping": { "city": "Elsewhere" } }))
        .await
        .unwrap();
    assert_eq!(done.data["verified"], true, "{:?}", done.warnings);
    let told = done.warnings.join("\n");
    for words in ["/folder_id", "/tag_name", "this change set off", "\"Address Checked\""] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("Somebody else"), "{told}");
}

#[tokio::test]
async fn what_order_desk_does_not_keep_of_an_upload_is_told_as_such() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order["shipping"]["latitude"] = "52.5".into();
    });
    let done = shop.change(&id, json!({ "email": "new@example.test" })).await.unwrap();
    assert_eq!(shop.stored(&id)["email"], "new@example.test");
    let told = done.warnings.join("\n");
    assert!(
        told.contains("/shipping/latitude") && told.contains("names nobody else"),
        "{told}"
    );
    assert_eq!(done.data["verified"], false);
}
