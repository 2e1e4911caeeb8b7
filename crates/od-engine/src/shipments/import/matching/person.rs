//! Whether two names are one person's.

use std::collections::BTreeSet;

use crate::insight::{spelt, unmarked};

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
    unmarked(name)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
