//! `queue`: what waits in the folders, and for how long.

use serde_json::{Map, Value};

use super::{
    common::{Common, List, Question},
    sheet::Sheet,
};

/// What waits in each folder: number and value of the orders, the oldest one, their ages, and how many are stuck.
///
/// Answered from this server's copy of the store's orders; see `orderdesk-mcp report --help`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp queue
  orderdesk-mcp queue --stuck-after-days 3 --stores-all
  orderdesk-mcp queue --stuck --csv > stuck.csv
  orderdesk-mcp queue --store \"Mug Shop\" --json")]
pub struct Args {
    /// Orders that wait for longer than so many days are stuck: without a shipment, and in no folder such as Closed or Canceled.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    stuck_after_days: u32,

    /// The stuck orders themselves, all of them, in the place of the folders.
    #[arg(long)]
    pub(super) stuck: bool,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Args {
    pub(super) fn question(&self) -> Question {
        let mut arguments = self.common.arguments();
        arguments.insert("stuck_after_days".to_owned(), self.stuck_after_days.into());
        Question {
            tool: "orders.queue",
            arguments,
            rows: "folders",
            most: None,
            columns: if self.stuck {
                stuck_columns(self.common.is_of_all())
            } else {
                folder_columns(self.common.is_of_all())
            },
            also: self.stuck.then_some(STUCK),
        }
    }
}

/// The stuck orders, the oldest first.
const STUCK: List = List {
    rows: "stuck_orders",
    next: "next_stuck_offset",
    offset: "stuck_offset",
};

/// Stuck orders under their own names.
pub(super) fn stuck(data: &Map<String, Value>) -> Sheet {
    let orders = data.get(STUCK.rows).and_then(Value::as_array).into_iter().flatten();
    let orders: Vec<_> = orders.filter_map(Value::as_object).cloned().collect();
    Sheet::of(&orders, &[])
}

fn stuck_columns(is_of_all: bool) -> Vec<&'static str> {
    const ORDER: [&str; 5] = ["order_id", "source_id", "folder_name", "date_added", "age_days"];
    let store = ["store_id"].into_iter().filter(|_| is_of_all);
    store.chain(ORDER).collect()
}

fn folder_columns(is_of_all: bool) -> Vec<&'static str> {
    let plain = PLAIN
        .into_iter()
        .filter(|name| is_of_all || !name.starts_with("store_"));
    let oldest = OLDEST.map(|(name, _)| name);
    plain.chain(oldest).chain(AGES).chain(["stuck"]).collect()
}

const PLAIN: [&str; 7] = [
    "store_id",
    "store_name",
    "folder_name",
    "folder_id",
    "orders",
    "value",
    "currency",
];
const OLDEST: [(&str, &str); 4] = [
    ("oldest_order_id", "order_id"),
    ("oldest_source_id", "source_id"),
    ("oldest_date_added", "date_added"),
    ("oldest_age_days", "age_days"),
];
const AGES: [&str; 4] = ["under_1_day", "1_to_3_days", "3_to_7_days", "over_7_days"];

/// Folders with the oldest order and the ages in columns of their own.
pub(super) fn laid_out(data: &Map<String, Value>) -> Sheet {
    const ASIDE: [&str; 4] = ["store_id", "folder_id", "oldest_source_id", "oldest_date_added"];
    let folders = data.get("folders").and_then(Value::as_array).into_iter().flatten();
    let rows: Vec<Map<String, Value>> = folders
        .map(|folder| {
            let plain = PLAIN
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), folder.get(name)?.clone())));
            let mut row: Map<String, Value> = plain.collect();
            row.extend(OLDEST.map(|(name, member)| (name.to_owned(), folder["oldest"][member].clone())));
            row.extend(AGES.map(|name| (name.to_owned(), folder["ages"][name].clone())));
            row.insert("stuck".to_owned(), folder["stuck"].clone());
            row
        })
        .collect();
    Sheet::of(&rows, &ASIDE)
}
