//! `orders.report`.

use od_engine::insight::{REPORTS, RunReport, judge_report};
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
        title: "Report on orders",
        description: "Sums orders of whole days in the store's time zone; rows, totals of all rows, and the definition of what was \
                      counted. Amounts are decimal text; currencies are never added together. Folders named Canceled or Deleted \
                      are left out unless where names them.",
        operations: &["GET /orders", "GET /store"],
        input: schema::arguments(
            json!({
                "report": {"type": "string", "enum": REPORTS, "description": "What to count."},
                "from": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 20,
                    "description": "First day, or today, yesterday, last_7_days, last_30_days, last_90_days, this_week, last_week, \
                                    this_month, last_month, year_to_date, last_year.",
                },
                "to": {"type": "string", "minLength": 1, "maxLength": 20, "description": "Last day; default: today."},
                "group_by": {
                    "type": "string",
                    "enum": ["sku", "day", "month", "source", "country", "shipping_method", "folder"],
                    "description": "Second key; sales reports.",
                },
                "where": {
                    "type": "object",
                    "properties": {
                        "folder_id": {"type": "string", "pattern": schema::DIGIT_LIST, "maxLength": 200},
                        "folder_name": schema::text("Any case."),
                        "source_name": schema::text("Exact."),
                        "source_id": schema::text("Exact."),
                        "email": schema::text("The shopper's."),
                    },
                    "additionalProperties": false,
                    "description": "Which orders.",
                },
                "top": {"type": "integer", "minimum": 1, "maximum": 10_000, "description": "First rows only."},
                "offset": insight::offset(),
                "target_hours": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 10_000,
                    "default": 48,
                    "description": "time_to_ship.",
                },
                "store": schema::store(),
                "stores": insight::stores(),
                "fresh": insight::fresh(),
            }),
            &["report", "from"],
        ),
        data: schema::rows("rows"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        permission: Some(Permission::OrdersRead),
        cost: Cost::Question,
        example: json!({"report": "sales_by_sku", "from": "last_month"}),
        check: judge,
        shape: Shape::Rows("rows"),
        handler: |call| Box::pin(run(call)),
    }
}

/// What the schema cannot say: which reports have a second key. What is none of their names is told by the schema.
fn judge(arguments: &Map<String, Value>) -> Vec<Problem> {
    let report = arguments.get("report").cloned().unwrap_or_default();
    let Ok(report) = serde_json::from_value(report) else {
        return Vec::new();
    };
    let group_by = arguments.get("group_by").and_then(Value::as_str);
    judge_report(report, group_by).into_iter().collect()
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<RunReport>()?;
    engine.insight().report(&scope, input).await
}
