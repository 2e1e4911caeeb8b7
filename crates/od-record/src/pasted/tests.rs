//! Tables that programs and people really wrote: `fixtures/pasted`, with what is to be made of each row.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::{Pasted, Reason, Row, Unreadable, Verdict, decode, read, read_list};

mod beside;
mod mistaken;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pasted")
}

fn expected() -> Map<String, Value> {
    let text = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let mut expected: Value = serde_json::from_str(&text).unwrap();
    match expected["files"].take() {
        Value::Object(files) => files,
        other => panic!("{other}"),
    }
}

fn shown(row: &Row) -> Value {
    let mut shown = json!({"line": row.line, "order": row.order});
    let mut put = |name: &str, value: Value| {
        if !matches!(&value, Value::Null) && value != json!([]) {
            shown[name] = value;
        }
    };
    put("carrier", json!(row.carrier));
    put("ship_date", json!(row.ship_date.map(|day| day.to_string())));
    put("date_problem", json!(row.day_problem.map(super::DayProblem::as_str)));
    put("weight", json!(row.weight));
    put("quantity", json!(row.quantity));
    put("sku", json!(row.sku));
    put("items", json!(row.shares_items.then_some("unclear")));
    let Some(tracking) = &row.tracking else {
        put("verdict", json!("skip"));
        put("reason", json!("no_tracking_number"));
        return shown;
    };
    let (verdict, reason): (_, Option<Reason>) = match tracking.verdict {
        Verdict::Ok => ("ok", None),
        Verdict::Warn(reason) => ("warn", Some(reason)),
        Verdict::Refuse(reason) => ("refuse", Some(reason)),
    };
    put("verdict", json!(verdict));
    put("reason", json!(reason.map(Reason::as_str)));
    put(
        if verdict == "refuse" { "text" } else { "tracking" },
        json!(if verdict == "refuse" {
            &tracking.text
        } else {
            &tracking.number
        }),
    );
    put("carrier_from_number", json!(tracking.carriers));
    put("likely", json!(tracking.likely));
    put(
        "notes",
        json!(tracking.notes.iter().map(|note| note.as_str()).collect::<Vec<_>>()),
    );
    shown
}

fn columns(pasted: &Pasted) -> Value {
    let pairs = pasted
        .columns
        .iter()
        .map(|column| json!([column.heading, column.role.map(super::Role::as_str)]));
    pairs.collect()
}

#[test]
fn every_table_is_read_as_it_should_be() {
    let mut faults = Vec::new();
    let files = expected();
    assert!(files.len() > 25);
    for (name, wanted) in &files {
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let read = read(&decode(&bytes));
        let mut differ = |what: String, seen: Value, wanted: &Value| {
            if seen != *wanted {
                faults.push(format!("{name}: {what}\n  seen     {seen}\n  expected {wanted}"));
            }
        };
        let pasted = match read {
            Err(reason) => {
                differ("whole".into(), json!(reason.as_str()), &wanted["reason"]);
                continue;
            }
            Ok(pasted) => pasted,
        };
        differ("whole".into(), Value::Null, &wanted["whole"]);
        differ(
            "delimiter".into(),
            json!(pasted.delimiter.map(String::from)),
            &wanted["delimiter"],
        );
        differ("header".into(), json!(pasted.header_line), &wanted["header_line"]);
        differ("columns".into(), columns(&pasted), &wanted["columns"]);
        let rows = wanted["rows"].as_array().unwrap();
        differ("rows".into(), json!(pasted.rows.len()), &json!(rows.len()));
        for (row, wanted) in pasted.rows.iter().zip(rows) {
            differ(format!("line {}", row.line), shown(row), wanted);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_quote_that_is_never_closed_is_no_cell() {
    let text = "Order,Tracking\n1001,\"1ZV38B1YYW19566320\n1002,1ZNVUDR70368769884\n";
    assert_eq!(read(text).unwrap_err(), Unreadable::UnclosedQuote { line: 2 });
}

#[test]
fn a_text_without_what_is_needed_is_refused_whole() {
    for (text, reason) in [
        ("", Unreadable::NoTracking),
        ("hello", Unreadable::NoTracking),
        ("Order,Name\n1,Ada\n", Unreadable::NoTracking),
        ("Tracking\n1ZV38B1YYW19566320\n", Unreadable::NoOrderColumn),
        (
            "E-mail,Tracking\na@example.test,1ZV38B1YYW19566320\n",
            Unreadable::NoOrderColumn,
        ),
        (
            "Order   Tracking\n1001    1ZV38B1YYW19566320\n1002    1ZNVUDR70368769884\n",
            Unreadable::PrintedTable,
        ),
    ] {
        assert_eq!(read(text).unwrap_err(), reason, "{text:?}");
    }
}

#[test]
fn orders_can_be_told_by_e_mail_and_name() {
    let pasted = read("E-mail;Name;Tracking\nada@example.test;Ada Byron;1ZV38B1YYW19566320\n").unwrap();
    let row = &pasted.rows[0];
    assert_eq!(
        (row.email.as_deref(), row.name.as_deref(), row.order.as_str()),
        (Some("ada@example.test"), Some("Ada Byron"), "")
    );
}

#[test]
fn a_list_is_read_as_a_table_is() {
    let list: Vec<Map<String, Value>> = serde_json::from_value(json!([
        {"order_id": 1001, "tracking_number": "1ZV38B1YYW19566320", "carrier": null},
        {"tracking_number": 9.4e21, "order_id": "1002", "shipped_at": "2026-11-20"},
    ]))
    .unwrap();
    let pasted = read_list(&list).unwrap();
    let verdicts: Vec<_> = pasted
        .rows
        .iter()
        .map(|row| row.tracking.as_ref().unwrap().verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Ok, Verdict::Refuse(Reason::ScientificNotation)]);
    assert_eq!((pasted.rows[1].line, pasted.rows[1].order.as_str()), (2, "1002"));
    assert_eq!(pasted.rows[1].ship_date.unwrap().to_string(), "2026-11-20");
}

/// What would take long to look through is not looked through.
#[test]
fn a_table_that_nobody_looks_at_is_refused_at_once() {
    let row = "1001,1ZV38B1YYW19566320\n";
    let long = format!("Order,Tracking\n{}", row.repeat(2_000));
    let wide = format!("Order,Tracking\n{}{}\n", row.trim(), ",".repeat(200));
    let one_line = format!("Order,Tracking\n{},{}\n", row.trim(), "x".repeat(20_000));
    for text in [long, wide, one_line] {
        assert_eq!(read(&text).unwrap_err(), Unreadable::TooLarge);
    }
    let most = format!("Order,Tracking\n{}", row.repeat(1_999));
    assert_eq!(read(&most).unwrap().rows.len(), 1_999);
    let widest = format!("Order,Tracking\n{}{}\n", row.trim(), ",".repeat(198));
    assert_eq!(read(&widest).unwrap().columns.len(), 200);
    let longest_line = format!(
        "Order,Tracking,Note\n{},{}\n",
        row.trim(),
        "x".repeat(20_000 - row.len())
    );
    assert_eq!(read(&longest_line).unwrap().rows.len(), 1);
    let parcel = |order: &str| {
        [("order", order), ("tracking", "1ZV38B1YYW19566320")].map(|(name, value)| (name.to_owned(), json!(value)))
    };
    let list = vec![Map::from_iter(parcel("1001")); 2_000];
    assert_eq!(read_list(&list).unwrap().rows.len(), 2_000);
    let wide: Map<String, Value> = (0..201).map(|n| (format!("column {n}"), json!(n))).collect();
    assert_eq!(read_list(&[wide]).unwrap_err(), Unreadable::TooLarge);
    let mut most: Map<String, Value> = (0..198).map(|n| (format!("column {n}"), json!(n))).collect();
    most.extend(Map::from_iter(parcel("1001")));
    assert_eq!(read_list(&[most]).unwrap().columns.len(), 200);
    let long = vec![Map::from_iter([("order".to_owned(), json!("1001"))]); 2_001];
    assert_eq!(read_list(&long).unwrap_err(), Unreadable::TooLarge);
}

proptest::proptest! {
    /// Whatever is pasted is read or refused, each row in a line that there is.
    #[test]
    fn nothing_that_is_pasted_breaks(text in r#"([ -~\n\t;,|"'=éß€\u{200b}\u{feff}]|1ZV38B1YYW19566320|Order|Tracking|9\.4E\+021|\r\n){0,60}"#) {
        if let Ok(pasted) = read(&text) {
            let lines = text.replace("\r\n", "\n").matches('\n').count() + 1;
            for row in &pasted.rows {
                assert!((1..=lines).contains(&row.line), "{row:?}");
            }
        }
    }
}
