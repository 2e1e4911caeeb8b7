//! What was found, store by store.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use od_record::text::quoted;
use serde_json::Value;

use super::super::answer::names;
use super::pieces::BEHIND;
use super::search::{MOST, is_id};
use crate::outcome::StoreRef;

/// A match of one of the stores; the best ones with their summary.
pub(super) struct Row {
    pub rank: usize,
    pub added: i64,
    pub summary: Option<Value>,
}

/// What was found in the stores so far.
#[derive(Default)]
pub(super) struct Gathered {
    rows: Vec<Row>,
    /// Whether an order has the whole of a number that is looked for.
    pub is_known: bool,
    /// Whether an order has all that is looked for in one place, or is meant whatever else is given.
    pub is_whole: bool,
    /// Whether more orders may fit than are counted.
    pub is_cut: bool,
    /// Words that stand in no order, with the stores that is true of: told as long as none is whole.
    dropped: Vec<(Vec<String>, Vec<StoreRef>)>,
    /// What is told of words that are of no use beside a number.
    idle: Vec<String>,
    /// Names that words which stand in no order may be slips of.
    near: BTreeMap<String, BTreeSet<String>>,
}

impl Gathered {
    pub(super) fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.rows.extend(rows);
    }

    /// No order of a store has these words.
    pub(super) fn drop_words(&mut self, store: &StoreRef, words: &[String]) {
        match self.dropped.iter_mut().find(|(known, _)| known == words) {
            Some((_, stores)) => stores.push(store.clone()),
            None => self.dropped.push((words.to_vec(), vec![store.clone()])),
        }
    }

    /// None of the orders that have a number that was given has these words.
    pub(super) fn leave_words(&mut self, words: &[String]) {
        if words.is_empty() {
            return;
        }
        let told = format!(
            "Orders that have exactly the number that was given come first; left out is what stands in none of them: {}.{}",
            list(words),
            if words.iter().any(|word| is_id(word)) {
                OLDER
            } else {
                ""
            }
        );
        if !self.idle.contains(&told) {
            self.idle.push(told);
        }
    }

    /// Names like words that stand in no order.
    pub(super) fn add_near(&mut self, near: Vec<(String, Vec<String>)>) {
        for (word, names) in near {
            self.near.entry(word).or_default().extend(names);
        }
    }

    /// What may have been meant, as long as no order is whole.
    pub(super) fn near(&self) -> Option<String> {
        let is_open = !self.is_whole && !self.near.is_empty();
        is_open.then(|| {
            let meant = self.near.iter().map(|(word, names)| {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                format!("{} may mean {}", quoted(word), names.join(" or "))
            });
            format!(
                "Names of orders that are like it: {}.",
                meant.collect::<Vec<_>>().join("; ")
            )
        })
    }

    /// The rows, best first, and what is to be said of them.
    pub(super) fn told(mut self) -> (Vec<Row>, Vec<String>) {
        if self.is_whole {
            self.rows.retain(|row| row.rank < BEHIND);
            self.dropped.clear();
        }
        self.rows.sort_by_key(|row| (row.rank, Reverse(row.added)));
        let dropped = self.dropped.iter().map(|(words, stores)| {
            let (stores, words) = (names(&stores.iter().collect::<Vec<_>>()), list(words));
            format!("No order of {stores} has {words}: these are orders that have the rest of what was given.")
        });
        let mut warnings: Vec<String> = dropped.collect();
        warnings.extend(self.idle);
        if self.is_cut {
            warnings.push(format!(
                "More orders fit than are counted here ({MOST} of a store at most): give more of what is known, or since."
            ));
        }
        (self.rows, warnings)
    }
}

/// What is said where one of several ids is in no order of the copy.
const OLDER: &str = " An order from before this server's copy is found by its id alone.";

fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(", ")
}
