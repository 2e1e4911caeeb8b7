//! Lists of inventory items: walks, jumps, totals that are not true.

use std::collections::BTreeSet;

use od_sim::{Choices, SimOptions};
use serde_json::{Value, json};

use crate::products::{all, id, list};
use crate::support::{Setup, Shop};

#[tokio::test]
async fn a_walk_sees_every_item_once_and_ends() {
    let shop = Shop::open().await;
    let everything: BTreeSet<String> = all(&shop).await.iter().map(id).collect();
    let (mut seen, mut offset) = (Vec::new(), Some(0));
    while let Some(at) = offset {
        let page = list(&shop, json!({ "limit": 5, "offset": at })).await;
        let rows = page.data["products"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_u64().unwrap().to_string()));
        let page = page.page.unwrap();
        assert_eq!((page.total, page.returned), (None, rows.len() as u64));
        offset = page.next_offset;
    }
    assert_eq!(seen.len(), everything.len());
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), everything);
    assert_eq!(shop.sim.requests().len(), everything.len().div_ceil(5));
}

/// Each page used to be compared with the one before it, down to the first: one call for each, and a stack that overflowed.
#[tokio::test]
async fn who_jumps_far_into_a_list_pays_for_two_pages() {
    let shop = Shop::open().await;
    let everything = all(&shop).await.len();
    let before = shop.sim.requests().len();
    let page = list(&shop, json!({ "limit": 1, "offset": everything - 2 })).await;
    assert_eq!(page.page.unwrap().next_offset, Some(everything as u64 - 1));
    assert_eq!(shop.sim.requests().len() - before, 2);
}

#[tokio::test]
async fn a_total_that_is_not_true_is_not_believed() {
    let choices = Choices {
        untrue_inventory_total: true,
        ..Choices::default()
    };
    let setup = Setup::default();
    let sim = SimOptions { choices, ..setup.sim };
    let shop = Shop::open_with(Setup { sim, ..setup }).await;
    let items = all(&shop).await;
    let codes = format!(
        "{}, {}",
        items[0]["code"].as_str().unwrap(),
        items[1]["code"].as_str().unwrap()
    );
    let found = list(&shop, json!({ "code": codes, "fields": ["code"] })).await;
    let expected: Vec<Value> = items[..2]
        .iter()
        .map(|item| json!({ "id": item["id"], "code": item["code"] }))
        .collect();
    assert_eq!(found.data["products"], json!(expected));
    assert_eq!(found.data["applied"]["fields"], json!(["code"]));
    let page = found.page.unwrap();
    assert_eq!((page.total, page.returned, page.next_offset), (None, 2, None));
    assert_eq!(
        shop.sent("GET")[0].query,
        "code=MUG-BLU-11%2CMUG-CRM-11&limit=50&offset=0"
    );
}

#[tokio::test]
async fn codes_that_no_item_has_are_named() {
    let shop = Shop::open().await;
    let code = all(&shop).await[0]["code"].as_str().unwrap().to_owned();
    let told = list(&shop, json!({ "code": format!("NOPE, {code},Nil") })).await;
    assert_eq!(told.data["products"].as_array().unwrap().len(), 1);
    assert_eq!(
        told.warnings,
        ["No inventory item of the store has the code \"NOPE\", \"Nil\"."]
    );
    assert_eq!(
        list(&shop, json!({ "code": code })).await.warnings,
        Vec::<String>::new()
    );
}
