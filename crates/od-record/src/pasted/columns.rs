//! What the columns of a table are about: by their headings, and where there are none by what they hold.

use super::cell::{Cell, trimmed};
use super::heading::{Role, is_weak, role};
use super::table::Record;
use super::tracking::{is_prefixed, looks_like_one};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As the table has it.
    pub heading: Option<String>,
    /// What it is taken for; nothing when it is not used.
    pub role: Option<Role>,
    /// Whether nothing but its cells says so, or a heading that can mean anything stands above a list of numbers.
    pub is_guessed: bool,
    /// Whether it holds what has a carrier's form, and is not used.
    pub has_unused_numbers: bool,
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
            is_guessed: false,
            has_unused_numbers: false,
        })
        .collect();
    for role in [Role::Order, Role::Tracking] {
        weigh(&mut columns, role);
    }
    if is_missing(&columns, Role::Tracking) {
        guess_tracking(&mut columns, body);
    }
    for (at, column) in columns.iter_mut().enumerate() {
        match column.role {
            // A list of references.
            Some(Role::Order) if is_weak_one(column) => column.is_guessed = counts_up(body, at),
            None => {
                let is_such = if names_parcels(column) {
                    looks_like_one
                } else {
                    is_prefixed
                };
                column.has_unused_numbers = count(body, at, is_such) > 0;
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
    for column in columns
        .iter_mut()
        .filter(|column| is_such(column) && is_weak_one(column))
    {
        if has_strong {
            column.role = None;
        } else {
            column.is_guessed = true;
        }
    }
}

/// The column with most numbers of a carrier's form; or else with most that look like a number at all, which telephone numbers do, too.
fn guess_tracking(columns: &mut [Column], body: &[Record]) {
    let most = (0..columns.len())
        .filter(|at| columns[*at].role.is_none())
        .map(|at| (count(body, at, is_prefixed), count(body, at, looks_like_one), at))
        .filter(|(_, count, _)| *count > 0)
        .max_by_key(|(sure, count, at)| (*sure, *count, usize::MAX - at));
    if let Some((_, _, at)) = most {
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
    let is_order = |cell: &str| !trimmed(cell).is_empty() && !looks_like_one(cell);
    let has_digit = |cell: &str| is_order(cell) && cell.contains(|c: char| c.is_ascii_digit());
    let in_most = |at: usize, is_such: &dyn Fn(&str) -> bool| count(body, at, is_such) * 2 > body.len();
    let can_be = |at: &usize| columns[*at].role.is_none() && has_text(&columns[*at]) && in_most(*at, &is_order);
    let found: Vec<usize> = (0..columns.len()).filter(can_be).collect();
    let is_sure = !has_header && found.iter().filter(|at| in_most(**at, &has_digit)).count() <= 1;
    if let Some(at) = found.into_iter().find(|at| !counts_up(body, *at)) {
        columns[at].role = Some(Role::Order);
        columns[at].is_guessed = !is_sure;
        columns[at].has_unused_numbers = false;
    }
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
