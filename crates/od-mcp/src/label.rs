//! Names that callers made up, made fit to be shown back to them.

use od_engine::text::clean_name;

/// Longest name that is repeated in a message.
const MAX_CHARS: usize = 40;

/// A caller's own name for something (an unknown tool, an unknown argument), cut short and without control and invisible
/// characters, so that neither a long secret nor terminal escapes come back in a message.
pub(crate) fn label(text: &str) -> String {
    let clean = clean_name(text);
    let mut shown: String = clean.chars().take(MAX_CHARS).collect();
    if clean.chars().nth(MAX_CHARS).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_are_short_and_printable() {
        assert_eq!(label("orders_list"), "orders_list");
        assert_eq!(label("a\u{1b}[31mb\n"), "a[31mb");
        assert_eq!(label("orders\u{200b}\u{e0041}_list\u{202e}"), "orders_list");
        assert_eq!(label(&"x".repeat(41)), format!("{}...", "x".repeat(40)));
    }
}
