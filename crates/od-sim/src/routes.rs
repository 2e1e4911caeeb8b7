//! The 26 operations, one line each.

pub(crate) mod inventory;
pub(crate) mod items;
pub(crate) mod move_orders;
pub(crate) mod orders;
pub(crate) mod search;
pub(crate) mod shipments;
pub(crate) mod store;

use axum::http::{Method, StatusCode};

use crate::call::Call;
use crate::model::fields;
use crate::reply::{Answer, Reply};
use crate::state::{Shop, digits};

/// Answers one call. A route that refuses has changed nothing.
pub(crate) fn answer(shop: &mut Shop, call: &Call<'_>) -> Answer {
    let method = match call.method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => return Err(not_allowed()),
    };
    for id in asked_for(call) {
        shop.store(id);
    }
    match (call.segments.as_slice(), method) {
        (["test"], "GET") => Ok(store::test(call)),
        (["store"], "GET") => Ok(store::show(shop, call)),

        (["orders"], "GET") => search::orders(shop, call),
        (["orders"], "POST") => orders::create(shop, call),
        (["orders", id], "GET") => orders::show(shop, call, id),
        (["orders", id], "PUT") => orders::replace(shop, call, id),
        (["orders", id], "DELETE") => orders::delete(shop, id),
        (["orders", id, "order-history"], "POST") => orders::add_history(shop, call, id),
        (["move-orders"], "POST") => move_orders::move_orders(shop, call),

        (["orders", id, "order-items"], "GET") => items::list(shop, id),
        (["orders", id, "order-items"], "POST") => items::create(shop, call, id),
        (["orders", id, "order-items", item], "GET") => items::show(shop, id, item),
        (["orders", id, "order-items", item], "PUT") => items::replace(shop, call, id, item),
        (["orders", id, "order-items", item], "DELETE") => items::delete(shop, call, id, item),

        (["orders", id, "shipments"], "GET") => shipments::list(shop, id),
        (["orders", id, "shipments"], "POST") => shipments::create(shop, call, id),
        (["orders", id, "shipments", shipment], "GET") => shipments::show(shop, id, shipment),
        (["orders", id, "shipments", shipment], "PUT") => shipments::replace(shop, call, id, shipment),
        (["orders", id, "shipments", shipment], "DELETE") => shipments::delete(shop, call, id, shipment),
        (["batch-shipments"], "POST") => shipments::batch(shop, call),

        (["inventory-items"], "GET") => Ok(inventory::list(shop, call)),
        (["inventory-items"], "POST") => inventory::create(shop, call),
        (["inventory-items", id], "GET") => inventory::show(shop, id),
        (["inventory-items", id], "PUT") => inventory::replace(shop, call, id),
        (["inventory-items", id], "DELETE") => inventory::delete(shop, id),
        (["batch-inventory-items"], "PUT") => inventory::batch(shop, call),

        (
            [
                "test"
                | "store"
                | "orders"
                | "move-orders"
                | "batch-shipments"
                | "inventory-items"
                | "batch-inventory-items",
            ]
            | ["orders" | "inventory-items", _]
            | ["orders", _, "order-history" | "order-items" | "shipments"]
            | ["orders", _, "order-items" | "shipments", _],
            _,
        ) => Err(not_allowed()),
        _ => Err(Reply::refusal(StatusCode::NOT_FOUND, "Not Found")),
    }
}

/// The orders that a call names by their ids.
fn asked_for(call: &Call<'_>) -> Vec<u64> {
    match call.segments.as_slice() {
        ["orders", id, ..] => digits(id).into_iter().collect(),
        ["move-orders" | "batch-shipments"] => {
            let body = call.json().unwrap_or_default();
            let listed = body["order_id_list"].as_array().into_iter().flatten();
            let rows = body.as_array().into_iter().flatten().map(|row| &row["order_id"]);
            listed
                .chain(rows)
                .filter_map(fields::text)
                .filter_map(|id| digits(&id))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn not_allowed() -> Reply {
    Reply::refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}
