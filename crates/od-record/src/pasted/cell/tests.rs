use super::Cell;

fn check(raw: &str, text: &str, is_text: bool) {
    let expected = Cell {
        text: text.to_owned(),
        is_text,
    };
    assert_eq!(Cell::of(raw), expected, "{raw:?}");
}

#[test]
fn what_programs_put_around_a_cell_goes() {
    check(" 1001\t", "1001", false);
    check("\u{a0}\u{feff}vz81\u{200b}", "vz81", false);
    check("=\"00340\"", "00340", true);
    check("'00340", "00340", true);
    check("'=1+2", "=1+2", true);
    check("'-1001", "-1001", true);
    check("'tis the season", "'tis the season", false);
    check("", "", false);
    check("=\"", "=\"", false);
}

#[test]
fn order_numbers_that_were_numbers_are_what_they_were() {
    for (raw, order) in [
        ("6,001", "6001"),
        ("4101.0", "4101"),
        ("#1001", "#1001"),
        ("1,23", "1,23"),
        ("'6,001", "6,001"),
        ("A.0", "A.0"),
    ] {
        assert_eq!(Cell::order(raw), order, "{raw}");
    }
}
