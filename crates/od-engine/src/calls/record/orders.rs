//! The orders that a call is about, as its entry names them.

use od_record::{bare_id, id_text};
use serde_json::Value;

use crate::difference::Altered;

#[cfg(test)]
mod tests;

/// No call that is carried out is about more.
const MOST: usize = 100;

/// Order Desk's ids of the orders that the arguments name and that were altered, each once, with blanks between them.
pub(super) fn orders(arguments: &Value, altered: &[Altered]) -> Option<String> {
    let list = |name| arguments.get(name).and_then(Value::as_array).into_iter().flatten();
    let rows = list("shipments").filter_map(|row| row.get("order_id"));
    let named = arguments
        .get("order_id")
        .into_iter()
        .chain(list("order_ids"))
        .chain(rows);
    let named = named.take(MOST).filter_map(id_text);
    let altered = altered.iter().filter_map(Altered::order_id).map(str::to_owned);
    let mut orders = String::new();
    for id in named.chain(altered) {
        let id = bare_id(&id);
        let is_one = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
        if is_one && !orders.split(' ').any(|known| known == id) {
            if !orders.is_empty() {
                orders.push(' ');
            }
            orders.push_str(id);
        }
    }
    (!orders.is_empty()).then_some(orders)
}
