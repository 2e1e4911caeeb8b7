use jiff::tz::TimeZone;

use super::bound;

fn check(text: &str, zone: &TimeZone, expected: Option<&str>) {
    assert_eq!(bound(text, zone).as_deref(), expected, "{text}");
}

#[test]
fn bounds_are_read_in_every_form_clients_send() {
    let utc = TimeZone::UTC;
    check("2026-03-02 14:05:31", &utc, Some("2026-03-02 14:05:31"));
    check(" 2026-03-02T14:05:31 ", &utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02T14:05:31Z", &utc, Some("2026-03-02 14:05:31"));
    check("2026-03-02", &utc, Some("2026-03-02 00:00:00"));
    check("yesterday", &utc, None);
    check("", &utc, None);
}

#[test]
fn local_bounds_are_moved_to_utc() {
    let denver = TimeZone::fixed(jiff::tz::offset(-7));
    check("2026-03-02 14:00:00", &denver, Some("2026-03-02 21:00:00"));
    check("2026-03-02", &denver, Some("2026-03-02 07:00:00"));
}
