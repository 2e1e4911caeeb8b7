use super::*;

fn check(query: &OrderQuery, expected: &[(&str, &str)]) {
    let pairs = query.to_pairs().expect("a sound query");
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(pairs, expected);
}

fn refused(query: &OrderQuery, named: &str) {
    let Err(Error::InvalidArgument(text)) = query.to_pairs() else {
        panic!("{query:?} is refused")
    };
    assert!(text.starts_with(named), "{text} names {named}");
}

#[test]
fn no_filter_is_no_parameter() {
    check(&OrderQuery::default(), &[]);
}

#[test]
fn every_documented_parameter_under_its_name() {
    let query = OrderQuery {
        folder_id: Some("71001,71004".to_owned()),
        folder_name: Some("New".to_owned()),
        source_id: Some("WEB-1".to_owned()),
        source_name: Some("Shopify".to_owned()),
        search_start_date: Some("2026-03-01".to_owned()),
        search_end_date: Some("2026-03-02 12:00:00".to_owned()),
        search_start_date_local: Some("2026-03-01".to_owned()),
        search_end_date_local: Some("2026-03-02".to_owned()),
        modified_start_date: Some("2026-03-01".to_owned()),
        modified_end_date: Some("2026-03-02".to_owned()),
        email: Some("ada@example.test".to_owned()),
        customer_id: Some("C-1".to_owned()),
        customer_first_name: Some("Ada".to_owned()),
        customer_last_name: Some("Quill".to_owned()),
        customer_company: Some("Q & Co".to_owned()),
        customer_address1: Some("12 Sample Row".to_owned()),
        customer_phone: Some("555-0100".to_owned()),
        shipping_first_name: Some("Ada".to_owned()),
        shipping_last_name: Some("Quill".to_owned()),
        shipping_company: Some("Q".to_owned()),
        shipping_address1: Some("12 Sample Row".to_owned()),
        shipping_phone: Some("555-0100".to_owned()),
        get_order_history: true,
        order_by: Some("shipping_last_name".to_owned()),
        order: Some(Direction::Asc),
        limit: Some(500),
        offset: Some(1000),
    };
    check(
        &query,
        &[
            ("folder_id", "71001,71004"),
            ("folder_name", "New"),
            ("source_id", "WEB-1"),
            ("source_name", "Shopify"),
            ("email", "ada@example.test"),
            ("customer_id", "C-1"),
            ("customer_first_name", "Ada"),
            ("customer_last_name", "Quill"),
            ("customer_company", "Q & Co"),
            ("customer_address1", "12 Sample Row"),
            ("customer_phone", "555-0100"),
            ("shipping_first_name", "Ada"),
            ("shipping_last_name", "Quill"),
            ("shipping_company", "Q"),
            ("shipping_address1", "12 Sample Row"),
            ("shipping_phone", "555-0100"),
            ("search_start_date", "2026-03-01"),
            ("search_end_date", "2026-03-02 12:00:00"),
            ("search_start_date_local", "2026-03-01"),
            ("search_end_date_local", "2026-03-02"),
            ("modified_start_date", "2026-03-01"),
            ("modified_end_date", "2026-03-02"),
            ("get_order_history", "1"),
            ("order_by", "shipping_last_name"),
            ("order", "ASC"),
            ("limit", "500"),
            ("offset", "1000"),
        ],
    );
}

#[test]
fn what_order_desk_would_silently_ignore_is_refused() {
    let base = OrderQuery::default;
    for folders in ["New", "71001, 71004", "71001,", ""] {
        refused(
            &OrderQuery {
                folder_id: Some(folders.to_owned()),
                ..base()
            },
            "folder_id",
        );
    }
    refused(
        &OrderQuery {
            email: Some(" ".to_owned()),
            ..base()
        },
        "email",
    );
    refused(
        &OrderQuery {
            limit: Some(0),
            ..base()
        },
        "limit",
    );
    refused(
        &OrderQuery {
            limit: Some(501),
            ..base()
        },
        "limit",
    );
    refused(
        &OrderQuery {
            order_by: Some("date added".to_owned()),
            ..base()
        },
        "order_by",
    );
    refused(
        &OrderQuery {
            order_by: Some(String::new()),
            ..base()
        },
        "order_by",
    );
    for date in [
        "yesterday",
        "2026-03-01T00:00:00",
        "2026-3-1",
        "2026-03-01 00:00",
        "2026-03-0é",
    ] {
        refused(
            &OrderQuery {
                modified_end_date: Some(date.to_owned()),
                ..base()
            },
            "modified_end_date",
        );
    }
}

#[test]
fn large_and_later_pages_are_bulk() {
    let check = |limit, offset, bulk| {
        let query = OrderQuery {
            limit,
            offset,
            ..OrderQuery::default()
        };
        assert_eq!(query.is_bulk(), bulk, "{limit:?} {offset:?}");
    };
    check(None, None, false);
    check(Some(100), Some(0), false);
    check(Some(101), None, true);
    check(None, Some(50), true);
}
