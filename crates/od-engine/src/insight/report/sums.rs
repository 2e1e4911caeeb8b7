//! The sums of a report, store by store.

use serde_json::{Map, Value};

use super::super::answer::{Part, cut_of};
use super::super::days::Window;
use super::super::mirror::Ready;
use super::cell;
use super::days::Days;
use super::excluded::{excluded, refunds_elsewhere};
use super::file::file_name;
use super::matched::Matched;
use super::name::{KeyName, ReportName};
use super::select::{Selected, select};
use super::sheet::Sheet;
use super::tally::{Sorted, Tally};
use super::wanted::{Format, RunReport};
use crate::error::Error;

/// Rows of a reply that are written: more than it ever has room for.
const ROWS: usize = 120;

/// The sums so far.
pub(super) struct Sums<'a> {
    input: &'a RunReport,
    keys: &'a [KeyName],
    tally: Tally<'a>,
    /// The rows of each store, where they come as a file.
    sheet: Option<Sheet>,
    matched: Matched,
    left_out: Vec<String>,
    store_rows: Vec<String>,
    /// What a file is called after.
    named: Option<(Window, String)>,
    of_several: bool,
    /// Why a store has no such folder. It is unknown when none has it.
    no_folder: Option<Error>,
    has_folder: bool,
}

/// What is told of them.
pub(super) struct Told {
    pub data: Map<String, Value>,
    pub totals: Value,
    pub definition: String,
    pub file: Option<(String, Sheet)>,
    /// The stores whose orders were counted.
    pub store_rows: Vec<String>,
    pub warnings: Vec<String>,
}

impl<'a> Sums<'a> {
    pub(super) fn new(input: &'a RunReport, keys: &'a [KeyName], of_several: bool) -> Result<Self, Error> {
        let tally = tally_of(input, keys);
        let sheet = match input.format {
            Format::Table => None,
            Format::Csv => Some(Sheet::new(tally.heading(), input.stores.is_some())?),
        };
        Ok(Self {
            input,
            keys,
            tally,
            sheet,
            matched: Matched::new(&input.filters),
            left_out: Vec::new(),
            store_rows: Vec::new(),
            named: None,
            of_several,
            no_folder: None,
            has_folder: false,
        })
    }

    /// Adds a store's orders.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a window that cannot be there, or a folder that the only store does not have.
    pub(super) async fn add(&mut self, copy: &Ready, days: &Days<'_>) -> Result<Part, Error> {
        let window = days.within(&copy.shop.zone)?;
        let selected = match select(copy, window, &self.input.filters) {
            Ok(selected) => selected,
            Err(error) if self.of_several => {
                self.no_folder.get_or_insert(error);
                let told = format!("{} has no such folder: none of its orders counts.", copy.store.name);
                return Ok(copy.part(window, 0).telling([told]));
            }
            Err(error) => return Err(error),
        };
        self.has_folder = true;
        let now = days.now.as_second();
        let orders = self.tally.add(copy, &selected.selection, now).await?;
        let store = copy.store.name.store_name.clone();
        self.named.get_or_insert((window, store));
        let why = if orders == 0 {
            excluded(copy, &selected, window).await?
        } else {
            None
        };
        let refunds = if why.is_none() && self.input.report == ReportName::ReturnsAndRefunds {
            refunds_elsewhere(copy, &selected).await?
        } else {
            None
        };
        self.matched.look(&copy.tables, &selected.selection, orders > 0).await?;
        if why.is_some() {
            self.matched.is_told_of();
        }
        self.write(copy, &selected, now).await?;
        self.store_rows.push(copy.store.row.id.clone());
        self.left_out.extend(selected.left_out);
        Ok(copy
            .part(window, orders)
            .telling(to_come(window, copy, days))
            .telling(why)
            .telling(refunds))
    }

    /// Puts the store's own rows into the file, where each store has its own.
    async fn write(&mut self, copy: &Ready, selected: &Selected, now: i64) -> Result<(), Error> {
        let most = self.most();
        if let Some(sheet) = self.sheet.as_mut().filter(|_| self.input.stores.is_some()) {
            let mut own = tally_of(self.input, self.keys);
            own.add(copy, &selected.selection, now).await?;
            sheet.add(Some(&copy.store.name), own.sorted().from(0).take(most))?;
        }
        Ok(())
    }

    /// What is told of them; `are_all` when every store has answered.
    ///
    /// # Errors
    /// [`Error::Invalid`] when no store has the folder, or the file becomes too long.
    pub(super) fn finish(self, are_all: bool) -> Result<Told, Error> {
        let most = self.most();
        // A store that does not answer may have it.
        if let Some(error) = self.no_folder.filter(|_| !self.has_folder && are_all) {
            return Err(error);
        }
        let mut left_out = self.left_out;
        left_out.sort();
        left_out.dedup();
        let mut data = Map::new();
        data.insert("report".to_owned(), self.input.report.as_str().into());
        let sorted = self.tally.sorted();
        let (mut file, mut cut) = (None, None);
        if let Some(mut sheet) = self.sheet {
            let of_stores = self.input.stores.is_some();
            if !of_stores {
                sheet.add(None, sorted.from(0).take(most))?;
            }
            data.insert("total_rows".to_owned(), sheet.rows.into());
            if !self.store_rows.is_empty() {
                file = Some((file_name(self.input.report, self.named, of_stores), sheet));
            }
        } else {
            cut = put_rows(&mut data, &sorted, self.input.offset, most);
        }
        let first = self.keys.first().filter(|_| sorted.by.is_none() && most < sorted.len());
        let first = first.map(|(key, _)| {
            format!(
                "top are the first {most} of {} rows in the order of {key}, not the largest: with sort they are.",
                sorted.len()
            )
        });
        Ok(Told {
            data,
            totals: sorted.totals(),
            definition: self.input.report.definition(self.keys, &left_out, sorted.by),
            file,
            store_rows: self.store_rows,
            warnings: self
                .matched
                .told()
                .into_iter()
                .chain(sorted.doubt())
                .chain(first)
                .chain(cut)
                .collect(),
        })
    }

    fn most(&self) -> usize {
        self.input.top.unwrap_or(usize::MAX)
    }
}

fn tally_of<'a>(input: &RunReport, keys: &'a [KeyName]) -> Tally<'a> {
    Tally::new(input.report, keys, input.target_hours(), input.sort)
}

/// The rows that a reply has room for, and what is said of the others.
fn put_rows(data: &mut Map<String, Value>, sorted: &Sorted<'_>, offset: usize, most: usize) -> Option<String> {
    let total = sorted.len();
    let end = total.min(most);
    let shown = sorted.from(offset).take(ROWS.min(end.saturating_sub(offset)));
    let rows = shown.map(|row| cell::object(&row)).collect();
    cut_of(data, "rows", rows, offset, (total, end));
    let next = data.get("next_offset")?;
    Some(format!(
        "There are {end} rows, and a reply has no room for all of them: offset {next} goes on where these end; csv has every row."
    ))
}

/// What a reader may forget of days that have not come yet.
fn to_come(window: Window, copy: &Ready, days: &Days<'_>) -> Option<String> {
    (window.to > copy.today(days.now)).then(|| {
        format!(
            "The window goes on to {}, and it is {}: what is still to come is not in these figures.",
            window.to,
            copy.shop.zone.today(days.now)
        )
    })
}
