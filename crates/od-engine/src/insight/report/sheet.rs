//! A report as a table for spreadsheets (RFC 4180): a heading, then every row.

use csv::{Terminator, Writer, WriterBuilder};

use super::cell::Row;
use crate::error::Error;
use crate::outcome::StoreRef;
use crate::spreadsheet::harmless;

/// The longest report, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// What the columns of the store are called, where there are several stores.
const STORE: [&str; 2] = ["store", "store_id"];

pub(super) struct Sheet {
    writer: Writer<Vec<u8>>,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: usize,
    bytes: usize,
}

impl Sheet {
    /// A table with these columns, behind those of the store where there are several.
    pub(super) fn new(heading: Vec<&'static str>, of_stores: bool) -> Result<Self, Error> {
        let stores = if of_stores { &STORE[..] } else { &[] };
        let mut sheet = Self {
            writer: WriterBuilder::new()
                .terminator(Terminator::CRLF)
                .from_writer(Vec::new()),
            columns: stores.iter().copied().chain(heading).collect(),
            rows: 0,
            bytes: 0,
        };
        let heading: Vec<String> = sheet.columns.iter().map(|name| (*name).to_owned()).collect();
        sheet.write(&heading)?;
        Ok(sheet)
    }

    /// Adds rows, of a store where there are several.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the table becomes too long.
    pub(super) fn add(&mut self, store: Option<&StoreRef>, rows: impl Iterator<Item = Row>) -> Result<(), Error> {
        for row in rows {
            let store = store.map(|store| [&store.store_name, &store.store_id].map(|text| harmless(text.clone())));
            let cells = store.into_iter().flatten();
            let cells: Vec<String> = cells.chain(row.iter().map(|(_, cell)| cell.written())).collect();
            self.write(&cells)?;
            self.rows += 1;
        }
        Ok(())
    }

    fn write(&mut self, cells: &[String]) -> Result<(), Error> {
        self.bytes += cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
        if self.bytes > LONGEST {
            let message = format!(
                "csv would make more than {} MB of this report: ask for fewer days, or leave group_by out",
                LONGEST / 1024 / 1024
            );
            return Err(Error::invalid("/format", message));
        }
        self.writer
            .write_record(cells)
            .map_err(|_| Error::Internal("a report cannot be written as CSV"))
    }

    /// The whole table.
    pub(super) fn text(self) -> Result<String, Error> {
        let bytes = self.writer.into_inner().ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or(Error::Internal("a report cannot be written as CSV"))
    }
}
