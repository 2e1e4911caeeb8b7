//! The store's days: its zone, and what a caller's words for a window mean in it.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};
use od_record::Problem;
use od_record::date::no_such_day;

#[cfg(test)]
mod tests;

/// Order Desk's form of a time, which is UTC.
const DATE_TIME: &str = "%Y-%m-%d %H:%M:%S";

/// The first moment of a day, and the last one.
const FIRST: &str = "00:00:00";
const LAST: &str = "23:59:59";

/// From where seconds are counted.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The zone a store's days are counted in.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub name: String,
    zone: TimeZone,
    /// What to tell when it is not the store's own.
    pub doubt: Option<String>,
}

impl Zone {
    /// The zone of a store's settings; UTC where they name none that is known.
    pub(super) fn named(name: Option<&str>) -> Self {
        let found = name.and_then(|name| Some((name, TimeZone::get(name).ok()?)));
        if let Some((name, zone)) = found {
            return Self {
                name: name.to_owned(),
                zone,
                doubt: None,
            };
        }
        let why = name.map_or_else(
            || "has no time zone in its settings".to_owned(),
            |name| {
                format!(
                    "has a time zone in its settings that is not known, {}",
                    od_record::text::quoted(name)
                )
            },
        );
        Self {
            doubt: Some(format!("The store {why}: its days are counted in UTC.")),
            ..Self::utc()
        }
    }

    /// Where no store's clock counts.
    pub(super) fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
            doubt: None,
        }
    }

    /// From which second on the zone is so many seconds ahead of UTC, for times between `from` and `to`.
    pub(super) fn offsets(&self, from: Timestamp, to: Timestamp) -> Vec<(i64, i64)> {
        let seconds = |offset: jiff::tz::Offset| i64::from(offset.seconds());
        let first = (i64::MIN, seconds(self.zone.to_offset(from)));
        let following = self.zone.following(from);
        std::iter::once(first)
            .chain(
                following
                    .take_while(|transition| transition.timestamp() <= to)
                    .map(|transition| (transition.timestamp().as_second(), seconds(transition.offset()))),
            )
            .collect()
    }

    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The day that it is, with the zone whose it is: `2026-11-29 in America/Denver`.
    pub(super) fn today(&self, now: Timestamp) -> String {
        format!("{} in {}", self.day_of(now), self.name)
    }

    /// When its clocks show a time: the first time they do, or as much later as they are put forward. On the last day of time,
    /// for which there are no zones, as in UTC.
    pub(super) fn second_of(&self, at: DateTime) -> i64 {
        let zoned = self.zone.to_zoned(at);
        zoned.map_or_else(|_| seconds_of(at), |at| at.timestamp().as_second())
    }

    /// The first moment of a day; the last moment that there is for the last day of time.
    pub(super) fn start_of(&self, day: Date) -> Timestamp {
        let started = self.zone.to_zoned(day.at(0, 0, 0, 0)).and_then(|at| at.start_of_day());
        started.map_or_else(|_| moment(seconds_of(day.at(0, 0, 0, 0))), |at| at.timestamp())
    }
}

/// Whole days, both of which belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub from: Date,
    pub to: Date,
}

/// Why words are no window.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Whatever day it is.
    Wrong(Problem),
    /// It would begin on a day that is still to come.
    Ahead,
}

/// Names of windows.
pub(super) const WINDOWS: [&str; 12] = [
    "today",
    "yesterday",
    "last_7_days",
    "last_14_days",
    "last_30_days",
    "last_90_days",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "year_to_date",
    "last_year",
];

impl Window {
    /// What `from` and `to` mean on a day: dates, or one name of a window. Without `to` a window goes on to today.
    pub(super) fn of(from: &str, to: Option<&str>, today: Date) -> Result<Self, Unfit> {
        let wrong = |path: &str, rule: &str| Unfit::Wrong(Problem::new(path, rule));
        let plain = |text: &str| od_record::tidy(text).to_ascii_lowercase();
        let (from, to) = (plain(from), to.map(plain));
        let (from, to) = (from.as_str(), to.as_deref());
        if let Some(window) = Self::named(from, today) {
            return match to {
                None => Ok(window),
                Some(to) if to == from => Ok(window),
                Some(_) => Err(wrong(
                    "/to",
                    &format!(
                        "must be left out where from is the name of a window ({from}); for other days both are dates"
                    ),
                )),
            };
        }
        let first = whole_day(from, FIRST).ok_or_else(|| {
            let rule = || format!("must be a date as 2026-11-01, or one of {}", WINDOWS.join(", "));
            wrong("/from", &no_such_day(from).unwrap_or_else(rule))
        })?;
        let last = match to {
            None | Some("today") => today,
            Some("yesterday") => today.saturating_sub(1.day()),
            Some(to) => {
                let rule = "must be a date as 2026-11-30 (the last day that counts), today or yesterday; the name of a window, as last_month, \
                     goes into from";
                whole_day(to, LAST).ok_or_else(|| wrong("/to", no_such_day(to).as_deref().unwrap_or(rule)))?
            }
        };
        if first > today {
            return Err(Unfit::Ahead);
        }
        if last < first {
            return Err(wrong("/to", "must not be before from"));
        }
        Ok(Self { from: first, to: last })
    }

    fn named(name: &str, today: Date) -> Option<Self> {
        let back = |days: i64| today.saturating_sub(Span::new().days(days));
        let week = back(i64::from(today.weekday().since(Weekday::Monday)));
        let month = today.first_of_month();
        let (from, to) = match name {
            "today" => (today, today),
            "yesterday" => (back(1), back(1)),
            "last_7_days" => (back(6), today),
            "last_14_days" => (back(13), today),
            "last_30_days" => (back(29), today),
            "last_90_days" => (back(89), today),
            "this_week" => (week, today),
            "last_week" => (week.saturating_sub(7.days()), week.saturating_sub(1.day())),
            "this_month" => (month, today),
            "last_month" => (month.saturating_sub(1.month()), month.saturating_sub(1.day())),
            "year_to_date" => (today.first_of_year(), today),
            "last_year" => {
                let last = today.first_of_year().saturating_sub(1.day());
                (last.first_of_year(), last)
            }
            _ => return None,
        };
        Some(Self { from, to })
    }
}

/// Days since 1970.
pub(super) fn number(day: Date) -> i64 {
    seconds_of(day.at(0, 0, 0, 0)).div_euclid(86_400)
}

/// Seconds since 1970 of a time in UTC, on whatever day.
fn seconds_of(at: DateTime) -> i64 {
    at.duration_since(EPOCH).as_secs()
}

/// The moment of a second since 1970; the first or the last one that there is for seconds beyond.
fn moment(second: i64) -> Timestamp {
    let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(second.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The day that is so many days after 1970 began.
pub(super) fn day_of(number: i64) -> Date {
    let at = Timestamp::from_second(number.saturating_mul(86_400)).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::UTC).date()
}

/// A time as Order Desk writes it, in seconds since 1970.
pub(super) fn seconds(text: &str) -> Option<i64> {
    civil(text).map(seconds_of)
}

/// A time as Order Desk writes it; of a day its first moment.
pub(super) fn civil(text: &str) -> Option<DateTime> {
    text.trim().parse().ok()
}

/// A second since 1970 as Order Desk takes it.
pub(crate) fn sent(second: i64) -> String {
    moment(second).strftime(DATE_TIME).to_string()
}

/// A time in UTC as Order Desk writes it.
pub(super) fn written(at: DateTime) -> String {
    at.strftime(DATE_TIME).to_string()
}

/// The same as replies write it.
pub(super) fn told(second: i64) -> String {
    moment(second).to_string()
}

fn date(text: &str) -> Option<Date> {
    (text.len() == "2026-11-01".len()).then(|| text.parse().ok()).flatten()
}

/// A day that is written with its first moment, or with its last one, as other tools take it. With a zone it would be another's day.
fn whole_day(text: &str, moment: &str) -> Option<Date> {
    let at = |time: &str| {
        let (day, rest) = text.split_at_checked("2026-11-01".len())?;
        let rest = rest.strip_prefix(['t', ' '])?;
        let rest = rest.split('.').next().unwrap_or_default();
        (rest == time || (rest == time.get(..5)?)).then(|| date(day)).flatten()
    };
    date(text).or_else(|| at(moment))
}
