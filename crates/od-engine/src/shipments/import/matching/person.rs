//! Whether two names are one person's.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::insight::spelt;

#[cfg(test)]
mod tests;

/// Whether they have the same words, in whatever order: "Abernathy, Hank". Case, marks on letters and punctuation do not count, and
/// `Muessig` is `Müßig`.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let (one, other) = (spellings(one), spellings(other));
    one.iter().any(|words| !words.is_empty() && other.contains(words))
}

/// Whether they have one word in common.
pub(super) fn shares_a_word(one: &str, other: &str) -> bool {
    let all = |name: &str| spellings(name).into_iter().flatten().collect::<BTreeSet<String>>();
    !all(one).is_disjoint(&all(other))
}

/// The words of a name as it stands, and as they write it who do not have its letters.
fn spellings(name: &str) -> [BTreeSet<String>; 2] {
    let other = spelt(name);
    [words(name), words(other.as_deref().unwrap_or(name))]
}

fn words(name: &str) -> BTreeSet<String> {
    let plain: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    // Letters that are none with a mark, as people write them who do not have them.
    let plain = plain
        .replace('\u{111}', "d")
        .replace('\u{142}', "l")
        .replace('\u{f8}', "o")
        .replace('\u{df}', "ss")
        .replace('\u{e6}', "ae");
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
