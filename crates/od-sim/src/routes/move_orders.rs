//! `POST /move-orders`: the write with the most consequences, because folder changes set off the merchant's rules.

use serde_json::{Value, json};

use crate::call::Call;
use crate::model::fields;
use crate::reply::{Answer, Reply};
use crate::rules;
use crate::state::{Folder, Shop, THE_API, digits};

const NOT_MOVED: &str = "Orders Not Moved";

pub(crate) fn move_orders(shop: &mut Shop, call: &Call<'_>) -> Answer {
    let input = call.object()?;
    let ids = input
        .get("order_id_list")
        .and_then(Value::as_array)
        .filter(|ids| !ids.is_empty());
    let Some(ids) = ids else {
        return Err(Reply::invalid(NOT_MOVED, vec!["order_id_list is required".into()]));
    };
    let destination = destination(
        shop,
        input.get("destination_folder_id"),
        input.get("destination_folder_name"),
    )?;

    let mut moved = 0;
    let mut results = Vec::new();
    for id in ids {
        // Ids are integers in these results although they are text everywhere else.
        let known = fields::text(id)
            .and_then(|id| digits(&id))
            .filter(|id| shop.orders.contains_key(id));
        let Some(number) = known else {
            results.push(json!({ "order_id": id, "message": "Order Not Found" }));
            continue;
        };
        let original = move_one(shop, call, number, destination.id);
        moved += 1;
        results.push(json!({
            "order_id": number,
            "message": format!("Order Moved to {} Folder", destination.name),
            "original_folder_id": original,
        }));
    }
    let noun = if moved == 1 { "Order" } else { "Orders" };
    Ok(Reply::success()
        .message(format!("{moved} {noun} Moved"))
        .with("results", results.into()))
}

/// A move through the API.
pub(crate) fn move_one(shop: &mut Shop, call: &Call<'_>, order_id: u64, folder_id: i64) -> Option<i64> {
    rules::move_order(shop, call.rules, order_id, folder_id, THE_API, &call.now())
}

fn destination(shop: &Shop, id: Option<&Value>, name: Option<&Value>) -> Result<Folder, Reply> {
    let found = match (id, name) {
        (Some(id), None) => {
            let id = fields::text(id).and_then(|id| id.parse::<i64>().ok());
            shop.folders.iter().find(|folder| Some(folder.id) == id)
        }
        (None, Some(name)) => name.as_str().and_then(|name| shop.folder_named(name)),
        _ => {
            let told = "exactly one of destination_folder_id and destination_folder_name is required";
            return Err(Reply::invalid(NOT_MOVED, vec![told.into()]));
        }
    };
    found
        .cloned()
        .ok_or_else(|| Reply::invalid(NOT_MOVED, vec!["Folder Not Found".into()]))
}
