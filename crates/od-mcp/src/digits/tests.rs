use super::lost_digits;

#[test]
fn fractions_that_a_double_holds_are_taken() {
    for json in [
        "{}",
        "[0.1, 12.50, -3.14159, 1e-7, 1.5E+10, 0.30000000000000004, 51.50735091234568, 5e-324]",
        r#"{"id":1732650000000000000,"a":9400111899223100012345,"b":1e300}"#,
        r#"{"text":"0.12345678901234567890123","escaped":"\"0.12345678901234567890123"}"#,
        "0.10000000000000000000000",
        "100000000000000.000",
        "-",
        "0.1234567890123456.7890.123",
    ] {
        assert_eq!(lost_digits(json.as_bytes()), None, "{json}");
    }
}

#[test]
fn the_first_that_is_not_is_told_with_its_place() {
    let check = |json: &str, place: &str| {
        let told = lost_digits(json.as_bytes()).unwrap_or_default();
        assert!(told.contains(place), "{json}: {told}");
    };
    check("0.12345678901234567890123", "line 1 column 1 ");
    check(r#"{"a":[1,-51.507350912345678901]}"#, "line 1 column 9 ");
    check("{\"a\":\n 0.1,\n\"b\": 3.141592653589793238}", "line 3 column 6 ");
    check("1234567890123.123456789", "column 1 ");
    check("1.2345678901234567890e-3", "column 1 ");
}
