//! Names that a mistyped one may be.

use od_db::mirror::{Tables, Words};
use od_record::near_words;

use super::super::kept::unmarked;
use crate::error::Error;

/// Names are compared that begin with these letters of the word, or of a way to write its beginning: to compare all names of a large
/// shop would take too long.
const FRONT: usize = 2;
/// Beginnings that are heard for one another.
const HEARD: [[&str; 2]; 9] = [
    ["v", "w"],
    ["i", "y"],
    ["j", "y"],
    ["k", "c"],
    ["k", "ch"],
    ["k", "q"],
    ["f", "ph"],
    ["f", "v"],
    ["s", "z"],
];
/// Names that are compared.
const MOST: u32 = 20_000;
/// Words that are looked at.
const WORDS: usize = 2;
/// Names that are offered for one word.
const OFFERED: usize = 3;

/// For each word that stands in no order, the names that it may be a slip of: of orders that are there.
pub(super) async fn names(tables: &Tables, words: &[String], since: i64) -> Result<Vec<(String, Vec<String>)>, Error> {
    let mut all = Vec::new();
    for word in words.iter().take(WORDS) {
        let folded = unmarked(word);
        let is_word = folded.chars().all(char::is_alphabetic) && folded.chars().count() > FRONT;
        if !is_word {
            continue;
        }
        let mut names = Vec::new();
        for near in near(tables, &folded).await? {
            if names.len() < OFFERED && !tables.find(Words::Name, &[&near], false, since, 1).await?.is_empty() {
                names.push(capital(&near));
            }
        }
        if !names.is_empty() {
            all.push((word.clone(), names));
        }
    }
    Ok(all)
}

/// Names like a word, the likeliest first: those that only sound alike at their beginning, and those of a few other letters.
async fn near(tables: &Tables, word: &str) -> Result<Vec<String>, Error> {
    let front = |word: &str| word.chars().take(FRONT).collect::<String>();
    let known = tables.names(&front(word), MOST).await?;
    let mut slips = owned(near_words(word, known.iter().map(String::as_str), OFFERED));
    let mut sound_alike = Vec::new();
    let mut seen = vec![front(word)];
    for other in otherwise(word) {
        let beginning = front(&other);
        let known = tables.names(&beginning, MOST).await?;
        if word.chars().count() > SHORT && known.contains(&other) {
            sound_alike.push(other);
        }
        if !seen.contains(&beginning) {
            slips.extend(owned(near_words(word, known.iter().map(String::as_str), OFFERED)));
            seen.push(beginning);
        }
    }
    slips.retain(|slip| !sound_alike.contains(slip));
    Ok([sound_alike, slips].concat())
}

/// Names this short are in half of all others.
const SHORT: usize = 3;

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The word with another beginning: as it may be heard, and with its first two letters the other way round.
fn otherwise(word: &str) -> Vec<String> {
    let both = HEARD.iter().flat_map(|[one, other]| [(one, other), (other, one)]);
    let mut others: Vec<String> = both
        .filter_map(|(from, to)| Some(format!("{to}{}", word.strip_prefix(from)?)))
        .collect();
    let mut letters = word.chars();
    if let (Some(first), Some(second)) = (letters.next(), letters.next()) {
        let rest = letters.as_str();
        match second {
            'i' => others.push(format!("{first}y{rest}")),
            'y' => others.push(format!("{first}i{rest}")),
            _ => {}
        }
        if first != second {
            others.push(format!("{second}{first}{rest}"));
        }
    }
    others
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
