//! Dates in filters. Order Desk's dates carry no zone: the plain filters are UTC, the `_local` ones the store's time.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
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

/// A moment as Order Desk writes it, in UTC: from RFC 3339, or from `YYYY-MM-DD[ HH:MM:SS]`, which is taken to be UTC.
pub fn moment(text: &str) -> Option<String> {
    let text = text.trim();
    let moment = text
        .parse::<Timestamp>()
        .map(|moment| moment.to_zoned(TimeZone::UTC).datetime());
    let date = || Date::strptime("%Y-%m-%d", text).map(|date| date.at(0, 0, 0, 0));
    let moment = moment.or_else(|_| DateTime::strptime(FORMAT, text)).or_else(|_| date());
    Some(moment.ok()?.strftime(FORMAT).to_string())
}

/// Reads RFC 3339, `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD`.
pub fn bound(name: &str, text: &str, zone: Zone) -> Result<Bound, String> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        if zone == Zone::Store {
            return Err(
                "is the store's local time and takes no zone: write YYYY-MM-DD HH:MM:SS, or use the filter without _local"
                    .to_owned(),
            );
        }
        let sent = moment.to_zoned(TimeZone::UTC).strftime(FORMAT).to_string();
        return Ok(Bound { sent, note: None });
    }
    let clock = if zone == Zone::Utc {
        "UTC"
    } else {
        "the store's local time"
    };
    if text.len() == "YYYY-MM-DD".len()
        && let Ok(date) = Date::strptime("%Y-%m-%d", text)
    {
        let note = format!(
            "{name} {date} has no time of day and is sent as given; Order Desk most probably reads it as the start of \
             that day in {clock}, so an end date leaves that day out. Give a time to be exact."
        );
        return Ok(Bound {
            sent: date.to_string(),
            note: Some(note),
        });
    }
    match DateTime::strptime(FORMAT, text) {
        Ok(at) => {
            let note = format!("{name} has no zone and is read as {clock}.");
            Ok(Bound {
                sent: at.strftime(FORMAT).to_string(),
                note: Some(note),
            })
        }
        Err(_) => Err("must be a date such as 2026-03-02, 2026-03-02 14:05:31 or 2026-03-02T14:05:31Z".to_owned()),
    }
}
