//! The first day on which orders that are looked for were added.

use jiff::civil::{Date, DateTime};
use od_record::{date::no_such_day, tidy};

use super::super::days::Window;
use crate::error::Error;

/// As a caller gives it.
#[derive(Debug)]
pub(super) enum Since {
    Day(Date),
    /// The name of a window, whose first day it is.
    Window(String),
}

impl Since {
    /// # Errors
    /// [`Error::Invalid`] for what is neither.
    pub(super) fn of(text: &str) -> Result<Self, Error> {
        let text = tidy(text);
        // With the time that other tools take the day is meant all the same.
        if let Ok(moment) = text.trim_end_matches(['Z', 'z']).parse::<DateTime>() {
            return Ok(Self::Day(moment.date()));
        }
        let since = Self::Window(text.to_owned());
        if Window::of(text, None, Date::MAX).is_ok() {
            return Ok(since);
        }
        let rule =
            || "must be a date as 2026-11-01, yesterday, last_7_days or another window of orders_report".to_owned();
        Err(Error::invalid("/since", no_such_day(text).unwrap_or_else(rule)))
    }

    /// The day that is meant when it is `today` in the store.
    pub(super) fn on(&self, today: Date) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Window(name) => Window::of(name, None, today).map_or(today, |window| window.from),
        }
    }
}
