use super::{Excess, MOST_LEVELS, MOST_VALUES, count, fault, most_values};

#[test]
fn values_are_counted_with_the_names_of_members() {
    let check = |text: &str, values| assert_eq!(count(text.as_bytes()), Ok(values), "{text}");
    check("", 0);
    check("12.5e-3", 1);
    check("[]", 1);
    check("[1, 2 ,\n-3]", 4);
    check(r#"{"a":{"b":[true,null]},"c":"x,[\"{:1"}"#, 9);
    check(r#"[[],{},""]"#, 4);
    check("not json at all", 4);
}

#[test]
fn what_is_too_deep_or_too_many_is_told_before_anything_is_built() {
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(count(nested(MOST_LEVELS).as_bytes()).is_ok());
    assert_eq!(count("[".repeat(MOST_LEVELS + 1).as_bytes()), Err(Excess::Levels));
    assert!(
        count(format!("\"{}\\\"{}\"", "[".repeat(65), "{".repeat(65)).as_bytes()).is_ok(),
        "brackets inside strings do not nest"
    );
    let numbers = |many| format!("[{}]", vec!["0"; many].join(","));
    // Two bytes a number: 500 of the values go for a hundred kilobytes of text.
    let most = most_values(2 * MOST_VALUES);
    assert_eq!(most, MOST_VALUES - 500);
    assert_eq!(count(numbers(most - 1).as_bytes()), Ok(most));
    assert!(matches!(count(numbers(MOST_VALUES).as_bytes()), Err(Excess::Values(_))));
    for piece in ["{\"a\":0},", "\"\",", "[],", "null,"] {
        let many = piece.repeat(MOST_VALUES + 1);
        assert!(matches!(count(many.as_bytes()), Err(Excess::Values(_))), "{piece}");
    }
}

#[test]
fn long_messages_hold_fewer_values_but_never_too_few() {
    assert_eq!(most_values(0), 50_000);
    assert_eq!(most_values(4 * 1024 * 1024), 29_029);
    assert_eq!(most_values(64 * 1024 * 1024), 25_000);
}

#[test]
fn whatever_the_parser_refuses_is_named_with_its_place() {
    let check = |text: &[u8], expected: &str| {
        let told = fault(text).unwrap_or_default();
        assert!(told.contains(expected), "{told}");
        assert!(serde_json::from_slice::<serde_json::Value>(text).is_err());
    };
    check(b"", "EOF");
    check(br#"{"a":"\ud83d"}"#, "half of a character");
    check(br#"{"a":"\ud83d\u0041"}"#, "half of a character");
    check(br#"{"a":"\ud83dx"}"#, "half of a character");
    check(br#"{"a":"\ude00"}"#, "half of a character");
    check(br#"{"\ud83d":1}"#, "at line 1 column");
    check(b"[1e999]", "number out of range");
    check(b"[\"\xff\"]", "invalid unicode");
    check(b"{} {}", "trailing characters");
    check(b"[1,]", "trailing comma");
    for good in [&b"{\"a\":[1,-2,3.5,true,null,\"\\ud83d\\ude00\",{}]}"[..], b"[]", b"1"] {
        assert_eq!(fault(good), None);
    }
}
