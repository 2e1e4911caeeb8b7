//! Orders that are probably one, against comparing each with each, and against a table made by hand.

use std::collections::{BTreeMap, BTreeSet};

use od_engine::insight::Duplicates;

use super::*;

pub async fn duplicates(shop: &Shop, input: Value) -> Value {
    let input: Duplicates = serde_json::from_value(input).unwrap();
    shop.engine
        .insight()
        .duplicates(&shop.scope(), input)
        .await
        .unwrap()
        .data
}

type Groups = BTreeSet<(BTreeSet<String>, BTreeSet<String>)>;

/// What is told of all groups: their orders and reasons. A reply has room for few: all pages are read.
pub async fn told(shop: &Shop, window_hours: i64) -> Groups {
    let mut input = json!({ "window_hours": window_hours });
    let mut groups = Groups::new();
    loop {
        let page = duplicates(shop, input.clone()).await;
        for group in page["groups"].as_array().unwrap() {
            let orders = group["orders"].as_array().unwrap();
            let ids: BTreeSet<String> = orders.iter().map(|order| text(order, "id")).collect();
            let reasons = group["reasons"].as_array().unwrap();
            let reasons = reasons
                .iter()
                .map(|reason| reason.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(group["orders_in_group"].as_u64().unwrap().min(12), ids.len() as u64);
            assert!(groups.insert((ids, reasons)), "each group once");
        }
        match page.get("next_offset") {
            Some(next) => input["offset"] = next.clone(),
            None => return groups,
        }
    }
}

fn text(record: &Value, name: &str) -> String {
    let value = &record[name];
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Why two orders are one, by the letter of the definition.
fn reasons(left: &Value, right: &Value, window_hours: i64) -> BTreeSet<String> {
    let lines = |order: &Value| {
        let mut lines: BTreeMap<String, i64> = BTreeMap::new();
        for line in order["order_items"].as_array().unwrap() {
            let (code, name) = (text(line, "code"), text(line, "name"));
            let key = if code.is_empty() {
                format!("name {name}")
            } else {
                format!("code {code}")
            };
            *lines.entry(key.to_lowercase()).or_default() += line["quantity"].as_i64().unwrap();
        }
        lines
    };
    let second = |order: &Value| {
        let at: jiff::civil::DateTime = text(order, "date_added").parse().unwrap();
        at.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second()
    };
    let near = (second(left) - second(right)).abs() <= window_hours * 3_600 && lines(left) == lines(right);
    let email = |order: &Value| text(order, "email").replace(' ', "").to_lowercase();
    let place = |order: &Value| {
        let bare = |part: &str| text(&order["shipping"], part).to_lowercase().replace([' ', '.'], "");
        (bare("address1"), bare("address2"), bare("postal_code"), bare("country"))
    };
    let id = |order: &Value| text(order, "source_id");
    let merged = |merged: &Value, original: &Value| id(merged) == id(original) + "-M" && !id(original).is_empty();
    let mut reasons = BTreeSet::new();
    let mut holds = |reason: &str, holds: bool| _ = holds && reasons.insert(reason.to_owned());
    holds(
        "same_email_and_lines",
        near && email(left) == email(right) && !email(left).is_empty(),
    );
    holds(
        "same_address_and_lines",
        near && place(left) == place(right) && !place(left).0.is_empty(),
    );
    let same_channel = text(left, "source_name") == text(right, "source_name");
    holds(
        "same_source_id",
        id(left) == id(right) && !id(left).is_empty() && same_channel,
    );
    holds("merged_and_original", merged(left, right) || merged(right, left));
    reasons
}

/// The groups that comparing each with each finds.
pub fn naive(orders: &[Value], folders: &[(String, String)], window_hours: i64) -> Groups {
    let is_canceled = |order: &Value| {
        let folder = folders.iter().find(|(id, _)| *id == text(order, "folder_id"));
        folder.is_some_and(|(_, name)| name == "Canceled")
    };
    let orders: Vec<&Value> = orders.iter().filter(|order| !is_canceled(order)).collect();
    let mut group_of: Vec<usize> = (0..orders.len()).collect();
    let mut found: Vec<(usize, BTreeSet<String>)> = Vec::new();
    for (at, left) in orders.iter().enumerate() {
        for (other, right) in orders.iter().enumerate().skip(at + 1) {
            let why = reasons(left, right, window_hours);
            if !why.is_empty() {
                let (from, to) = (group_of[other], group_of[at]);
                group_of
                    .iter_mut()
                    .filter(|group| **group == from)
                    .for_each(|group| *group = to);
                found.push((at, why));
            }
        }
    }
    let mut groups: BTreeMap<usize, (BTreeSet<String>, BTreeSet<String>)> = BTreeMap::new();
    for (at, why) in found {
        groups.entry(group_of[at]).or_default().1.extend(why);
    }
    for (at, order) in orders.iter().enumerate() {
        let Some(group) = groups.get_mut(&group_of[at]) else {
            continue;
        };
        group.0.insert(text(order, "id"));
        let shares =
            |other: &&Value| text(other, "source_id") == text(order, "source_id") && other["id"] != order["id"];
        let mates = orders
            .iter()
            .enumerate()
            .filter(|(other, _)| group_of[*other] == group_of[at]);
        if !text(order, "source_id").is_empty() && mates.map(|(_, other)| other).any(shares) {
            group.1.insert("same_source_id".to_owned());
        }
    }
    groups.into_values().collect()
}

#[tokio::test]
async fn orders_that_are_probably_one_are_told_with_the_reasons() {
    let store = SeedStore::new("90001", "Empty", ShopKind::Empty, 0).in_zone("UTC", None);
    let (shop, _) = shop_with(setup(vec![store])).await;
    let canceled = shop.sim.folders("90001")[3].0.clone();
    let put = |channel: &str, source_id: &str, minutes: u64, email: &str, street: &str, codes: &[&str]| {
        let added = now() - Duration::from_mins(minutes);
        let items: Vec<Value> = codes
            .iter()
            .map(|code| json!({"name": code, "code": code, "price": 1}))
            .collect();
        let order = json!({
            "source_name": channel, "source_id": source_id, "email": email, "order_items": items,
            "date_added": added.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            "shipping": {"first_name": "A", "address1": street, "postal_code": "1", "country": "DE"},
        });
        shop.sim.put_order("90001", order.as_object().unwrap()).unwrap()
    };
    // The same twice within minutes; lines in another order, the address written otherwise.
    let first = put("Etsy", "E1", 9_000, "ada@x.test", "1 Row", &["MUG", "TOTE"]);
    let again = put("Etsy", "E2", 8_990, "ADA@x.test", "1, row", &["TOTE", "MUG"]);
    // Too late, and other lines.
    put("Etsy", "E3", 7_000, "ada@x.test", "1 Row", &["MUG", "TOTE"]);
    put("Etsy", "E4", 8_991, "ada@x.test", "1 Row", &["MUG"]);
    // One id twice in a channel, whenever; in two channels it means nothing.
    let once = put("Shopify", "77", 90_000, "", "", &["A"]);
    let twice = put("Shopify", "77", 5_000, "bo@x.test", "", &["B"]);
    put("Etsy", "77", 5_000, "cy@x.test", "", &["C"]);
    // In two channels, and to one address.
    let here = put("Shopify", "88", 4_000, "", "2 Lane", &["POT"]);
    let there = put("Etsy", "88", 3_990, "", "2 LANE", &["POT"]);
    // A merged order, and the one it was made of.
    let original = put("Etsy", "99", 3_000, "", "", &["PIN"]);
    let merged = put("Etsy", "99-M", 2_000, "", "", &["PIN", "BAG"]);
    // What is canceled is done with.
    put("Etsy", "100", 100, "eve@x.test", "3 Way", &["CAP"]);
    let done = put("Etsy", "101", 99, "eve@x.test", "3 Way", &["CAP"]);
    shop.sim.edit_order("90001", &done, |order| {
        order.insert("folder_id".to_owned(), canceled.parse::<u64>().unwrap().into());
    });
    let data = duplicates(&shop, json!({})).await;
    let groups: Vec<_> = data["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let ids: Vec<String> = group["orders"]
                .as_array()
                .unwrap()
                .iter()
                .map(|order| text(order, "id"))
                .collect();
            (ids, group["reasons"].clone(), group["minutes_apart"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(
        groups,
        [
            (vec![original, merged], json!(["merged_and_original"]), 1_000),
            (
                vec![here, there],
                json!(["same_address_and_lines", "same_source_id"]),
                10
            ),
            (vec![once, twice], json!(["same_source_id"]), 85_000),
            (
                vec![first, again],
                json!(["same_email_and_lines", "same_address_and_lines"]),
                10
            ),
        ]
    );
    assert_eq!((&data["complete"], &data["orders_counted"]), (&json!(true), &json!(12)));
    let wide = duplicates(&shop, json!({ "window_hours": 48 })).await;
    assert_eq!(wide["groups"][3]["orders_in_group"], 3, "{wide}");
}
