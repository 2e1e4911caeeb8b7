use super::{holds_prefixed, parts};

fn check(raw: &str, expected: &[&str]) {
    let found: Vec<String> = parts(raw, Some('\t')).into_iter().map(|cell| cell.text).collect();
    assert_eq!(found, expected, "{raw:?}");
}

const ONE: &str = "1Z02WDG10356303923";
const OTHER: &str = "1ZV38B1YYW19566320";

#[test]
fn what_stands_between_two_numbers_parts_them() {
    for mark in [",", ", ", "; ", " / ", " + ", "\n", " "] {
        check(&format!("{ONE}{mark}{OTHER}"), &[ONE, OTHER]);
    }
    check(&format!("{ONE},{OTHER},{ONE}"), &[ONE, OTHER, ONE]);
    check(
        &format!("https://www.ups.com/track?tracknum={ONE}%2C{OTHER}"),
        &[
            &format!("https://www.ups.com/track?tracknum={ONE}"),
            &format!("https://www.ups.com/track?tracknum={OTHER}"),
        ],
    );
}

#[test]
fn a_number_with_marks_stays_one() {
    for raw in [
        "753,456,884,549",
        "9400 1902 8854 5110 2685 73",
        "1Z 02W DG1 03 5630 3923",
        "LX12, left",
    ] {
        check(raw, &[raw]);
    }
}

#[test]
fn words_for_no_number_are_none() {
    for raw in ["", "-", "--", "n/a", "N.A.", "none", "Pending", "TBA", "\u{2014}"] {
        check(raw, &[]);
    }
    check("TBA123456789012", &["TBA123456789012"]);
}

#[test]
fn words_between_two_numbers_part_them() {
    for word in ["and", "AND", "&", "und", "et", "y", "e", "+", ";", "/"] {
        check(&format!("{ONE} {word} {OTHER}"), &[ONE, OTHER]);
    }
    check(
        &format!("{ONE}, {OTHER} and RR662007787GB"),
        &[ONE, OTHER, "RR662007787GB"],
    );
    check(
        "1Z 02W DG1 03 5630 3923 and RR 662 007 787 GB",
        &["1Z 02W DG1 03 5630 3923", "RR 662 007 787 GB"],
    );
    // Of no carrier's form, and each long enough to be one.
    check(
        "PARCEL00000001 und PARCEL00000002",
        &["PARCEL00000001", "PARCEL00000002"],
    );
    for whole in [
        format!("{ONE} and 5"),
        format!("{ONE} and left at the door"),
        format!("and {ONE}"),
    ] {
        check(&whole, &[&whole]);
    }
}

#[test]
fn a_line_end_parts_anything_and_a_semicolon_where_it_parts_no_cells() {
    let two = ["PARCEL00000001", "PARCEL00000002"];
    for delimiter in [None, Some('\t'), Some(';')] {
        let apart = |mark: &str| parts(&two.join(mark), delimiter).len();
        assert_eq!(apart("\n"), 2, "{delimiter:?}");
        assert_eq!(apart(";"), if delimiter == Some(';') { 1 } else { 2 }, "{delimiter:?}");
    }
}

#[test]
fn what_is_one_number_as_a_whole_is_not_taken_apart() {
    // Each half could be one of DHL.
    check("7144269425 0809397293", &["7144269425 0809397293"]);
    check(&format!("{ONE},"), &[&format!("{ONE},")]);
}

#[test]
fn a_prefix_is_seen_in_each_part() {
    assert!(holds_prefixed(ONE) && holds_prefixed(&format!("{ONE}, {OTHER}")));
    assert!(holds_prefixed(&format!("319022682545\n{ONE}")));
    assert!(!holds_prefixed("319022682545\n708033485497015"));
}
