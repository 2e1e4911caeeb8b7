//! Lines of a table in short: `2-180, 182`.

use super::Told;

/// As many are named in a sentence; the reply has all of them besides.
const NAMED: usize = 20;

/// The lines of such rows. Lines between two of them that hold no row of another sort count as theirs.
pub(super) fn ranges(told: &[Told], is_such: impl Fn(&Told) -> bool) -> Vec<String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut is_open = false;
    for row in told {
        if !is_such(row) {
            is_open = false;
            continue;
        }
        match ranges.last_mut() {
            Some((_, last)) if is_open || row.line <= *last + 1 => *last = row.line,
            _ => ranges.push((row.line, row.line)),
        }
        is_open = true;
    }
    let told = |(first, last)| {
        if first == last {
            format!("{first}")
        } else {
            format!("{first}-{last}")
        }
    };
    ranges.into_iter().map(told).collect()
}

/// `lines 2-180, 182`, within a sentence.
pub(super) fn named(told: &[Told], is_such: impl Fn(&Told) -> bool) -> String {
    let ranges = ranges(told, is_such);
    let more = if ranges.len() > NAMED { " and more" } else { "" };
    let word = if ranges.len() == 1 && !ranges[0].contains('-') {
        "line"
    } else {
        "lines"
    };
    let first: Vec<&str> = ranges.iter().take(NAMED).map(String::as_str).collect();
    format!("{word} {}{more}", first.join(", "))
}
