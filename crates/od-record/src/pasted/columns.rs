//! What the columns of a table are about: by their headings, and where there are none by what they hold.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use super::aside::{names_others, tells_state};
use super::cell::{Cell, trimmed};
use super::heading::{Role, is_weak, role};
use super::link::is_link;
use super::several::{holds_prefixed, holds_some};
use super::table::Record;
use super::tracking::is_prefixed;

#[cfg(test)]
mod tests;

/// Digits of order numbers that can be taken for tracking numbers.
const LONG: RangeInclusive<usize> = 10..=14;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the table has it.
    pub heading: Option<String>,
    /// What it is taken for, where that is known.
    pub role: Option<Role>,
    /// Whether what it holds is sent, or orders are found by it.
    pub is_used: bool,
    /// Whether nothing but its cells says so, or a heading that can mean anything stands above a list of numbers.
    pub is_guessed: bool,
    /// Whether it holds what has a carrier's form, and is not used.
    pub has_unused_numbers: bool,
}

impl Column {
    /// Whether its heading speaks of other parcels than those that went to customers.
    pub(super) fn is_of_others(&self) -> bool {
        self.heading.as_deref().is_some_and(names_others)
    }
}

pub(super) fn columns(header: Option<&Record>, body: &[Record]) -> Vec<Column> {
    let width = body
        .iter()
        .chain(header)
        .map(|record| record.cells.len())
        .max()
        .unwrap_or(0);
    let heading = |at: usize| header.map(|record| record.cells.get(at).cloned().unwrap_or_default());
    let mut columns: Vec<Column> = (0..width)
        .map(|at| Column {
            role: heading(at).as_deref().and_then(role),
            heading: heading(at),
            is_used: false,
            is_guessed: false,
            has_unused_numbers: false,
        })
        .collect();
    for role in [Role::Order, Role::Tracking, Role::ShipDate] {
        weigh(&mut columns, role);
    }
    drop_links(&mut columns, body);
    if is_missing(&columns, Role::Tracking) {
        guess_tracking(&mut columns, body);
    }
    let parcels: Vec<usize> = (0..width)
        .filter(|at| columns[*at].role == Some(Role::Tracking))
        .collect();
    for (at, column) in columns.iter_mut().enumerate() {
        match column.role {
            // A list of references.
            Some(Role::Order) if is_weak_one(column) => column.is_guessed = counts_up(body, at),
            Some(Role::Tracking) if is_weak_one(column) => column.is_guessed = true,
            None => {
                let is_such = if names_parcels(column) {
                    holds_some
                } else {
                    holds_prefixed
                };
                column.has_unused_numbers = body.iter().any(|record| is_unused(record, at, &parcels, is_such));
            }
            _ => {}
        }
    }
    let people = !is_missing(&columns, Role::Email) && !is_missing(&columns, Role::Name);
    if is_missing(&columns, Role::Order) && !people {
        guess_order(&mut columns, header.is_some(), body);
    }
    columns
}

/// Whether a row has numbers in a column that is not used. A link beside a number leads to the same parcel.
fn is_unused(record: &Record, at: usize, parcels: &[usize], is_such: fn(&str) -> bool) -> bool {
    let cell = |at: usize| record.cells.get(at).map_or("", String::as_str);
    let is_told = || parcels.iter().any(|at| is_filled(cell(*at)));
    is_such(cell(at)) && !(is_link(trimmed(cell(at))) && is_told())
}

fn is_filled(cell: &str) -> bool {
    !trimmed(cell).is_empty()
}

fn is_missing(columns: &[Column], role: Role) -> bool {
    columns.iter().all(|column| column.role != Some(role))
}

/// Whether a heading speaks of parcels, whatever else it says.
fn names_parcels(column: &Column) -> bool {
    const WORDS: [&str; 5] = ["tracking", "sendung", "paket", "suivi", "colis"];
    let heading = column.heading.as_deref().unwrap_or_default().to_lowercase();
    WORDS.iter().any(|word| heading.contains(word))
}

fn is_weak_one(column: &Column) -> bool {
    column.heading.as_deref().is_some_and(is_weak)
}

/// Of the columns that claim to be of one role those stay that say it in words that mean nothing else.
fn weigh(columns: &mut [Column], role: Role) {
    let is_such = |column: &Column| column.role == Some(role);
    let has_strong = columns.iter().any(|column| is_such(column) && !is_weak_one(column));
    if has_strong {
        let weak = columns
            .iter_mut()
            .filter(|column| is_such(column) && is_weak_one(column));
        weak.for_each(|column| column.role = None);
    }
}

/// Links beside a column of numbers lead to the same parcels.
fn drop_links(columns: &mut [Column], body: &[Record]) {
    let is_link = |at: usize| count(body, at, |cell| is_link(trimmed(cell))) * 2 > count(body, at, is_filled);
    let of_parcels = |at: &usize| columns[*at].role == Some(Role::Tracking);
    let (links, numbers): (Vec<usize>, Vec<usize>) = (0..columns.len()).filter(of_parcels).partition(|at| is_link(*at));
    // A barcode can be the product's.
    let is_sure = |at: &usize| !is_weak_one(&columns[*at]) || count(body, *at, holds_prefixed) > 0;
    if numbers.iter().any(|at| is_sure(at) && count(body, *at, is_filled) > 0) {
        for at in links {
            columns[at].role = None;
        }
    }
}

/// The column with most numbers of a carrier's form, whose heading does not speak of others; or else with most that look like a number at all, which telephone numbers do, too.
fn guess_tracking(columns: &mut [Column], body: &[Record]) {
    let most = (0..columns.len())
        .filter(|at| columns[*at].role.is_none() && !columns[*at].is_of_others())
        .map(|at| {
            let links = count(body, at, |cell| is_link(trimmed(cell)));
            (count(body, at, holds_prefixed), count(body, at, holds_some), links, at)
        })
        .filter(|(_, count, ..)| *count > 0)
        .max_by_key(|(sure, count, links, at)| (*sure, *count, Reverse(*links), Reverse(*at)));
    if let Some((.., at)) = most {
        columns[at].role = Some(Role::Tracking);
        columns[at].is_guessed = true;
    }
}

/// The first column that most rows have something in and that is no list of 1, 2, 3. Only where nothing else can be meant it is no
/// guess: no heading says something else, and no other column has numbers.
fn guess_order(columns: &mut [Column], has_header: bool, body: &[Record]) {
    let has_text = |column: &Column| {
        !has_header
            || column
                .heading
                .as_deref()
                .is_some_and(|heading| !trimmed(heading).is_empty())
    };
    let is_order = |cell: &str| is_filled(cell) && !holds_some(cell);
    let has_digit = |cell: &str| is_order(cell) && cell.contains(|c: char| c.is_ascii_digit());
    let in_most = |at: usize, is_such: &dyn Fn(&str) -> bool| count(body, at, is_such) * 2 > body.len();
    let tells_state = |column: &Column| column.heading.as_deref().is_some_and(tells_state);
    let can_be = |at: &usize| {
        let column = &columns[*at];
        column.role.is_none() && has_text(column) && !tells_state(column) && in_most(*at, &is_order)
    };
    let mut found: Vec<usize> = (0..columns.len()).filter(can_be).collect();
    if found.is_empty() && !has_header {
        found = long_numbers(columns, body);
        // Beside telephone numbers each is asked for, and has to agree.
        for at in found.iter().skip(1) {
            columns[*at].role = Some(Role::Order);
            columns[*at].is_guessed = true;
        }
    }
    let is_sure = !has_header && found.iter().filter(|at| in_most(**at, &has_digit)).count() <= 1;
    if let Some(at) = found.into_iter().find(|at| !counts_up(body, *at)) {
        columns[at].role = Some(Role::Order);
        columns[at].is_guessed = !is_sure;
        columns[at].has_unused_numbers = false;
    }
}

/// Columns of digits as long as tracking numbers, as shops number their orders that count those of all shops. Only beside parcels that
/// are sure to be some.
fn long_numbers(columns: &[Column], body: &[Record]) -> Vec<usize> {
    let in_most = |at: usize, is_such: &dyn Fn(&str) -> bool| count(body, at, is_such) * 2 > body.len();
    let is_parcels = |at: usize| columns[at].role == Some(Role::Tracking) && in_most(at, &holds_prefixed);
    let is_long = |cell: &str| {
        let number = Cell::order(cell);
        LONG.contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) && !is_prefixed(cell)
    };
    if !(0..columns.len()).any(is_parcels) {
        return Vec::new();
    }
    (0..columns.len())
        .filter(|at| columns[*at].role.is_none() && in_most(*at, &is_long))
        .collect()
}

/// Whether a column numbers the rows: no number in it is larger than there are rows. Words in it, as in a row of totals, say
/// nothing as long as they are few.
fn counts_up(body: &[Record], at: usize) -> bool {
    let cells = body.iter().filter_map(|record| record.cells.get(at));
    let texts: Vec<String> = cells
        .map(|cell| Cell::order(cell))
        .filter(|text| !text.is_empty())
        .collect();
    let numbers: Vec<usize> = texts.iter().filter_map(|text| text.parse().ok()).collect();
    numbers.len() * 2 > texts.len() && numbers.iter().all(|number| *number <= body.len())
}

fn count(body: &[Record], at: usize, is_such: impl Fn(&str) -> bool) -> usize {
    body.iter()
        .filter(|record| record.cells.get(at).is_some_and(|cell| is_such(cell)))
        .count()
}
