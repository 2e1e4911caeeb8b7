use super::{is_written_so, tells_the_code};

#[test]
fn a_code_that_is_taken_for_a_number_is_known_by_what_is_left_of_it() {
    for (code, cell) in [
        ("123456", "1.23E+05"),
        ("123456", "1.23456E+5"),
        ("12E45", "1.2E+046"),
        ("12e45", "1,2E+46"),
        ("0012345678901", "1.23457E+10"),
        ("199999", "2.00E+05"),
    ] {
        assert!(is_written_so(code, cell), "{code} {cell}");
    }
    for (code, cell) in [
        ("123556", "1.23E+05"),
        ("12E44", "1.2E+046"),
        ("MUG-1", "1.2E+046"),
        ("123456", "123456"),
        ("1E9999", "1E+9"),
        ("", "1E+9"),
        ("inf", "1E+9"),
        (".123456E6", "1.23E+05"),
    ] {
        assert!(!is_written_so(code, cell), "{code} {cell}");
    }
}

#[test]
fn enough_of_a_code_tells_it_from_its_neighbours() {
    for (code, cell, expected) in [
        ("123456", "1.23456E+05", true),
        ("123456", "1.2345E+05", false),
        // Its last digits are zeros, which are none.
        ("120000", "1.2E+05", true),
        ("0012345678901", "1.2345678E+10", true),
        ("0012345678901", "1.234567E+10", false),
        ("MUG-1", "1.2345678E+10", false),
    ] {
        assert_eq!(tells_the_code(code, cell), expected, "{code} {cell}");
    }
}
