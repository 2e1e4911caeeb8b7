//! How deep JSON text is nested, found without building anything: serde_json would refuse beyond 128 levels, but a
//! record of Order Desk has five, and everything above this crate walks records recursively.

/// The deepest accepted nesting.
pub(crate) const DEEPEST: usize = 64;

/// No more than [`DEEPEST`] brackets are open at once. Text that is not JSON gets an answer too; the parser judges it.
pub(crate) fn is_shallow(text: &[u8]) -> bool {
    let (mut open, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => open += 1,
            b']' | b'}' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST {
            return false;
        }
    }
    true
}
