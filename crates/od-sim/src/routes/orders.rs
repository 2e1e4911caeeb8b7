//! One order: create, read, replace, delete, and its history.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::call::Call;
use crate::model::fields::{self, Record};
use crate::model::{inventory, order};
use crate::reply::{Answer, Reply};
use crate::rules::{self, Event};
use crate::state::{Ids, Order, Shop, THE_API};

use super::move_orders;

const NOT_ADDED: &str = "Order Not Added";

pub(crate) fn show(shop: &Shop, call: &Call<'_>, id: &str) -> Answer {
    let with_history = call.choices.history_on_single_read && call.wants_history();
    Ok(Reply::success().with("order", shop.order(id)?.public(with_history)))
}

pub(crate) fn create(shop: &mut Shop, call: &Call<'_>) -> Answer {
    let mut input = call.object()?;
    if call.choices.flat_names_on_create {
        order::nest(&mut input);
    }
    let errors = order::problems(&input);
    if !errors.is_empty() {
        return Err(Reply::invalid(NOT_ADDED, errors));
    }
    let asked = input
        .get("folder_id")
        .and_then(fields::text)
        .and_then(|id| id.parse().ok());
    let known = asked.filter(|id| shop.has_folder(*id));
    if asked.is_some() && known.is_none() && call.choices.refuse_unknown_folder {
        return Err(Reply::invalid(NOT_ADDED, vec!["Folder Not Found".into()]));
    }
    if let Some(id) = already_imported(shop, &input) {
        let told = format!("Order has already been imported as order {id}");
        let refusal = Reply::invalid(&format!("{NOT_ADDED}: {told}"), vec![told]);
        return Err(if call.choices.duplicate_order_is_200 {
            refusal.code(StatusCode::OK)
        } else {
            refusal
        });
    }
    let now = call.now();
    let id = add(shop, &input, known.unwrap_or_else(|| shop.first_folder()), &now);
    take_from_stock(shop, id, &now);
    rules::run(shop, call.rules, id, &Event::Imported, &now);
    let order = shop.orders.get(&id).map_or(Value::Null, |order| order.public(false));
    Ok(Reply::success()
        .code(call.created())
        .message("Order Added")
        .with("order", order))
}

/// Stores a new order and gives its id. Checks nothing.
pub(crate) fn add(shop: &mut Shop, input: &Record, folder_id: i64, now: &str) -> u64 {
    let id = Ids::next(&mut shop.ids.order);
    let items = &mut shop.ids.item;
    let fields = order::create(input, &order::Origin { id, folder_id, now }, || Ids::next(items));
    let source = fields.get("source_name").and_then(fields::text).unwrap_or_default();
    let mut order = Order {
        fields,
        history: Vec::new(),
        is_changed: true,
    };
    order.note(&source, "Order Imported", now);
    shop.orders.insert(id, order);
    count_email(shop, id);
    id
}

pub(crate) fn replace(shop: &mut Shop, call: &Call<'_>, id: &str) -> Answer {
    let number = shop.order_id(id)?;
    let input = call.object()?;
    let mut errors = order::too_large(&input);
    if !call.choices.put_blanks_names {
        errors.extend(order::nobody(&input));
    }
    if !errors.is_empty() {
        return Err(Reply::invalid("Order Not Updated", errors));
    }
    let now = call.now();
    let items = &mut shop.ids.item;
    if let Some(order) = shop.orders.get_mut(&number) {
        let replaced = order::replace(&input, &order.fields, &now, call.choices, || Ids::next(items));
        let before = std::mem::replace(&mut order.fields, replaced);
        if call.choices.put_writes_history {
            order.note(THE_API, "Order Updated", &now);
        }
        let changed = |key: &str| order.fields.get(key) != before.get(key);
        let (email, address) = (changed("email"), changed("customer") || changed("shipping"));
        if email {
            count_email(shop, number);
        }
        if address && call.choices.put_runs_address_rules {
            rules::run(shop, call.rules, number, &Event::AddressChanged, &now);
        }
    }
    let folder = input
        .get("folder_id")
        .and_then(fields::text)
        .and_then(|id| id.parse().ok());
    if let Some(folder) = folder.filter(|id| call.choices.put_moves_folder && shop.has_folder(*id)) {
        move_orders::move_one(shop, call, number, folder);
    }
    let order = shop.order(id)?.public(false);
    Ok(Reply::success().message("Order Updated").with("order", order))
}

pub(crate) fn delete(shop: &mut Shop, id: &str) -> Answer {
    let number = shop.order_id(id)?;
    shop.orders.remove(&number);
    Ok(Reply::success().message(format!("Order {id} Deleted")))
}

pub(crate) fn add_history(shop: &mut Shop, call: &Call<'_>, id: &str) -> Answer {
    let order = shop.order_mut(id)?;
    let input = call.object()?;
    let field = |key: &str| input.get(key).and_then(fields::text).filter(|text| !text.is_empty());
    let Some(note) = field("note") else {
        return Err(Reply::invalid(
            "Order History Not Added",
            vec!["A note is required".into()],
        ));
    };
    let now = call.now();
    order.note(&field("source_name").unwrap_or_else(|| THE_API.into()), &note, &now);
    order.touch(&now);
    Ok(Reply::success()
        .with("total_records", json!(1))
        .with("order", order.public(true)))
}

/// The order with the same channel and channel id, when a channel id was given.
fn already_imported(shop: &Shop, input: &Record) -> Option<u64> {
    let text = |key: &str| input.get(key).and_then(fields::text).filter(|text| !text.is_empty());
    let source_id = text("source_id")?;
    let source_name = text("source_name").unwrap_or_else(|| "Order Desk".into());
    let same = |order: &Order| order.text("source_id") == source_id && order.text("source_name") == source_name;
    shop.orders.iter().find(|(_, order)| same(order)).map(|(id, _)| *id)
}

/// Told once when an order comes in or changes its address, so that orders do not change when others come in.
fn count_email(shop: &mut Shop, id: u64) {
    let count = shop.orders.get(&id).map(|order| shop.email_count(order.text("email")));
    if let (Some(order), Some(count)) = (shop.orders.get_mut(&id), count) {
        order.fields.insert("email_count".into(), count.into());
    }
}

/// What the store settings `auto_create_inventory_items` and `auto_update_stock_count` do on an import.
fn take_from_stock(shop: &mut Shop, order_id: u64, now: &str) {
    let Some(order) = shop.orders.get(&order_id) else {
        return;
    };
    for item in order.items().to_vec() {
        let code = item["code"].as_str().unwrap_or_default();
        if code.is_empty() {
            continue;
        }
        let known = shop.inventory_coded(code);
        if known.is_none() && shop.setting_is_on("auto_create_inventory_items") {
            let id = Ids::next(&mut shop.ids.inventory);
            let input = json!({ "name": item["name"], "code": code, "price": item["price"], "weight": item["weight"] });
            let input = input.as_object().cloned().unwrap_or_default();
            shop.inventory.insert(id, inventory::create(&input, id, now));
        }
        if shop.setting_is_on("auto_update_stock_count")
            && let Some(stocked) = known.and_then(|id| shop.inventory.get_mut(&id))
        {
            let left = fields::amount(&stocked["stock"]) - fields::amount(&item["quantity"]);
            stocked.insert("stock".into(), fields::decimal(left, 0));
        }
    }
}
