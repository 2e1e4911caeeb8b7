//! Lines of a table in short: `2-180, 182`.

/// As many are named in a sentence; the reply has all of them besides.
const NAMED: usize = 20;

/// The lines of the rows that are meant, of all in order. Lines between two of them that hold no other row count as theirs.
pub(super) fn ranges(rows: impl Iterator<Item = (usize, bool)>) -> Vec<String> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    let mut is_open = false;
    for (line, is_meant) in rows {
        if !is_meant {
            is_open = false;
            continue;
        }
        match ranges.last_mut() {
            Some((_, last)) if is_open || line <= *last + 1 => *last = line,
            _ => ranges.push((line, line)),
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
pub(super) fn named(rows: impl Iterator<Item = (usize, bool)>) -> String {
    let ranges = ranges(rows);
    let more = if ranges.len() > NAMED { " and more" } else { "" };
    let word = if ranges.len() == 1 && !ranges[0].contains('-') {
        "line"
    } else {
        "lines"
    };
    let first: Vec<&str> = ranges.iter().take(NAMED).map(String::as_str).collect();
    format!("{word} {}{more}", first.join(", "))
}
