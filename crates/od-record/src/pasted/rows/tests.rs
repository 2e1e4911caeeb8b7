use super::{Filled, Row};
use crate::pasted::read;

const UPS: &str = "1Z02WDG10356303923";
const OTHER_UPS: &str = "1ZV38B1YYW19566320";

fn rows(text: &str) -> Vec<Row> {
    read(text).unwrap().rows
}

#[test]
fn a_row_says_something_of_its_parcel_with_an_item_or_a_quantity() {
    let any = |sku, quantity| Filled { sku, quantity }.any();
    assert_eq!(
        [any(false, false), any(true, false), any(false, true), any(true, true)],
        [false, true, true, true]
    );
}

#[test]
fn items_belong_to_parcels_where_each_has_its_own_columns() {
    let own = format!("Order,Tracking 1,SKU 1,Qty 1,Tracking 2,SKU 2,Qty 2\n1001,{UPS},MUG,1,{OTHER_UPS},PIN,2\n");
    let told: Vec<_> = rows(&own)
        .into_iter()
        .map(|row| (row.shares_items, row.sku, row.quantity))
        .collect();
    let of = |sku: &str, quantity| (false, Some(sku.to_owned()), Some(quantity));
    assert_eq!(told, [of("MUG", 1), of("PIN", 2)]);
    let shared = format!("Order,Tracking 1,SKU 1,Tracking 2,SKU 2,Qty\n1001,{UPS},MUG,{OTHER_UPS},PIN,2\n");
    for row in rows(&shared) {
        assert_eq!((row.shares_items, row.sku, row.quantity), (true, None, None));
    }
}

#[test]
fn a_row_without_a_parcel_holds_something_only_as_one_with_the_row_above() {
    let of = |cells: &str| {
        let text = format!("Order,E-mail,Name,Tracking,SKU,Qty\n1001,,,{UPS},MUG,1\n{cells}\n");
        let row = rows(&text).remove(1);
        (row.sku, row.quantity)
    };
    assert_eq!(of(",,,,PIN,2"), (Some("PIN".to_owned()), Some(2)));
    for cells in [
        "1002,,,,PIN,2",
        ",ada@example.test,,,PIN,2",
        ",,Ada Quill,,PIN,2",
        ",,,,,2",
    ] {
        assert_eq!(of(cells), (None, None), "{cells}");
    }
}

#[test]
fn an_order_that_stands_twice_in_a_row_is_one() {
    let text = format!("Order,Order ID,Tracking\n1001,,{UPS}\n1002,1002,{OTHER_UPS}\n1003,77,RR662007787GB\n");
    let told: Vec<_> = rows(&text)
        .into_iter()
        .map(|row| (row.order, row.other_orders))
        .collect();
    let of = |order: &str, others: &[&str]| (order.to_owned(), others.iter().map(|&order| order.to_owned()).collect());
    assert_eq!(told, [of("1001", &[]), of("1002", &[]), of("1003", &["77"])]);
}
