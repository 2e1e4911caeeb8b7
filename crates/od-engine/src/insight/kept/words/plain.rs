//! Letters that the index does not fold: those that are no letter with an accent. And letters with one that people also write as two.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The text with such letters as people write them who do not have them.
pub(in crate::insight) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            'þ' | 'Þ' => plain.push_str("th"),
            'ł' | 'Ł' => plain.push('l'),
            'ø' | 'Ø' => plain.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => plain.push('d'),
            'ħ' | 'Ħ' => plain.push('h'),
            'ı' => plain.push('i'),
            _ => plain.push(letter),
        }
    }
    plain
}

/// The text in small letters without marks on them, as the index compares it.
pub(crate) fn unmarked(text: &str) -> String {
    let without: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    plain(&without).to_lowercase()
}

/// What stands above a vowel, where it is a character of its own.
const DIAERESIS: char = '\u{308}';

/// The text with the letters that German and Scandinavian names are spelt with where a keyboard lacks theirs (`Mueller`, `Bjoern`);
/// nothing where it has none of these. It is what both spellings of a word have in common.
pub(crate) fn spelt(text: &str) -> Option<String> {
    let mut spelt = String::with_capacity(text.len() + 2);
    let mut is_other = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_marked = matches!(letter, 'a' | 'A' | 'o' | 'O' | 'u' | 'U') && letters.next_if_eq(&DIAERESIS).is_some();
        let two = match letter {
            'ä' | 'Ä' => "ae",
            'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
            'ü' | 'Ü' => "ue",
            'å' | 'Å' => "aa",
            _ => "",
        };
        is_other |= is_marked || !two.is_empty();
        if two.is_empty() {
            spelt.push(letter);
        } else {
            spelt.push_str(two);
        }
        if is_marked {
            spelt.push('e');
        }
    }
    is_other.then(|| plain(&spelt))
}

/// The words of a text that are also spelt in another way, as they are then.
pub(super) fn spelt_words(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().filter_map(spelt).collect();
    words.join(" ")
}
