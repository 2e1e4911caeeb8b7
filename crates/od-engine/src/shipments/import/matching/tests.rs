use super::number;
use crate::insight::folded_name;

#[test]
fn numbers_are_the_same_with_and_without_the_mark_of_shops() {
    assert_eq!(number(" #1001\n"), number("1001"));
    assert_ne!(number("10-01"), number("1001"));
}

#[test]
fn names_are_compared_without_case_and_blanks() {
    assert_eq!(folded_name(" Ada   BYRON "), "ada byron");
}
