//! Words for a reply, however much a table or an order has: a row's words are about that row, and have a bound.

use od_record::text::{self, clean_name};

/// As many things are named.
const NAMED: usize = 10;
/// Letters of a code.
const LETTERS: usize = 60;

/// The first ones, and how many more there are.
pub(super) fn listed(all: impl IntoIterator<Item = String>) -> String {
    text::listed(all, NAMED)
}

/// A code or another cell in one line, cut where it is longer than any is.
pub(super) fn short(text: &str) -> String {
    let text = clean_name(text);
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{LETTERS, listed, short};

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(listed(["a".to_owned(), "b".to_owned()]), "a, b");
        let many = listed((1..=13).map(|n| n.to_string()));
        assert!(many.ends_with("9, 10 and 3 more"), "{many}");
        assert_eq!(short("MUG\n1"), "MUG 1");
        assert_eq!(short(&"ö".repeat(LETTERS)).chars().count(), LETTERS);
        assert_eq!(short(&"ö".repeat(360)).chars().count(), LETTERS + 1);
    }
}
