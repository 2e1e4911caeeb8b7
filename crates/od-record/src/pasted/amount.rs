//! Weights and quantities. `1.234` is one and a bit here and over a thousand there: the rest of its column says which.

#[cfg(test)]
mod tests;

/// The mark before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Comma,
    Point,
}

impl Mark {
    fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
        }
    }

    fn other(self) -> char {
        match self {
            Self::Comma => '.',
            Self::Point => ',',
        }
    }
}

/// What the cells of a column say together: nothing when they say nothing, or both.
pub(super) fn mark_of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Mark> {
    let (mut commas, mut points) = (false, false);
    for mark in cells.filter_map(clear) {
        commas |= mark == Mark::Comma;
        points |= mark == Mark::Point;
    }
    match (commas, points) {
        (true, false) => Some(Mark::Comma),
        (false, true) => Some(Mark::Point),
        _ => None,
    }
}

/// A weight as a decimal number with a point, without superfluous zeros: exactly what the cell says, or nothing.
pub(super) fn weight(cell: &str, of_column: Option<Mark>) -> Option<String> {
    let cell = cell.trim();
    let mark = if cell.contains([',', '.']) {
        clear(cell).or(of_column)?
    } else {
        Mark::Point
    };
    let (whole, decimals) = match cell.split_once(mark.char()) {
        Some((whole, decimals)) => (whole, decimals),
        None => (cell, ""),
    };
    let whole = if whole.contains(mark.other()) {
        ungrouped(whole, mark.other())?
    } else {
        whole.to_owned()
    };
    if whole.is_empty() || !is_digits(&whole) || !is_digits(decimals) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let decimals = decimals.trim_end_matches('0');
    Some(if decimals.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{decimals}")
    })
}

/// A quantity, which is whole: `1.200` and `1,200` are twelve hundred; `2.0`, `2,00` and `1,200.00` have decimals that say nothing.
pub(super) fn quantity(cell: &str) -> Option<u32> {
    let cell = cell.trim();
    let grouped = |cell: &str| [',', '.'].into_iter().find_map(|mark| ungrouped(cell, mark));
    let digits = grouped(cell).unwrap_or_else(|| {
        let whole = without_empty_decimals(cell);
        grouped(whole).unwrap_or_else(|| whole.to_owned())
    });
    (is_digits(&digits) && !digits.is_empty()).then(|| digits.parse().ok())?
}

/// Without decimals that are zeros alone.
fn without_empty_decimals(cell: &str) -> &str {
    match cell.rsplit_once(['.', ',']) {
        Some((whole, decimals)) if !decimals.is_empty() && decimals.bytes().all(|byte| byte == b'0') => whole,
        _ => cell,
    }
}

/// A number without its thousands separators, when it has some and they stand where they belong.
pub(super) fn ungrouped(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = (1..=3).contains(&first.len())
        && is_digits(first)
        && !rest.is_empty()
        && rest.iter().all(|group| group.len() == 3 && is_digits(group));
    is_grouped.then(|| text.replace(mark, ""))
}

/// The mark before the decimals of a number that can be read in one way only.
fn clear(cell: &str) -> Option<Mark> {
    let cell = cell.trim();
    let (at, last) = cell.char_indices().rev().find(|(_, c)| matches!(c, ',' | '.'))?;
    let mark = if last == ',' { Mark::Comma } else { Mark::Point };
    if cell.contains(mark.other()) {
        return Some(mark);
    }
    if cell.matches(last).count() > 1 {
        // Thousands separators, several of them.
        return Some(if last == ',' { Mark::Point } else { Mark::Comma });
    }
    // Three digits behind a single mark can be thousands, if what stands before it can.
    let can_be_grouped = cell.len() - at == 4 && (1..=3).contains(&at) && !cell.starts_with('0');
    (!can_be_grouped).then_some(mark)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
