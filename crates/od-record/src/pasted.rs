//! Tables of tracking numbers as people paste them: out of spreadsheets, reports of carriers, chats.
//!
//! Every cell stays text. What a program spoilt is refused and named, never restored; what cannot be told apart is said to be
//! so. A text is read whole or not at all.

use std::borrow::Cow;

use serde_json::{Map, Value};
use thiserror::Error;

mod amount;
mod aside;
mod carrier;
mod cell;
mod columns;
mod day;
mod decode;
mod heading;
mod joined;
mod link;
mod rows;
mod scientific;
mod several;
mod table;
mod tracking;

#[cfg(test)]
mod tests;

pub use cell::tight;
pub use columns::Column;
pub use day::DayProblem;
pub use decode::decode;
pub use heading::Role;
pub use rows::{Filled, Row};
pub use scientific::{is_scientific, is_written_so, tells_the_code};
pub use tracking::{Note, Reason, Tracking, Verdict};

use cell::Cell;
use columns::columns;
use table::{MOST_COLUMNS, MOST_ROWS, Record, Table};
use tracking::{can_be_one, looks_like_one};

/// A text that was read.
#[derive(Debug)]
pub struct Pasted {
    /// What stands between the cells.
    pub delimiter: Option<char>,
    /// The line of the headings, from 1.
    pub header_line: Option<usize>,
    /// From the left.
    pub columns: Vec<Column>,
    /// In the order of the text. A cell with two numbers gives two rows.
    pub rows: Vec<Row>,
}

/// Why nothing of a text was read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing in it looks like one.
    #[error("there is no tracking number in it")]
    NoTracking,
    /// No column is of parcels that went to customers.
    #[error(
        "its tracking numbers stand under a heading that speaks of returns, or of numbers that are old or void: give those of the parcels \
         that went out the heading Tracking Number"
    )]
    OtherParcels,
    /// Neither a heading nor the cells say which order a parcel is of.
    #[error("no column tells the orders: give one with a heading such as Order Number, or e-mail and name")]
    NoOrderColumn,
    /// Its cells cannot be told apart.
    #[error(
        "it is a table as it is printed, drawn with lines or blanks: paste cells separated by tabs, semicolons or commas, or a table \
         in Markdown"
    )]
    PrintedTable,
    /// A cell holds the rows behind it.
    #[error(
        "a quotation mark in line {line} is never closed, so that it swallows what follows: close it or take it out"
    )]
    UnclosedQuote {
        /// From 1.
        line: usize,
    },
    /// More than a person can look through.
    #[error(
        "it has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns, or a line of more than {LONGEST_LINE} bytes: paste less of it at a time"
    )]
    TooLarge,
}

impl Unreadable {
    /// As replies name it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NoTracking => "no_tracking_number",
            Self::OtherParcels => "other_parcels",
            Self::NoOrderColumn => "no_order_column",
            Self::PrintedTable => "printed_table",
            Self::UnclosedQuote { .. } => "unclosed_quote",
            Self::TooLarge => "too_large",
        }
    }
}

/// In bytes: as many columns as there may be, each as wide as anything in such a table.
const LONGEST_LINE: usize = 20_000;

/// Reads a pasted table.
///
/// # Errors
/// Why nothing of it can be used.
pub fn read(text: &str) -> Result<Pasted, Unreadable> {
    let text = with_plain_line_ends(text.trim_start_matches('\u{feff}'));
    if text.lines().any(|line| line.len() > LONGEST_LINE) {
        return Err(Unreadable::TooLarge);
    }
    if is_drawn(&text) {
        return Err(Unreadable::PrintedTable);
    }
    let Table { delimiter, records } = table::table(&text);
    if records.len() > MOST_ROWS || records.iter().any(|record| record.cells.len() > MOST_COLUMNS) {
        return Err(Unreadable::TooLarge);
    }
    let header = table::header(&records);
    let (above, body) = records.split_at(header.map_or(0, |at| at + 1));
    let header = header.map(|at| &records[at]);
    let mut columns = columns(header, body);
    if let Err(reason) = told_apart(&columns) {
        let is_drawn = delimiter.is_none() && is_in_columns(&text);
        return Err(if is_drawn { Unreadable::PrintedTable } else { reason });
    }
    if let Some(delimiter) = delimiter {
        closed(&columns, above, body, delimiter)?;
        if let Some(line) = table::open_at_end(&text, delimiter) {
            return Err(Unreadable::UnclosedQuote { line });
        }
    }
    rows::note_used(&mut columns);
    Ok(Pasted {
        delimiter,
        header_line: header.map(|record| record.line),
        rows: rows::rows(&columns, body, delimiter),
        columns,
    })
}

/// The same of a list of objects, whose names are the headings; its rows count as lines, from 1.
///
/// # Errors
/// Why nothing of it can be used.
pub fn read_list(list: &[Map<String, Value>]) -> Result<Pasted, Unreadable> {
    let mut names: Vec<&String> = Vec::new();
    for name in list.iter().flat_map(Map::keys) {
        if !names.contains(&name) {
            names.push(name);
        }
        if names.len() > MOST_COLUMNS || list.len() > MOST_ROWS {
            return Err(Unreadable::TooLarge);
        }
    }
    let cell = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let record = |(at, row): (usize, &Map<String, Value>)| Record {
        line: at + 1,
        cells: names.iter().map(|name| cell(row.get(*name))).collect(),
    };
    let body: Vec<Record> = list.iter().enumerate().map(record).collect();
    let header = Record {
        line: 0,
        cells: names.iter().map(|name| (*name).clone()).collect(),
    };
    let mut columns = columns(Some(&header), &body);
    told_apart(&columns)?;
    rows::note_used(&mut columns);
    Ok(Pasted {
        delimiter: None,
        header_line: None,
        rows: rows::rows(&columns, &body, None),
        columns,
    })
}

/// Whether there are parcels, and whose they are.
fn told_apart(columns: &[Column]) -> Result<(), Unreadable> {
    let has = |role: Role| columns.iter().any(|column| column.role == Some(role));
    if !has(Role::Tracking) {
        let mut unused = columns.iter().filter(|column| column.has_unused_numbers);
        Err(if unused.any(Column::is_of_others) {
            Unreadable::OtherParcels
        } else {
            Unreadable::NoTracking
        })
    } else if has(Role::Order) || (has(Role::Email) && has(Role::Name)) {
        Ok(())
    } else {
        Err(Unreadable::NoOrderColumn)
    }
}

/// LF, CRLF and the CR alone that some programs write are one line end.
fn with_plain_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

/// Drawn with the characters of boxes.
fn is_drawn(text: &str) -> bool {
    text.contains(|c| matches!(c, '\u{2500}'..='\u{257F}'))
}

/// Made with blanks: most lines have a gap of two or more.
fn is_in_columns(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.len() > 1 && lines.iter().filter(|line| line.contains("  ")).count() * 2 > lines.len()
}

/// A cell that holds a line end and what stands between cells has swallowed rows: always where it is a key, and elsewhere where a row
/// with a parcel is in it that reaches at least as far. Comments and addresses have commas and lines, too.
fn closed(columns: &[Column], above: &[Record], body: &[Record], delimiter: char) -> Result<(), Unreadable> {
    let role = |at: usize| columns.get(at).and_then(|column| column.role);
    let is_row = |swallower: usize, line: &str| {
        let cells: Vec<&str> = line.split(delimiter).collect();
        let has_number = |at: usize, cell: &str| {
            looks_like_one(cell) || (role(at) == Some(Role::Tracking) && can_be_one(&tight(&Cell::of(cell).text)))
        };
        cells.len() > swallower.max(1) && cells.iter().enumerate().any(|(at, cell)| has_number(at, cell))
    };
    let holds_row = |at: usize, cell: &str| cell.contains('\n') && cell.lines().any(|line| is_row(at, line));
    let swallows = |at: usize, cell: &str| {
        let is_key = matches!(role(at), Some(Role::Order | Role::Tracking));
        (is_key && cell.contains('\n') && cell.contains(delimiter)) || holds_row(at, cell)
    };
    let any = |record: &Record, is_such: &dyn Fn(usize, &str) -> bool| {
        record.cells.iter().enumerate().any(|(at, cell)| is_such(at, cell))
    };
    let titles = above.iter().find(|record| any(record, &holds_row));
    match titles.or_else(|| body.iter().find(|record| any(record, &swallows))) {
        Some(record) => Err(Unreadable::UnclosedQuote { line: record.line }),
        None => Ok(()),
    }
}
