//! Lines as a sort of part.

use od_client::{Error, OrderId, OrderItem, OrderItemId, Store};
use od_record::item::{self, foreign_id, quantity_remark, twin, without_price};
use od_record::order::{LINES, SHIPMENTS, more_shipped};
use od_record::part::Part as Law;
use od_record::{Problem, id_text, rows_of};

use crate::consent::{DELETE_LINE, deleting_lines};
use crate::outcome::StoreRef;
use crate::parts::{Around, Beside, Names, Part, Record};

/// A line of an order.
#[derive(Clone, Copy)]
pub(super) struct Item;

const NAMES: Names = Names {
    noun: "order item",
    title: "Order item",
    member: "order_item",
    members: "order_items",
    in_order: LINES,
    argument: "/item",
    id_argument: "/item_id",
    id_rule: "must be the item's id: 1 to 20 digits, as order_items_list gives it",
    where_ids_are: "order_items_list shows the order's items with their ids, orders_get the whole order.",
    how_to_find_out: "Read the order's items with order_items_list and fresh set to true, and compare before calling again: \
                      Order Desk adds an item twice when it is sent twice.",
    deletion: DELETE_LINE,
};

impl Part for Item {
    type Id = OrderItemId;

    fn names(self) -> &'static Names {
        &NAMES
    }

    fn law(self) -> &'static Law {
        &item::PART
    }

    fn parse_id(self, text: &str) -> Option<OrderItemId> {
        OrderItemId::parse(text).ok()
    }

    fn id_of(self, record: &Record) -> Option<OrderItemId> {
        OrderItemId::from_value(record.get("id")?)
    }

    /// Every upload of an order sends its lines as they stand there.
    fn is_whole_in_order(self) -> bool {
        true
    }

    async fn list(self, upstream: &Store, order: &OrderId) -> Result<Vec<Record>, Error> {
        let items = upstream.order_items().list(order).await?;
        Ok(items.into_iter().map(OrderItem::into_map).collect())
    }

    async fn get(self, upstream: &Store, order: &OrderId, id: &OrderItemId) -> Result<Record, Error> {
        Ok(upstream.order_items().get(order, id).await?.into_map())
    }

    async fn create(self, upstream: &Store, order: &OrderId, fields: &Record) -> Result<Option<Record>, Error> {
        let created = upstream.order_items().create(order, fields).await?;
        Ok(created.record.map(OrderItem::into_map))
    }

    async fn replace(self, upstream: &Store, order: &OrderId, id: &OrderItemId, record: &Record) -> Result<(), Error> {
        upstream.order_items().update(order, id, record).await
    }

    async fn delete(self, upstream: &Store, order: &OrderId, id: &OrderItemId) -> Result<(), Error> {
        upstream.order_items().delete(order, id).await
    }

    /// The order has its lines and what of them was shipped. Of one that is larger than a reply may be, only the lines are read.
    async fn among(self, upstream: &Store, order: &OrderId) -> Result<Around, Error> {
        let order = match upstream.orders().get(order).await {
            Ok(order) => order.into_map(),
            Err(Error::TooLarge { .. }) => {
                return Ok(Around::listed(self.list(upstream, order).await?));
            }
            Err(error) => return Err(error),
        };
        Ok(Around {
            others: rows_of(&order, LINES).cloned().collect(),
            order,
            ..Around::default()
        })
    }

    fn remark_deleted(self, among: &Around, record: &Record) -> Option<String> {
        more_shipped([record], [], rows_of(&among.order, SHIPMENTS))
    }

    fn beside(self, order: &Beside<'_>, given: &Record) -> Result<Vec<String>, Vec<Problem>> {
        // A new line whose quantity is left out, or null, counts once.
        let is_cleared = given.get("quantity").is_some_and(serde_json::Value::is_null);
        let odd = quantity_remark(given).filter(|_| order.now.is_some() || !is_cleared);
        let odd = odd.map(|remark| format!("The line {remark}."));
        if let Some(now) = order.now {
            return Ok(odd
                .into_iter()
                .chain(fewer_than_shipped(now, given, order.shipments))
                .collect());
        }
        let twin = twin(order.others, given).map(|twin| format!("The order already had {twin}; this is one more."));
        let free = without_price(given).then(|| "The new line has no price, so it is added at price 0.".to_owned());
        Ok(twin.into_iter().chain(free).chain(odd).collect())
    }

    fn foreign_id(self, others: &[Record], given: &Record) -> Result<Option<String>, Problem> {
        let ids = others.iter().filter_map(|line| line.get("id").and_then(id_text));
        let is_foreign = foreign_id(given, ids, NAMES.argument)?;
        let remark = "The id is of no line of this order and was left out: Order Desk gives a new line its id.";
        Ok(is_foreign.then(|| remark.to_owned()))
    }

    fn check_spared(self, all: &[Record]) -> Result<(), crate::Error> {
        if all.len() > 1 {
            return Ok(());
        }
        Err(crate::Error::invalid(
            NAMES.id_argument,
            "is the order's only item, and an order needs one: add another first with order_items_create, or delete the \
             order with orders_delete",
        ))
    }

    fn effects_of_deletion(self, id: &OrderItemId, order: &OrderId, store: &StoreRef) -> String {
        deleting_lines(&[id.as_str()], order, store)
    }
}

/// What should be said of a line of which a change leaves fewer than are in shipments.
fn fewer_than_shipped(now: &Record, given: &Record, shipments: &[Record]) -> Option<String> {
    let mut after = now.clone();
    // Cleared it is stored as 0.
    let quantity = given.get("quantity")?;
    let quantity = if quantity.is_null() { 0.into() } else { quantity.clone() };
    after.insert("quantity".to_owned(), quantity);
    more_shipped([now], [&after], shipments)
}
