//! What a mistyped name most likely meant.

#[cfg(test)]
mod tests;

/// Names are compared up to this many characters; nothing that anybody types by mistake is longer.
const COMPARED: usize = 64;
/// Shorter names are in half of all others.
const TELLING: usize = 4;
/// In a word of so many letters two can be wrong.
const LONGER: usize = 6;

/// The candidate that `given` most likely meant, when one is close enough to be worth offering. Case and what stands
/// between words do not matter.
///
/// Whoever leaves a part of a name out has not mistyped it: `folder` means `folder_id` and not `order`, although that is
/// fewer edits away.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = Name::of(given);
    candidates
        .into_iter()
        .filter_map(|candidate| Some((likeness(&given, &Name::of(candidate))?, candidate)))
        .min_by_key(|(likeness, _)| *likeness)
        .map(|(_, candidate)| candidate)
}

/// The words that `given` may be a slip of, the nearest first, so many at most: one letter of a short word, two of a longer one.
pub fn near_words<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let chars = given.chars().count();
    let allowed = match chars {
        0..TELLING => return Vec::new(),
        TELLING..LONGER => 1,
        _ => 2,
    };
    let near = candidates.into_iter().filter_map(|candidate| {
        // Counting letters is quicker than comparing them.
        if candidate.chars().count().abs_diff(chars) > allowed {
            return None;
        }
        let edits = strsim::osa_distance(given, candidate);
        (1..=allowed).contains(&edits).then_some((edits, candidate))
    });
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(most);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// A name as it is compared.
struct Name {
    words: Vec<String>,
    /// The words without anything between them.
    whole: String,
    chars: usize,
}

impl Name {
    fn of(text: &str) -> Self {
        let text: String = text.chars().take(COMPARED).collect::<String>().to_lowercase();
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let whole = words.concat();
        let chars = whole.chars().count();
        Self { words, whole, chars }
    }

    fn contains(&self, part: &Self) -> bool {
        part.words.iter().all(|word| self.words.contains(word))
            || (part.chars >= TELLING && self.whole.contains(&part.whole))
    }
}

/// In what way two names are alike, the likeliest first; within one way by the number of edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Same,
    /// The end was left out.
    Beginning(usize),
    /// One letter is wrong.
    Slip,
    /// A part was left out.
    Part(usize),
    /// Some letters are wrong.
    Edits(usize),
    /// Something was added.
    Around(usize),
    /// Both begin with the same word.
    Akin(usize),
}

fn likeness(given: &Name, name: &Name) -> Option<Likeness> {
    if given.chars == 0 {
        return None;
    }
    let edits = strsim::osa_distance(&given.whole, &name.whole);
    let allowed = 1 + given.chars / 4;
    if edits == 0 {
        Some(Likeness::Same)
    } else if given.chars > 1 && name.whole.starts_with(&given.whole) {
        Some(Likeness::Beginning(edits))
    } else if edits == 1 && given.chars > 1 {
        Some(Likeness::Slip)
    } else if name.contains(given) {
        Some(Likeness::Part(edits))
    } else if edits <= allowed && edits < given.chars {
        Some(Likeness::Edits(edits))
    } else if name.chars >= TELLING && given.contains(name) {
        Some(Likeness::Around(edits))
    } else if given.words.first() == name.words.first() && given.words[0].len() >= TELLING {
        Some(Likeness::Akin(edits))
    } else {
        None
    }
}
