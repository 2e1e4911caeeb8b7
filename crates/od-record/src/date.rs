//! Dates that callers write. Order Desk's dates carry no zone: the plain filters are UTC, the `_local` ones the store's time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

#[cfg(test)]
mod tests;

/// How Order Desk writes a moment.
const FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// Whose clock a filter reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// UTC.
    Utc,
    /// The store's local time.
    Store,
}

/// A bound as it is sent, with what should be said about how it is read.
#[derive(Debug, PartialEq, Eq)]
pub struct Bound {
    /// As Order Desk takes it.
    pub sent: String,
    /// What the caller should know of how it is read.
    pub note: Option<String>,
}

/// A moment as Order Desk writes it, in UTC: from RFC 3339, or from `YYYY-MM-DD[ HH:MM[:SS]]`, which is taken to be UTC.
pub fn moment(text: &str) -> Option<String> {
    told_moment("", text).map(|moment| moment.sent)
}

/// [`moment`], with what should be said of the field `name` where its zone was taken for granted.
pub(crate) fn told_moment(name: &str, text: &str) -> Option<Bound> {
    Some(match read(text)? {
        Read::Zoned(moment) => Bound {
            sent: utc(moment),
            note: None,
        },
        Read::Plain(at) => Bound {
            sent: at.strftime(FORMAT).to_string(),
            note: Some(without_zone(name, Zone::Utc)),
        },
        Read::Day(date) => Bound {
            sent: date.at(0, 0, 0, 0).strftime(FORMAT).to_string(),
            note: Some(without_zone(name, Zone::Utc)),
        },
    })
}

/// Who reads a day without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Order Desk, of whose reading nothing is documented.
    OrderDesk,
    /// A copy of a store's orders, which reads it as the start of that day.
    Copy,
}

/// Reads RFC 3339 or `YYYY-MM-DD[ HH:MM[:SS]]`, with a blank or a T before the time.
///
/// # Errors
/// Why it is no bound on that clock, with an example that is one.
pub fn bound(name: &str, text: &str, zone: Zone, asked: Asked) -> Result<Bound, String> {
    let no_date = |rule: &str| no_such_day(text).unwrap_or_else(|| rule.to_owned());
    let at = match read(text) {
        Some(Read::Zoned(moment)) if zone == Zone::Utc => {
            return Ok(Bound {
                sent: utc(moment),
                note: None,
            });
        }
        Some(Read::Zoned(_)) => {
            let rule = "is the store's local time and takes no zone: write 2026-03-02 14:05:31, or use the filter without _local";
            return Err(rule.to_owned());
        }
        Some(Read::Day(date)) => {
            let reads = match asked {
                Asked::OrderDesk => "is sent as given; Order Desk most probably reads it as",
                Asked::Copy => "is read as",
            };
            let note = format!(
                "{name} {date} has no time of day and {reads} the start of that day in {}, so an end date leaves that day out. Give a time to be exact.",
                zone.clock()
            );
            return Ok(Bound {
                sent: date.to_string(),
                note: Some(note),
            });
        }
        Some(Read::Plain(at)) => at,
        None if zone == Zone::Utc => {
            return Err(no_date(
                "must be a date such as 2026-03-02, 2026-03-02 14:05:31 or 2026-03-02T14:05:31Z",
            ));
        }
        None => {
            return Err(no_date(
                "must be a date in the store's time such as 2026-03-02 or 2026-03-02 14:05:31",
            ));
        }
    };
    Ok(Bound {
        sent: at.strftime(FORMAT).to_string(),
        note: Some(without_zone(name, zone)),
    })
}

/// Whether nothing lies between two bounds as they are sent, whatever a day without a time means to who reads it.
pub fn is_nothing_between(start: &str, end: &str, asked: Asked) -> bool {
    let at = |bound: &str, time: &str| {
        if bound.len() == "YYYY-MM-DD".len() {
            format!("{bound} {time}")
        } else {
            bound.to_owned()
        }
    };
    let first = at(start, "00:00:00");
    match asked {
        // It may mean any moment of its day, and whether the end belongs to it is not known for sure.
        Asked::OrderDesk => first > at(end, "23:59:59"),
        Asked::Copy => first >= at(end, "00:00:00"),
    }
}

/// Why a text that begins as a date does is none: its month has not so many days.
pub fn no_such_day(text: &str) -> Option<String> {
    let mut parts = text.trim().get(.."YYYY-MM-DD".len())?.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    let days = month.days_in_month();
    let is_past = day.parse::<i8>().is_ok_and(|day| day > days);
    is_past.then(|| {
        let month = month.strftime("%B %Y");
        format!("names a day that is not there: {month} has {days} days")
    })
}

impl Zone {
    fn clock(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Store => "the store's local time",
        }
    }
}

fn without_zone(name: &str, zone: Zone) -> String {
    format!("{name} has no zone and is read as {}.", zone.clock())
}

/// What a text says of a moment.
enum Read {
    Zoned(Timestamp),
    Plain(DateTime),
    Day(Date),
}

fn read(text: &str) -> Option<Read> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(Read::Zoned(moment));
    }
    let (day, rest) = text.split_at_checked("YYYY-MM-DD".len())?;
    let date = Date::strptime("%Y-%m-%d", day).ok()?;
    if rest.is_empty() {
        return Some(Read::Day(date));
    }
    let time = rest.strip_prefix(['T', 't', ' '])?;
    let time = ["%H:%M:%S%.f", "%H:%M"]
        .into_iter()
        .find_map(|format| Time::strptime(format, time).ok())?;
    Some(Read::Plain(date.to_datetime(time)))
}

fn utc(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).strftime(FORMAT).to_string()
}
