//! Days as tables write them. Which of two numbers is the month can only be told from a whole column.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

#[cfg(test)]
mod tests;

/// Why a row has no day although its cell is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayProblem {
    /// Day and month can be either way round, and no row of the column decides.
    Ambiguous,
    /// It is no day in a form that is read.
    Unreadable,
}

impl DayProblem {
    /// As replies name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ambiguous => "ambiguous_date",
            Self::Unreadable => "unreadable_date",
        }
    }
}

/// Which number of `03/04/2026` is the month.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// What the cells of a column say together: nothing when they say nothing, or both.
pub(super) fn order_of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Order> {
    let (mut days, mut months) = (false, false);
    for (first, second, _) in cells.filter_map(numbers) {
        days |= first > 12;
        months |= second > 12;
    }
    match (days, months) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// The day in a cell: ISO 8601, `2026/03/04`, `04.03.2026`, `3/4/26` or `03-04-2026`, a time behind it or not.
///
/// A moment that is midnight in UTC is a day that a program west of Greenwich wrote in its own time.
///
/// # Errors
/// Why it is none.
pub(super) fn day(cell: &str, order: Option<Order>) -> Result<Date, DayProblem> {
    let cell = cell.trim();
    if let Ok(moment) = cell.parse::<Timestamp>() {
        let in_utc = moment.to_zoned(TimeZone::UTC);
        if in_utc.time() == jiff::civil::Time::midnight() {
            return Ok(in_utc.date());
        }
        // The day on the clock that wrote it.
        return cell
            .get(..10)
            .and_then(|day| day.parse().ok())
            .ok_or(DayProblem::Unreadable);
    }
    if let Ok(at) = cell.parse::<DateTime>() {
        return Ok(at.date());
    }
    let Some((first, second, year)) = numbers(cell) else {
        return dotted_or_year_first(cell).ok_or(DayProblem::Unreadable);
    };
    let (day, month) = match order {
        Some(Order::DayFirst) => (first, second),
        Some(Order::MonthFirst) => (second, first),
        None if first == second => (first, second),
        None => return Err(DayProblem::Ambiguous),
    };
    Date::new(year, month, day).map_err(|_| DayProblem::Unreadable)
}

/// The numbers of `3/4/26` and `03-04-2026`, with or without a time behind them.
fn numbers(cell: &str) -> Option<(i8, i8, i16)> {
    let day = cell.split_whitespace().next()?;
    let mark = day.chars().find(|c| matches!(c, '/' | '-'))?;
    let parts: Vec<&str> = day.split(mark).collect();
    let [first, second, year] = parts[..] else { return None };
    (first.len() <= 2 && second.len() <= 2).then_some(())?;
    Some((number(first)?, number(second)?, whole_year(year)?))
}

/// `04.03.2026`, which has the day first everywhere, and `2026/03/04`.
fn dotted_or_year_first(cell: &str) -> Option<Date> {
    let day = cell.split_whitespace().next()?;
    let dotted: Vec<&str> = day.split('.').collect();
    if let [day, month, year] = dotted[..] {
        return Date::new(whole_year(year)?, number(month)?, number(day)?).ok();
    }
    let year_first: Vec<&str> = day.split('/').collect();
    let [year, month, day] = year_first[..] else {
        return None;
    };
    (year.len() == 4).then_some(())?;
    Date::new(number(year)?, number(month)?, number(day)?).ok()
}

/// Digits alone: no sign.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn whole_year(text: &str) -> Option<i16> {
    match text.len() {
        2 => number::<i16>(text).map(|year| 2000 + year),
        4 => number(text),
        _ => None,
    }
}
