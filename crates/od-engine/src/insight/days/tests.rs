use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::{Unfit, Window, Zone, number, seconds, sent};

/// A Sunday.
const TODAY: Date = date(2026, 11, 29);

#[test]
fn windows_have_names() {
    let check = |name: &str, from: Date, to: Date| {
        assert_eq!(Window::of(name, None, TODAY), Ok(Window { from, to }), "{name}");
    };
    check("today", TODAY, TODAY);
    check("yesterday", date(2026, 11, 28), date(2026, 11, 28));
    check("last_7_days", date(2026, 11, 23), TODAY);
    check("last_30_days", date(2026, 10, 31), TODAY);
    check("this_week", date(2026, 11, 23), TODAY);
    check("last_week", date(2026, 11, 16), date(2026, 11, 22));
    check("this_month", date(2026, 11, 1), TODAY);
    check("last_month", date(2026, 10, 1), date(2026, 10, 31));
    check("year_to_date", date(2026, 1, 1), TODAY);
    check("last_year", date(2025, 1, 1), date(2025, 12, 31));
    check("2026-11-05", date(2026, 11, 5), TODAY);
    check(" Last_Month\n", date(2026, 10, 1), date(2026, 10, 31));
    for from in ["2026-11-05T00:00:00", "2026-11-05 00:00", "2026-11-05T00:00:00.000"] {
        check(from, date(2026, 11, 5), TODAY);
    }
    for to in ["2026-11-06T23:59:59", "2026-11-06 23:59", "2026-11-06T23:59:59.999"] {
        let (from, to) = (Window::of("2026-11-05", Some(to), TODAY), date(2026, 11, 6));
        assert_eq!(
            from,
            Ok(Window {
                from: date(2026, 11, 5),
                to
            })
        );
    }
}

#[test]
fn windows_that_cannot_be_are_refused_where_they_are_wrong() {
    let check = |from: &str, to: Option<&str>, path: &str| {
        let Err(Unfit::Wrong(problem)) = Window::of(from, to, TODAY) else {
            panic!("{from} {to:?}")
        };
        assert_eq!(problem.path, path, "{from} {to:?}");
    };
    check("last_fortnight", None, "/from");
    check("2026-13-01", None, "/from");
    check("2026-11-05", Some("2026-11-04"), "/to");
    check("2026-11-05", Some("then"), "/to");
    check("2026-11-05T00:00:01", None, "/from");
    check("2026-11-05T23:59:59", None, "/from");
    check("2026-11-05T00:00:00Z", None, "/from");
    check("2026-11-05", Some("2026-11-06T00:00:00"), "/to");
    check("last_month", Some("2026-11-04"), "/to");
    check("2026-11-01", Some("last_month"), "/to");
    for to in [None, Some("2026-12-01")] {
        assert_eq!(Window::of("2026-11-30", to, TODAY), Err(Unfit::Ahead));
    }
}

#[test]
fn days_of_another_length_are_whole() {
    let zone = Zone::named(Some("America/Denver"));
    let (from, to) = (date(2026, 3, 8), date(2026, 3, 9));
    let hours = |from: Date, to: Date| (zone.start_of(to).as_second() - zone.start_of(from).as_second()) / 3600;
    assert_eq!(hours(from, to), 23);
    assert_eq!(hours(date(2026, 11, 1), date(2026, 11, 2)), 25);
    let at: Timestamp = "2026-03-08T06:59:59Z".parse().expect("a time");
    assert_eq!(zone.day_of(at), date(2026, 3, 7));
    let offsets = zone.offsets(at, "2026-12-01T00:00:00Z".parse().expect("a time"));
    let hours: Vec<i64> = offsets.iter().map(|(_, seconds)| seconds / 3600).collect();
    assert_eq!(hours, [-7, -6, -7]);
}

#[test]
fn a_zone_that_is_not_known_is_told() {
    assert!(
        Zone::named(Some("Mars/Olympus"))
            .doubt
            .expect("told")
            .contains("Mars/Olympus")
    );
    assert!(Zone::named(None).doubt.is_some());
    assert_eq!(Zone::named(Some("Europe/Berlin")).doubt, None);
}

#[test]
fn order_desks_times_are_utc() {
    assert_eq!(seconds("1970-01-02 00:00:01"), Some(86_401));
    assert_eq!(seconds("soon"), None);
    assert_eq!(sent(86_401), "1970-01-02 00:00:01");
    assert_eq!(number(date(1970, 1, 2)), 1);
}
