//! Orders: creation, full replacement and the sums the server keeps.

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::fields::{self, Kind, Layout, Record};
use crate::choices::Choices;

const ADDRESS: &[&str] = &[
    "first_name",
    "last_name",
    "company",
    "address1",
    "address2",
    "city",
    "state",
    "postal_code",
    "country",
    "phone",
];
const SHIPPING: &[&str] = &[
    "first_name",
    "last_name",
    "company",
    "address1",
    "address2",
    "address3",
    "address4",
    "city",
    "state",
    "postal_code",
    "country",
    "phone",
];
const RETURN_ADDRESS: &[&str] = &[
    "title",
    "name",
    "company",
    "address1",
    "address2",
    "city",
    "state",
    "postal_code",
    "country",
    "phone",
];

const LAYOUT: &Layout = &[
    ("id", Kind::Kept),
    ("email", Kind::Text),
    ("shipping_method", Kind::Text),
    ("quantity_total", Kind::Kept),
    ("weight_total", Kind::Kept),
    ("product_total", Kind::Kept),
    ("shipping_total", Kind::Number),
    ("handling_total", Kind::Number),
    ("tax_total", Kind::Number),
    ("discount_total", Kind::Kept),
    ("order_total", Kind::Kept),
    ("cc_number_masked", Kind::Kept),
    ("cc_exp", Kind::Text),
    ("processor_response", Kind::Text),
    ("payment_type", Kind::Text),
    ("payment_status", Kind::Text),
    ("processor_balance", Kind::Number),
    ("refund_total", Kind::Kept),
    ("customer_id", Kind::Text),
    ("email_count", Kind::Kept),
    ("ip_address", Kind::Text),
    ("tag_color", Kind::Kept),
    ("source_name", Kind::Text),
    ("source_id", Kind::Kept),
    ("fulfillment_name", Kind::Text),
    ("fulfillment_id", Kind::Text),
    ("tag_name", Kind::Text),
    ("folder_id", Kind::Kept),
    ("date_added", Kind::Kept),
    ("date_updated", Kind::Kept),
    ("shipping", Kind::Address(SHIPPING)),
    ("customer", Kind::Address(ADDRESS)),
    ("return_address", Kind::Address(RETURN_ADDRESS)),
    ("checkout_data", Kind::Bag),
    ("order_metadata", Kind::Bag),
    ("discount_list", Kind::Kept),
    ("order_notes", Kind::Kept),
    ("order_items", Kind::Kept),
    ("order_shipments", Kind::Kept),
];

/// All notes of an order share this many characters, dates and names included; what does not fit is cut.
const NOTES_BUDGET: usize = 2000;

/// Where a new order lands.
pub(crate) struct Origin<'a> {
    pub(crate) id: u64,
    pub(crate) folder_id: i64,
    pub(crate) now: &'a str,
}

/// Why an order cannot be created; empty when it can.
pub(crate) fn problems(input: &Record) -> Vec<String> {
    let mut errors = Vec::new();
    if !list(input, "order_items").iter().any(Value::is_object) {
        errors.push("At least one order item is required".to_owned());
    }
    errors.extend(nobody(input));
    errors.extend(too_large(input));
    errors
}

/// What is wrong with an order that is for nobody.
pub(crate) fn nobody(input: &Record) -> Option<String> {
    let named = ["customer", "shipping"]
        .iter()
        .any(|key| input.get(*key).is_some_and(names_somebody));
    let told = "A first name, last name or company is required for the customer or the shipping address";
    (!named).then(|| told.to_owned())
}

/// Flat names as the API reference prints them, `customer_first_name`, put where they are stored. Nested ones win.
pub(crate) fn nest(input: &mut Record) {
    for (address, names) in [("customer", ADDRESS), ("shipping", SHIPPING)] {
        for name in names {
            let Some(value) = input.get(&format!("{address}_{name}")).cloned() else {
                continue;
            };
            if let Some(nested) = input.entry(address).or_insert_with(|| json!({})).as_object_mut() {
                nested.entry(*name).or_insert(value);
            }
        }
    }
}

/// Values above their documented size: 3500 characters of JSON for checkout data, 2000 for order metadata.
pub(crate) fn too_large(input: &Record) -> Vec<String> {
    let over = |key: &str, most: usize| {
        let size = input.get(key).map_or(0, |value| value.to_string().chars().count());
        (size > most).then(|| format!("{key} is longer than {most} characters"))
    };
    [over("checkout_data", 3500), over("order_metadata", 2000)]
        .into_iter()
        .flatten()
        .collect()
}

fn names_somebody(address: &Value) -> bool {
    ["first_name", "last_name", "company"]
        .iter()
        .any(|key| address[*key].as_str().is_some_and(|name| !name.is_empty()))
}

/// A new order. The caller has checked [`problems`].
pub(crate) fn create(input: &Record, origin: &Origin<'_>, new_id: impl FnMut() -> u64) -> Record {
    let mut order = fields::compose(LAYOUT, input, None);
    let or = |value: Option<&Value>, default: &str| {
        let given = value.and_then(fields::text).filter(|text| !text.is_empty());
        Value::from(given.unwrap_or_else(|| default.to_owned()))
    };
    order["id"] = origin.id.to_string().into();
    order["source_id"] = or(input.get("source_id"), &origin.id.to_string());
    order["source_name"] = or(input.get("source_name"), "Order Desk");
    order["payment_status"] = or(input.get("payment_status"), "Captured");
    order["date_added"] = or(input.get("date_added"), origin.now);
    order["folder_id"] = origin.folder_id.into();
    order["refund_total"] = 0.into();
    order["email_count"] = "1".into();
    order["tag_color"] = "".into();
    order["order_shipments"] = json!([]);
    for (missing, given) in [("customer", "shipping"), ("shipping", "customer")] {
        if !input.get(missing).is_some_and(Value::is_object) && input.get(given).is_some_and(Value::is_object) {
            copy_address(&mut order, given, missing);
        }
    }
    order["order_items"] = super::item::replace_all(list(input, "order_items"), &[], new_id).into();
    finish(&mut order, input, origin.now);
    if !input.contains_key("processor_balance") {
        order["processor_balance"] = order["order_total"].clone();
    }
    order
}

/// A full upload over a stored order. Shipments, folder, ids and the server's own sums are not taken from it.
pub(crate) fn replace(
    input: &Record,
    old: &Record,
    now: &str,
    choices: Choices,
    new_id: impl FnMut() -> u64,
) -> Record {
    let mut order = fields::compose(LAYOUT, input, Some(old));
    match input.get("order_items").and_then(Value::as_array) {
        Some(sent) => order["order_items"] = super::item::replace_all(sent, list(old, "order_items"), new_id).into(),
        None if choices.put_without_items_removes => order["order_items"] = json!([]),
        None => {}
    }
    if let Some(date) = input
        .get("date_added")
        .and_then(Value::as_str)
        .filter(|date| !date.is_empty())
    {
        order["date_added"] = date.into();
    }
    if choices.put_changes_source_id
        && let Some(source_id) = input
            .get("source_id")
            .and_then(fields::text)
            .filter(|id| !id.is_empty())
    {
        order["source_id"] = source_id.into();
    }
    finish(&mut order, input, now);
    if !choices.put_blanks_card_digits && !input.contains_key("cc_number") {
        order["cc_number_masked"] = old.get("cc_number_masked").cloned().unwrap_or_else(|| "".into());
    }
    order
}

/// What create and replace share: the parts with rules of their own, and the sums.
fn finish(order: &mut Record, input: &Record, now: &str) {
    order["cc_number_masked"] = masked(input.get("cc_number")).into();
    order["discount_list"] = discounts(input.get("discount_list")).into();
    order["order_notes"] = notes(input.get("order_notes"), now).into();
    order["date_updated"] = now.into();
    recompute(order);
}

/// The sums the server keeps. Tax, shipping and handling are stored values and stay.
pub(crate) fn recompute(order: &mut Record) {
    let of = |order: &Record, key: &str| order.get(key).map_or(0.0, fields::amount);
    let items = list(order, "order_items");
    let per_item = |key: &str| -> f64 {
        items
            .iter()
            .map(|item| fields::amount(&item[key]) * fields::amount(&item["quantity"]))
            .sum()
    };
    let quantity: f64 = items.iter().map(|item| fields::amount(&item["quantity"])).sum();
    let discount: f64 = list(order, "discount_list")
        .iter()
        .map(|one| fields::amount(&one["amount"]))
        .sum();
    let (products, weight) = (per_item("price"), per_item("weight"));
    let charges = of(order, "shipping_total") + of(order, "handling_total") + of(order, "tax_total");

    order.insert("quantity_total".into(), fields::decimal(quantity, 0));
    order.insert("weight_total".into(), fields::decimal(weight, 4));
    order.insert("product_total".into(), fields::decimal(products, 2));
    order.insert("discount_total".into(), fields::decimal(discount, 2));
    order.insert("order_total".into(), fields::decimal(products + charges - discount, 2));
}

/// A list inside an order; empty when it is missing or something else.
pub(crate) fn list<'a>(order: &'a Record, key: &str) -> &'a [Value] {
    order.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn copy_address(order: &mut Record, from: &str, to: &str) {
    let source = order[from].clone();
    if let Some(target) = order[to].as_object_mut() {
        for (key, value) in target {
            *value = source.get(key.as_str()).cloned().unwrap_or_else(|| "".into());
        }
    }
}

/// Written as `cc_number` (last four digits), read as `cc_number_masked`: an upload that sends only what it read
/// loses the digits.
fn masked(cc_number: Option<&Value>) -> String {
    let digits: Vec<char> = cc_number
        .and_then(fields::text)
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    match digits.len() {
        0 => String::new(),
        length => format!(
            "xxxxxxxxxxxx{}",
            digits[length.saturating_sub(4)..].iter().collect::<String>()
        ),
    }
}

fn discounts(sent: Option<&Value>) -> Vec<Value> {
    let layout: &Layout = &[("name", Kind::Text), ("code", Kind::Text), ("amount", Kind::Amount)];
    let sent = sent
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    sent.map(|one| Value::Object(fields::compose(layout, one, None)))
        .collect()
}

fn notes(sent: Option<&Value>, now: &str) -> Vec<Value> {
    let mut left = NOTES_BUDGET;
    let mut kept = Vec::new();
    for note in sent.and_then(Value::as_array).into_iter().flatten() {
        let field = |key: &str| fields::text(&note[key]).filter(|text| !text.is_empty());
        let date = field("date_added").unwrap_or_else(|| now.to_owned());
        let username = field("username").unwrap_or_else(|| "API".to_owned());
        let overhead = date.chars().count() + username.chars().count();
        let Some(room) = left.checked_sub(overhead).filter(|room| *room > 0) else {
            break;
        };
        let content: String = field("content").unwrap_or_default().chars().take(room).collect();
        left = room - content.chars().count();
        kept.push(json!({ "date_added": date, "username": username, "content": content }));
    }
    kept
}
