use serde_json::json;

use super::{differs_in_case, id_text, is_whole, same_identifier, tidy};

#[test]
fn what_stands_around_an_identifier_is_no_part_of_it() {
    for written in ["T9", "T9 ", "T9\n", "\r\n\tT9", "\u{FEFF}T9\u{200B}", "\u{A0}T9"] {
        assert_eq!(tidy(written), "T9", "{written:?}");
        assert!(same_identifier("T9", written) && is_whole(written), "{written:?}");
        assert_eq!(id_text(&json!(written)).as_deref(), Some("T9"), "{written:?}");
    }
    assert_eq!(tidy("A  1"), "A  1");
    assert!(!same_identifier("T9", "t9"));
    assert_eq!(id_text(&json!(" \n")), None);
}

#[test]
fn two_lines_are_no_identifier() {
    for written in ["T9\nT10", "T9\tx", "T\u{0}9", "T\u{7f}9", "T\u{85}9"] {
        assert!(!is_whole(written), "{written:?}");
    }
    assert!(is_whole("") && is_whole("A 1"));
}

#[test]
fn capitals_alone_make_another_identifier_that_looks_the_same() {
    assert!(differs_in_case("MUG", " mug"));
    assert!(!differs_in_case("MUG", "MUG "));
    assert!(!differs_in_case("MUG", "MUGS"));
}
