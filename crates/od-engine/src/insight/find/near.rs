//! Names that a mistyped one may be.

use od_db::mirror::{Tables, Words};
use od_record::near_words;

use super::super::kept::unmarked;
use crate::error::Error;

/// Letters at the front that have to be right: of all names those are compared that begin with them.
const FRONT: usize = 2;
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
        let beginning: String = folded.chars().take(FRONT).collect();
        let is_word = folded.chars().all(char::is_alphabetic) && beginning.chars().count() == FRONT;
        if !is_word {
            continue;
        }
        let known = tables.names(&beginning, MOST).await?;
        let mut names = Vec::new();
        for near in near_words(&folded, known.iter().map(String::as_str), OFFERED) {
            if !tables.find(Words::Name, &[near], false, since, 1).await?.is_empty() {
                names.push(capital(near));
            }
        }
        if !names.is_empty() {
            all.push((word.clone(), names));
        }
    }
    Ok(all)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
