use super::nearest;

#[test]
fn the_nearest_is_what_was_most_likely_meant() {
    let check = |given: &str, candidates: &[&str], expected: Option<&str>| {
        assert_eq!(nearest(given, candidates.iter().copied()), expected, "{given}");
    };
    let list = [
        "limit",
        "offset",
        "order_by",
        "order",
        "folder_id",
        "email",
        "source_id",
    ];
    check("limt", &list, Some("limit"));
    check("LIMIT", &list, Some("limit"));
    check("orderby", &list, Some("order_by"));
    check("order-by", &list, Some("order_by"));
    check("ordr", &list, Some("order"));
    // Left out, not mistyped.
    check("folder", &list, Some("folder_id"));
    check("folder_name", &list, Some("folder_id"));
    check("source", &list, Some("source_id"));
    check("customer_email", &list, Some("email"));
    check("warehouse", &list, None);
    check("x", &list, None);
    check("", &list, None);
    check("--", &list, None);

    let order = ["order_notes", "order_total", "shipping", "customer", "order"];
    check("notes", &order, Some("order_notes"));
    check("order_totl", &order, Some("order_total"));
    check("shiping", &order, Some("shipping"));
    check("shipping_address", &order, Some("shipping"));
    check("item_id", &["order_id", "item_ids"], Some("item_ids"));
    check("id", &["store", "order_id"], Some("order_id"));

    // In the middle of a word, and long enough to tell.
    check("phone", &["cellphonenumber"], Some("cellphonenumber"));
    check("one", &["cellphonenumber"], None);
    check("shiping_metod", &["shipping_method"], Some("shipping_method"));

    let folders = ["New", "Prepared", "On Hold", "Hold for Review"];
    check("prepard", &folders, Some("Prepared"));
    check("onhold", &folders, Some("On Hold"));
    check("hold", &folders, Some("Hold for Review"));
    check("Mug Shop", &["Hat Shop"], None);
}

#[test]
fn endless_names_cost_little() {
    let long = "a".repeat(1_000_000);
    assert_eq!(nearest(&long, [long.as_str()]), Some(long.as_str()));
    assert_eq!(nearest(&long, ["order"]), None);
}

#[test]
fn words_are_near_by_few_letters() {
    let words = [
        "lindqvist",
        "lindgren",
        "lindquists",
        "tremblay",
        "volkov",
        "ada",
        "kim",
        "kimi",
    ];
    for (given, expected) in [
        ("lindquist", ["lindquists", "lindqvist"].as_slice()),
        ("trembley", &["tremblay"]),
        ("volkof", &["volkov"]),
        ("kimy", &["kim", "kimi"]),
        ("ado", &[]),
        ("tremblay", &[]),
        ("somebody", &[]),
    ] {
        assert_eq!(super::near_words(given, words, 3), expected, "{given}");
    }
    assert_eq!(super::near_words("kimy", words, 1), ["kim"]);
}

#[test]
fn a_slip_is_likelier_than_a_part_that_was_left_out() {
    let near = |given: &str, candidates: &[&'static str]| nearest(given, candidates.iter().copied());
    assert_eq!(near("notes", &["order_notes", "nutes"]), Some("nutes"));
    assert_eq!(near("ordxx", &["order"]), Some("order"));
    // One letter tells nothing.
    assert_eq!(near("l", &["limit"]), None);
    assert_eq!(near("x", &["y"]), None);
    assert_eq!(super::near_words("kimy", ["kamo"], 3), [""; 0]);
    assert_eq!(super::near_words("kimyan", ["kamoan"], 3), ["kamoan"]);
}
