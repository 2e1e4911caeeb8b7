//! The rows of a batch: judged before sending, and matched with Order Desk's results afterwards.

use od_client::{OrderId, RowResult};
use od_record::shipment::{PART, is_same_parcel, judge_new, tracking};
use od_record::{Problem, below, id_text};
use serde_json::{Map, Value};

use crate::parts::Record;

#[cfg(test)]
mod tests;

/// Rows in one request. Order Desk states no limit.
pub(in crate::shipments) const MOST: usize = 100;
const AT: &str = "/shipments";
const ORDER: &str = "order_id";

/// One shipment to add.
pub(in crate::shipments) struct Row {
    pub(super) order: OrderId,
    /// As it is sent, `order_id` included.
    pub(super) body: Record,
    /// What of it is not sent, because it was read of another shipment.
    pub(super) left_out: Option<String>,
}

impl Row {
    /// As it will be in its order.
    pub(super) fn shipment(&self) -> Record {
        let mut shipment = self.body.clone();
        shipment.shift_remove(ORDER);
        shipment
    }

    /// Its tracking number, when it is a real one.
    pub(super) fn tracking(&self) -> Option<String> {
        tracking(&self.body)
    }
}

/// The rows as they will be sent, or everything that is wrong with them.
pub(in crate::shipments) fn parse(shipments: &[Map<String, Value>]) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    if shipments.is_empty() || shipments.len() > MOST {
        problems.push(Problem::new(AT, format!("must hold 1 to {MOST} shipments")));
        return Err(problems);
    }
    let mut rows: Vec<Row> = Vec::with_capacity(shipments.len());
    for (index, shipment) in shipments.iter().enumerate() {
        let at = below(AT, index);
        let mut fields = shipment.clone();
        // Not `remove`: that would move the last field into the gap.
        let given = fields.shift_remove(ORDER);
        problems.extend(judge_new(&fields, &at));
        let Some(order) = order_of(given.as_ref(), &at, &mut problems) else {
            continue;
        };
        let mut body = Record::from_iter([(ORDER.to_owned(), order.as_str().into())]);
        let left_out = (PART.take_out)(&mut fields).map(|told| format!("{at}: {told}"));
        // What does not fit was found already.
        body.extend(PART.lay(&Record::new(), &fields, &at).unwrap_or_default());
        let row = Row { order, body, left_out };
        if rows.iter().any(|earlier| is_same(earlier, &row)) {
            problems.push(Problem::new(
                below(&at, "tracking_number"),
                "stands there twice for this order, however it is spelled: an order has a tracking number once",
            ));
        }
        rows.push(row);
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn order_of(given: Option<&Value>, at: &str, problems: &mut Vec<Problem>) -> Option<OrderId> {
    let order = given.and_then(id_text).and_then(|text| OrderId::parse(&text).ok());
    if order.is_none() {
        let message = match given {
            None => "is missing: which order the shipment belongs to",
            Some(_) => "must be Order Desk's internal order id: 1 to 20 digits, as orders_find and orders_list give it",
        };
        problems.push(Problem::new(below(at, ORDER), message));
    }
    order
}

fn is_same(one: &Row, other: &Row) -> bool {
    one.order == other.order && is_same_parcel(&one.body, &other.body)
}

/// For each row Order Desk's result for it: by order and tracking number when every result repeats them, else by
/// position. None at all when there are more or fewer results than rows.
pub(super) fn assign(rows: &[&Row], results: Vec<RowResult>) -> Vec<Option<RowResult>> {
    if results.len() != rows.len() {
        return vec![None; rows.len()];
    }
    let of_row = |row: &&Row| results.iter().find(|result| echoes(&result.row, row)).cloned();
    let by_echo: Option<Vec<RowResult>> = rows.iter().map(of_row).collect();
    by_echo.unwrap_or(results).into_iter().map(Some).collect()
}

fn echoes(result: &Record, row: &Row) -> bool {
    result.get(ORDER).and_then(OrderId::from_value).as_ref() == Some(&row.order) && is_same_parcel(result, &row.body)
}
