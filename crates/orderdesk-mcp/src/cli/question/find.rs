//! `find`: orders by anything a customer gives.

use serde_json::{Map, Value};

use super::{
    common::{Common, Question},
    sheet::Sheet,
};

/// Find orders by anything a customer gives: id, number, e-mail, name, phone, street, SKU, tracking number, words of a note.
///
/// Answered from this server's copy of the store's orders, best match first; see `orderdesk-mcp report --help`. What is looked
/// for is written down nowhere.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp find ada@example.com
  orderdesk-mcp find Ada Lovelace --since 2026-11-01
  orderdesk-mcp find 1Z999AA10123456784 --stores-all
  orderdesk-mcp find mugs --limit 50 --csv")]
pub struct Args {
    /// What is known of the order.
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,

    /// Only orders that were added on this day or later.
    #[arg(long, value_name = "DAY")]
    since: Option<String>,

    /// How many orders at most, up to 50.
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: u32,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Args {
    pub(super) fn question(&self) -> Question {
        let mut arguments = self.common.arguments();
        arguments.insert("query".to_owned(), self.words.join(" ").into());
        arguments.insert("limit".to_owned(), self.limit.into());
        if let Some(since) = &self.since {
            arguments.insert("since".to_owned(), since.as_str().into());
        }
        Question {
            tool: "orders.find",
            arguments,
            rows: "orders",
            most: usize::try_from(self.limit).ok(),
            columns: columns(self.common.is_of_all()),
            also: None,
        }
    }
}

const SHIPMENT: [&str; 3] = ["carrier", "tracking_number", "date_shipped"];

/// What stands in a row, of one store or of several.
fn columns(is_of_all: bool) -> Vec<&'static str> {
    const ORDER: [&str; 14] = [
        "id",
        "matched_by",
        "source_id",
        "source_name",
        "email",
        "customer_name",
        "order_total",
        "currency",
        "payment_status",
        "item_count",
        "folder_id",
        "folder_name",
        "date_added",
        "date_updated",
    ];
    let stores = ["store_id", "store_name"].into_iter().filter(|_| is_of_all);
    ORDER.into_iter().chain(stores).chain(SHIPMENT).collect()
}

/// Orders as they are, with the newest shipment in columns of its own, and with those columns on a screen by which a person knows one.
pub(super) fn laid_out(data: &Map<String, Value>) -> Sheet {
    const ASIDE: [&str; 8] = [
        "folder_id",
        "date_updated",
        "payment_status",
        "item_count",
        "store_id",
        "currency",
        "source_name",
        "date_shipped",
    ];
    let orders = data.get("orders").and_then(Value::as_array).into_iter().flatten();
    let orders: Vec<_> = orders
        .filter_map(Value::as_object)
        .map(|order| {
            let mut order = order.clone();
            let shipment = order.shift_remove("shipment").unwrap_or_default();
            order.extend(SHIPMENT.map(|name| (name.to_owned(), shipment[name].clone())));
            order
        })
        .collect();
    Sheet::of(&orders, &ASIDE)
}
