use super::{LONGEST, Line};

#[test]
fn lines_that_are_not_json_are_counted_however_they_arrive() {
    let check = |text: &str, expected: u64| {
        for size in [1, 7, text.len().max(1)] {
            let mut line = Line::default();
            let read = text.as_bytes().chunks(size).map(|bytes| line.take(bytes)).sum::<u64>();
            assert_eq!(read + line.take(b""), expected, "{text:?} by {size}");
        }
    };
    check("", 0);
    check("\n\r\n  \n", 0);
    check("{\"jsonrpc\":\"2.0\"}\n[]\r\n", 0);
    check("help\n", 1);
    check("help", 1);
    check("{\"jsonrpc\":\n{}\nhelp\n{}", 2);
}

#[test]
fn a_long_line_is_passed_over_and_the_next_one_is_not() {
    let mut line = Line::default();
    let long = "a".repeat(LONGEST);
    assert_eq!(line.take(long.as_bytes()) + line.take(b"a\nhelp\n"), 1);
    assert_eq!(line.bytes.len(), 0);
}
