//! A number of an order beside other words: the order is meant, whatever they are.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use od_db::mirror::{Tables, Words};

use super::super::kept::folded;
use super::super::kept::words::{number_in, one_word, squeezed};
use super::gathered::Gathered;
use super::labels;
use super::pieces::OF_A_WORD;
use super::search::{MOST, Match, Query, SHORTEST_ID, START, is_id, search};
use crate::error::Error;

/// In so many parts a number is written at most.
const PARTS: usize = 6;
/// So many numbers are looked for at most.
const LOOKS: usize = 60;

/// How surely a number tells an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Hardly anything else looks like it.
    Sure,
    /// A house may have it, or it is part of an order's; an e-mail address tells somebody.
    Weak,
}

/// Orders that have a number of a query.
#[derive(Default)]
pub(super) struct Numbered {
    matches: Vec<Match>,
    /// Words that none of them has.
    idle: Vec<String>,
}

impl Numbered {
    /// Puts them before the others.
    pub(super) fn put_before(self, matches: &mut Vec<Match>, gathered: &mut Gathered) {
        if self.matches.is_empty() {
            return;
        }
        gathered.is_whole = true;
        gathered.leave_words(&self.idle);
        matches.retain(|other| self.matches.iter().all(|found| found.id != other.id));
        matches.splice(..0, self.matches);
    }
}

/// Looks for the numbers in a query, longer ones first; each word is part of one.
pub(super) async fn look(tables: &Tables, query: &Query, since: i64, strength: Strength) -> Result<Numbered, Error> {
    let words = query.parts();
    if words.len() < 2 && query.is_numbers() {
        // It is the number that was looked for already.
        return Ok(Numbered::default());
    }
    let mut found = Spans::default();
    if strength == Strength::Sure && words.len() > 1 && query.is_list() {
        // Beside each other numbers are sure that are not so by themselves.
        found = look_for(tables, &words, since, Strength::Weak).await?;
    }
    if !found.has_all(&words) {
        found = look_for(tables, &words, since, strength).await?;
        // Short numbers in a row are more likely one number that is written with blanks, unless each of them is an order's.
        if strength == Strength::Weak && query.is_numbers() && !found.has_all(&words) {
            return Ok(Numbered::default());
        }
    }
    let Spans { mut matches, is_used } = found;
    let mut seen = BTreeSet::new();
    matches.retain(|found| seen.insert(found.id));
    matches.sort_by_key(|found| Reverse((found.added, found.id)));
    let mut idle = Vec::new();
    let left = words.iter().zip(&is_used).filter(|(_, is_used)| !**is_used);
    for (word, _) in left.filter(|_| !seen.is_empty()) {
        let Some(word) = labels::telling(word).next().and_then(Query::of) else {
            continue;
        };
        let found = search(tables, &word, since, OF_A_WORD).await?;
        // Where a word is in very many orders, not all of them are looked through.
        let is_all = found.len() < OF_A_WORD;
        if is_all && found.iter().all(|found| !seen.contains(&found.id)) {
            idle.push(word.into_text());
        }
    }
    Ok(Numbered { matches, idle })
}

/// What was found of the words of a query.
#[derive(Default)]
struct Spans {
    matches: Vec<Match>,
    /// Whether a word is part of a number that was found.
    is_used: Vec<bool>,
}

impl Spans {
    /// Whether each word that tells anything is part of one.
    fn has_all(&self, words: &[&str]) -> bool {
        let tells = |word: &str| labels::telling(word).next().is_some();
        let all = words.iter().zip(&self.is_used);
        !self.matches.is_empty() && all.into_iter().all(|(word, is_used)| *is_used || !tells(word))
    }
}

async fn look_for(tables: &Tables, words: &[&str], since: i64, strength: Strength) -> Result<Spans, Error> {
    let mut is_used = vec![false; words.len()];
    let mut matches: Vec<Match> = Vec::new();
    let spans = (1..=PARTS.min(words.len())).rev();
    let spans = spans.flat_map(|parts| (0..=words.len() - parts).map(move |first| (first, first + parts)));
    let spans = spans.filter(|(first, end)| words[*first..*end].iter().any(|word| labels::can_be_exact(word)));
    for (first, end) in spans.take(LOOKS) {
        if is_used[first..end].contains(&true) {
            continue;
        }
        let found = exact(tables, &words[first..end].join(" "), since, strength).await?;
        if !found.is_empty() {
            is_used[first..end].fill(true);
            matches.extend(found);
        }
    }
    Ok(Spans { matches, is_used })
}

/// The one word of a query that can be Order Desk's id of an order and stands in none of the copy.
pub(super) fn lone_id<'a>(query: &'a Query, nowhere: &[String]) -> Option<&'a str> {
    let parts = query.parts().into_iter().map(bare);
    let mut ids = parts.filter(|word| is_id(word) && nowhere.iter().any(|unknown| bare(unknown) == *word));
    ids.next().filter(|_| ids.next().is_none())
}

/// Orders that have exactly this number.
async fn exact(tables: &Tables, number: &str, since: i64, strength: Strength) -> Result<Vec<Match>, Error> {
    let bare = bare(number);
    let word = squeezed(bare);
    let is_digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    let is_sure = !is_digits || number.starts_with('#') || bare.len() >= SHORTEST_ID;
    let is_weak = strength == Strength::Weak;
    let mut matches = Vec::new();
    if is_id(bare)
        && let Ok(id) = bare.parse::<i64>()
        && let Some(order) = tables.order(id).await?.filter(|order| order.added >= since)
    {
        matches.push(("id", order.added, order.id));
    }
    let mut ways = Vec::new();
    if word.len() >= START && (is_sure || is_weak) {
        ways.push(("source_id", Words::Source, word.clone()));
        ways.push(("tracking_number", Words::Tracking, word));
    }
    if is_weak {
        let within = number_in(bare).filter(|_| is_digits && bare.len() >= START);
        ways.extend(within.map(|word| ("source_id", Words::Source, word)));
        let email = number.contains('@').then(|| one_word(&folded(number)));
        ways.extend(email.map(|word| ("email", Words::Email, word)));
    }
    for (by, column, word) in ways {
        let found = tables.find(column, &[&word], false, since, MOST).await?;
        matches.extend(found.into_iter().map(|(added, id)| (by, added, id)));
    }
    let matches = matches
        .into_iter()
        .map(|(by, added, id)| Match { rank: 0, by, added, id });
    Ok(matches.collect())
}

/// Without the marks around a number.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}
