//! What is found where no order has all that is looked for in one place: a name and a number, or a word too many.

use std::cmp::Reverse;
use std::collections::HashMap;

use od_db::mirror::Tables;

use super::search::{MOST, Match, Query, search};
use crate::error::Error;

/// Words that are looked for by themselves.
const WORDS: usize = 8;
/// Orders that a word is found in at most: those of another word have to be among them.
pub(super) const OF_A_WORD: usize = 20_000;
/// The rank behind that of all orders in which everything stands in one place.
pub(super) const BEHIND: usize = 1_000;

/// What was found word by word.
#[derive(Default)]
pub(super) struct Pieces {
    /// Orders that have all the words that any order has.
    pub matches: Vec<Match>,
    /// Whether there may be more of them.
    pub is_cut: bool,
    /// Words that stand in none.
    pub nowhere: Vec<String>,
}

/// Looks for the words of a query, each by itself.
pub(super) async fn look(tables: &Tables, query: &Query, since: i64) -> Result<Pieces, Error> {
    let mut pieces = Pieces::default();
    let words = query.words();
    if !(2..=WORDS).contains(&words.len()) {
        return Ok(pieces);
    }
    let mut all: Option<HashMap<i64, Match>> = None;
    for word in words {
        let found = search(tables, &word, since, OF_A_WORD).await?;
        if found.is_empty() {
            pieces.nowhere.push(word.into_text());
            continue;
        }
        pieces.is_cut |= found.len() >= OF_A_WORD;
        let mut found: HashMap<i64, Match> = found.into_iter().map(|found| (found.id, found)).collect();
        all = Some(match all {
            None => found,
            // An order is shown with the better of the ways it was found.
            Some(before) => {
                let both = before.into_iter().filter_map(|(id, one)| {
                    let other = found.remove(&id)?;
                    Some((id, if other.rank < one.rank { other } else { one }))
                });
                both.collect()
            }
        });
    }
    pieces.matches.extend(all.into_iter().flatten().map(|(_, found)| Match {
        rank: found.rank + BEHIND,
        ..found
    }));
    pieces
        .matches
        .sort_by_key(|found| (found.rank, Reverse(found.added), Reverse(found.id)));
    pieces.is_cut |= pieces.matches.len() > MOST;
    pieces.matches.truncate(MOST);
    Ok(pieces)
}
