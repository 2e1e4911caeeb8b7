//! Words around what is looked for: what says what a number is, titles, and words that are in everything.

/// What people write in front of a number.
const LABELS: [&str; 16] = [
    "order", "orders", "tracking", "parcel", "package", "shipment", "number", "no", "nr", "num", "id", "sku", "code",
    "phone", "invoice", "customer",
];
/// What people write in front of a name.
const TITLES: [&str; 13] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "herr", "frau", "mme", "mlle",
];
/// What tells no order from another.
const COMMON: [&str; 7] = ["and", "the", "for", "from", "with", "not", "of"];
/// Letters that a word must have to be looked for by itself, where it has no digit.
const SHORTEST: usize = 3;

/// What is looked for without labels in front of a number, and without titles in front of a name.
pub(super) fn bare(text: &str) -> &str {
    let rest = skip(text, &LABELS);
    let is_number = rest.split_whitespace().next().is_some_and(has_digit);
    let text = if is_number { rest } else { text };
    skip(text, &TITLES)
}

/// An e-mail address as it is pasted (`<ada@example.com>`, `mailto:ada@example.com`, with the point of a sentence behind it) without
/// what is none of it; anything else as it is.
pub(super) fn address(text: &str) -> &str {
    const SCHEME: &str = "mailto:";
    if !text.contains('@') || text.contains(char::is_whitespace) {
        return text;
    }
    let around = |c: char| matches!(c, '<' | '>' | '(' | ')' | '"' | '\'' | '.' | ',' | ';' | ':');
    let text = text.trim_matches(around);
    match text.get(..SCHEME.len()) {
        Some(scheme) if scheme.eq_ignore_ascii_case(SCHEME) => text[SCHEME.len()..].trim_matches(around),
        _ => text,
    }
}

/// The words that an order can be told by.
pub(super) fn telling(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split_whitespace();
    words.filter(|word| {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        let folded = folded(word);
        let is_common = [&LABELS[..], &TITLES[..], &COMMON[..]]
            .iter()
            .any(|list| list.contains(&folded.as_str()));
        (letters >= SHORTEST && !is_common) || has_digit(word)
    })
}

/// Whether a word can be part of a number, or is an e-mail address.
pub(super) fn can_be_exact(word: &str) -> bool {
    has_digit(word) || word.contains('@')
}

/// Leaves words of a list out, never all.
fn skip<'a>(mut text: &'a str, words: &[&str]) -> &'a str {
    // No point: it is in e-mail addresses.
    let parts = |c: char| c.is_whitespace() || matches!(c, ':' | '#');
    while let Some((first, rest)) = text.split_once(parts) {
        let rest = rest.trim_start_matches(parts);
        if rest.is_empty() || !words.contains(&folded(first).as_str()) {
            break;
        }
        text = rest;
    }
    text
}

fn folded(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}
