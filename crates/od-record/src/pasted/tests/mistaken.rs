//! Tables in which something else looks like an order number or a tracking number: a parcel with the wrong order is the worst that
//! can become of them.

use super::*;
use crate::pasted::Role;

const UPS: &str = "1Z02WDG10356303923";
const OTHER_UPS: &str = "1ZV38B1YYW19566320";

fn orders(pasted: &Pasted) -> Vec<&str> {
    pasted.rows.iter().map(|row| row.order.as_str()).collect()
}

fn numbers(pasted: &Pasted) -> Vec<&str> {
    let parcels = pasted.rows.iter().filter_map(|row| row.tracking.as_ref());
    parcels.map(|tracking| tracking.number.as_str()).collect()
}

fn verdict(text: &str) -> Verdict {
    read(text).unwrap().rows[0].tracking.as_ref().unwrap().verdict
}

#[test]
fn the_clearest_heading_says_which_column_holds_the_orders() {
    for weak in ["Ref", "Reference", "PO Number", "Order Ref"] {
        let pasted = read(&format!("{weak},Order Number,Tracking Number\n1,1001,{UPS}\n")).unwrap();
        assert_eq!(orders(&pasted), ["1001"], "{weak}");
    }
    // Alone it says so.
    let pasted = read(&format!("Ref,Tracking Number\nA-1,{UPS}\n")).unwrap();
    assert_eq!(orders(&pasted), ["A-1"]);
}

#[test]
fn every_table_is_read_in_the_same_way_under_a_title() {
    let mut faults = Vec::new();
    for name in expected().keys() {
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let text = decode(&bytes).trim_start_matches('\u{feff}').to_owned();
        let (front, rest) = match text.split_once('\n') {
            Some((first, rest)) if first.starts_with("sep=") => (format!("{first}\n"), rest.to_owned()),
            _ => (String::new(), text.clone()),
        };
        let told = |text: &str| match read(text) {
            Err(reason) => json!(reason.as_str()),
            Ok(pasted) => {
                // Titles of a table without headings are rows without a number.
                let rows = pasted.rows.iter().filter(|row| row.tracking.is_some());
                let rows = rows.map(|row| {
                    let mut shown = shown(row);
                    shown["line"].take();
                    shown
                });
                json!([columns(&pasted), rows.collect::<Vec<_>>()])
            }
        };
        for title in [
            "Shipments 2026-11-28",
            "Date: 11/28/2026",
            "Report of 28.11.2026",
            "Tracking",
            "Lot 20261128001",
        ] {
            let titled = told(&format!("{front}{title}\n{rest}"));
            if titled != told(&text) {
                faults.push(format!(
                    "{name} under {title:?}:\n  seen {titled}\n  without {}",
                    told(&text)
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_title_with_a_day_takes_no_heading_away() {
    for title in ["Shipments 2026-11-28,,", "Date: 11/28/2026,,", "Lot 20261128001,,"] {
        let pasted = read(&format!(
            "{title}\nLine,Order Number,Tracking Number\n1,1001,{UPS}\n2,1002,{OTHER_UPS}\n"
        ))
        .unwrap();
        assert_eq!(
            (pasted.header_line, orders(&pasted)),
            (Some(2), vec!["1001", "1002"]),
            "{title}"
        );
    }
}

#[test]
fn a_barcode_is_no_parcel() {
    let pasted = read(&format!(
        "Order Number,SKU,Barcode,Carrier,Tracking Number\n1002,MUG,10012345678902,UPS,{UPS}\n"
    ))
    .unwrap();
    assert_eq!(numbers(&pasted), [UPS]);
    // Where nothing else is there, its digits alone say little.
    let text = "Order Number,Barcode\n1002,10012345678902\n";
    assert!(matches!(verdict(text), Verdict::Warn(_)));
    let text = format!("Order Number,Barcode\n1002,{UPS}\n");
    assert_eq!(verdict(&text), Verdict::Ok);
}

#[test]
fn a_number_of_another_carrier_than_the_row_names_wants_a_look() {
    for (carrier, number) in [
        ("FedEx", UPS),
        ("UPS", "10012345678902"),
        ("USPS Priority", "RR662007787GB"),
    ] {
        let text = format!("Order,Carrier,Tracking\n1001,{carrier},{number}\n");
        assert!(matches!(verdict(&text), Verdict::Warn(_)), "{carrier} {number}");
    }
    assert_eq!(
        verdict(&format!("Order,Carrier,Tracking\n1001,UPS Ground,{UPS}\n")),
        Verdict::Ok
    );
}

#[test]
fn rows_behind_an_open_quote_do_not_vanish_in_a_comment() {
    for (text, line) in [
        (
            format!("Order,Tracking,Notes\n1,{UPS},\"fragile\n2,{OTHER_UPS},ok\n3,RR662007787GB,\"fine\"\n"),
            2,
        ),
        // With a number of no carrier's form.
        (
            format!("Order,Tracking,Notes\n1,{UPS},\"fragile\n2,AB123456,ok\n3,{OTHER_UPS},\"fine\"\n"),
            2,
        ),
        (format!("Order,Tracking,Notes\n1,{UPS},fine\n2,{OTHER_UPS},\"ok"), 3),
    ] {
        assert_eq!(read(&text).unwrap_err(), Unreadable::UnclosedQuote { line }, "{text}");
    }
    // Nor in a heading or a title.
    for text in [
        format!("Order,Tracking,\"Size (inch)\n1,{UPS},12\"\n2,{OTHER_UPS},8\"\n3,RR662007787GB,8\n"),
        format!("\"Exported, by Ann\nA,B\n1,{UPS},\"x\"\nOrder,Tracking\n2,{OTHER_UPS}\n"),
    ] {
        assert!(matches!(read(&text), Err(Unreadable::UnclosedQuote { .. })), "{text}");
    }
    // An address has a line end, and what could be a number in the column of tracking numbers.
    let address =
        format!("Order,Tracking,Address\n1001,{UPS},\"12 Main St\nSpringfield, IL 62704\"\n1002,{OTHER_UPS},here\n");
    assert_eq!(orders(&read(&address).unwrap()), ["1001", "1002"]);
    let comment = format!("Order,Tracking,Notes\n1,{UPS},\"two,\nlines, \"\"quoted\"\"\"\n2,{OTHER_UPS},12\" poster\n");
    assert_eq!(read(&comment).unwrap().rows.len(), 2);
}

#[test]
fn a_row_with_a_short_number_is_no_heading() {
    let pasted = read(&format!("1001,12345678\n1002,AB345679\n1003,{UPS}\n")).unwrap();
    assert_eq!(orders(&pasted), ["1001", "1002", "1003"]);
    // But a word is one, whatever it means.
    let pasted = read(&format!("Shop,Etikett\n1002,{UPS}\n1003,AB345679\n")).unwrap();
    assert_eq!(orders(&pasted), ["1002", "1003"]);
}

#[test]
fn telephone_numbers_are_no_tracking_numbers() {
    let text =
        format!("80012405,5551234566,{UPS}\n80012404,5551234560,{OTHER_UPS}\n80012403,5551234565,RR662007787GB\n");
    let pasted = read(&text).unwrap();
    assert_eq!(numbers(&pasted), [UPS, OTHER_UPS, "RR662007787GB"]);
    assert_eq!(orders(&pasted)[0], "80012405");
    // Right for DHL by chance, and no heading says that it is one.
    assert!(matches!(verdict("1001,6165818923\n"), Verdict::Warn(_)));
    assert_eq!(verdict("Order,Tracking\n1001,6165818923\n"), Verdict::Ok);
}

#[test]
fn numbers_under_a_heading_of_parcels_that_are_not_used_are_told() {
    let pasted = read(&format!(
        "Order,Tracking Number,Tracking (FedEx)\n1001,{UPS},319022682545\n"
    ))
    .unwrap();
    let unused = pasted
        .columns
        .iter()
        .filter(|column| column.has_unused_numbers || column.role == Some(Role::Tracking));
    assert_eq!(unused.count(), 2);
    let pasted = read(&format!("Order,Tracking Number,Phone\n1001,{UPS},319022682545\n")).unwrap();
    assert!(pasted.columns.iter().all(|column| !column.has_unused_numbers));
}

#[test]
fn a_column_that_counts_the_rows_is_not_taken_for_orders() {
    let text = format!("No.,Shop no.,Tracking Number\n1,1001,{UPS}\n2,1002,{OTHER_UPS}\n");
    assert_eq!(orders(&read(&text).unwrap()), ["1001", "1002"]);
    let alone = format!("No.,Tracking Number\n1,{UPS}\n2,{OTHER_UPS}\n");
    assert_eq!(read(&alone).unwrap_err(), Unreadable::NoOrderColumn);
    // In any order, twice, and with a row of totals.
    let named = format!("1,Ada Quill,{UPS}\n2,Bo Osterdahl,{OTHER_UPS}\n2,Bo Osterdahl,RR662007787GB\nTotal,,3\n");
    assert_eq!(orders(&read(&named).unwrap())[0], "Ada Quill");
    let bare = format!("2,{UPS}\n1,{OTHER_UPS}\n");
    assert_eq!(read(&bare).unwrap_err(), Unreadable::NoOrderColumn);
    for text in [
        format!("Ref,Tracking Number\n1,{UPS}\n2,{OTHER_UPS}\nTotal,2\n"),
        format!("Ref,Tracking Number\n3,{UPS}\n2,{OTHER_UPS}\n1,RR662007787GB\n"),
    ] {
        assert!(
            read(&text).unwrap().rows.iter().all(|row| row.is_order_guessed),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_number_is_none() {
    for none in ["n/a", "-", "pending", "None", "TBD"] {
        let pasted = read(&format!("Order,Tracking\n1001,{none}\n1002,{UPS}\n")).unwrap();
        assert!(pasted.rows[0].tracking.is_none(), "{none}");
    }
    for text in [
        "left at the dock",
        "SHIPPED",
        "12345",
        "https://www.example.com/track/abc",
        "319022682545319022682545",
        "AB_123456.7",
    ] {
        let seen = verdict(&format!("Order;Tracking\n1001;{text}\n"));
        assert!(matches!(seen, Verdict::Refuse(_)), "{text} {seen:?}");
    }
}

#[test]
fn two_numbers_in_a_cell_are_two_parcels() {
    let pasted = read(&format!("Order\tTracking\n1001\t{UPS}, {OTHER_UPS}\n")).unwrap();
    assert_eq!(numbers(&pasted), [UPS, OTHER_UPS]);
}

#[test]
fn each_column_of_numbers_has_its_own_carrier_and_day() {
    let text = format!(
        "Order,Carrier 1,Tracking 1,Shipped 1,Carrier 2,Tracking 2,Shipped 2\n\
         1001,UPS,{UPS},2026-11-20,Royal Mail,RR662007787GB,2026-11-21\n"
    );
    let pasted = read(&text).unwrap();
    let told: Vec<_> = pasted
        .rows
        .iter()
        .map(|row| (row.carrier.as_deref().unwrap(), row.ship_date.unwrap().to_string()))
        .collect();
    assert_eq!(
        told,
        [
            ("UPS", "2026-11-20".to_owned()),
            ("Royal Mail", "2026-11-21".to_owned())
        ]
    );
}

#[test]
fn an_order_number_of_amazon_is_no_tracking_number() {
    let pasted = read(&format!("114-3912391-8847877\t{UPS}\n")).unwrap();
    assert_eq!(
        (orders(&pasted), numbers(&pasted)),
        (vec!["114-3912391-8847877"], vec![UPS])
    );
}

#[test]
fn words_between_numbers_make_no_number() {
    for text in [
        format!("{UPS} and 5"),
        format!("{UPS} und mehr"),
        "AB123456 and CD1".to_owned(),
    ] {
        assert_eq!(
            verdict(&format!("Order,Tracking\n1001,{text}\n")),
            Verdict::Refuse(Reason::NotANumber),
            "{text}"
        );
    }
    // A group of a number that is one.
    assert_eq!(verdict("Order,Tracking\n1001,1Z 02W DG1 03 5630 3923\n"), Verdict::Ok);
}

#[test]
fn many_numbers_in_a_cell_do_not_tell_what_stands_between_cells() {
    let cell = [UPS, OTHER_UPS, "RR662007787GB"];
    for (between, within) in [
        ('\t', ","),
        (';', ","),
        (',', ";"),
        ('\t', ", "),
        (';', ", "),
        ('|', ","),
    ] {
        let row = |order: &str| format!("{order}{between}{}\n", cell.join(within));
        let rows = row("1001") + &row("1002") + &row("1003");
        for text in [rows.clone(), format!("Order{between}Tracking\n{rows}")] {
            let pasted = read(&text).unwrap();
            assert_eq!(pasted.delimiter, Some(between), "{text}");
            assert_eq!(orders(&pasted)[8], "1003", "{text}");
            assert_eq!(numbers(&pasted)[..3], cell, "{text}");
        }
    }
}

fn are_guessed(text: &str) -> Vec<bool> {
    read(text)
        .unwrap()
        .rows
        .iter()
        .map(|row| row.is_order_guessed)
        .collect()
}

#[test]
fn a_column_of_orders_without_a_heading_is_sure_where_nothing_else_can_be_meant() {
    assert_eq!(are_guessed(&format!("1001,{UPS}\n1002,{OTHER_UPS}\n")), [false, false]);
    assert_eq!(are_guessed(&format!("Shop no.,Tracking Number\n1001,{UPS}\n")), [true]);
    assert_eq!(
        are_guessed(&format!("1001,A-77,{UPS}\n1002,A-78,{OTHER_UPS}\n")),
        [true, true]
    );
    // Names have no digits.
    let named = format!("1001,Ada Quill,{UPS}\n1002,Bo Osterdahl,{OTHER_UPS}\n");
    assert_eq!(are_guessed(&named), [false, false]);
    // Nothing stands in the first column, and numbers of other parcels in the second.
    let pasted = read(&format!(
        ",319022682545,1001,{UPS}\n,708033485497015,1002,{OTHER_UPS}\n"
    ))
    .unwrap();
    assert_eq!(
        (orders(&pasted), numbers(&pasted)),
        (vec!["1001", "1002"], vec![UPS, OTHER_UPS])
    );
}

#[test]
fn who_bought_is_told_by_e_mail_and_name_together() {
    let told = |text: String| read(&text).unwrap().rows[0].order.clone();
    assert_eq!(
        told(format!(
            "E-mail,Name,Shop,Tracking\nada@example.test,Ada Quill,A-1,{UPS}\n"
        )),
        ""
    );
    assert_eq!(told(format!("E-mail,Shop,Tracking\n,A-1,{UPS}\n")), "A-1");
    assert_eq!(told(format!("Name,Shop,Tracking\n,A-1,{UPS}\n")), "A-1");
}

#[test]
fn words_behind_a_line_end_are_a_row_only_with_a_number_in_its_column() {
    let comment = format!("Order,Tracking,Notes\n1,{UPS},\"see\nours, left, AB123456\"\n2,{OTHER_UPS},here\n");
    assert_eq!(orders(&read(&comment).unwrap()), ["1", "2"]);
    let swallowed = format!("Order,Tracking,Notes\n1,{UPS},\"fragile\n2,AB123456,\"ok\"\n3,{OTHER_UPS},fine\n");
    assert_eq!(read(&swallowed).unwrap_err(), Unreadable::UnclosedQuote { line: 2 });
}

#[test]
fn a_text_with_gaps_in_few_lines_is_no_printed_table() {
    let one = format!("1001    {UPS}\n");
    let half = format!("Parcel\n1001    {UPS}\n");
    let most = format!("Parcel\n1001    {UPS}\n1002    {OTHER_UPS}\n");
    let reasons = [one, half, most].map(|text| read(&text).unwrap_err() == Unreadable::PrintedTable);
    assert_eq!(reasons, [false, false, true]);
}

/// Whoever got the number of a return, or one that was replaced, would wait for a parcel that never comes.
#[test]
fn numbers_of_other_parcels_are_never_guessed() {
    for other in [
        "Return Tracking Number",
        "Return Label",
        "Old Tracking",
        "Rücksendung",
        "ReturnTrackingNumber",
        "Retourensendungsnummer",
        "Voided Tracking No.",
    ] {
        let alone = read(&format!("Order,{other}\n1001,{UPS}\n"));
        assert_eq!(alone.unwrap_err(), Unreadable::OtherParcels, "{other}");
        let beside = read(&format!("Order,{other},New Tracking\n1001,{UPS},{OTHER_UPS}\n")).unwrap();
        assert_eq!(numbers(&beside), [OTHER_UPS], "{other}");
    }
    let list = serde_json::json!([{ "order": "1001", "return_tracking": UPS }]);
    let list: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_object().unwrap().clone())
        .collect();
    assert_eq!(read_list(&list).unwrap_err(), Unreadable::OtherParcels);
}

#[test]
fn a_mark_of_void_labels_is_no_column_of_orders() {
    let heading = "ShipmentInformation_VoidIndicator,PackageReferenceNumber1,PackageTrackingNumber,ShipToCompanyOrName";
    let pasted = read(&format!("{heading}\nN,1001,{UPS},Ada\nY,1002,{UPS},Ada\n")).unwrap();
    let orders: Vec<&str> = pasted.rows.iter().map(|row| row.order.as_str()).collect();
    assert_eq!(orders, ["1001", "1002"]);
    assert!(pasted.rows[0].void.is_none() && pasted.rows[1].void.is_some());
}

#[test]
fn a_label_is_void_where_the_table_says_so() {
    let void = |heading: &str, cell: &str| {
        let pasted = read(&format!("Order,Tracking,{heading}\n1001,{UPS},{cell}\n")).unwrap();
        pasted.rows[0].void.clone()
    };
    for (heading, cell) in [
        ("Status", "Voided"),
        ("Label Status", " VOID "),
        ("Shipment status", "Cancelled"),
        ("Voided", "true"),
        ("Void Date", "2026-11-20"),
        ("ShipmentInformation_VoidIndicator", "Y"),
        ("ShipmentData_VoidIndicator", "Y"),
        ("Shipment Void", "1"),
        ("Voided On", "11/20/2026"),
        ("Canceled Date", "2026-11-20"),
        ("Refund Status", "Refunded"),
        ("Refund Request Date", "2026-11-20"),
        ("Refunded", "Yes"),
        ("Status", "Refund requested"),
        ("Delivery Status", "Returned to Sender"),
        ("Label Type", "Return"),
        ("Direction", "inbound"),
        ("IsReturn", "TRUE"),
        ("Return Label", "Y"),
        ("Test Label", "TRUE"),
        ("Storniert", "x"),
    ] {
        assert_eq!(void(heading, cell), Some(format!("{heading}: {}", cell.trim())));
    }
    for (heading, cell) in [
        ("Status", "Shipped"),
        ("Status", "Not voided"),
        ("Voided", "Not voided"),
        ("Void Date", "0000-00-00 00:00:00"),
        ("VoidIndicator", "N"),
        ("Refunded", "No"),
        ("Refund Amount", "1"),
        ("Return Address", "1 Main Street"),
        ("Returnable", "Yes"),
        ("Is Refundable", "Yes"),
        ("Return By", "2026-12-20"),
        ("Returns accepted until", "2026-12-20"),
        ("Free Returns", "Yes"),
        ("Return Label Included", "Yes"),
        ("Cancellation Deadline", "2026-12-20"),
        ("Return Label", ""),
        ("Cancel Date", "2026-11-20"),
        ("State", "RI"),
        ("Type", "Ground"),
        ("Voided", "0"),
        ("Status", ""),
        ("Voided", "false"),
        ("Voided", "No"),
        ("Voided", ""),
        ("Note", "canceled"),
    ] {
        assert_eq!(void(heading, cell), None, "{heading}: {cell}");
    }
}
