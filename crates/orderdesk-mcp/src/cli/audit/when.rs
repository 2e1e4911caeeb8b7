//! Points in time as people write them. Days are those of UTC, as in the log itself.

use jiff::{Span, Timestamp, Zoned, civil::DateTime, tz::TimeZone};
use od_engine::Clock;

/// What can be written, for help texts and refusals.
const FORMS: &str = "2026-03-02, 2026-03-02T14:00:00Z, today, yesterday, -2h or -1d";

/// The point in time, from now where it is told from now.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    seen_from(Clock::system().now(), text)
}

fn seen_from(now: Timestamp, text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let now = now.to_zoned(TimeZone::UTC);
    relative(&now, text)
        .or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok())
        .ok_or_else(|| format!("is not a point in time like {FORMS}"))
}

fn relative(now: &Zoned, text: &str) -> Option<Timestamp> {
    let then = match text.to_ascii_lowercase().as_str() {
        "now" => now.clone(),
        "today" => now.start_of_day().ok()?,
        "yesterday" => now.yesterday().ok()?.start_of_day().ok()?,
        // A stretch without a sign could mean either direction.
        stretch if stretch.starts_with('-') => now.checked_add(stretch.parse::<Span>().ok()?).ok()?,
        _ => return None,
    };
    Some(then.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_time_is_understood_as_people_write_it() {
        let now = "2026-03-02T14:30:00Z".parse().unwrap();
        let check = |text: &str, expected: &str| {
            let moment = seen_from(now, text).map(|moment| moment.to_string());
            assert_eq!(moment.as_deref(), Ok(expected), "{text}");
        };
        check("2026-03-01", "2026-03-01T00:00:00Z");
        check("2026-03-01 12:00:00", "2026-03-01T12:00:00Z");
        check("2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00Z");
        check("now", "2026-03-02T14:30:00Z");
        check("Today", "2026-03-02T00:00:00Z");
        check("yesterday", "2026-03-01T00:00:00Z");
        check("-2h", "2026-03-02T12:30:00Z");
        check("-90m", "2026-03-02T13:00:00Z");
        check("-1d", "2026-03-01T14:30:00Z");
        check("-1 week", "2026-02-23T14:30:00Z");
        check("-1mo", "2026-02-02T14:30:00Z");
    }

    #[test]
    fn what_is_no_point_in_time_is_refused() {
        let now = "2026-03-02T14:30:00Z".parse().unwrap();
        for text in ["", "2h", "+2h", "-", "--1d", "-1x", "tomorrow", "02.03.2026", "-99999y"] {
            let refused = seen_from(now, text).unwrap_err();
            assert!(refused.contains("yesterday"), "{text}: {refused}");
        }
    }
}
