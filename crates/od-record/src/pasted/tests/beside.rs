//! Columns that stand beside those of parcels and orders, and could be taken for them.

use super::*;
use crate::pasted::{DayProblem, Role};

const UPS: &str = "1Z02WDG10356303923";
const OTHER_UPS: &str = "1ZV38B1YYW19566320";
const S10: &str = "RR662007787GB";

fn roles(pasted: &Pasted) -> Vec<Option<Role>> {
    pasted.columns.iter().map(|column| column.role).collect()
}

fn days(text: &str) -> Vec<Result<String, Option<DayProblem>>> {
    let rows = read(text).unwrap().rows.into_iter();
    rows.map(|row| row.ship_date.map(|day| day.to_string()).ok_or(row.day_problem))
        .collect()
}

fn verdict(text: &str) -> (String, Verdict) {
    let tracking = read(text).unwrap().rows.remove(0).tracking.unwrap();
    (tracking.number, tracking.verdict)
}

#[test]
fn the_day_of_an_order_is_not_that_of_its_parcel() {
    let text = format!("Ship Date,Order,Date,Tracking\n2026-11-20,1001,2026-11-02,{UPS}\n");
    assert_eq!(days(&text), [Ok("2026-11-20".to_owned())]);
    let german = format!("Versanddatum;Bestellung;Datum;Sendungsnummer\n20.11.2026;1001;02.11.2026;{UPS}\n");
    assert_eq!(days(&german), [Ok("2026-11-20".to_owned())]);
    // Alone it is the only day that there is.
    assert_eq!(
        days(&format!("Date,Order,Tracking\n2026-11-20,1001,{UPS}\n")),
        [Ok("2026-11-20".to_owned())]
    );
    assert_eq!(
        days(&format!("Order Date,Order,Tracking\n2026-11-20,1001,{UPS}\n")),
        [Err(None)]
    );
}

#[test]
fn day_and_month_are_told_by_the_column_that_is_used() {
    let text =
        format!("Order,Date,Tracking,Ship Date\n1001,25/11/2026,{UPS},11/12/2026\n1002,26/11/2026,{S10},11/26/2026\n");
    assert_eq!(days(&text), [Ok("2026-11-12".to_owned()), Ok("2026-11-26".to_owned())]);
    // What another column says is no help.
    let two = format!("Order,Tracking 1,Shipped 1,Tracking 2,Shipped 2\n1001,{UPS},25/11/2026,{S10},11/12/2026\n");
    assert_eq!(
        days(&two),
        [Ok("2026-11-25".to_owned()), Err(Some(DayProblem::Ambiguous))]
    );
}

#[test]
fn a_link_beside_a_number_is_no_second_parcel() {
    let link = "https://track.example.test/parcels/77";
    for text in [
        format!("Order,Tracking Number,Tracking URL\n1001,{UPS},{link}\n"),
        format!("Order,Tracking Link,Tracking Number\n1001,https://www.ups.com/track?tracknum={UPS},{UPS}\n"),
        format!("1001\thttps://www.ups.com/track?tracknum={UPS}\t{UPS}\n"),
    ] {
        let pasted = read(&text).unwrap();
        assert_eq!(pasted.rows.len(), 1, "{text}");
        assert_eq!(pasted.rows[0].tracking.as_ref().unwrap().text, UPS);
        assert!(pasted.columns.iter().all(|column| !column.has_unused_numbers), "{text}");
    }
    // Where a row has nothing else, that is told.
    let text = format!(
        "Order,Tracking Number,Tracking URL\n1001,{UPS},{link}\n1002,,https://www.ups.com/track?tracknum={OTHER_UPS}\n"
    );
    let pasted = read(&text).unwrap();
    assert!(pasted.columns[2].has_unused_numbers && pasted.rows[1].tracking.is_none());
    // A product's barcode leads nowhere.
    let text = format!("Order,Barcode,Tracking URL\n1001,5001234567899,https://www.ups.com/track?tracknum={UPS}\n");
    assert_eq!(verdict(&text), (UPS.to_owned(), Verdict::Ok));
}

#[test]
fn the_number_in_a_link_that_does_not_say_so_wants_a_look() {
    let of = |link: &str| verdict(&format!("Order,Tracking URL\n1001,{link}\n"));
    for link in [
        format!("https://www.royalmail.com/track-your-item#/tracking-results/{S10}"),
        format!("http://WWW.RoyalMail.com/portal/rm/track?item={S10}&lang=en"),
    ] {
        assert_eq!(of(&link), (S10.to_owned(), Verdict::Warn(Reason::FromLink)), "{link}");
    }
    for link in [
        format!("https://www.example.test/parcels/{S10}"),
        "https://www.ups.com/track/home".to_owned(),
        "https://www.ups.com/track/12345678901".to_owned(),
    ] {
        assert_eq!(of(&link).1, Verdict::Refuse(Reason::LinkAlone), "{link}");
    }
    assert_eq!(
        of(&format!("https://www.ups.com/track?tracknum={UPS}")),
        (UPS.to_owned(), Verdict::Ok)
    );
}

#[test]
fn order_numbers_as_long_as_tracking_numbers_are_told_beside_sure_ones() {
    let pasted = read(&format!("3456789012\t{UPS}\n3456789013\t{S10}\n")).unwrap();
    assert_eq!(roles(&pasted), [Some(Role::Order), Some(Role::Tracking)]);
    assert!(pasted.rows.iter().all(|row| !row.is_order_guessed));
    assert_eq!(pasted.rows[1].order, "3456789013");
    // A telephone number looks like one.
    let pasted = read(&format!("5551234566,3456789012,{UPS}\n5551234567,3456789013,{S10}\n")).unwrap();
    let row = &pasted.rows[0];
    assert_eq!(
        (row.order.as_str(), &row.other_orders[..], row.is_order_guessed),
        ("5551234566", &["3456789012".to_owned()][..], true)
    );
    // Nothing says which is which, or a heading says what they are.
    for text in [
        "3456789012\t6165818923\n3456789013\t6165818934\n".to_owned(),
        format!("Phone,Tracking Number\n3456789012,{UPS}\n"),
    ] {
        assert_eq!(read(&text).unwrap_err(), Unreadable::NoOrderColumn, "{text}");
    }
}

/// Which columns of a table are used, from the left.
fn used(text: &str) -> Vec<bool> {
    let columns = read(text).unwrap().columns;
    columns.iter().map(|column| column.is_used).collect()
}

#[test]
fn columns_are_used_whose_cells_go_anywhere() {
    let row = "1001,1Z5SV2JP0306315238,UPS,Ground,1.5,MUG,2,TEE,x\n";
    let text = format!("Order,Tracking,Carrier,Service,Weight,SKU,Qty,Item SKU,Notes\n{row}");
    assert_eq!(used(&text), [true, true, true, true, false, true, true, false, false]);
    // Each column of numbers has its own items.
    let text = "Order,Tracking,SKU,Tracking,SKU\n1001,1Z5SV2JP0306315238,MUG,1Z02WDG10356303923,TEE\n";
    assert_eq!(used(text), [true; 5]);
    let rows = read(text).unwrap().rows;
    let skus: Vec<_> = rows.iter().map(|row| (row.sku.as_deref(), row.shares_items)).collect();
    assert_eq!(skus, [(Some("MUG"), false), (Some("TEE"), false)]);
}

#[test]
fn items_beside_two_numbers_are_in_none_of_them_for_sure() {
    let text = "Order,Tracking,Tracking,SKU,Qty\n1001,1Z5SV2JP0306315238,1Z02WDG10356303923,MUG,1\n1002,547230093274132,,MUG,1\n";
    let rows = read(text).unwrap().rows;
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.sku.is_some(), row.filled.any(), row.shares_items))
        .collect();
    assert_eq!(told, [(false, true, true), (false, true, true), (true, true, false)]);
}
