use super::{mark_of, quantity, ungrouped, weight};

fn check(column: &[&str], expected: &[Option<&str>]) {
    let mark = mark_of(column.iter().copied());
    let read: Vec<_> = column.iter().map(|cell| weight(cell, mark)).collect();
    assert_eq!(
        read.iter().map(Option::as_deref).collect::<Vec<_>>(),
        expected,
        "{column:?}"
    );
}

#[test]
fn weights_are_exact_whatever_their_mark() {
    check(
        &["1.5", "12.25", "0.5", "3", "0.500", "007", "10.00"],
        &[
            Some("1.5"),
            Some("12.25"),
            Some("0.5"),
            Some("3"),
            Some("0.5"),
            Some("7"),
            Some("10"),
        ],
    );
    check(
        &["1,5", "12,50", "1.234,5", "1.234"],
        &[Some("1.5"), Some("12.5"), Some("1234.5"), Some("1234")],
    );
    check(&["1,234.5", "1,234"], &[Some("1234.5"), Some("1234")]);
    check(&["1.234.567", "1,5"], &[Some("1234567"), Some("1.5")]);
}

#[test]
fn what_can_be_read_in_two_ways_is_left_out() {
    check(&["1.234"], &[None]);
    check(&["1,234", "2"], &[None, Some("2")]);
    // One cell says comma, the other point.
    check(&["1,5", "2.5", "1.234"], &[Some("1.5"), Some("2.5"), None]);
}

#[test]
fn what_is_no_weight_is_none() {
    for cell in [
        "",
        "heavy",
        "-1",
        "+2",
        "1e3",
        "1 kg",
        ".5",
        "1,2,3",
        "12,34,567",
        "1.2.3,4",
    ] {
        check(&[cell], &[None]);
    }
}

#[test]
fn quantities_are_whole() {
    for (cell, expected) in [
        ("1", Some(1)),
        ("1200", Some(1200)),
        ("1.200", Some(1200)),
        ("1,200", Some(1200)),
        ("2.0", Some(2)),
        ("2.00", Some(2)),
        ("1,0", Some(1)),
        ("12,00", Some(12)),
        ("1,200.00", Some(1200)),
        ("1.200,0", Some(1200)),
        ("0.0", Some(0)),
        (" 3 ", Some(3)),
    ] {
        assert_eq!(quantity(cell), expected, "{cell}");
    }
    for cell in [
        "",
        "1.5",
        "1,5",
        "1,50",
        "1.",
        ".0",
        ",",
        "1,2,0",
        "-1",
        "many",
        "99999999999",
        "+5",
    ] {
        assert_eq!(quantity(cell), None, "{cell}");
    }
}

#[test]
fn thousands_separators_stand_where_they_belong() {
    assert_eq!(ungrouped("753,456,884,549", ',').as_deref(), Some("753456884549"));
    for text in ["753", "753,45", "7534,569", ",753", "753,,456", "9.,400"] {
        assert_eq!(ungrouped(text, ','), None, "{text}");
    }
}
