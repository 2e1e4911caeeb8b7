//! `orders.mutate_full`.

use od_engine::orders::{Change, MutateOrder, Problem};
use od_engine::{Error, Outcome, Permission, shape};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec};
use crate::tools::schema;

pub(crate) mod example;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.mutate_full",
        toolset: Toolset::Orders,
        title: "Change an order",
        description: "Changes an order safely and reports every difference. Give exactly one of mutation and ops. \
                      mutation merges: nested objects merge, null clears, order_notes are appended, order_items with \
                      an id (or unique code) change that line, others add one; discount_list replaces. ops run in order, all or nothing: \
                      set_fields{fields}, update_address{address_type,address}, add_items and update_items{items}, \
                      remove_items{item_ids}, add_note{content}, remove_note{content}, set_checkout_data and set_order_metadata{values}, \
                      set_discounts{discounts}, move_folder{destination_folder_id}.",
        operations: &["GET /orders/{id}", "PUT /orders/{id}"],
        input: schema::arguments(
            json!({
                "order_id": schema::order_id(),
                "store": schema::store_named("Needed if several for moves and remove_items."),
                "mutation": schema::record(
                    shape::order(),
                    "As in the order: {\"shipping\":{\"city\":\"Leeds\"},\"tag_name\":\"success\"}.",
                ),
                "ops": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 50,
                    "description": "[{\"op\":\"add_note\",\"content\":\"Called\"}].",
                    "items": schema::entry(shape::op()),
                },
                "dry_run": schema::dry_run(),
                "confirm": {
                    "type": "boolean",
                    "default": false,
                    "description": "For move_folder and remove_items, if nobody can be asked: a person agreed.",
                },
            }),
            &["order_id"],
        ),
        data: schema::changed_order(),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Write,
        example: json!({"order_id": "80012345", "mutation": {"shipping": {"city": "Leeds"}}}),
        check: judge_change,
        shape: Shape::Change,
        handler: |call| Box::pin(run(call)),
    }
}

/// What is wrong with the change whatever order it is for: unknown and read-only fields, malformed operations.
fn judge_change(arguments: &Map<String, Value>) -> Vec<Problem> {
    Change::parse(arguments.get("mutation"), arguments.get("ops"))
        .err()
        .unwrap_or_default()
}

#[derive(Deserialize)]
struct Arguments {
    order_id: String,
    store: Option<String>,
    mutation: Option<Value>,
    ops: Option<Value>,
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    confirm: bool,
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<Arguments>()?;
    let change = Change::parse(arguments.mutation.as_ref(), arguments.ops.as_ref()).map_err(Error::Invalid)?;
    let Arguments {
        order_id,
        store,
        dry_run,
        confirm: confirmed,
        ..
    } = arguments;
    engine
        .orders()
        .mutate(
            &scope,
            MutateOrder {
                store,
                order_id,
                change,
                dry_run,
                confirmed,
            },
        )
        .await
}
