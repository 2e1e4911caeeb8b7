//! `report`: sums over the orders of a window of days.

use clap::builder::PossibleValuesParser;
use od_engine::insight::{REPORTS, report_columns};
use serde_json::{Map, Value};

use super::{
    common::{Common, Question},
    sheet::Sheet,
};
use crate::cli::Failure;

/// Sums over whole days in the store's time zone: sales by anything, what is unshipped, refunds, discounts, customers.
///
/// Answered from this server's copy of the store's orders, which is made the first time (one request for every 500 orders of
/// the last MIRROR_DAYS) and kept fresh. It is asked like a tool: for the tenant whose key is in MCP_MASTER_KEY, or is
/// entered, within its limits, and recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp report sales_by_sku --from last_month --top 20
  orderdesk-mcp report sales_by_day --from 2026-11-01 --to 2026-11-29 --store \"Mug Shop\"
  orderdesk-mcp report sales_by_source --from year_to_date --group-by month --stores-all --csv > sales.csv
  orderdesk-mcp report time_to_ship --where source_name=Etsy --target-hours 24 --json")]
pub struct Args {
    /// What to count.
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(REPORTS), ignore_case = true)]
    report: String,

    /// First day as 2026-11-01, or a window: today, last_7_days, this_week, last_month, year_to_date...
    #[arg(long, value_name = "DAY", default_value = "last_30_days", allow_hyphen_values = true)]
    from: String,

    /// Last day; today when left out.
    #[arg(long, value_name = "DAY", allow_hyphen_values = true)]
    to: Option<String>,

    /// A second key of a sales report: sku, day, month, source, country, shipping_method or folder.
    #[arg(long, value_name = "KEY")]
    group_by: Option<String>,

    /// Only orders with this: folder_id, folder_name, source_name, source_id, email, customer_id, or a date:
    /// search_start_date, search_end_date (date_added, UTC), the same with _local (the store's time), modified_start_date,
    /// modified_end_date. May be given several times.
    #[arg(long = "where", value_name = "NAME=VALUE")]
    filters: Vec<String>,

    /// The first rows only.
    #[arg(long, value_name = "N")]
    top: Option<u32>,

    /// Within how many hours an order should be shipped, for time_to_ship; 48 when left out.
    #[arg(long, value_name = "HOURS")]
    target_hours: Option<u32>,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Args {
    pub(super) fn question(&self) -> Result<Question, Failure> {
        let mut arguments = self.common.arguments();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                arguments.insert(name.to_owned(), value);
            }
        };
        add("report", Some(self.report.to_ascii_lowercase().into()));
        add("from", Some(self.from.as_str().into()));
        add("to", self.to.as_deref().map(Value::from));
        add("group_by", self.group_by.as_deref().map(Value::from));
        add("top", self.top.map(Value::from));
        add("target_hours", self.target_hours.map(Value::from));
        let mut filters = Map::new();
        for filter in &self.filters {
            let Some((name, value)) = filter.split_once('=') else {
                let hint = "orderdesk-mcp report sales_by_sku --where source_name=Etsy";
                return Err(
                    Failure::usage(format!("--where {filter}: a name, = and a value are needed")).with_hint(hint),
                );
            };
            if filters.insert(name.trim().to_owned(), value.into()).is_some() {
                return Err(Failure::usage(format!("--where {name} is given twice"))
                    .with_hint("Several folders stand behind one name: --where folder_id=12,13"));
            }
        }
        add("where", (!filters.is_empty()).then(|| filters.into()));
        Ok(Question {
            tool: "orders.report",
            arguments,
            rows: "rows",
            most: None,
            columns: self.columns(),
            also: None,
        })
    }
}

impl Args {
    /// Nothing for arguments that are refused.
    fn columns(&self) -> Vec<&'static str> {
        let report = serde_json::from_value(self.report.to_ascii_lowercase().into()).ok();
        let columns = report.and_then(|report| report_columns(report, self.group_by.as_deref()).ok());
        columns.unwrap_or_default()
    }
}

/// Rows as they are.
pub(super) fn laid_out(data: &Map<String, Value>) -> Sheet {
    let rows = data.get("rows").and_then(Value::as_array).into_iter().flatten();
    let rows: Vec<_> = rows.filter_map(Value::as_object).cloned().collect();
    Sheet::of(&rows, &[])
}
