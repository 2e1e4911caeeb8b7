//! Rows under names, and how they look to people.

use std::io;

use serde_json::{Map, Value};

use crate::cli::output;

/// Rows with one cell for each name.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Value>>,
    /// Names that a screen has no room for.
    pub aside: &'static [&'static str],
}

impl Sheet {
    /// The members of objects under their own names, in the order in which they first come.
    pub(super) fn of(objects: &[Map<String, Value>], aside: &'static [&'static str]) -> Self {
        let mut names: Vec<String> = Vec::new();
        for name in objects.iter().flat_map(Map::keys) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let cells = |object: &Map<String, Value>| -> Vec<Value> {
            let cells = names.iter().map(|name| object.get(name).cloned());
            cells.map(Option::unwrap_or_default).collect()
        };
        let rows = objects.iter().map(cells).collect();
        Self { names, rows, aside }
    }

    /// The same with these names first, in this order, whether or not any row has them.
    pub(super) fn with(self, names: &[&str]) -> Self {
        let mut order: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let more = self.names.iter().filter(|name| !names.contains(&name.as_str()));
        order.extend(more.cloned());
        let from: Vec<Option<usize>> = order
            .iter()
            .map(|name| self.names.iter().position(|known| known == name))
            .collect();
        let laid = |row: &Vec<Value>| -> Vec<Value> {
            let cells = from.iter().map(|at| at.and_then(|at| row.get(at)).cloned());
            cells.map(Option::unwrap_or_default).collect()
        };
        let rows = self.rows.iter().map(laid).collect();
        Self {
            names: order,
            rows,
            aside: self.aside,
        }
    }

    /// Adds a row with what an object has under these names, and a word in the first column.
    pub(super) fn add_total(&mut self, totals: &Map<String, Value>) {
        let mut row: Vec<Value> = self
            .names
            .iter()
            .map(|name| totals.get(name).cloned().unwrap_or_default())
            .collect();
        if let Some(first) = row.first_mut().filter(|first| first.is_null()) {
            *first = "TOTAL".into();
            self.rows.push(row);
        }
    }

    /// Prints it in columns as wide as they must be, numbers to the right.
    pub(super) fn print(&self) -> io::Result<()> {
        let shown: Vec<usize> = (0..self.names.len())
            .filter(|at| !self.aside.contains(&self.names[*at].as_str()))
            .collect();
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| shown.iter().map(|at| words(&row[*at])).collect())
            .collect();
        let headings: Vec<String> = shown
            .iter()
            .map(|at| self.names[*at].replace('_', " ").to_uppercase())
            .collect();
        let columns: Vec<(usize, bool)> = headings
            .iter()
            .enumerate()
            .map(|(at, heading)| {
                let cells = || rows.iter().map(|row| row[at].as_str());
                let width = cells().chain([heading.as_str()]).map(|cell| cell.chars().count()).max();
                let is_number = cells().any(|cell| !cell.is_empty()) && cells().all(is_number);
                (width.unwrap_or(0), is_number)
            })
            .collect();
        let line = |cells: &[String]| {
            let padded: Vec<String> = cells
                .iter()
                .zip(&columns)
                .map(|(cell, (width, is_number))| {
                    if *is_number {
                        format!("{cell:>width$}")
                    } else {
                        format!("{cell:width$}")
                    }
                })
                .collect();
            output::line(padded.join("  ").trim_end())
        };
        line(&headings)?;
        rows.iter().try_for_each(|row| line(row))
    }
}

/// A cell as people read it. What a shopper typed moves no cursor.
fn words(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
