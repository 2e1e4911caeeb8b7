use super::Role;
use crate::pasted::{Pasted, Unreadable, read};

const UPS: &str = "1Z02WDG10356303923";
const OTHER_UPS: &str = "1ZV38B1YYW19566320";

fn roles(text: &str) -> Vec<Option<Role>> {
    read(text).unwrap().columns.iter().map(|column| column.role).collect()
}

fn orders(text: &str) -> Result<Vec<String>, Unreadable> {
    let told = |pasted: Pasted| pasted.rows.into_iter().map(|row| row.order).collect();
    read(text).map(told)
}

fn of_two_rows(one: &str, other: &str) -> Result<Vec<String>, Unreadable> {
    orders(&format!("{one},{UPS}\n{other},{OTHER_UPS}\n"))
}

#[test]
fn orders_under_their_own_heading_may_count_up() {
    let text = format!("Order,Tracking\n1,{UPS}\n2,{OTHER_UPS}\n");
    assert!(read(&text).unwrap().rows.iter().all(|row| !row.is_order_guessed));
}

#[test]
fn links_go_where_numbers_say_which_parcels_they_lead_to() {
    let link = format!("https://www.ups.com/track?tracknum={UPS}");
    let check = |headings: &str, row: &str, expected: [Option<Role>; 2]| {
        let text = format!("Order,{headings}\n1001,{row}\n");
        assert_eq!(roles(&text)[1..], expected, "{text}");
    };
    let (parcels, none) = (Some(Role::Tracking), None);
    // A number that no carrier is sure of, under a heading that is.
    check(
        "Tracking Number,Tracking Link",
        &format!("708033485497015,{link}"),
        [parcels, none],
    );
    // Two headings that can be of products: one holds what can only be a parcel's.
    check("Barcode,AWB", &format!("{UPS},{link}"), [parcels, none]);
    check("Barcode,AWB", &format!("5001234567899,{link}"), [parcels, parcels]);
    // An empty column says nothing.
    check("Tracking Number,Tracking Link", &format!(",{link}"), [parcels, parcels]);
}

#[test]
fn a_column_of_links_has_them_in_most_rows() {
    let text = format!(
        "Order,Tracking 1,Tracking 2\n1001,https://www.ups.com/track?tracknum={UPS},RR662007787GB\n1002,{OTHER_UPS},708033485497015\n"
    );
    assert_eq!(
        roles(&text),
        [Some(Role::Order), Some(Role::Tracking), Some(Role::Tracking)]
    );
}

#[test]
fn orders_stand_in_most_rows_of_a_column_that_says_nothing_else() {
    let half = format!("Shop no.,Tracking Number\nA-1,{UPS}\n,{OTHER_UPS}\n");
    assert_eq!(orders(&half), Err(Unreadable::NoOrderColumn));
    for (heading, cell) in [("Note", "gift 1"), ("", "A-9")] {
        let text = format!("{heading},Shop no.,Tracking Number\n{cell},A-1,{UPS}\n");
        assert_eq!(orders(&text), Ok(vec!["A-1".to_owned()]), "{heading}");
    }
}

#[test]
fn long_digits_are_orders_in_most_rows_and_only_as_shops_count() {
    let none = Err(Unreadable::NoOrderColumn);
    let both = |one: &str, other: &str| Ok(vec![one.to_owned(), other.to_owned()]);
    assert_eq!(
        of_two_rows("80012404123", "80012404124"),
        both("80012404123", "80012404124")
    );
    assert_eq!(of_two_rows("80012404123", ""), none);
    assert_eq!(of_two_rows("AB1234567890", "AB1234567891"), none);
    assert_eq!(of_two_rows("123456789012345", "123456789012346"), none);
    assert_eq!(of_two_rows("", ""), none);
}

#[test]
fn a_column_counts_up_where_most_of_it_is_numbers() {
    let text = format!("No.,Tracking Number\n1,{UPS}\nA-2,{OTHER_UPS}\n");
    assert_eq!(orders(&text), Ok(vec!["1".to_owned(), "A-2".to_owned()]));
}
