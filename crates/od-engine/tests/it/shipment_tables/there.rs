//! A parcel that is there is told to differ only where it surely does: who believes it corrects a parcel that was right.

use super::contents::{run, stocked};
use super::doubtful::{edit, open};
use super::*;

/// An order whose one parcel holds two mugs and a tee, and a table of rows for its number.
async fn shipped(held: &Value) -> (Shop, String) {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    edit(&shop, &order, |record| {
        record["order_shipments"] = json!([{ "id": "77", "tracking_number": NUMBERS[0], "order_items": held }]);
    });
    (shop, order)
}

#[tokio::test]
async fn what_cannot_be_told_is_there_already() {
    let mugs_and_tee = json!([{ "id": "901", "quantity": 2 }, { "id": "902", "quantity": 1 }]);
    let caps = json!([{ "id": "903", "quantity": 1 }, { "id": "904", "quantity": 1 }]);
    let of_no_line = json!([{ "id": "999", "quantity": 2 }]);
    for (held, heading, rows, says) in [
        // No quantity.
        (&mugs_and_tee, "SKU", "MUG-1\n", "MUG-1, and not how many"),
        // Several lines of one code.
        (&caps, "SKU,Qty", "CAP-3,2\n", ""),
        (&caps, "SKU,Qty", "cap-3,1\n{order},{number},CAP-3,1\n", ""),
        // Cells that were one.
        (
            &mugs_and_tee,
            "SKU,Qty",
            "MUG-1,2\n,{number},TEE-2,1\n",
            "line 3 says what is in a parcel",
        ),
        (&mugs_and_tee, "SKU,Qty", "MUG-1,2\n,,TEE-2,1\n", ""),
        (
            &mugs_and_tee,
            "SKU,Qty",
            "MUG-1,2\n{order},,TEE-2,1\n",
            "line 3 names an item",
        ),
        // The line was taken out of the order since.
        (
            &of_no_line,
            "SKU,Qty",
            "OLD-9,2\n",
            "the table says 2 of OLD-9: whether",
        ),
        (&mugs_and_tee, "Qty", "1\n", ""),
    ] {
        let (shop, order) = shipped(held).await;
        let rows = format!("Order,Tracking,{heading}\n{{order}},{{number}},{rows}");
        let rows = rows.replace("{order}", &order).replace("{number}", NUMBERS[0]);
        let done = run(&shop, &rows, "").await;
        let row = &done.data["results"][0];
        assert_eq!(row["status"], "already_there", "{rows}{row}");
        let detail = row["detail"].as_str().unwrap_or_default();
        assert_eq!(detail.is_empty(), says.is_empty(), "{rows}{row}");
        assert!(detail.contains(says), "{rows}{row}");
        assert!(row.get("notes").is_none(), "{row}");
        assert!(shop.sent("POST").is_empty());
    }
}

#[tokio::test]
async fn an_ambiguous_code_and_a_merged_row_can_surely_be_too_much() {
    let caps = json!([{ "id": "903", "quantity": 1 }]);
    for (rows, says) in [
        ("CAP-3,2\n", "the table says 2 of CAP-3"),
        (
            "CAP-3,1\n,,MUG-1,1\n",
            "the table says 1 of CAP-3, 1 of MUG-1 (line 3, by the row above)",
        ),
    ] {
        let (shop, order) = shipped(&caps).await;
        let rows = format!("Order,Tracking,SKU,Qty\n{order},{},{rows}", NUMBERS[0]);
        for how in ["dry_run", "", "accept_warnings"] {
            let done = run(&shop, &rows, how).await;
            assert!(states(&done).iter().all(|state| *state == "skipped"), "{}", done.data);
            let results = done.data["results"].as_array().unwrap();
            assert!(
                results.iter().all(|row| row["reason"] == "contents_differ"),
                "{}",
                done.data
            );
            assert!(results[0]["detail"].as_str().unwrap().ends_with(says), "{}", results[0]);
            if let Some(merged) = results.get(1) {
                assert_eq!(
                    (&merged["detail"], &merged["shipment_id"]),
                    (&json!("see line 2"), &json!("77"))
                );
            }
        }
        assert!(shop.sent("POST").is_empty());
    }
}

/// What is downloaded goes in no parcel.
#[tokio::test]
async fn a_download_is_not_missing_in_a_parcel_of_the_whole_order() {
    let (shop, order) = shipped(&json!("")).await;
    edit(&shop, &order, |record| {
        record["order_items"] = json!([
            { "id": "901", "name": "Mug", "code": "MUG-1", "quantity": 2, "price": 5 },
            { "id": "902", "name": "Book", "code": "PDF", "quantity": 1, "price": 5, "delivery_type": "download" },
        ]);
    });
    for (rows, is_noted) in [("MUG-1,2\n", false), ("MUG-1,1\n", true)] {
        let rows = format!("Order,Tracking,SKU,Qty\n{order},{},{rows}", NUMBERS[0]);
        let done = run(&shop, &rows, "").await;
        assert_eq!(states(&done), ["already_there"]);
        assert_eq!(
            done.data["results"][0].get("notes").is_some(),
            is_noted,
            "{}",
            done.data
        );
    }
}

/// Hundreds of rows of one parcel are told with words for each of them, and not with all words in each.
#[tokio::test]
async fn what_is_told_of_a_long_parcel_has_a_bound() {
    let (shop, order) = shipped(&json!([{ "id": "901", "quantity": 1 }])).await;
    let rows = (0..499).map(|n| format!("{order},{},{n}{},1\n", NUMBERS[0], "X".repeat(360)));
    let rows = format!("Order,Tracking,SKU,Qty\n{}", rows.collect::<String>());
    let done = run(&shop, &rows, "dry_run").await;
    let results = done.data["results"].as_array().unwrap();
    assert_eq!(results.len(), 499);
    let detail = results[0]["detail"].as_str().unwrap();
    assert!(detail.ends_with("and 489 more") && detail.len() < 1_000, "{detail}");
    for row in &results[1..] {
        assert_eq!(row["detail"], "see line 2");
    }
    assert!(
        done.data.to_string().len() < 499 * 300,
        "{}",
        done.data.to_string().len()
    );
}

/// An order of which a part has gone already is not sent whole by a table that says nothing of contents.
#[tokio::test]
async fn a_row_without_contents_waits_where_a_part_has_gone() {
    let (shop, order) = shipped(&json!([{ "id": "901", "quantity": 2 }, { "id": "902", "quantity": 1 }])).await;
    // Enough rows for them to be looked for in the copy.
    let others = unshipped(&shop);
    let rows = format!(
        "Order,Tracking\n{order},{}\n{},{}\n{},{}\n",
        NUMBERS[1], others[0], NUMBERS[2], others[1], NUMBERS[3]
    );
    let one = format!("Order,Tracking\n{order},{}\n", NUMBERS[1]);
    for (rows, how) in [(&one, "dry_run"), (&rows, "dry_run"), (&rows, "")] {
        let done = run(&shop, rows, how).await;
        let row = &done.data["results"][0];
        assert_eq!(row["reason"], "partly_shipped", "{}", done.data);
        let detail = row["detail"].as_str().unwrap();
        assert!(
            detail.contains("in shipments 77; left: 1 of MUG-1, 1 of CAP-3, 1 of CAP-3"),
            "{detail}"
        );
        assert!(
            done.warnings
                .iter()
                .any(|warning| warning.contains("Rows that wait for you: 1 (line 2)"))
        );
    }
    let done = run(&shop, &one, "accept_warnings").await;
    let row = &done.data["results"][0];
    assert_eq!(
        (&row["status"], &row["notes"]),
        (&json!("posted"), &json!(["partly_shipped"]))
    );
    assert!(row["detail"].as_str().unwrap().contains("shipments 77"), "{row}");
    assert!(done.data["reasons"]["partly_shipped"].is_string());
}

/// What stands for the whole order is told beside one that may hold all of it, and does not wait: orders go in several parcels.
#[tokio::test]
async fn a_second_parcel_of_the_whole_order_has_a_note() {
    let (shop, order) = shipped(&json!([])).await;
    // Enough rows for them to be looked for in the copy.
    let others = unshipped(&shop);
    let one = format!("Order,Tracking\n{order},{}\n", NUMBERS[1]);
    let rows = format!("{one}{0},{1}\n{0},{2}\n", others[0], NUMBERS[2], NUMBERS[3]);
    for (rows, how, state) in [
        (&one, "dry_run", "would_post"),
        (&rows, "dry_run", "would_post"),
        (&rows, "", "posted"),
    ] {
        let done = run(&shop, rows, how).await;
        assert!(states(&done).iter().all(|told| *told == state), "{}", done.data);
        let row = &done.data["results"][0];
        assert_eq!(row["notes"], json!(["may_be_shipped"]), "{row}");
        assert!(row["detail"].as_str().unwrap().contains("shipments 77"), "{row}");
        assert!(done.data["reasons"]["may_be_shipped"].is_string());
        // Two parcels of one order in a table are what they seem.
        for row in done.data["results"].as_array().unwrap().iter().skip(1) {
            assert!(row.get("notes").is_none(), "{row}");
        }
    }
}

/// What is left is told once all rows of an order were added, and not in the middle of them.
#[tokio::test]
async fn what_is_left_is_told_on_the_last_row_of_an_order() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let rows = format!(
        "Order,Tracking,SKU,Qty\n{order},{},MUG-1,1\n{order},{},MUG-1,2\n",
        NUMBERS[0], NUMBERS[1]
    );
    let done = run(&shop, &rows, "dry_run").await;
    let left = |row: usize| done.data["results"][row].get("left").cloned();
    assert_eq!(left(0), None, "{}", done.data);
    assert_eq!(
        left(1),
        Some(json!(["1 of TEE-2", "1 of CAP-3", "1 of CAP-3"])),
        "{}",
        done.data
    );
    // One that does not say what it holds may hold all of it.
    let silent = format!("{rows}{order},{},,\n", NUMBERS[2]);
    let done = run(&shop, &silent, "accept_warnings").await;
    assert_eq!(states(&done), ["posted", "posted", "posted"]);
    assert!(
        done.data["results"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row.get("left").is_none()),
        "{}",
        done.data
    );
}

/// What the caller accepted stays readable in the reply.
#[tokio::test]
async fn what_was_accepted_keeps_its_words() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let rows = format!(
        "Order,Tracking,SKU,Qty\n{order},{0},MUG-1,1\n{order},{0},NOPE,1\n",
        NUMBERS[0]
    );
    for how in ["", "accept_warnings"] {
        let done = run(&shop, &rows, how).await;
        if how.is_empty() {
            assert_eq!(states(&done), ["skipped", "skipped"]);
            continue;
        }
        let [first, second] = [0, 1].map(|row| &done.data["results"][row]);
        assert_eq!(first["notes"], json!(["contents_left_out"]), "{first}");
        assert!(first.get("contents").is_none());
        assert_eq!(
            (&second["status"], &second["notes"]),
            (&json!("same_parcel"), &json!(["unknown_item"])),
            "{second}"
        );
        assert!(
            second["detail"].as_str().unwrap().contains("the order has no NOPE"),
            "{second}"
        );
        for code in ["contents_left_out", "unknown_item"] {
            assert!(done.data["reasons"][code].is_string(), "{}", done.data["reasons"]);
        }
    }
}
