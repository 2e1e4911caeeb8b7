//! The numbers of a cell: none, one, or several.

use super::carrier::fit;
use super::cell::{Cell, tight};
use super::joined::sides;
use super::link::{is_link, number_in_link};
use super::tracking::{is_prefixed, looks_like_one};

#[cfg(test)]
mod tests;

/// What people and programs write for a parcel without tracking, letters and digits only.
const NONE: &str = "na none no nil null notavailable notracking notracked untracked pending tba tbd unknown ohne keine";

/// The numbers of a cell. A line end parts them, a semicolon where cells are not parted by it, a word such as "and" where numbers stand
/// on its sides, and what else stands between numbers where each part has a carrier's form and the whole has none.
pub(super) fn parts(raw: &str, delimiter: Option<char>) -> Vec<Cell> {
    raw.split(|c| c == '\n' || (c == ';' && delimiter != Some(';')))
        .map(Cell::of)
        .flat_map(apart)
        .filter(|cell| !is_none(&cell.text))
        .collect()
}

/// Whether a cell holds tracking numbers, or what can look like one.
pub(super) fn holds_some(raw: &str) -> bool {
    looks_like_one(raw) || {
        let parts = parts(raw, None);
        parts.len() > 1 && parts.iter().all(|part| looks_like_one(&part.text))
    }
}

/// Whether one of them has a carrier's form, by more than how many digits it has.
pub(super) fn holds_prefixed(raw: &str) -> bool {
    is_prefixed(raw) || parts(raw, None).iter().any(|part| is_prefixed(&part.text))
}

fn apart(cell: Cell) -> Vec<Cell> {
    let sides = sides(&cell.text);
    if sides.len() > 1 && !is_link(&cell.text) {
        let side = |text: &str| Cell {
            text: text.to_owned(),
            is_text: cell.is_text,
        };
        let parts: Vec<Cell> = sides.into_iter().map(side).flat_map(at_marks).collect();
        if parts.iter().all(|part| looks_like_one(&part.text)) {
            return parts;
        }
    }
    at_marks(cell)
}

fn at_marks(cell: Cell) -> Vec<Cell> {
    let link = number_in_link(&cell.text);
    let text = link.unwrap_or(&cell.text);
    let between = text.replace("%2C", ",").replace("%2c", ",");
    let parts: Vec<&str> = between
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '|' | '&' | '+'))
        .filter(|part| !part.is_empty())
        .collect();
    let fits = |text: &str| !fit(&tight(text)).carriers.is_empty();
    if parts.len() < 2 || fits(text) || !parts.iter().all(|part| fits(part)) {
        return vec![cell];
    }
    let part = |part: &&str| Cell {
        text: match link {
            Some(link) => cell.text.replacen(link, part, 1),
            None => (*part).to_owned(),
        },
        is_text: cell.is_text,
    };
    parts.iter().map(part).collect()
}

fn is_none(text: &str) -> bool {
    let letters: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    letters.is_empty() || NONE.split_ascii_whitespace().any(|none| none == letters)
}
