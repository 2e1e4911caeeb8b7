//! How deep JSON text is nested and how much it holds, found without building anything: serde_json would refuse beyond 128
//! levels, but a record of Order Desk has five, and everything above this crate walks records recursively. And a number takes
//! two bytes of text and seventy as a value, so the bound on a reply's size alone is none on what is made of it.

/// The deepest accepted nesting.
pub(crate) const DEEPEST: usize = 64;
/// Values, names of members counted: five hundred orders, the most that are listed at once, of four thousand each.
pub(crate) const MOST_VALUES: usize = 2_000_000;

/// What a text exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    /// More than [`DEEPEST`] brackets are open at once.
    Depth,
    /// There are more than [`MOST_VALUES`] values.
    Values,
}

/// The bound that `text` exceeds, if any. Text that is not JSON gets an answer too; the parser judges it.
pub(crate) fn exceeded(text: &[u8]) -> Option<Excess> {
    let (mut open, mut values) = (0_usize, 0_usize);
    let (mut in_string, mut escaped, mut in_word) = (false, false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        let goes_on = in_word;
        in_word = false;
        match byte {
            b'"' => {
                in_string = true;
                values += 1;
            }
            b'[' | b'{' => {
                open += 1;
                values += 1;
            }
            b']' | b'}' => open = open.saturating_sub(1),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            // A number, or true, false, null.
            _ => {
                in_word = true;
                values += usize::from(!goes_on);
            }
        }
        if open > DEEPEST {
            return Some(Excess::Depth);
        }
        if values > MOST_VALUES {
            return Some(Excess::Values);
        }
    }
    None
}
