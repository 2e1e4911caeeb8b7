//! `orders.report`.

use od_engine::insight::{REPORTS, RunReport, judge_report, where_shape};
use od_engine::orders::Problem;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Map, Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec};
use crate::tools::{insight, schema};

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.report",
        toolset: Toolset::Insight,
        title: "Order reports",
        description: "Sums over whole days in store time, with totals and a definition. Canceled folders count only where \
                      named.",
        operations: &["GET /orders"],
        input: schema::arguments(
            json!({
                "report": {"type": "string", "enum": REPORTS, "description": "What to count."},
                "from": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 32,
                    "description": "First day, or alone: today, yesterday, last_7_days, last_14_days, last_30_days, last_90_days, this_week, last_week, this_month, \
                                    last_month, year_to_date, last_year.",
                },
                "to": {"type": "string", "minLength": 1, "maxLength": 32, "description": "Last day."},
                "group_by": {
                    "type": "string",
                    "maxLength": 20,
                    "description": "Sales only: sku, day, month, source, country, shipping_method or folder.",
                },
                "where": schema::record(where_shape(), "Filters of `orders.list`, except names, streets, phones."),
                "sort": {"type": "string", "enum": ["amount", "units"], "description": "Sales rows."},
                "top": {"type": "integer", "minimum": 1, "maximum": 10_000, "description": "First rows only."},
                "offset": insight::offset(),
                "target_hours": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 10_000,
                    "default": 48,
                    "description": "time_to_ship.",
                },
                "format": {"type": "string", "enum": ["table", "csv"], "description": "csv: a link to all rows."},
                "store": schema::store(),
                "stores": insight::stores(),
                "fresh": insight::fresh("Count anew."),
            }),
            &["report", "from"],
        ),
        data: schema::rows("rows"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permissions: &[Permission::OrdersRead],
        cost: Cost::Question,
        example: json!({"report": "sales_by_sku", "from": "last_month"}),
        check: judge,
        shape: Shape::Rows("rows"),
        handler: |call| Box::pin(run(call)),
    }
}

/// What the schema cannot say: which reports have a second key, what filters there are, and that a file has no pages. What is no
/// report is told by the schema.
fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    let is_file = arguments.get("format").is_some_and(|format| format == "csv");
    let skips = arguments.get("offset").is_some_and(|offset| *offset != 0);
    let paged = (is_file && skips).then(|| Problem::new("/offset", "is for tables: csv has every row"));
    let mut problems = judge_rest(arguments);
    problems.extend(paged);
    problems
}

fn judge_rest(arguments: &Map<String, Value>) -> Vec<Problem> {
    let report = arguments.get("report").cloned().unwrap_or_default();
    let Ok(report) = serde_json::from_value(report) else {
        return Vec::new();
    };
    judge_report(report, arguments)
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<RunReport>()?;
    engine.insight().report(&scope, input).await
}
