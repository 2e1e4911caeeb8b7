use super::*;

#[test]
fn pages_grow_again_when_it_was_only_a_slow_minute() {
    let size = PageSize::new();
    let mut sizes = Vec::new();
    while size.halve(size.get(), Failed::TooLate) {
        sizes.push(size.get());
    }
    assert_eq!(sizes, [250, 125, 62, 31, 25]);
    for _ in 0..6 {
        size.double(size.get());
    }
    assert_eq!(size.get(), 500);
}

#[test]
fn pages_stay_smaller_than_those_that_were_too_large() {
    let size = PageSize::new();
    assert!(size.halve(500, Failed::TooLarge));
    size.double(250);
    assert_eq!(size.get(), 250);
    assert!(size.halve(250, Failed::TooLate));
    size.double(125);
    assert_eq!(size.get(), 250);
    // One that was asked for before.
    size.halve(250, Failed::TooLate);
    size.double(250);
    assert_eq!(size.get(), 125);
}
