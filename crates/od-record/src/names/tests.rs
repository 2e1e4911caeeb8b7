use super::trade::own;
use super::{Meant, NameOf, meant, slip};
use crate::field::{Field, settable};
use crate::order::fields::{CUSTOMER, ORDER, RETURN_ADDRESS, SHIPPING};
use crate::product::fields as product;
use crate::{item, shipment};

fn named(given: &str, of: NameOf, table: &'static [Field], expected: &str) {
    let told = meant(given, of, settable(table));
    assert_eq!(told.name.as_deref(), Some(expected), "{given} of {of:?}: {told:?}");
}

fn word(given: &str, of: NameOf, table: &'static [Field], expected: &str) {
    let Meant { name, word } = meant(given, of, settable(table));
    assert_eq!(name, None, "{given} of {of:?}");
    let word = word.unwrap_or_default();
    assert!(word.contains(expected), "{given} of {of:?}: {word}");
}

#[test]
fn the_names_of_other_shops_are_known() {
    for (given, expected) in [
        ("zip", "postal_code"),
        ("Zip-Code", "postal_code"),
        ("postalCode", "postal_code"),
        ("street", "address1"),
        ("province", "state"),
        ("countryCode", "country"),
        ("surname", "last_name"),
    ] {
        named(given, NameOf::Address, SHIPPING, expected);
        named(given, NameOf::Address, CUSTOMER, expected);
    }
    word("name", NameOf::Address, SHIPPING, "first_name and last_name");
    named("fullName", NameOf::Address, RETURN_ADDRESS, "name");
    for (given, expected) in [
        ("sku", "code"),
        ("qty", "quantity"),
        ("title", "name"),
        ("unit_price", "price"),
        ("options", "variation_list"),
    ] {
        named(given, NameOf::OrderItem, item::FIELDS, expected);
    }
    word("total", NameOf::OrderItem, item::FIELDS, "price times its quantity");
    for (given, expected) in [
        ("tracking", "tracking_number"),
        ("tracking_no", "tracking_number"),
        ("carrier", "carrier_code"),
        ("items", "order_items"),
    ] {
        named(given, NameOf::Shipment, shipment::FIELDS, expected);
    }
    for (given, expected) in [
        ("sku", "code"),
        ("qty", "stock"),
        ("title", "name"),
        ("quantity", "stock"),
        ("warehouse", "location"),
    ] {
        named(given, NameOf::InventoryItem, product::FIELDS, expected);
    }
    for (given, expected) in [
        ("line_items", "order_items"),
        ("notes", "order_notes"),
        ("billing_address", "customer"),
        ("tax", "tax_total"),
        ("discounts", "discount_list"),
    ] {
        named(given, NameOf::Order, ORDER, expected);
    }
}

#[test]
fn what_cannot_be_set_is_said_and_nothing_near_it_offered() {
    word("total", NameOf::Order, ORDER, "order_total is computed");
    word("grand_total", NameOf::Order, ORDER, "order_total is computed");
    word("status", NameOf::Order, ORDER, "the folder is its state");
    word("tracking", NameOf::Order, ORDER, "belongs to a shipment");
    word("name", NameOf::Order, ORDER, "first_name and last_name");
    word(
        "zip",
        NameOf::Order,
        ORDER,
        "belongs into shipping or customer or return_address, as postal_code",
    );
    named("shipping_zip", NameOf::Order, ORDER, "shipping/postal_code");
    named("customer_first_name", NameOf::Order, ORDER, "customer/first_name");
    named("billing_city", NameOf::Order, ORDER, "customer/city");
    word("height", NameOf::OrderItem, item::FIELDS, "no field for sizes");
}

#[test]
fn what_a_reply_holds_can_be_asked_for_under_another_name() {
    let keys = [
        "id",
        "order_total",
        "tax_total",
        "payment_status",
        "date_added",
        "source_id",
    ];
    let check = |given: &str, expected: Option<&str>| {
        assert_eq!(meant(given, NameOf::Order, keys).name.as_deref(), expected, "{given}");
    };
    check("total", Some("order_total"));
    check("created_at", Some("date_added"));
    check("order_number", Some("source_id"));
    check("status", None);
    check("tracking", None);
    check("name", None);
}

#[test]
fn filters_and_arguments_have_other_names_too() {
    let list = [
        "folder_id",
        "folder_name",
        "source_id",
        "email",
        "search_start_date",
        "customer_last_name",
        "limit",
        "offset",
        "order_by",
        "order",
        "store",
    ];
    let check = |given: &str, expected: &str| {
        let told = meant(given, NameOf::Argument, list);
        assert_eq!(told.name.as_deref(), Some(expected), "{given}: {told:?}");
    };
    check("folder", "folder_id");
    check("order_number", "source_id");
    check("created_at_min", "search_start_date");
    check("per_page", "limit");
    check("sortBy", "order_by");
    check("shop", "store");
    for given in ["total", "status", "tracking", "name", "search", "page"] {
        let told = meant(given, NameOf::Argument, list);
        assert!(told.name.is_none() && told.word.is_some(), "{given}: {told:?}");
    }
    assert_eq!(meant("zip", NameOf::Argument, list), Meant::default());
    let create = ["order_id", "shipment", "store", "dry_run"];
    let stock = meant("stock", NameOf::Argument, ["product_id", "product", "expected_stock"]);
    assert_eq!(stock.word.as_deref(), Some("belongs into product, as stock"));
    let told = meant("tracking_number", NameOf::Argument, create);
    assert_eq!(told.word.as_deref(), Some("belongs into shipment, as tracking_number"));
}

#[test]
fn the_arguments_of_tools_that_answer_questions_have_other_names() {
    let find = ["query", "since", "limit", "store", "stores", "offset", "fresh"];
    let report = [
        "report", "from", "to", "group_by", "where", "sort", "top", "offset", "store", "stores", "format",
    ];
    let import = ["rows", "accept_warnings", "store", "dry_run"];
    let check = |allowed: &[&str], names: &[(&str, &str)]| {
        for (given, expected) in names {
            let told = meant(given, NameOf::Argument, allowed.iter().copied());
            assert_eq!(told.name.as_deref(), Some(*expected), "{given}: {told:?}");
        }
    };
    check(
        &find,
        &[
            ("q", "query"),
            ("text", "query"),
            ("sku", "query"),
            ("from", "since"),
            ("startDate", "since"),
        ],
    );
    check(
        &report,
        &[
            ("start", "from"),
            ("date_from", "from"),
            ("period", "from"),
            ("days", "from"),
            ("end", "to"),
            ("limit", "top"),
            ("group", "group_by"),
            ("filters", "where"),
        ],
    );
    check(
        &import,
        &[
            ("csv", "rows"),
            ("table", "rows"),
            ("text", "rows"),
            ("data", "rows"),
            ("file", "rows"),
        ],
    );
    let list = ["folder_id", "folder_name", "limit", "order_by"];
    let products = ["code", "limit", "offset", "fields"];
    for (allowed, given, word) in [
        (list.as_slice(), "sku", "orders_find"),
        (&products, "name", "codes"),
        (&products, "search", "codes"),
        (&products, "query", "codes"),
    ] {
        let told = meant(given, NameOf::Argument, allowed.iter().copied());
        assert!(
            told.word.as_deref().is_some_and(|said| said.contains(word)),
            "{given}: {told:?}"
        );
    }
    check(&products, &[("sku", "code")]);
}

#[test]
fn spelling_decides_about_slips_alone() {
    let check = |given: &str, candidates: &[&str], expected: Option<&str>| {
        assert_eq!(slip(given, candidates.iter().copied()), expected, "{given}");
    };
    let names = [
        "order_by",
        "order",
        "limit",
        "email",
        "folder_id",
        "tax_total",
        "payment_status",
        "tracking_url",
        "last_name",
        "address1",
        "weight",
        "shipping_method",
    ];
    check("LIMIT", &names, Some("limit"));
    check("orderBy", &names, Some("order_by"));
    check("limt", &names, Some("limit"));
    check("emial", &names, Some("email"));
    check("ordr", &names, Some("order"));
    check("shiping_metod", &names, Some("shipping_method"));
    for other_word in [
        "total", "status", "tracking", "name", "folder", "height", "address5", "address2", "method", "li", "", "--",
    ] {
        check(other_word, &names, None);
    }
    check(&"a".repeat(1_000_000), &names, None);
}

#[test]
fn whoever_meant_nothing_known_is_told_all_names() {
    let told = meant("warehouse_zone", NameOf::OrderItem, ["name", "code"]);
    assert_eq!(told.told(["name", "code"]), "; there are name, code");
    assert_eq!(Meant::name("code").told(["code"]), "");
    assert_eq!(Meant::word("why").told(["code"]), ": why");
    assert_eq!(Meant::default().told([]), "");
}

/// The lists of own names cannot read the tables, which know what their names are names of. They must not drift from them.
#[test]
fn own_names_are_names_of_fields() {
    for (of, table) in [
        (NameOf::Address, SHIPPING),
        (NameOf::Shipment, shipment::FIELDS),
        (NameOf::OrderItem, item::FIELDS),
        (NameOf::InventoryItem, product::FIELDS),
        (NameOf::Order, ORDER),
    ] {
        let unknown = own(of)
            .iter()
            .find(|name| table.iter().all(|field| field.name != **name));
        assert_eq!(unknown, None, "{of:?}");
    }
}

#[test]
fn two_letters_are_slips_in_a_name_of_nine_or_more() {
    assert_eq!(slip("warrehouze", ["warehouse"]), Some("warehouse"));
    assert_eq!(slip("schippinng", ["shipping"]), None);
}

/// What stands for something else is no slip, and this is none.
#[test]
fn the_name_itself_is_meant_however_it_is_written() {
    assert_eq!(slip("Name", ["code", "name"]), Some("name"));
    assert_eq!(slip("ID", ["name", "id"]), Some("id"));
    assert_eq!(
        meant("Tracking-Number", NameOf::Shipment, ["tracking_number"]),
        Meant::name("tracking_number")
    );
}

#[test]
fn a_field_beside_its_record_is_told_where_it_belongs() {
    let check = |given: &str, argument: &str, field: &str| {
        let told = meant(given, NameOf::Argument, ["store", argument]);
        let expected = format!("belongs into {argument}, as {field}");
        assert_eq!(told.word.as_deref(), Some(expected.as_str()), "{given}: {told:?}");
    };
    check("price", "item", "price");
    check("unitPrice", "item", "price");
    check("email", "order", "email");
    check("folder_name", "order", "folder_name");
    check("postalCode", "address", "postal_code");
    check("zip", "address", "postal_code");
    let of_item = meant("email", NameOf::Argument, ["item"]);
    assert_eq!(of_item.word.filter(|word| word.contains("into item")), None);
}
