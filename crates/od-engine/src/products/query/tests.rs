use serde_json::{Map, Value};

use super::{ListProducts, NOT_PAGED, REPEATED, ReadPage, upstream_query};

/// Items with these ids.
fn items(ids: std::ops::Range<u32>) -> Vec<Map<String, Value>> {
    ids.map(|id| Map::from_iter([("id".to_owned(), id.into())])).collect()
}

/// A page of 3 from `offset` on, when Order Desk gives `given`.
fn check(
    given: Vec<Map<String, Value>>,
    offset: usize,
    expected: Vec<Map<String, Value>>,
    more: bool,
    total: Option<u64>,
) {
    let page = ReadPage::of(given, 3, offset);
    assert_eq!((page.products, page.more, page.total), (expected, more, total));
    assert_eq!(page.note.as_deref(), total.map(|_| NOT_PAGED));
}

#[test]
fn a_walk_ends_with_a_page_that_is_not_full() {
    check(items(0..3), 0, items(0..3), true, None);
    check(items(3..5), 3, items(3..5), false, None);
    check(items(0..0), 6, items(0..0), false, None);
}

#[test]
fn a_list_that_comes_whole_is_cut_into_the_pages_that_were_asked_for() {
    check(items(0..7), 0, items(0..3), true, Some(7));
    check(items(0..7), 3, items(3..6), true, Some(7));
    check(items(0..7), 6, items(6..7), false, Some(7));
    check(items(0..7), 9, items(0..0), false, Some(7));
}

#[test]
fn a_page_that_repeats_ends_the_walk_and_says_so() {
    let mut page = ReadPage::of(items(0..3), 3, 3);
    page.end_if_repeated(&ReadPage::of(items(0..3), 3, 0));
    assert_eq!((page.more, page.note.as_deref()), (false, Some(REPEATED)));

    let mut page = ReadPage::of(items(3..6), 3, 3);
    page.end_if_repeated(&ReadPage::of(items(0..3), 3, 0));
    assert_eq!((page.more, page.note.as_deref()), (true, None));
}

#[test]
fn codes_are_looked_for_without_what_nobody_sees_around_them() {
    let input = ListProducts {
        code: Some("RMUG\u{200B}, TEE-BLK\u{FEFF} ".to_owned()),
        limit: 10,
        ..ListProducts::default()
    };
    assert_eq!(upstream_query(&input).unwrap().codes, ["RMUG", "TEE-BLK"]);
    let blank = ListProducts {
        code: Some("RMUG,\u{200B}".to_owned()),
        ..input
    };
    assert!(upstream_query(&blank).is_err());
}
