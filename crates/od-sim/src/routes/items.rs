//! The items of an order. Each change recomputes the order's sums.

use serde_json::Value;

use crate::call::Call;
use crate::model::fields::Record;
use crate::model::item;
use crate::reply::{Answer, Reply};
use crate::state::{Ids, Shop, position};

const LIST: &str = "order_items";

pub(crate) fn list(shop: &Shop, order_id: &str) -> Answer {
    let items = shop.order(order_id)?.items();
    Ok(Reply::success()
        .with("total_records", items.len().into())
        .with(LIST, items.to_vec().into()))
}

pub(crate) fn show(shop: &Shop, order_id: &str, item_id: &str) -> Answer {
    let items = shop.order(order_id)?.items();
    let index = position(items, item_id, "Order Item")?;
    Ok(Reply::success().with("order_item", items[index].clone()))
}

/// Answers neither the item nor its id: whoever needs it lists.
pub(crate) fn create(shop: &mut Shop, call: &Call<'_>, order_id: &str) -> Answer {
    shop.order(order_id)?;
    let input = named(call, "Order Item Not Added")?;
    let id = Ids::next(&mut shop.ids.item);
    let item = item::create(&input, id);
    shop.order_mut(order_id)?
        .change_list(LIST, &call.now(), |items| items.push(Value::Object(item)));
    Ok(Reply::success().code(call.created()).message("Order Item Added"))
}

pub(crate) fn replace(shop: &mut Shop, call: &Call<'_>, order_id: &str, item_id: &str) -> Answer {
    let order = shop.order_mut(order_id)?;
    let index = position(order.items(), item_id, "Order Item")?;
    let input = call.object()?;
    order.change_list(LIST, &call.now(), |items| {
        if let Some(old) = items[index].as_object() {
            items[index] = Value::Object(item::replace(&input, old));
        }
    });
    Ok(Reply::success().message("Order Item Updated"))
}

pub(crate) fn delete(shop: &mut Shop, call: &Call<'_>, order_id: &str, item_id: &str) -> Answer {
    let order = shop.order_mut(order_id)?;
    let index = position(order.items(), item_id, "Order Item")?;
    order.change_list(LIST, &call.now(), |items| {
        items.remove(index);
    });
    Ok(Reply::success().message(format!("Order Item {item_id} Deleted")))
}

fn named(call: &Call<'_>, refusal: &str) -> Result<Record, Reply> {
    let input = call.object()?;
    match input.get("name").and_then(Value::as_str) {
        Some(name) if !name.is_empty() => Ok(input),
        _ => Err(Reply::invalid(refusal, vec!["A name is required".into()])),
    }
}
