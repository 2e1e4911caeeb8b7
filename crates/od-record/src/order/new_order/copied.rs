//! New orders that are given as another one was read.
//!
//! Whoever copies an order, or makes one again that was deleted, has what a read showed. Some of that only Order Desk sets: it
//! is taken out, and that is said. A record with a date of change was read. In one without, a total is somebody's wish, and is
//! refused. The id of the order is refused in both: who gives it may mean to change that order, and would get a second one.

use serde_json::{Map, Value};

use crate::check::UNKNOWN;
use crate::field::find;
use crate::merge::is_blank;
use crate::number::canonical;
use crate::order::fields::ORDER;
use crate::problem::Problem;
use crate::restored::left_out;
use crate::text::{listed, quoted};

/// Closed fields that can be given when an order is created.
const AT_CREATION: [&str; 3] = ["source_id", "date_added", "folder_id"];
/// What makes a new order look like the one it was copied from where it should not: told, for whoever copied it.
const CARRIED: [&str; 10] = [
    "date_added",
    "folder_id",
    "payment_status",
    "processor_balance",
    "processor_response",
    "fulfillment_id",
    // Of an order that is split both parts would have them.
    "shipping_total",
    "handling_total",
    "tax_total",
    "discount_list",
];
/// What no new order has, and nothing else tells: the others Order Desk computes anew.
const NOT_COPIED: [&str; 5] = [
    "refund_total",
    "cc_number_masked",
    "tag_color",
    "order_shipments",
    "order_history",
];

/// As many undocumented fields are named: of an order with more than these, all its lines have some.
const NAMED: usize = 200;

/// Takes the order's own id out, which no new order can be given.
pub(super) fn refuse_id(fields: &mut Map<String, Value>) -> Option<Problem> {
    fields.shift_remove("id").filter(|id| !is_blank(id)).map(|_| {
        let message = "is the id of an order that is there or was. To change that order use orders_mutate_full or orders_update_full; to \
                       create another one like it leave the id out";
        Problem::new("/order/id", message)
    })
}

/// What was taken over from the order that a record was read of, though it may not be meant for the new one.
pub(super) fn carried(fields: &Map<String, Value>) -> Option<String> {
    let told = CARRIED.into_iter().filter(|name| fields.get(*name).is_some_and(holds));
    let told: Vec<&str> = told.collect();
    (was_read(fields) && !told.is_empty()).then(|| {
        format!(
            "order: the new order has these as they stood in the record that was read, so leave out what is not meant for it: {}",
            told.join(", ")
        )
    })
}

/// Whether something stands there that a new order would have from it.
fn holds(value: &Value) -> bool {
    let is_empty_list = value.as_array().is_some_and(Vec::is_empty);
    !is_blank(value) && !is_empty_list && canonical(value).as_deref() != Some("0")
}

pub(super) fn was_read(fields: &Map<String, Value>) -> bool {
    fields.get("date_updated").is_some_and(|date| !is_blank(date))
}

/// What has to go from a record that was read for it to be copied: what others wrote there, and no documentation tells of.
pub(super) fn undocumented(problems: &[Problem]) -> Option<Problem> {
    let unknown = problems.iter().filter(|problem| problem.message.starts_with(UNKNOWN));
    let names = unknown.filter_map(|problem| problem.path.strip_prefix("/order/"));
    let names: Vec<String> = names.map(quoted).collect();
    (!names.is_empty()).then(|| {
        let rule = format!(
            "was read from Order Desk and has fields that are not documented, so nobody knows what a new order would make of them. Nothing was \
             created. To copy the order leave these out and call again, but for what is a slip of yours: {}",
            listed(&names, NAMED)
        );
        Problem::new("/order", rule)
    })
}

/// Takes out what only Order Desk sets, and says what that was.
pub(super) fn take_out(fields: &mut Map<String, Value>) -> Option<String> {
    let mut taken: Vec<String> = Vec::new();
    let mut lost: Vec<String> = Vec::new();
    if was_read(fields) {
        let has_digits = fields.get("cc_number").is_some_and(|digits| !is_blank(digits));
        fields.retain(|name, value| {
            let is_closed = find(ORDER, name).is_some_and(|field| field.closed.is_some());
            if !is_closed || AT_CREATION.contains(&name.as_str()) {
                return true;
            }
            taken.push(name.clone());
            let holds = holds(value);
            let is_said = name == "cc_number_masked" && has_digits;
            if holds && !is_said {
                lost.extend(NOT_COPIED.into_iter().find(|other| other == name).map(str::to_owned));
            }
            false
        });
    }
    if take_line_ids(fields) {
        taken.push("the ids of its lines".to_owned());
    }
    if taken.is_empty() {
        return None;
    }
    Some(left_out("order", &taken, &lost))
}

/// No line of a new order can be meant by an id.
fn take_line_ids(fields: &mut Map<String, Value>) -> bool {
    let lines = fields.get_mut("order_items").and_then(Value::as_array_mut);
    let mut any = false;
    for line in lines.into_iter().flatten().filter_map(Value::as_object_mut) {
        any |= line.shift_remove("id").is_some();
    }
    any
}
