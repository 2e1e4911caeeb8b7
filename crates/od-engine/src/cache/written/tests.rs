use super::Written;
use crate::clock::Clock;

#[test]
fn a_copy_lacks_what_was_written_until_it_was_read() {
    let clock = Clock::manual("2026-11-28T12:00:00Z".parse().unwrap());
    let written = Written::since_now(clock.clone());
    let now = clock.now_millis();
    assert!(written.has_nothing("store", now));
    written.note("store", Some("7"));
    assert!(!written.has_nothing("store", now));

    let given_up = written.take("store");
    assert!(!written.has_nothing("store", now), "somebody still reads it");
    drop(given_up);
    assert!(!written.has_nothing("store", now), "nobody has read it");

    let taken = written.take("store");
    assert_eq!(
        taken.writes().unwrap().orders.iter().collect::<Vec<_>>(),
        ["7"],
        "noted again"
    );
    taken.are_read();
    assert!(written.has_nothing("store", now));
    // Where there is nothing to be read, nobody waits for it.
    let nothing = written.take("store");
    assert!(written.has_nothing("store", now));
    drop(nothing);
    assert!(written.has_nothing("store", now));
}
