//! A text as rows of cells: which mark stands between them is told by what the cells then hold.

use super::cell::{Cell, tight};
use super::heading::{Role, role};
use super::several::holds_some;
use super::tracking::{can_be_one, looks_like_one};

#[cfg(test)]
mod tests;

/// A row of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line it begins in, from 1.
    pub line: usize,
    pub cells: Vec<String>,
}

/// The rows of a text, and what stands between their cells; nothing where no row has two.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub delimiter: Option<char>,
    pub records: Vec<Record>,
}

/// In the order in which they are preferred where nothing else decides.
const DELIMITERS: [char; 4] = ['\t', ';', ',', '|'];
/// Rows of a table, those without a number included.
pub(super) const MOST_ROWS: usize = 2_000;
/// Columns of a table: what a spreadsheet has that people look at, and far less than a text can be made to have.
pub(super) const MOST_COLUMNS: usize = 200;
/// Rows that are looked at to find out.
const LOOKED_AT: usize = 12;

/// Takes a text apart, but for what is beyond one row and one column more than a table may have. Lines end with LF alone.
pub(super) fn table(text: &str) -> Table {
    let (text, named) = without_sep(text);
    let candidates = DELIMITERS
        .iter()
        .filter(|mark| named.is_none_or(|named| **mark == named));
    let best = candidates
        .map(|mark| (evidence(&records(&text, *mark, LOOKED_AT)), *mark))
        .rev()
        .max_by_key(|(evidence, _)| *evidence);
    let delimiter = best.filter(|(evidence, _)| evidence.columns > 0).map(|(_, mark)| mark);
    let all = records(&text, delimiter.or(named).unwrap_or('\t'), MOST_ROWS + 1);
    match delimiter {
        Some(_) => Table {
            delimiter,
            records: all,
        },
        None => apart_within(all),
    }
}

/// The row that holds most headings among those down to the first that has something like a tracking number, or else the row above
/// that one. What stands above it are titles, which may have a word of a heading, too.
pub(super) fn header(records: &[Record]) -> Option<usize> {
    let is_tracking = |record: &Record| record.cells.iter().position(|cell| holds_some(cell));
    // A number alone in its row can stand in a title.
    let first = records
        .iter()
        .position(|record| is_tracking(record).is_some() && filled(record) > 1)
        .or_else(|| records.iter().position(|record| is_tracking(record).is_some()));
    let before = &records[..first.unwrap_or(records.len())];
    // Above rows of several cells a word alone is a title.
    let is_wide = first.is_some_and(|first| filled(&records[first]) > 1);
    let least = |at: usize| Known {
        // A row with a number is one of headings only where it has both that matter.
        keys: if Some(at) == first { 2 } else { 0 },
        all: 1,
        filled: 0,
    };
    let best = records
        .iter()
        .take(first.map_or(records.len(), |first| first + 1))
        .map(Known::of)
        .enumerate()
        .filter(|(at, known)| (known.filled > 1 || !is_wide) && *known >= least(*at))
        .rev()
        .max_by_key(|(_, known)| *known);
    if let Some((at, _)) = best {
        return Some(at);
    }
    let column = is_tracking(&records[first?])?;
    let above = before.last().filter(|above| is_tracking(above).is_none())?;
    // What may be a number, and is too short to look like one, is no heading.
    let is_number = |cell: &str| can_be_one(&tight(&Cell::of(cell).text));
    let is_heading = |cell: &String| !cell.trim().is_empty() && !is_number(cell);
    let has_heading = above.cells.get(column).is_some_and(is_heading);
    has_heading.then(|| before.len() - 1)
}

/// Cells with something in them.
fn filled(record: &Record) -> usize {
    record.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// How much of a row is headings; more is better, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known {
    /// Of orders and tracking numbers.
    keys: usize,
    all: usize,
    /// Cells with something in them: a title has one.
    filled: usize,
}

impl Known {
    fn of(record: &Record) -> Self {
        let roles = || record.cells.iter().filter_map(|cell| role(cell));
        Self {
            keys: roles()
                .filter(|role| matches!(role, Role::Order | Role::Tracking))
                .count(),
            all: roles().count(),
            filled: filled(record),
        }
    }
}

/// What speaks for a delimiter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Evidence {
    score: usize,
    /// Rows with several cells, one of them telling.
    columns: usize,
}

fn evidence(records: &[Record]) -> Evidence {
    let headings = header(records).map_or(0, |at| {
        records[at].cells.iter().filter(|cell| role(cell).is_some()).count()
    });
    let has = |record: &&Record, is_such: &dyn Fn(&str) -> bool| record.cells.iter().any(|cell| is_such(cell));
    let count = |is_such: &dyn Fn(&str) -> bool| records.iter().filter(|record| has(record, is_such)).count();
    let is_telling = |record: &&Record| {
        record.cells.len() > 1 && record.cells.iter().any(|cell| holds_some(cell) || role(cell).is_some())
    };
    let columns = records.iter().filter(is_telling).count();
    Evidence {
        // However many numbers a row has: those of one cell speak for what stands between them and not between cells.
        score: (2 * headings + count(&holds_some) + columns).saturating_sub(count(&holds_more)),
        columns,
    }
}

/// Whether a cell holds a number beside something else, as cells do that were not parted.
fn holds_more(cell: &str) -> bool {
    cell.contains(DELIMITERS) && !holds_some(cell) && cell.split(DELIMITERS).any(looks_like_one)
}

/// The line of a quotation mark that is open when the text ends.
pub(super) fn open_at_end(text: &str, delimiter: char) -> Option<usize> {
    /// What no text ends with.
    const END: &str = "\u{1}end";
    if delimiter == '|' {
        return None;
    }
    let mut records = records(&format!("{text}\n{END}"), delimiter, usize::MAX);
    let last = records.pop()?;
    (last.cells != [END]).then_some(last.line)
}

/// A first line `sep=;`, as spreadsheets take it, is no row. It stays as an empty line, so that lines keep their numbers.
fn without_sep(text: &str) -> (String, Option<char>) {
    let first = text.lines().next().unwrap_or_default();
    let mark = first
        .trim()
        .strip_prefix("sep=")
        .and_then(|mark| DELIMITERS.into_iter().find(|known| mark == known.to_string()));
    match mark {
        Some(_) => (text[first.len()..].to_owned(), mark),
        None => (text.to_owned(), None),
    }
}

fn records(text: &str, delimiter: char, most: usize) -> Vec<Record> {
    if delimiter == '|' {
        return of_pipes(text, most);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b'\t'))
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(text);
    let mut records = Vec::new();
    let mut record = csv::StringRecord::new();
    // A text is read from memory and is UTF-8: reading it cannot fail.
    while records.len() < most && reader.read_record(&mut record).unwrap_or(false) {
        let at = record.position().map_or(0, csv::Position::byte);
        records.push(Record {
            line: lines.at(usize::try_from(at).unwrap_or(usize::MAX)),
            cells: some(record.iter()),
        });
    }
    records
}

/// Tables between strokes, as programs print them and Markdown has them. The row of dashes below the heading is none.
fn of_pipes(text: &str, most: usize) -> Vec<Record> {
    let rows = text.lines().enumerate().filter(|(_, line)| line.contains('|'));
    let rows = rows.map(|(at, line)| {
        let line = line.trim();
        let line = line.strip_prefix('|').unwrap_or(line);
        let line = line.strip_suffix('|').unwrap_or(line);
        Record {
            line: at + 1,
            cells: some(line.split('|').map(str::trim)),
        }
    });
    let is_rule = |record: &Record| {
        record
            .cells
            .iter()
            .all(|cell| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':' | ' ' | '+')))
    };
    rows.filter(|record| !is_rule(record)).take(most).collect()
}

/// Rows that are one cell each, in quotes, with the cells within: what a program wrote that did not split them.
fn apart_within(records: Vec<Record>) -> Table {
    let within = |mark: char| {
        !records.is_empty()
            && records
                .iter()
                .all(|record| record.cells.len() == 1 && record.cells[0].contains(mark))
    };
    let Some(mark) = DELIMITERS.into_iter().find(|mark| within(*mark)) else {
        return Table {
            delimiter: None,
            records,
        };
    };
    let apart = |record: Record| Record {
        cells: some(record.cells[0].split(mark)),
        ..record
    };
    Table {
        delimiter: Some(mark),
        records: records.into_iter().map(apart).collect(),
    }
}

/// As many of the cells as show whether there are too many.
fn some<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    cells.take(MOST_COLUMNS + 1).map(str::to_owned).collect()
}

/// Counts lines on the way through a text.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the first character at or behind `at` that is no line end: the reader skips empty lines with the row behind.
    fn at(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at).filter(|byte| self.at < at || **byte == b'\n') {
            self.line += usize::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}
