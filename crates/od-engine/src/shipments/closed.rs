//! Orders that nobody is to ship: canceled ones, and those that are not paid for.

use od_record::id_text;
use od_record::order::unpaid;

use crate::insight::is_left_out;
use crate::parts::Record;

/// Why nobody is to ship an order; `folder` is the name of the one that it is in.
pub(super) fn why_closed(folder: Option<&str>, payment: &str) -> Option<String> {
    let folder = folder.filter(|name| is_left_out(name));
    let payment = unpaid(payment);
    let place = folder.map(|name| format!("the order is in the folder {name}"));
    let state = payment.map(|payment| format!("its payment is {payment}"));
    match (place, state) {
        (None, None) => None,
        (place, state) => Some(place.into_iter().chain(state).collect::<Vec<_>>().join(", ")),
    }
}

/// How an order's payment stands.
pub(super) fn payment(order: &Record) -> String {
    order.get("payment_status").and_then(id_text).unwrap_or_default()
}
