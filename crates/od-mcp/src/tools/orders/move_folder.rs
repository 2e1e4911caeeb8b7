//! `orders.move_folder`.

use od_engine::orders::{Destination, MoveOrders, Problem};
use od_engine::{Error, Outcome, Permission};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec};
use crate::tools::schema;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "orders.move_folder",
        toolset: Toolset::Orders,
        title: "Move orders",
        description: "Moves orders to another folder. More than filing: the shop's rules for it run at once and may \
                      send e-mails, submit to a printer or warehouse, or charge customers. Give exactly one of \
                      destination_folder_id and destination_folder_name. results tells each order's former folder.",
        operations: &["POST /move-orders"],
        input: schema::arguments(
            json!({
                "order_ids": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 100,
                    "items": {"type": "string", "pattern": schema::DIGITS, "maxLength": 20},
                    "description": "From `orders.list`; not the source_ids.",
                },
                "destination_folder_id": {
                    "type": "string",
                    "pattern": schema::DIGITS,
                    "maxLength": 19,
                    "description": "From `folders.list`.",
                },
                "destination_folder_name": schema::text("In any case, e.g. Prepared."),
                "store": schema::named_store(),
                "dry_run": schema::dry_run(),
                "confirm": schema::confirm(),
            }),
            &["order_ids"],
        ),
        data: schema::rows("results"),
        hints: Hints {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
        access: Access::Write,
        permissions: &[Permission::OrdersWrite],
        cost: Cost::Rows("order_ids"),
        example: json!({"order_ids": ["80012345"], "destination_folder_name": "Prepared"}),
        check: judge_destination,
        shape: Shape::Rows("results"),
        handler: |call| Box::pin(run(call)),
    }
}

const DESTINATIONS: [&str; 2] = ["destination_folder_id", "destination_folder_name"];

fn judge_destination(arguments: &Map<String, Value>) -> Vec<Problem> {
    let given = DESTINATIONS
        .iter()
        .filter(|name| arguments.contains_key(**name))
        .count();
    if given == 1 {
        Vec::new()
    } else {
        vec![one_destination()]
    }
}

fn destination(arguments: &Map<String, Value>) -> Result<Destination, Problem> {
    match DESTINATIONS.map(|name| arguments.get(name).and_then(Value::as_str)) {
        [Some(id), None] => id.parse().map(Destination::Id).map_err(|_| {
            Problem::new(
                "/destination_folder_id",
                "must be a folder id from the store's list of folders",
            )
        }),
        [None, Some(name)] => Ok(Destination::Name(name.to_owned())),
        _ => Err(one_destination()),
    }
}

fn one_destination() -> Problem {
    Problem::new("", format!("give exactly one of {}", DESTINATIONS.join(" and ")))
}

#[derive(Deserialize)]
struct Arguments {
    order_ids: Vec<String>,
    store: Option<String>,
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    confirm: bool,
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let destination = destination(&call.arguments).map_err(|problem| Error::Invalid(vec![problem]))?;
    let (engine, scope, arguments) = call.decode::<Arguments>()?;
    let Arguments {
        order_ids,
        store,
        dry_run,
        confirm: confirmed,
    } = arguments;
    engine
        .orders()
        .move_folder(
            &scope,
            MoveOrders {
                store,
                order_ids,
                destination,
                dry_run,
                confirmed,
            },
        )
        .await
}
