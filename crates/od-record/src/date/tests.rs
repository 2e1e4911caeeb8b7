use super::{Asked, Zone, bound, is_nothing_between, moment, no_such_day, told_moment};

#[track_caller]
fn check(text: &str, zone: Zone, expected: Option<&str>) {
    assert_eq!(
        bound("search_start_date", text, zone, Asked::OrderDesk)
            .ok()
            .map(|bound| bound.sent)
            .as_deref(),
        expected,
        "{text}"
    );
}

#[test]
fn dates_are_sent_as_order_desk_writes_them() {
    check("2026-03-02T14:05:31Z", Zone::Utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02T14:05:31+02:00", Zone::Utc, Some("2026-03-02 12:05:31"));
    check("2026-01-01T00:30:00+01:00", Zone::Utc, Some("2025-12-31 23:30:00"));
    check("2026-03-02T14:05:31.987Z", Zone::Utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02 14:05:31", Zone::Utc, Some("2026-03-02 14:05:31"));
    for zone in [Zone::Utc, Zone::Store] {
        check("2026-03-02T14:05:31", zone, Some("2026-03-02 14:05:31"));
        check("2026-03-02T14:05:31.250", zone, Some("2026-03-02 14:05:31"));
        check("2026-03-02T14:05", zone, Some("2026-03-02 14:05:00"));
        check("2026-03-02 14:05", zone, Some("2026-03-02 14:05:00"));
        check(" 2026-03-02 14:05\n", zone, Some("2026-03-02 14:05:00"));
    }
    check("2026-03-02", Zone::Utc, Some("2026-03-02"));
    check("2026-03-02", Zone::Store, Some("2026-03-02"));
    check("2026-03-02 14:05:31", Zone::Store, Some("2026-03-02 14:05:31"));
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "yesterday",
        "2026-02-30",
        "2026-13-01",
        "02.03.2026",
        "2026-03-02 25:00:00",
        "2026-03-02 14",
        "2026-03-02_14:05",
        "2026-03-02T",
        "2026-03-02 14:05 CET",
        "1772463600",
        "",
    ] {
        check(text, Zone::Utc, None);
    }
    // A moment with a zone cannot be the store's own time without knowing its zone.
    check("2026-03-02T14:05:31Z", Zone::Store, None);
}

#[test]
fn a_date_without_a_time_says_how_it_is_read() {
    let note = bound("search_end_date", "2026-03-02", Zone::Utc, Asked::OrderDesk)
        .unwrap()
        .note
        .unwrap();
    assert!(
        note.contains("search_end_date") && note.contains("UTC") && note.contains("leaves that day out"),
        "{note}"
    );
    assert_eq!(
        bound("search_end_date", "2026-03-02T00:00:00Z", Zone::Utc, Asked::OrderDesk)
            .unwrap()
            .note,
        None
    );
}

#[test]
fn a_moment_without_a_zone_says_whose_clock_it_is() {
    let note = |zone| {
        bound("search_start_date", "2026-03-02T14:05", zone, Asked::OrderDesk)
            .unwrap()
            .note
    };
    let told = |clock| Some(format!("search_start_date has no zone and is read as {clock}."));
    assert_eq!(note(Zone::Utc), told("UTC"));
    assert_eq!(note(Zone::Store), told("the store's local time"));
    assert_eq!(told_moment("date_added", "2026-03-02T14:05:00Z").unwrap().note, None);
    let note = told_moment("date_added", "2026-03-02 14:05").unwrap().note;
    assert_eq!(note.as_deref(), Some("date_added has no zone and is read as UTC."));
}

#[test]
fn the_examples_of_a_refusal_are_taken() {
    for zone in [Zone::Utc, Zone::Store] {
        for refused in ["yesterday", "2026-03-02T14:05:31Z"] {
            let Err(message) = bound("x", refused, zone, Asked::OrderDesk) else {
                continue;
            };
            let examples: Vec<&str> = message
                .split([',', '.'])
                .flat_map(|part| part.split(" or "))
                .filter_map(|part| part.find("2026-").map(|at| part[at..].trim()))
                .collect();
            assert!(!examples.is_empty(), "{message}");
            for example in examples {
                assert!(
                    bound("x", example, zone, Asked::OrderDesk).is_ok(),
                    "{example} of {message}"
                );
            }
        }
    }
}

#[test]
fn a_moment_is_told_in_utc() {
    for (text, expected) in [
        ("2026-03-02T16:05:31+02:00", Some("2026-03-02 14:05:31")),
        ("2026-03-02 14:05", Some("2026-03-02 14:05:00")),
        ("2026-03-02", Some("2026-03-02 00:00:00")),
        ("yesterday", None),
    ] {
        assert_eq!(moment(text).as_deref(), expected, "{text}");
    }
}

/// An example with a zone would be refused where the clock is the store's.
#[test]
fn what_is_refused_is_told_with_an_example_of_that_clock() {
    let refused = |text: &str, zone: Zone| bound("search_start_date", text, zone, Asked::OrderDesk).unwrap_err();
    assert!(refused("yesterday", Zone::Utc).ends_with("2026-03-02T14:05:31Z"));
    assert!(refused("yesterday", Zone::Store).ends_with("2026-03-02 14:05:31"));
    assert!(refused("2026-03-02T14:05:31Z", Zone::Store).contains("takes no zone"));
}

#[test]
fn a_day_that_a_month_does_not_have_is_told() {
    let check = |text: &str, told: Option<&str>| {
        let told = told.map(|month| format!("names a day that is not there: {month} days"));
        assert_eq!(no_such_day(text), told, "{text}");
    };
    check("2026-11-31", Some("November 2026 has 30"));
    check(" 2026-02-29 14:05:31", Some("February 2026 has 28"));
    check("2024-02-30T10:00:00Z", Some("February 2024 has 29"));
    for other in [
        "2024-02-29",
        "2026-11-30",
        "2026-13-01",
        "2026-1-99",
        "31.11.2026",
        "last month",
        "2026-11-3x",
        "",
    ] {
        check(other, None);
    }
    let refused = bound("search_end_date", "2026-11-31", Zone::Utc, Asked::OrderDesk).expect_err("no such day");
    assert!(refused.contains("November 2026 has 30 days"), "{refused}");
}

#[test]
fn a_copy_is_sure_of_how_it_reads_a_day() {
    let note = |asked| {
        bound("search_end_date", "2026-03-02", Zone::Utc, asked)
            .unwrap()
            .note
            .unwrap()
    };
    assert!(note(Asked::OrderDesk).contains("most probably reads it as the start of that day in UTC"));
    assert!(
        note(Asked::Copy).contains("and is read as the start of that day in UTC, so an end date leaves that day out")
    );
}

#[test]
fn between_two_bounds_there_is_something_unless_that_is_certain() {
    let check = |start: &str, end: &str, of_order_desk: bool, of_copy: bool| {
        assert_eq!(
            is_nothing_between(start, end, Asked::OrderDesk),
            of_order_desk,
            "{start} {end}"
        );
        assert_eq!(is_nothing_between(start, end, Asked::Copy), of_copy, "{start} {end}");
    };
    check("2026-03-02", "2026-03-03", false, false);
    check("2026-03-03", "2026-03-02", true, true);
    // Order Desk may mean the end of that day.
    check("2026-03-02", "2026-03-02", false, true);
    check("2026-03-02 23:59:59", "2026-03-02", false, true);
    check("2026-03-02 09:30:00", "2026-03-02 09:30:00", false, true);
    check("2026-03-02 09:30:01", "2026-03-02 09:30:00", true, true);
    check("2026-03-02 09:30:00", "2026-03-02 09:30:01", false, false);
    check("2026-03-02", "2026-03-02 00:00:01", false, false);
}
