//! Cells in which people joined two numbers in words: `1Z... and RR...`.

/// English, German, French, Spanish, Italian, Dutch.
const WORDS: [&str; 8] = ["and", "und", "et", "y", "e", "en", "plus", "sowie"];

/// What stands on the sides of such words; one piece where there is none. Words at an end join nothing.
pub(super) fn sides(text: &str) -> Vec<&str> {
    let mut sides = Vec::new();
    let mut from = 0;
    let mut at = 0;
    for group in text.split_inclusive(char::is_whitespace) {
        let is_joining = WORDS.iter().any(|word| group.trim().eq_ignore_ascii_case(word));
        if is_joining {
            sides.push(text[from..at].trim());
            from = at + group.len();
        }
        at += group.len();
    }
    sides.push(text[from..].trim());
    sides.retain(|side| !side.is_empty());
    sides
}
