//! Questions about many orders, from a shell.

use std::{
    io::Read,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use serde_json::Value;

use crate::{
    program::{Home, Running},
    simulated::home_without_limits_and,
    wire::ask,
};

/// A shop of so many orders, and nothing that holds its reader up.
fn shop_of(orders: &str) -> (Home, Running) {
    home_without_limits_and(&["--orders", orders])
}

/// How many lists of orders the simulated Order Desk was asked for.
fn lists(running: &Running) -> usize {
    let origin = running.told("url").trim_end_matches("/api/v2");
    let record = ask("GET", &format!("{origin}/_sim/requests"), &[], None).json();
    let all = record["requests"].as_array().unwrap().iter();
    all.filter(|request| request["path"].as_str().unwrap().ends_with("/orders"))
        .count()
}

fn calls(home: &Home) -> Vec<Value> {
    let all = home.run(&["audit", "export", "--format", "json"]).json();
    let all = all.as_array().unwrap().iter();
    all.filter(|entry| entry["tool_name"].as_str().unwrap().starts_with("orders."))
        .cloned()
        .collect()
}

#[test]
fn the_same_figures_for_people_scripts_and_spreadsheets() {
    let (home, _running) = shop_of("1200");
    let json = home
        .run(&["report", "sales_by_day", "--from", "last_90_days", "--json"])
        .json();
    let data = &json["data"];
    assert_eq!(
        (&data["complete"], &data["window"]["zone"].is_string()),
        (&true.into(), &true),
        "{json}"
    );
    let rows = data["rows"].as_array().unwrap();
    assert_eq!(
        rows.len() as u64,
        data["total_rows"].as_u64().unwrap(),
        "every row, however many pages they take"
    );
    assert!(data.get("next_offset").is_none() && rows.len() > 60, "{json}");

    let csv = home
        .run(&["report", "sales_by_day", "--from", "last_90_days", "--csv"])
        .ok();
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].starts_with("day,currency,orders,units,order_total"), "{csv}");
    assert_eq!(lines.len(), rows.len() + 1, "{csv}");
    let first = [&rows[0]["day"], &rows[0]["currency"], &rows[0]["orders"]];
    let first: Vec<_> = first
        .iter()
        .map(|cell| cell.to_string().replace('"', "").replace("null", ""))
        .collect();
    assert!(lines[1].starts_with(&first.join(",")), "{csv}");

    let text = home.run(&["report", "sales_by_day", "--from", "last_90_days"]).ok();
    let total = data["totals"]["order_total"].as_str().unwrap();
    assert!(
        text.starts_with("Shop, ") && text.contains("TOTAL") && text.contains(total),
        "{text}"
    );
    assert!(text.contains("Orders added in the window"), "{text}");
    let few = home
        .run(&["report", "sales_by_day", "--from", "last_90_days", "--top", "5"])
        .ok();
    assert!(
        few.contains(&format!("5 of {} are shown; TOTAL is of all of them.", rows.len())),
        "{few}"
    );
    let found = home.run(&["find", "mug", "--limit", "3", "--json"]).json();
    assert_eq!(found["data"]["orders"].as_array().unwrap().len(), 3, "{found}");
    let calls = calls(&home);
    assert!(
        calls.len() >= 3
            && calls
                .iter()
                .all(|call| call["source"] == "cli" && call["status"] == "success"),
        "{calls:?}"
    );
}

#[test]
fn an_order_is_found_and_the_queue_told() {
    let (home, running) = shop_of("300");
    let queue = home.run(&["queue", "--stuck-after-days", "3", "--json"]).json();
    let folders = queue["data"]["folders"].as_array().unwrap();
    let all: u64 = folders.iter().map(|folder| folder["orders"].as_u64().unwrap()).sum();
    assert_eq!(Some(all), queue["data"]["orders_counted"].as_u64(), "{queue}");
    let text = home.run(&["queue"]).ok();
    assert!(text.contains("FOLDER NAME") && text.contains("STUCK"), "{text}");
    let stuck = home
        .run(&["queue", "--stuck", "--stuck-after-days", "3", "--json"])
        .json();
    let (listed, all) = (&stuck["data"]["stuck_orders"], &stuck["data"]["stuck_orders_total"]);
    assert!(
        listed.as_array().unwrap().len() as u64 == all.as_u64().unwrap() && all.as_u64() > Some(8),
        "all of them, however many pages they take: {stuck}"
    );
    let text = home.run(&["queue", "--stuck-after-days", "3"]).ok();
    assert!(
        text.contains("ORDER ID") && text.contains(&format!("8 of {all} are shown; --stuck shows all of them.")),
        "{text}"
    );
    let oldest = folders
        .iter()
        .find_map(|folder| folder["oldest"]["order_id"].as_str())
        .unwrap();
    let found = home.run(&["find", oldest]).ok();
    assert!(found.contains(oldest) && found.contains("MATCHED BY"), "{found}");
    assert!(
        home.run(&["find", "nobody-ever", "ordered-this"])
            .ok()
            .contains("No order was found")
    );
    let csv = home
        .run(&["find", oldest, "--store", running.store(0, "store_id"), "--csv"])
        .ok();
    assert!(csv.starts_with("id,matched_by,") && csv.contains(oldest), "{csv}");
    // Without rows there are the same titles, and a word for people.
    let titles = csv.lines().next().unwrap();
    let many = home.run(&["queue", "--stuck", "--stuck-after-days", "3", "--csv"]).ok();
    for (command, titles, word) in [
        (
            vec!["find", "nobody-ever", "ordered-this", "--csv"],
            titles,
            "No order was found.",
        ),
        (
            vec!["queue", "--stuck", "--stuck-after-days", "3000", "--csv"],
            many.lines().next().unwrap(),
            "No order is stuck.",
        ),
        (
            vec![
                "report",
                "sales_by_sku",
                "--from",
                "2020-01-01",
                "--to",
                "2020-01-02",
                "--group-by",
                "day",
                "--csv",
            ],
            "sku,day,currency,orders,units,sales,name",
            "There is nothing to count.",
        ),
    ] {
        let empty = home.run(&command);
        assert_eq!(empty.stdout, format!("{titles}\n"), "{command:?}");
        assert!(empty.stderr.contains(word), "{command:?}: {}", empty.stderr);
    }
    // What was looked for is written down nowhere.
    let asked = calls(&home);
    assert!(asked.iter().any(|call| call["tool_name"] == "orders.find"));
    assert!(!format!("{asked:?}").contains("nobody-ever"), "{asked:?}");
}

#[test]
fn what_is_wrong_is_told_as_options() {
    let (mut home, _running) = shop_of("10");
    let told = home.run(&["report", "sales_by_sku", "--from", "someday"]).failed(2);
    assert!(told.contains("--from must be a date"), "{told}");
    let told = home.run(&["report", "time_to_ship", "--group-by", "day"]).failed(2);
    assert!(told.contains("--group-by is for the sales reports only"), "{told}");
    let told = home.run(&["report", "sales_by_day", "--target-hours", "5"]).failed(2);
    assert!(told.contains("--target-hours is for time_to_ship only"), "{told}");
    let nope = ["report", "sales_by_day", "--where", "folder_name=Nope"];
    let told = home.run(&nope).failed(2);
    assert!(
        told.contains("--where folder_name is none of this store's folders; there are \"New\""),
        "{told}"
    );
    let told = home.run(&["queue", "--store", "Mugs"]).failed(1);
    assert!(told.contains("orderdesk-mcp store list"), "{told}");
    home.set("MIRROR_DAYS", "0");
    let told = home.run(&["queue"]).failed(2);
    assert!(told.contains("MIRROR_DAYS=0"), "{told}");
}

/// A copy that takes longer than a call waits is waited for all the same.
#[test]
fn it_waits_until_the_copy_is_whole() {
    let (mut home, _running) = shop_of("8000");
    home.set("REQUEST_TIMEOUT", "10");
    home.set("ORDERDESK_REFILL_PER_SECOND", "1");
    home.set("ORDERDESK_BUCKET_SIZE", "3");
    let json = home.run(&["queue", "--json"]).json();
    assert_eq!(json["data"]["complete"], true, "{json}");
    assert!(calls(&home).len() > 1, "one call was enough");
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_a_bar_and_leaves_nothing_of_it() {
    let (mut home, _running) = shop_of("3000");
    home.set("TERM", "xterm");
    let said = home.typed(&["queue"], &[]);
    let said = said.ok();
    assert!(said.contains("Reading orders") && said.contains("of 3000"), "{said}");
    assert!(said.contains("FOLDER NAME"), "{said}");
}

/// What was read stays, and the next run asks for the rest alone.
#[cfg(unix)]
#[test]
fn an_interrupted_copy_goes_on_where_it_stopped() {
    let (mut home, running) = shop_of("6000");
    home.set("ORDERDESK_BUCKET_SIZE", "3");
    home.set("ORDERDESK_REFILL_PER_SECOND", "2");
    let mut command = home.command(&["report", "sales_by_month"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..200 {
        if lists(&running) >= 4 {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    let signalled = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(signalled.success());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{told}");
    assert!(
        told.contains("interrupted") && told.contains("goes on from there"),
        "{told}"
    );
    let before = lists(&running);
    assert!((4..11).contains(&before), "{before} pages, and {told}");
    home.set("ORDERDESK_BUCKET_SIZE", "10000");
    home.set("ORDERDESK_REFILL_PER_SECOND", "10000");
    let json = home.run(&["report", "sales_by_month", "--json"]).json();
    assert_eq!(json["data"]["complete"], true, "{json}");
    let asked = lists(&running) - before;
    assert!(asked <= 13 - before, "{asked} pages after {before}");
}

#[test]
fn a_table_in_a_file_is_added_whatever_wrote_it() {
    const UPS: &str = "1Z02WDG10356303923";
    let (home, _running) = shop_of("40");
    let found = home
        .run(&["call", "orders.list", "--args", r#"{"limit":3}"#, "--output", "json"])
        .json();
    let order = |at: usize| found["data"]["orders"][at]["id"].as_str().unwrap().to_owned();
    // As LibreOffice writes it: UTF-16, with a mark at its beginning.
    let text = format!(
        "N\u{b0} de commande\tTracking\n{}\t{UPS}\n{}\tPARCEL00000001\nnobody\tRR662007787GB\n",
        order(0),
        order(1)
    );
    let bytes: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let file = home.path("shipped.txt");
    std::fs::write(&file, bytes).unwrap();
    let file = file.to_str().unwrap();

    let tried = home.run(&["import", file, "--dry-run"]).ok();
    assert!(
        tried.contains("nothing was sent") && tried.contains("unknown_format") && tried.contains(UPS),
        "{tried}"
    );
    let csv = home.run(&["import", file, "--dry-run", "--csv"]).ok();
    assert!(csv.contains(",would_post,") && !csv.contains(",posted,"), "{csv}");
    let titles = csv.lines().next().unwrap().to_owned();
    let csv = home.run(&["import", file, "--csv"]).ok();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    // Whatever the rows have, the columns are the same.
    assert_eq!(csv.lines().next(), Some(titles.as_str()));
    assert!(
        titles.ends_with(",contents,left,date_shipped,reason,detail,likely,notes"),
        "{titles}"
    );
    assert!(
        csv.starts_with("line,order,status,") && csv.contains(",posted,"),
        "{csv}"
    );
    let json = home.run(&["import", file, "--accept-warnings", "--json"]).json();
    assert_eq!(
        json["data"]["counts"],
        serde_json::json!({"posted": 1, "already_there": 1, "unknown_order": 1}),
        "{json}"
    );
    // In windows-1252, from standard input.
    let table = format!("N\u{b0} de commande;Tracking\n{};{UPS}\n", order(2));
    let table: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let done = home
        .run_with(&["import", "-", "--accept-warnings", "--output", "json"], &table)
        .json();
    assert_eq!(done["data"]["counts"], serde_json::json!({"posted": 1}), "{done}");
    let book = home.path("book.xlsx");
    std::fs::write(&book, b"PK\x03\x04 and so on").unwrap();
    assert!(
        home.run(&["import", book.to_str().unwrap()])
            .failed(2)
            .contains("workbook")
    );
    std::fs::write(&book, "hello").unwrap();
    let told = home.run(&["import", book.to_str().unwrap()]).failed(2);
    assert!(told.contains("FILE cannot be used"), "{told}");
}

/// A reply of the tool has no room for so many results; a shell shows them all.
#[test]
fn every_row_of_a_long_table_is_printed() {
    let (home, _running) = shop_of("20");
    let found = home.run(&["find", "mug", "--limit", "1", "--json"]).json();
    let order = found["data"]["orders"][0]["id"].as_str().unwrap();
    let rows: Vec<String> = (0..400).map(|n| format!("{order},PARCEL{n:08}\n")).collect();
    let table = format!("Order,Tracking\n{}", rows.concat());
    let csv = home
        .run_with(
            &["import", "-", "--dry-run", "--accept-warnings", "--csv"],
            table.as_bytes(),
        )
        .ok();
    assert_eq!(csv.lines().count(), 401, "{csv}");
}
