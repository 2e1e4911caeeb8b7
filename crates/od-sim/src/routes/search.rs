//! `GET /orders`: filters, order, pages.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::call::Call;
use crate::clock;
use crate::made::{Made, OUTLINED};
use crate::model::fields;
use crate::reply::{Answer, Reply};
use crate::state::{Order, Shop, digits};

const DEFAULT_LIMIT: usize = 50;
const MOST: usize = 500;

/// Whose address fields can be searched, and which.
const ADDRESSES: [&str; 2] = ["customer", "shipping"];
const ADDRESS_FIELDS: [&str; 5] = ["first_name", "last_name", "company", "address1", "phone"];

/// Date bounds: parameter stem and the field it is about. Without `_local` they are UTC.
const DATES: [(&str, &str); 2] = [("search", "date_added"), ("modified", "date_updated")];

/// Orders are complete, items and shipments included. Unknown parameters are ignored.
pub(crate) fn orders(shop: &Shop, call: &Call<'_>) -> Answer {
    if call.choices.refuse_large_limit && call.count("limit").is_some_and(|limit| limit > MOST) {
        let told = format!("limit is at most {MOST}");
        return Err(Reply::invalid("Invalid Request", vec![told]));
    }
    let filters = filters(shop, call)?;
    // Orders that nobody has asked for yet: their outlines where that is enough to choose by.
    let by_outline = call.query.iter().all(|(name, value)| is_outlined(name, value));
    let whole: Vec<Order> = shop.made.iter().filter(|_| !by_outline).flat_map(Made::all).collect();
    let outlines = shop.made.iter().filter(|_| by_outline).flat_map(Made::outlines);
    let mut found: Vec<&Order> = outlines
        .chain(&whole)
        .chain(shop.orders.values())
        .filter(|order| filters.iter().all(|keep| keep(order)))
        .collect();
    sort(&mut found, call);

    let limit = call.count("limit").unwrap_or(DEFAULT_LIMIT).clamp(1, MOST);
    let offset = call.count("offset").unwrap_or(0);
    let with_history = call.wants_history();
    let page = found.iter().skip(offset).take(limit).map(|order| {
        let made = shop.made.as_ref().filter(|_| by_outline);
        let made = made.and_then(|made| made.made(digits(order.text("id"))?));
        made.as_ref().unwrap_or(order).public(with_history)
    });
    let page: Vec<Value> = page.collect();
    Ok(Reply::success()
        .with("total_records", found.len().into())
        .with("records_returned", page.len().into())
        .with("offset", offset.into())
        .with("limit", limit.into())
        .with("orders", page.into()))
}

/// Whether what a parameter asks for can be judged by an outline.
fn is_outlined(name: &str, value: &str) -> bool {
    match name {
        "order_by" => OUTLINED.contains(&value),
        "folder_id" | "folder_name" | "order" | "limit" | "offset" | "get_order_history" => true,
        _ => DATES.iter().any(|(stem, _)| name.starts_with(&format!("{stem}_"))),
    }
}

type Filter<'a> = Box<dyn Fn(&Order) -> bool + 'a>;

/// All given filters; an order must pass each.
fn filters<'a>(shop: &'a Shop, call: &'a Call<'_>) -> Result<Vec<Filter<'a>>, Reply> {
    let mut all: Vec<Filter<'a>> = Vec::new();
    if let Some(ids) = call.param("folder_id") {
        let ids: Vec<i64> = ids.split(',').filter_map(|id| id.trim().parse().ok()).collect();
        all.push(Box::new(move |order| {
            order.folder_id().is_some_and(|id| ids.contains(&id))
        }));
    }
    if let Some(name) = call.param("folder_name") {
        all.push(Box::new(move |order| {
            order.folder_id().is_some_and(|id| shop.folder_name(id) == name)
        }));
    }
    for key in ["source_id", "source_name", "customer_id"] {
        if let Some(wanted) = call.param(key) {
            all.push(Box::new(move |order| order.text(key) == wanted));
        }
    }
    if let Some(wanted) = call.param("email") {
        all.push(Box::new(move |order| order.text("email").eq_ignore_ascii_case(wanted)));
    }
    if let Some(wanted) = call.param("search").filter(|_| call.choices.order_search) {
        let wanted = wanted.to_lowercase();
        all.push(Box::new(move |order| mentions(order, &wanted)));
    }
    for address in ADDRESSES {
        for field in ADDRESS_FIELDS {
            if let Some(wanted) = call.param(&format!("{address}_{field}")) {
                let wanted = wanted.to_lowercase();
                let parts = call.choices.substring_search;
                all.push(Box::new(move |order| {
                    let value = address_field(order, address, field).to_lowercase();
                    if parts {
                        value.contains(&wanted)
                    } else {
                        value == wanted
                    }
                }));
            }
        }
    }
    for (stem, field) in DATES {
        for (suffix, zone) in [("", &TimeZone::UTC), ("_local", &shop.timezone)] {
            // Only `date_added` has the store-local pair.
            if field == "date_updated" && !suffix.is_empty() {
                continue;
            }
            if let Some(start) = date(call, &format!("{stem}_start_date{suffix}"), zone)? {
                all.push(Box::new(move |order| order.text(field) >= start.as_str()));
            }
            if let Some(end) = date(call, &format!("{stem}_end_date{suffix}"), zone)? {
                let includes = call.choices.end_dates_include;
                all.push(Box::new(move |order| {
                    let date = order.text(field);
                    date < end.as_str() || includes && date == end
                }));
            }
        }
    }
    Ok(all)
}

/// Whether a text, in lower case, is part of what a person would look an order up by.
fn mentions(order: &Order, wanted: &str) -> bool {
    let own = ["id", "source_id", "email"].map(|key| order.text(key));
    let names = ADDRESSES
        .iter()
        .flat_map(|address| ["first_name", "last_name", "company"].map(|field| address_field(order, address, field)));
    own.into_iter()
        .chain(names)
        .any(|value| value.to_lowercase().contains(wanted))
}

fn date(call: &Call<'_>, name: &str, zone: &TimeZone) -> Result<Option<String>, Reply> {
    let Some(given) = call.param(name) else { return Ok(None) };
    match clock::bound(given, zone) {
        Some(date) => Ok(Some(date)),
        None => Err(Reply::invalid("Invalid Request", vec![format!("{name} is not a date")])),
    }
}

fn address_field<'a>(order: &'a Order, address: &str, field: &str) -> &'a str {
    order
        .fields
        .get(address)
        .and_then(|address| address[field].as_str())
        .unwrap_or_default()
}

/// Newest first unless asked otherwise; equal values by id, in the same direction, so that pages do not overlap.
fn sort(orders: &mut [&Order], call: &Call<'_>) {
    let asked = call.param("order_by").unwrap_or("date_added");
    let key = if orders.iter().any(|order| sort_value(order, asked).is_some()) {
        asked
    } else {
        "date_added"
    };
    let ascending = call
        .param("order")
        .is_some_and(|order| order.eq_ignore_ascii_case("asc"));
    orders.sort_by(|a, b| {
        let ordering = compare(sort_value(a, key), sort_value(b, key))
            .then_with(|| compare(a.fields.get("id"), b.fields.get("id")));
        if ascending { ordering } else { ordering.reverse() }
    });
}

/// A field of the order, or of an address by its flat name: `shipping_last_name`.
fn sort_value<'a>(order: &'a Order, key: &str) -> Option<&'a Value> {
    if let Some(value) = order.fields.get(key) {
        return Some(value);
    }
    let (address, field) = key.split_once('_')?;
    order.fields.get(address)?.get(field)
}

fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return a.is_some().cmp(&b.is_some());
    };
    if let (Some(x), Some(y)) = (fields::number(a), fields::number(b)) {
        let (x, y) = (x.as_f64().unwrap_or(0.0), y.as_f64().unwrap_or(0.0));
        return x.total_cmp(&y);
    }
    let text = |value: &Value| fields::text(value).unwrap_or_default().to_lowercase();
    text(a).cmp(&text(b))
}
