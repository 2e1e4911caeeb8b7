//! In which ways an order of a copy fits what is looked for.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use od_db::mirror::{Tables, Words};
use od_record::tidy;

use super::super::kept::folded;
use super::super::kept::words::{PHONE_DIGITS, joined, number_in, one_word, phone, plain, spelt, squeezed};
use super::labels;
use crate::error::Error;

/// Orders of one store that are counted.
pub(super) const MOST: usize = 1_000;
/// The longest text that is taken for Order Desk's id of an order, in digits.
const LONGEST_ID: usize = 12;
/// The shortest one that is asked for at Order Desk.
pub(super) const SHORTEST_ID: usize = 6;
/// A phone number may stand there with another beginning: with a country's code, or without. So many of its last digits have to
/// be the same.
const LAST_DIGITS: [usize; 2] = [8, 7];
/// Letters and digits that a number must have to be looked for by its beginning.
pub(super) const START: usize = 4;
/// Letters that an e-mail address must have to be looked for by its beginning.
const BEGINNING: usize = 3;

/// An order that fits: the lower the rank the better.
pub(super) struct Match {
    pub rank: usize,
    pub by: &'static str,
    pub added: i64,
    pub id: i64,
}

/// What is looked for, in the forms in which it may stand in an order.
pub(super) struct Query {
    text: String,
    /// Without the mark in front of a number.
    bare: String,
}

/// A way to look for it.
struct Way {
    by: &'static str,
    column: Words,
    words: Vec<String>,
    /// Whether the last word may go on.
    is_open: bool,
    /// Only where nothing was found in a better way.
    is_last_resort: bool,
}

impl Match {
    /// Whether it has the whole of a number that is looked for.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.by, "id" | "source_id" | "tracking_number" | "phone") && self.rank <= EXACT
    }
}

/// Numbers up to this rank are as they stand in the order.
const EXACT: usize = 4;

impl Query {
    /// Nothing for what has neither letter nor digit.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = labels::address(labels::bare(tidy(text)));
        text.chars().any(char::is_alphanumeric).then(|| Self {
            bare: text.trim_start_matches('#').to_owned(),
            text: text.to_owned(),
        })
    }

    /// Its words, each as a query of its own; none of a number, whose parts tell no order.
    pub(super) fn words(&self) -> Vec<Self> {
        let is_text = self.text.contains(char::is_alphabetic);
        let words = labels::telling(&self.text).filter(|_| is_text);
        words.filter_map(Self::of).collect()
    }

    /// What stands between blanks and commas.
    pub(super) fn parts(&self) -> Vec<&str> {
        let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
        self.text.split(is_between).filter(|part| !part.is_empty()).collect()
    }

    /// Whether it is of numbers alone: one that is written with blanks, or several.
    pub(super) fn is_numbers(&self) -> bool {
        !self.text.contains(char::is_alphabetic)
    }

    /// Whether it is of several numbers and addresses, and words between them that tell nothing.
    pub(super) fn is_list(&self) -> bool {
        let mut telling = labels::telling(&self.text).peekable();
        telling.peek().is_some() && telling.all(labels::can_be_exact)
    }

    /// As it was given.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// What may be Order Desk's id of an order.
    pub(super) fn id(&self) -> Option<&str> {
        Some(self.bare.as_str()).filter(|bare| is_id(bare))
    }

    /// The ways to look for it, the best first.
    fn ways(&self) -> Vec<Way> {
        let exact = |by, column, word: String| Way {
            by,
            column,
            words: vec![word],
            is_open: false,
            is_last_resort: false,
        };
        let beginning = |by, column, word: String| Way {
            is_open: true,
            ..exact(by, column, word)
        };
        let text = plain(&self.text);
        // As it is given; and where its words are also spelt in another way, as the index has both spellings of them.
        let spellings: Vec<Vec<String>> = [Some(text.clone()), spelt(&self.text)]
            .iter()
            .flatten()
            .map(|text| words_of(text))
            .collect();
        let all = |by, column| -> Vec<Way> {
            let ways = spellings.iter().map(|words| Way {
                words: words.clone(),
                ..exact(by, column, String::new())
            });
            ways.collect()
        };
        let (number, email) = (squeezed(&self.bare), folded(&self.text));
        let mut ways = vec![
            exact("source_id", Words::Source, number.clone()),
            exact("tracking_number", Words::Tracking, number.clone()),
            exact("email", Words::Email, one_word(&email)),
        ];
        let digits = phone(&self.text);
        if digits.len() >= PHONE_DIGITS && !self.text.chars().any(char::is_alphabetic) {
            ways.push(beginning("phone", Words::Phone, digits.clone()));
            for last in LAST_DIGITS.into_iter().filter(|last| *last < digits.len()) {
                ways.push(Way {
                    is_last_resort: true,
                    ..beginning("phone", Words::Phone, digits.chars().take(last).collect())
                });
            }
        }
        ways.push(exact("sku", Words::Sku, number.clone()));
        if let Some(number_in_it) =
            number_in(&self.bare).filter(|_| self.bare.bytes().all(|byte| byte.is_ascii_digit()))
        {
            ways.push(exact("source_id", Words::Source, number_in_it));
        }
        if number.len() >= START && number.contains(|c: char| c.is_ascii_digit()) {
            for (by, column) in [("tracking_number", Words::Tracking), ("source_id", Words::Source)] {
                ways.push(Way {
                    is_last_resort: true,
                    ..beginning(by, column, number.clone())
                });
            }
        }
        let half_address = (!self.text.contains(char::is_whitespace) && email.chars().count() >= BEGINNING)
            .then(|| beginning("email", Words::Email, one_word(&email)));
        // With a mark in it, it is more likely part of an address than a name.
        let is_marked = email.contains(['@', '.', '_', '+']);
        let (first, later) = if is_marked {
            (half_address, None)
        } else {
            (None, half_address)
        };
        // Who gives a whole address means it, and not longer ones.
        ways.extend(first.map(|way| Way {
            is_last_resort: true,
            ..way
        }));
        ways.extend(all("name", Words::Name));
        ways.push(exact("name", Words::Name, joined(&text)));
        let by_initial = spellings.iter().filter_map(|words| last_with_initial(words));
        ways.extend(by_initial.map(|words| Way {
            words,
            ..beginning("name", Words::Name, String::new())
        }));
        ways.extend(all("street", Words::Street));
        ways.extend(later);
        ways.extend(all("text", Words::Any));
        ways.extend(
            all("text", Words::Any)
                .into_iter()
                .map(|way| Way { is_open: true, ..way }),
        );
        ways
    }
}

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `C. Tremblay`: the name, and the letter that another one begins with behind it. Where the letter stands behind it already, it is
/// found as it is.
fn last_with_initial(words: &[String]) -> Option<Vec<String>> {
    let is_initial = |word: &&String| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let initial = words.split_last()?.1.iter().find(is_initial)?;
    let mut name: Vec<String> = words.iter().filter(|word| !is_initial(word)).cloned().collect();
    let is_name = !name.is_empty() && name.iter().all(|word| word.chars().all(char::is_alphabetic));
    name.push(initial.clone());
    is_name.then_some(name)
}

/// Whether a number can be Order Desk's id of an order.
pub(super) fn is_id(number: &str) -> bool {
    number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.starts_with('0')
        && (SHORTEST_ID..=LONGEST_ID).contains(&number.len())
}

/// Orders of one store, best first, each with the best way it was found; so many at most.
pub(super) async fn search(tables: &Tables, query: &Query, since: i64, most: usize) -> Result<Vec<Match>, Error> {
    let mut matches = Vec::new();
    let mut seen = BTreeSet::new();
    if let Ok(id) = query.bare.parse::<i64>()
        && let Some(order) = tables.order(id).await?.filter(|order| order.added >= since)
    {
        seen.insert(order.id);
        matches.push(Match {
            rank: 0,
            by: "id",
            added: order.added,
            id,
        });
    }
    for (rank, way) in (1..).zip(query.ways()) {
        if way.is_last_resort && !matches.is_empty() {
            continue;
        }
        let words: Vec<&str> = way.words.iter().map(String::as_str).collect();
        for (added, id) in tables.find(way.column, &words, way.is_open, since, most).await? {
            if seen.insert(id) {
                matches.push(Match {
                    rank,
                    by: way.by,
                    added,
                    id,
                });
            }
        }
    }
    matches.sort_by_key(|found| (found.rank, Reverse(found.added), Reverse(found.id)));
    matches.truncate(most);
    Ok(matches)
}
