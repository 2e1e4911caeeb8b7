//! Inventory items.

use serde_json::{Value, json};

use crate::call::Call;
use crate::model::fields::{self, Record};
use crate::model::inventory;
use crate::reply::{Answer, Reply};
use crate::state::{Ids, Shop, digits};

const DEFAULT_LIMIT: usize = 50;
const MOST: usize = 500;

pub(crate) fn list(shop: &Shop, call: &Call<'_>) -> Reply {
    let codes: Option<Vec<&str>> = call
        .param("code")
        .map(|codes| codes.split(',').map(str::trim).collect());
    let search = call.param("search").map(str::to_lowercase);
    let wanted = |item: &&Record| {
        let code = inventory::code(item);
        let name = item.get("name").and_then(fields::text).unwrap_or_default();
        codes.as_ref().is_none_or(|codes| codes.contains(&code))
            && search.as_ref().is_none_or(|text| {
                code.to_lowercase().contains(text.as_str()) || name.to_lowercase().contains(text.as_str())
            })
    };
    let found: Vec<&Record> = shop.inventory.values().filter(wanted).collect();
    let limit = call.count("limit").unwrap_or(DEFAULT_LIMIT).clamp(1, MOST);
    let page = found.iter().skip(call.count("offset").unwrap_or(0)).take(limit);
    let page: Vec<Value> = page.map(|item| Value::Object((*item).clone())).collect();
    // The total is text here, and not always the truth.
    let total = if call.choices.untrue_inventory_total && codes.is_some() {
        0
    } else {
        found.len()
    };
    Reply::success()
        .with("records_returned", page.len().into())
        .with("total_records", total.to_string().into())
        .with("initial_records_returned", page.len().into())
        .with("inventory_items", page.into())
}

pub(crate) fn show(shop: &Shop, id: &str) -> Answer {
    let id = shop.inventory_id(id)?;
    let item = shop.inventory.get(&id).cloned().map_or(Value::Null, Value::Object);
    Ok(Reply::success()
        .with("records_returned", json!(1))
        .with("initial_records_returned", json!(1))
        .with("inventory_item", item))
}

pub(crate) fn create(shop: &mut Shop, call: &Call<'_>) -> Answer {
    let input = call.object()?;
    let has = |key: &str| {
        input
            .get(key)
            .and_then(fields::text)
            .is_some_and(|text| !text.is_empty())
    };
    let mut errors: Vec<String> = Vec::new();
    for key in ["name", "code"] {
        if !has(key) {
            errors.push(format!("{key} is required"));
        }
    }
    let code = input.get("code").and_then(fields::text).unwrap_or_default();
    if has("code") && shop.inventory_coded(&code).is_some() {
        errors.push(format!("an inventory item with the code {code} exists"));
    }
    if !errors.is_empty() {
        return Err(Reply::invalid("Inventory Item Not Added", errors));
    }
    let id = Ids::next(&mut shop.ids.inventory);
    let item = inventory::create(&input, id, &call.now());
    shop.inventory.insert(id, item.clone());
    let reply = Reply::success().code(call.created()).message("Inventory Item Added");
    Ok(reply.with("inventory_item", Value::Object(item)))
}

pub(crate) fn replace(shop: &mut Shop, call: &Call<'_>, id: &str) -> Answer {
    let id = shop.inventory_id(id)?;
    let input = call.object()?;
    put(shop, id, &input, &call.now());
    Ok(Reply::success().message("Inventory Item Updated"))
}

pub(crate) fn delete(shop: &mut Shop, id: &str) -> Answer {
    let number = shop.inventory_id(id)?;
    shop.inventory.remove(&number);
    Ok(Reply::success().message(format!("Inventory Item {id} Deleted")))
}

/// A bare array of full items. Says only how many there were; entries with unknown ids are passed over in silence.
pub(crate) fn batch(shop: &mut Shop, call: &Call<'_>) -> Answer {
    let entries = call.array()?;
    let mut updated = 0;
    for input in entries.iter().filter_map(Value::as_object) {
        let id = input.get("id").and_then(fields::text).and_then(|id| digits(&id));
        if let Some(id) = id.filter(|id| shop.inventory.contains_key(id)) {
            put(shop, id, input, &call.now());
            updated += 1;
        }
    }
    Ok(Reply::success().message(format!("{updated} Inventory Items Updated")))
}

fn put(shop: &mut Shop, id: u64, input: &Record, now: &str) {
    if let Some(item) = shop.inventory.get_mut(&id) {
        *item = inventory::replace(input, item, now);
    }
}
