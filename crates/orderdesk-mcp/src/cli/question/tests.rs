use std::time::Duration;

use clap::Parser;
use serde_json::{Map, Value, json};

use super::{csv, find, queue, report, told};
use crate::cli::{Cli, Command};

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("{value} is no object")
    };
    object
}

fn as_csv(data: Value, laid_out: fn(&Map<String, Value>) -> super::Sheet) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    csv::write(&laid_out(&object(data)), &mut writer).unwrap();
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn a_spreadsheet_runs_nothing_of_a_table() {
    let rows = json!({"rows": [
        {"sku": "=cmd|' /C calc'!A0", "currency": null, "units": 3, "sales": "-12.50"},
        {"sku": "-MUG", "currency": "USD", "units": 1, "sales": "1234.00"},
        {"sku": "a, \"b\"", "currency": "@USD", "units": 0, "sales": "0.00"},
    ]});
    let expected =
        "sku,currency,units,sales\n'=cmd|' /C calc'!A0,,3,-12.50\n'-MUG,USD,1,1234.00\n\"a, \"\"b\"\"\",'@USD,0,0.00\n";
    assert_eq!(as_csv(rows, report::laid_out), expected);
}

#[test]
fn pieces_and_wide_signs_are_made_harmless_as_in_other_files() {
    let rows = json!({"rows": [{"sku": "＝1+1", "currency": "USD"}, {"sku": "a;=1", "currency": "USD"}]});
    assert_eq!(as_csv(rows, report::laid_out), "sku,currency\n'＝1+1,USD\na;'=1,USD\n");
}

#[test]
fn what_is_within_a_folder_has_columns_of_its_own() {
    let folders = json!({"folders": [
        {"folder_name": "New", "folder_id": "1", "orders": 2, "value": "10.00", "currency": "USD",
         "oldest": {"order_id": "7", "source_id": "A-7", "date_added": "2026-11-01T00:00:00Z", "age_days": 28},
         "ages": {"under_1_day": 1, "1_to_3_days": 0, "3_to_7_days": 0, "over_7_days": 1},
         "sources": {"Etsy": 2}, "stuck": 1},
        {"folder_name": "Empty", "folder_id": "2", "orders": 0},
    ]});
    let expected = "folder_name,folder_id,orders,value,currency,oldest_order_id,oldest_source_id,oldest_date_added,\
                    oldest_age_days,under_1_day,1_to_3_days,3_to_7_days,over_7_days,stuck\n\
                    New,1,2,10.00,USD,7,A-7,2026-11-01T00:00:00Z,28,1,0,0,1,1\nEmpty,2,0,,,,,,,,,,,\n";
    assert_eq!(as_csv(folders, queue::laid_out), expected);
}

#[test]
fn a_shipment_has_columns_of_its_own() {
    let orders = json!({"orders": [
        {"id": "7", "matched_by": "email", "shipment": {"carrier": "UPS", "tracking_number": "1Z1", "date_shipped": "2026-11-25"}},
        {"id": "8", "matched_by": "name"},
    ]});
    let expected = "id,matched_by,carrier,tracking_number,date_shipped\n7,email,UPS,1Z1,2026-11-25\n8,name,,,\n";
    assert_eq!(as_csv(orders, find::laid_out), expected);
}

#[test]
fn stuck_orders_have_rows_of_their_own() {
    let data = json!({"stuck_orders": [
        {"order_id": "7", "source_id": "A-7", "folder_name": "New", "date_added": "2026-11-01T00:00:00Z", "age_days": 28},
    ]});
    let expected = "order_id,source_id,folder_name,date_added,age_days\n7,A-7,New,2026-11-01T00:00:00Z,28\n";
    assert_eq!(as_csv(data, queue::stuck), expected);
}

#[test]
fn without_rows_and_columns_nothing_is_written() {
    assert_eq!(as_csv(json!({"rows": []}), report::laid_out), "");
}

#[test]
fn a_total_stands_under_its_columns_and_not_under_a_report_that_is_one() {
    let total = object(json!({"currency": "USD", "units": 4, "sales": "9.00"}));
    let mut sheet = report::laid_out(&object(
        json!({"rows": [{"sku": "MUG", "currency": "USD", "units": 4, "sales": "9.00"}]}),
    ));
    sheet.add_total(&total);
    assert_eq!(sheet.rows[1], ["TOTAL".into(), "USD".into(), json!(4), json!("9.00")]);
    let mut sheet = report::laid_out(&object(json!({"rows": [{"new_customers": 4}]})));
    sheet.add_total(&object(json!({"new_customers": 4})));
    assert_eq!(sheet.rows.len(), 1);
}

fn arguments(line: &str) -> Result<Value, String> {
    let words = line.split(' ');
    let Some(Command::Report(args)) = Cli::try_parse_from(words).map_err(|error| error.to_string())?.command else {
        panic!("{line} is another command")
    };
    let question = args.question().map_err(|failure| failure.message().to_owned())?;
    Ok(question.arguments.into())
}

#[test]
fn options_become_the_tools_arguments() {
    let all = "orderdesk-mcp report sales_by_sku --from last_month --group-by day --where source_name=Etsy --where email=a=b \
               --top 3 --stores-all --fresh";
    let expected = json!({
        "stores": "all", "fresh": true, "report": "sales_by_sku", "from": "last_month", "group_by": "day", "top": 3,
        "where": {"source_name": "Etsy", "email": "a=b"},
    });
    assert_eq!(arguments(all), Ok(expected));
    let bare = json!({"report": "time_to_ship", "from": "last_30_days"});
    assert_eq!(arguments("orderdesk-mcp report time_to_ship"), Ok(bare));
    for (wrong, told) in [
        ("sales_by_moon", "sales_by_sku"),
        ("sales_by_sku --where Etsy", "a name, = and a value"),
        ("sales_by_sku --where email=a --where email=b", "given twice"),
        ("sales_by_sku --store A --stores-all", "cannot be used with"),
        ("sales_by_sku --csv --json", "cannot be used with"),
    ] {
        let refused = arguments(&format!("orderdesk-mcp report {wrong}")).expect_err(wrong);
        assert!(refused.contains(told), "{wrong}: {refused}");
    }
}

#[test]
fn only_the_tenants_own_limit_is_waited_for_and_not_for_long() {
    let refused = |code: &str, seconds: u64| {
        object(json!({"status": "error", "error": {"code": code, "details": {"retry_after_seconds": seconds}}}))
    };
    assert_eq!(
        told::wait(&refused("RATE_LIMIT_EXCEEDED", 3)),
        Some(Duration::from_secs(3))
    );
    assert_eq!(told::wait(&refused("RATE_LIMIT_EXCEEDED", 3_600)), None);
    assert_eq!(told::wait(&refused("UPSTREAM_BUSY", 3)), None);
}

#[test]
fn a_wrong_argument_is_told_as_the_option_it_came_from() {
    let envelope = object(json!({"error": {
        "code": "VALIDATION_ERROR", "message": "2 arguments are wrong",
        "details": {"problems": [
            {"path": "/group_by", "message": "must be one of day"},
            {"path": "/where/folder_name", "message": "is none of this store's folders"},
            {"path": "/query", "message": "must not be empty"},
        ]},
    }}));
    let failure = told::failure(&envelope);
    assert_eq!(
        (failure.code(), failure.message()),
        (
            2,
            "--group-by must be one of day; --where folder_name is none of this store's folders; WORDS must not be empty \
             (VALIDATION_ERROR)"
        )
    );
}

#[test]
fn who_has_several_stores_is_told_their_names() {
    let envelope = object(json!({"error": {
        "code": "STORE_REQUIRED", "message": "Several stores are registered", "hint": "Call again with store set, or stores_use_store.",
        "details": {"stores": [{"store_name": "Mug Shop"}, {"store_name": "Outlet"}]},
    }}));
    let failure = told::failure(&envelope);
    assert_eq!(
        (failure.code(), failure.hint()),
        (
            2,
            Some(r#"Name one with --store: "Mug Shop", "Outlet", or ask all of them with --stores-all."#)
        )
    );
}

#[test]
fn what_goes_on_is_asked_for_again() {
    for (about, goes_on) in [
        (json!({"seconds_remaining": 3}), true),
        (
            json!({"reason": "2 of 5 folders so far; the same call again goes on"}),
            true,
        ),
        (
            json!({"stores": [{}, {"reason": "0 orders so far; the same call again goes on"}]}),
            true,
        ),
        (
            json!({"reason": "only the first 500 inventory items were read in time"}),
            false,
        ),
        (json!({}), false),
    ] {
        assert_eq!(told::goes_on(&object(about.clone())), goes_on, "{about}");
    }
}
