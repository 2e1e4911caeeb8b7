//! How long somebody has to wait, for people and for programs alike.

use std::time::Duration;

/// Whole seconds after which it may be tried again: never too few, and at least one.
pub fn whole_seconds(wait: Duration) -> u64 {
    let seconds = wait.as_millis().div_ceil(1000);
    u64::try_from(seconds).unwrap_or(u64::MAX).max(1)
}

/// The same in words: `12 seconds`, `5 minutes`, `2 hours`. What is more than two minutes, or hours, is rounded up.
pub fn in_words(wait: Duration) -> String {
    let seconds = whole_seconds(wait);
    let (count, unit) = match seconds {
        ..120 => (seconds, "second"),
        120..7_200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{in_words, whole_seconds};

    #[test]
    fn nobody_comes_too_early() {
        for (millis, seconds, words) in [
            (0, 1, "1 second"),
            (1_000, 1, "1 second"),
            (1_001, 2, "2 seconds"),
            (119_000, 119, "119 seconds"),
            (119_001, 120, "2 minutes"),
            (121_000, 121, "3 minutes"),
            (7_200_000, 7_200, "2 hours"),
            (7_200_001, 7_201, "3 hours"),
        ] {
            let wait = Duration::from_millis(millis);
            assert_eq!((whole_seconds(wait), in_words(wait).as_str()), (seconds, words));
        }
    }
}
