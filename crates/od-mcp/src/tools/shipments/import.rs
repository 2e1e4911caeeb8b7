//! `shipments.import`.

use od_engine::shipments::ImportShipments;
use od_engine::{Error, Outcome, Permission};
use serde_json::{Value, json};

use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Invocation, ToolSpec, no_further_rules};
use crate::tools::{parts, schema};

/// In characters: five hundred rows of a wide table.
const LONGEST: usize = 200_000;

pub(in crate::tools) fn tool() -> ToolSpec {
    ToolSpec {
        name: "shipments.import",
        toolset: Toolset::Shipments,
        title: "Add tracking numbers from a table",
        description: "Adds shipments from a pasted table. Columns are told by heading or content, orders by id, source id, \
                      or e-mail and name, contents by SKU and quantity. Spoilt numbers are refused; what is there is not added \
                      twice. Effects as `shipments.create`.",
        operations: &["GET /orders", "POST /batch-shipments"],
        input: schema::arguments(
            json!({
                "rows": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": LONGEST,
                    "description": "CSV, TSV, Markdown table, or JSON list; up to 500 numbers.",
                },
                "accept_warnings": {
                    "type": "boolean",
                    "default": false,
                    "description": "Add also rows that results warned of.",
                },
                "store": schema::store(),
                "dry_run": schema::dry_run(),
            }),
            &["rows"],
        ),
        data: schema::rows("results"),
        hints: parts::ADDS,
        access: Access::Write,
        permissions: &[Permission::ShipmentsWrite],
        cost: Cost::Table("rows"),
        example: json!({"rows": "Order,Tracking,Carrier\n80012345,1Z02WDG10356303923,UPS\n"}),
        check: no_further_rules,
        shape: Shape::Results("results"),
        handler: |call| Box::pin(run(call)),
    }
}

async fn run(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, input) = call.decode::<ImportShipments>()?;
    engine.shipments().import(&scope, input).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::tool;

    /// It is asked before anybody knows whether the call may be made, so it must not read the table.
    #[test]
    fn what_a_table_costs_is_told_by_its_lines() {
        let cost = |rows: &str| {
            let arguments = Map::from_iter([("rows".to_owned(), json!(rows))]);
            tool().cost.of(&arguments)
        };
        let list = vec![json!({ "order": "1001", "tracking": "1Z02WDG10356303923" }); 15];
        assert_eq!(cost(&json!(list).to_string()), 15);
        let row = "1001,1Z02WDG10356303923\r";
        assert_eq!(cost(&format!("Order,Tracking\r{}", row.repeat(60))), 20);
        assert_eq!(
            cost(&format!("Order,Tracking\r\n{}", row.replace('\r', "\r\n").repeat(3))),
            3
        );
        assert_eq!(cost("Order,Tracking\n1001,1Z02WDG10356303923\n"), 2);
        assert_eq!(cost("nothing"), 2);
    }
}
