//! What a row says of its parcel's contents is sent, or the row waits: a part of an order is no parcel of the whole one.

use super::doubtful::{edit, open};
use super::*;

/// An order of three mugs, one tee, and two lines of caps.
pub(super) fn stocked(shop: &Shop, order: &str) {
    let line = |id: &str, code: &str, quantity: u32| json!({ "id": id, "name": code, "code": code, "quantity": quantity, "price": 5 });
    edit(shop, order, |record| {
        record["order_items"] = json!([
            line("901", "MUG-1", 3),
            line("902", "TEE-2", 1),
            line("903", "CAP-3", 1),
            line("904", "CAP-3", 1),
        ]);
    });
}

pub(super) async fn run(shop: &Shop, rows: &str, how: &str) -> Outcome<Value> {
    let mut input = json!({ "rows": rows });
    if !how.is_empty() {
        input[how] = true.into();
    }
    import_with(shop, input).await.unwrap()
}

fn contents(shop: &Shop, order: &str) -> Vec<Value> {
    let held = shipments(shop, order)
        .into_iter()
        .map(|shipment| shipment["order_items"].clone());
    held.collect()
}

#[tokio::test]
async fn what_the_rows_of_a_parcel_name_is_in_it() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let rows = format!(
        "Order,Tracking,SKU,Qty,Service,Weight,Notes\n{order},{0},MUG-1,2.00,Ground,1.5,glass\n{order},{0},tee-2,\"1,0\",Ground,1.5,\n",
        NUMBERS[0]
    );
    let shown = run(&shop, &rows, "dry_run").await;
    assert!(shop.sent("POST").is_empty());
    for (done, first) in [(shown, "would_post"), (run(&shop, &rows, "").await, "posted")] {
        assert_eq!(states(&done), [first, "same_parcel"], "{}", done.data);
        assert_eq!(done.data["counts"], json!({ first: 1, "same_parcel": 1 }));
        assert_eq!(done.data["results"][1]["reason"], "the same parcel as in line 2");
        let row = &done.data["results"][0];
        assert_eq!(row["contents"], json!(["2 of MUG-1", "1 of TEE-2"]), "{row}");
        assert_eq!(row["left"], json!(["1 of MUG-1", "1 of CAP-3", "1 of CAP-3"]), "{row}");
        assert_eq!(row["shipment_method"], "Ground");
        let columns = done.data["columns"].as_array().unwrap();
        let used: Vec<&Value> = columns.iter().map(|column| &column["used_as"]).collect();
        let expected = [
            json!("order"),
            json!("tracking"),
            json!("sku"),
            json!("quantity"),
            json!("service"),
            Value::Null,
            Value::Null,
        ];
        assert_eq!(used, expected.iter().collect::<Vec<_>>());
        assert!(
            columns[5]["note"].as_str().unwrap().contains("not sent"),
            "{}",
            columns[5]
        );
    }
    let stored = &shipments(&shop, &order)[0];
    assert_eq!(
        stored["order_items"],
        json!([{ "id": "901", "quantity": 2 }, { "id": "902", "quantity": 1 }])
    );
    assert_eq!(stored["shipment_method"], "Ground");
    assert!(shop.sent("POST")[0].body.as_ref().unwrap()[0].get("weight").is_none());

    // One mug is left, and then none.
    let one = |number: &str, quantity: u32| format!("Order,Tracking,SKU,Qty\n{order},{number},MUG-1,{quantity}\n");
    let more = run(&shop, &one(NUMBERS[1], 2), "").await;
    let row = &more.data["results"][0];
    assert_eq!(row["reason"], "more_than_left", "{row}");
    assert!(row["detail"].as_str().unwrap().contains("1 left"), "{row}");
    let last = run(&shop, &one(NUMBERS[1], 1), "").await;
    assert_eq!(states(&last), ["posted"]);
    assert_eq!(last.data["results"][0]["left"], json!(["1 of CAP-3", "1 of CAP-3"]));
    // Who looked at it may send more than is left.
    let accepted = run(&shop, &one(NUMBERS[2], 1), "accept_warnings").await;
    assert_eq!(states(&accepted), ["posted"]);
    assert_eq!(contents(&shop, &order)[2], json!([{ "id": "901", "quantity": 1 }]));
}

#[tokio::test]
async fn a_parcel_whose_contents_are_not_clear_waits() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let [number, other] = [NUMBERS[0], NUMBERS[1]];
    for (rows, reason, detail) in [
        (format!("SKU,Qty\n{order},{number},NOPE,1\n"), "unknown_item", "MUG-1"),
        (
            format!("SKU,Qty\n{order},{number},CAP-3,1\n"),
            "ambiguous_item",
            "903, 904",
        ),
        (
            format!("SKU,Qty\n{order},{number},MUG-1,4\n"),
            "more_than_left",
            "3 left",
        ),
        (
            format!("SKU,Qty\n{order},{number},MUG-1,\n"),
            "contents_unclear",
            "quantity",
        ),
        (
            format!("SKU,Qty\n{order},{number},MUG-1,1 pc\n"),
            "contents_unclear",
            "the quantity of MUG-1 is \"1 pc\": write a whole number from 1 on",
        ),
        (
            format!("SKU,Qty\n{order},{number},MUG-1,0\n"),
            "contents_unclear",
            "the quantity of MUG-1 is 0: write",
        ),
        (
            format!("Qty\n{order},{number},six\n"),
            "contents_unclear",
            "the quantity is \"six\"",
        ),
        (format!("SKU,Qty\n{order},{number},,2\n"), "contents_unclear", "6"),
        (format!("Qty\n{order},{number},2\n"), "contents_unclear", "6"),
        (format!("SKU\n{order},{number},MUG-1\n"), "contents_unclear", "quantity"),
        // Doubled, or two of them?
        (
            format!("SKU,Qty\n{order},{number},MUG-1,1\n{order},{number},MUG-1,1\n"),
            "contents_unclear",
            "lines 2, 3",
        ),
        // In which of both?
        (
            format!("SKU,Qty\n{order},\"{number}\n{other}\",MUG-1,1\n"),
            "contents_unclear",
            "several",
        ),
        // Cells that were one in a spreadsheet.
        (
            format!("SKU,Qty\n{order},{number},MUG-1,1\n,,TEE-2,1\n"),
            "contents_unclear",
            "line 3",
        ),
        (
            format!("SKU,Qty\n{order},{number},MUG-1,1\n,{number},TEE-2,1\n"),
            "contents_unclear",
            "line 3 says what is in a parcel of this number",
        ),
        (
            format!("SKU,Qty\n99999999,{number},TEE-2,1\n{order},{number},MUG-1,1\n"),
            "contents_unclear",
            "line 2 says",
        ),
        (
            format!("Qty\n{order},{number},6\n,{number},1\n"),
            "contents_unclear",
            "line 3 says",
        ),
    ] {
        let rows = format!("Order,Tracking,{rows}");
        for how in ["dry_run", ""] {
            let done = run(&shop, &rows, how).await;
            let rows_of_it = done.data["results"].as_array().unwrap();
            let row = rows_of_it.iter().find(|row| row["order"] == order.as_str()).unwrap();
            assert_eq!(
                (&row["status"], &row["reason"]),
                (&json!("skipped"), &json!(reason)),
                "{rows}{}",
                done.data
            );
            assert!(row["detail"].as_str().unwrap().contains(detail), "{rows}{row}");
            let advice = done.data["reasons"][reason].as_str().unwrap();
            assert!(advice.contains("accept_warnings"), "{advice}");
        }
        assert!(shop.sent("POST").is_empty(), "{rows}");
    }
}

#[tokio::test]
async fn contents_that_are_not_clear_are_left_out_where_that_is_accepted() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let [number, other] = [NUMBERS[0], NUMBERS[1]];
    let accepted = run(
        &shop,
        &format!("Order,Tracking,SKU,Qty\n{order},{number},NOPE,1\n"),
        "accept_warnings",
    )
    .await;
    let row = &accepted.data["results"][0];
    assert_eq!(
        (&row["status"], &row["notes"]),
        (&json!("posted"), &json!(["unknown_item"]))
    );
    assert_eq!(contents(&shop, &order).len(), 1);
    assert!(
        shop.sent("POST")[0].body.as_ref().unwrap()[0]
            .get("order_items")
            .is_none()
    );
    // What an earlier parcel holds is not known.
    let later = run(&shop, &format!("Order,Tracking,SKU,Qty\n{order},{other},MUG-1,1\n"), "").await;
    assert_eq!(later.data["results"][0]["reason"], "more_than_left", "{}", later.data);
}

#[tokio::test]
async fn a_parcel_is_sent_whole_or_not_at_all() {
    let shop = open().await;
    let orders = unshipped(&shop);
    for order in &orders[..2] {
        stocked(&shop, order);
    }
    let rows = format!(
        "Order,Tracking,SKU,Qty\n{0},{2},MUG-1,1\n{0},{2},NOPE,1\n{1},{3},MUG-1,1\n{1},{4},,\n",
        orders[0], orders[1], NUMBERS[0], NUMBERS[1], NUMBERS[2]
    );
    for how in ["dry_run", ""] {
        let done = run(&shop, &rows, how).await;
        let reason = |row: usize| {
            done.data["results"][row]["reason"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(
            [reason(0), reason(1), reason(2), reason(3)],
            [
                "parcel_waits",
                "unknown_item",
                if how.is_empty() { "" } else { "would be added" },
                "contents_unclear"
            ],
            "{}",
            done.data
        );
    }
    assert_eq!(contents(&shop, &orders[1]), [json!([{ "id": "901", "quantity": 1 }])]);
}

#[tokio::test]
async fn a_row_that_says_nothing_waits_where_others_say_something() {
    let shop = open().await;
    let orders = unshipped(&shop);
    for order in &orders[..2] {
        stocked(&shop, order);
    }
    let [one, other] = [&orders[0], &orders[1]];
    let [first, second] = [NUMBERS[0], NUMBERS[1]];
    for (rows, reasons) in [
        // Of another order.
        (
            format!("{one},{first},,\n{other},{second},MUG-1,1\n"),
            ["contents_unclear", "would be added"].as_slice(),
        ),
        // The second row of a parcel that waits posts it no more than the first one.
        (
            format!("{one},{first},,\n{one},{first},,\n{one},,TEE-2,1\n"),
            &["contents_unclear", "parcel_waits"],
        ),
    ] {
        let done = run(&shop, &format!("Order,Tracking,SKU,Qty\n{rows}"), "dry_run").await;
        for (row, reason) in reasons.iter().enumerate() {
            assert_eq!(done.data["results"][row]["reason"], *reason, "{}", done.data);
        }
    }
}

/// A parcel that is there with other contents is not taken for done.
#[tokio::test]
async fn a_parcel_that_is_there_is_compared_with_what_the_rows_say() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let number = NUMBERS[0];
    let table = |rows: &[&str]| {
        let rows = rows.iter().map(|row| format!("{order},{number},{row}\n"));
        format!("Order,Tracking,SKU,Qty\n{}", rows.collect::<String>())
    };
    run(&shop, &table(&["MUG-1,2", "TEE-2,1"]), "").await;
    let id = shipments(&shop, &order)[0]["id"].as_str().unwrap().to_owned();
    for same in [
        table(&["mug-1,2.0", "TEE-2,"]),
        table(&["TEE-2,1", "MUG-1,1", "MUG-1,1"]),
        table(&["MUG-1,", "TEE-2,"]),
        table(&[",3"]),
        // A quantity alone can be anything, also a number of parcels.
        table(&[",2"]),
        table(&[","]),
    ] {
        let done = run(&shop, &same, "").await;
        assert!(
            states(&done).iter().all(|state| *state == "already_there"),
            "{same}{}",
            done.data
        );
        assert!(
            done.data["results"][0].get("detail").is_none() && done.warnings.is_empty(),
            "{}",
            done.data
        );
    }
    for (other, says) in [
        (table(&["MUG-1,1", "TEE-2,1"]), "1 of MUG-1, 1 of TEE-2"),
        (
            table(&["MUG-1,2", "TEE-2,1", "CAP-3,1"]),
            "2 of MUG-1, 1 of TEE-2, 1 of CAP-3",
        ),
        (table(&["NOPE,1"]), "1 of NOPE"),
        (table(&["CAP-3,"]), "CAP-3, and not how many"),
        (table(&["MUG-1,4", ",1"]), "4 of MUG-1, 1, and not of what"),
    ] {
        for how in ["dry_run", "", "accept_warnings"] {
            let done = run(&shop, &other, how).await;
            assert!(
                states(&done).iter().all(|state| *state == "skipped"),
                "{other}{}",
                done.data
            );
            let row = &done.data["results"][0];
            assert_eq!(row["reason"], "contents_differ", "{row}");
            let detail = format!("shipment {id} holds 2 of MUG-1, 1 of TEE-2; the table says {says}");
            assert_eq!(row["detail"], detail);
            assert_eq!(row["shipment_id"], id);
            assert!(
                done.data["reasons"]["contents_differ"]
                    .as_str()
                    .unwrap()
                    .contains("shipments_update")
            );
            assert!(
                done.warnings[0].contains("other contents than they say: ") && done.warnings.len() == 1,
                "{:?}",
                done.warnings
            );
        }
    }
    assert_eq!(shop.sent("POST").len(), 1);

    // One that does not say what it holds stands for the whole order.
    edit(&shop, &order, |record| {
        record["order_shipments"][0]["order_items"] = json!("");
    });
    let done = run(&shop, &table(&["MUG-1,2"]), "").await;
    let row = &done.data["results"][0];
    assert_eq!(
        (&row["status"], &row["notes"]),
        (&json!("already_there"), &json!(["contents_not_recorded"]))
    );
    assert_eq!(
        row["detail"],
        format!("shipment {id} does not say what it holds; the table says 2 of MUG-1")
    );
    edit(&shop, &order, |record| {
        record["order_items"] = json!([{ "id": "901", "name": "Mug", "code": "MUG-1", "quantity": 2, "price": 5 }]);
    });
    let whole = run(&shop, &table(&["MUG-1,2"]), "").await;
    assert!(whole.data["results"][0].get("notes").is_none(), "{}", whole.data);
}

#[tokio::test]
async fn a_quantity_that_is_all_of_the_order_is_the_whole_order() {
    let shop = open().await;
    let orders = unshipped(&shop);
    for order in &orders[..2] {
        stocked(&shop, order);
    }
    let rows = format!(
        "Order,Tracking,Qty\n{},{},6\n{},{},5\n",
        orders[0], NUMBERS[0], orders[1], NUMBERS[1]
    );
    let done = run(&shop, &rows, "").await;
    assert_eq!(states(&done), ["posted", "skipped"], "{}", done.data);
    assert!(
        shop.sent("POST")[0].body.as_ref().unwrap()[0]
            .get("order_items")
            .is_none()
    );
}

/// A spreadsheet spoilt it: the row goes where the order has one line that can be meant, and waits where it has none or two.
#[tokio::test]
async fn a_sku_that_was_taken_for_a_number_is_reported() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    let lines = |codes: &[&str]| {
        let lines = codes.iter().enumerate().map(
            |(at, code)| json!({ "id": (901 + at).to_string(), "name": code, "code": code, "quantity": 2, "price": 5 }),
        );
        lines.collect::<Vec<_>>()
    };
    let table = |sku: &str| format!("Order,Tracking,SKU,Qty\n{order},{},{sku},1\n", NUMBERS[0]);
    let rows = table("1.23E+05");
    for (codes, reason, detail) in [
        (
            ["MUG-1", "12E45"],
            "unknown_item",
            "a spreadsheet took a SKU for a number",
        ),
        (["123456", "123123"], "ambiguous_item", "901, 902"),
        // It can be 123123, which another order has.
        (["MUG-1", "123456"], "sku_rounded", "taken for 123456"),
    ] {
        edit(&shop, &order, |record| record["order_items"] = lines(&codes).into());
        let done = run(&shop, &rows, "").await;
        let row = &done.data["results"][0];
        assert_eq!(
            (&row["status"], &row["reason"]),
            (&json!("skipped"), &json!(reason)),
            "{row}"
        );
        assert!(row["detail"].as_str().unwrap().contains(detail), "{row}");
    }
    edit(&shop, &order, |record| {
        record["order_items"] = lines(&["MUG-1", "123456"]).into();
    });
    let rows = table("1.23456E+05");
    let done = run(&shop, &rows, "").await;
    let row = &done.data["results"][0];
    assert_eq!(
        (&row["status"], &row["notes"]),
        (&json!("posted"), &json!(["sku_scientific_notation"])),
        "{row}"
    );
    assert!(row["detail"].as_str().unwrap().contains("taken for 123456"), "{row}");
    assert!(
        done.data["reasons"]["sku_scientific_notation"]
            .as_str()
            .unwrap()
            .contains("as text")
    );
    assert_eq!(contents(&shop, &order), [json!([{ "id": "902", "quantity": 1 }])]);
    // The same again is there, and nothing else.
    let again = run(&shop, &rows, "").await;
    assert_eq!(states(&again), ["already_there"], "{}", again.data);
}

#[tokio::test]
async fn a_column_that_nobody_knows_and_that_names_items_makes_its_row_wait() {
    let shop = open().await;
    let order = unshipped(&shop).remove(0);
    stocked(&shop, &order);
    let check = async |head: &str, cells: &str, expected: &str| {
        let rows = format!("Order,Tracking,{head}\n{order},{},{cells}\n", NUMBERS[0]);
        let done = run(&shop, &rows, "dry_run").await;
        let row = &done.data["results"][0];
        let reason = row["reason"].as_str().unwrap_or_default();
        assert!(
            reason == expected || (expected == "would_post" && row["status"] == "would_post"),
            "{head}: {row}"
        );
        row["detail"].as_str().unwrap_or_default().to_owned()
    };
    for (head, cells) in [
        ("Article", "MUG-1"),
        ("Contents", "1 x mug-1; 1 x TEE-2"),
        ("Description", "TEE-2"),
        ("Article,Amount", "MUG-1,1"),
    ] {
        let told = check(head, cells, "contents_unclear").await;
        let column = head.split(',').next().unwrap();
        assert!(
            told.contains(&format!("column {column} ")) && told.contains("call it SKU"),
            "{told}"
        );
    }
    check("City,Box", "Leeds,MUG-10", "would_post").await;
    check("Item No,Pcs", "MUG-1,2", "would_post").await;
    // Whatever the column says, it is all of an order of one piece.
    edit(&shop, &order, |record| {
        record["order_items"] = json!([{ "id": "901", "name": "Mug", "code": "MUG-1", "quantity": 1, "price": 5 }]);
    });
    check("Article", "MUG-1", "would_post").await;
}
