//! Reports: sums over a window of days, with the words that say what was counted.

use od_record::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Insight;
use super::answer::{Which, answer, cut};
use super::days::Window;
use super::mirror::Ready;
use crate::error::Error;
use crate::outcome::{Outcome, ReportFile};
use crate::scope::Scope;

mod cell;
mod filters;
mod name;
mod rows;
mod select;
mod sheet;
mod tally;

pub use filters::Where;
pub use name::{REPORTS, ReportName};
pub(super) use select::select;
use sheet::Sheet;
use tally::Tally;

/// A report that is wanted.
#[derive(Clone, Debug, Deserialize)]
pub struct RunReport {
    /// Which.
    pub report: ReportName,
    /// First day, or the name of a window.
    pub from: String,
    /// Last day; today without it.
    pub to: Option<String>,
    /// A second key of a sales report.
    pub group_by: Option<String>,
    /// Which orders.
    #[serde(default, rename = "where")]
    pub filters: Where,
    /// Name or id of the store.
    pub store: Option<String>,
    /// `all`: every store of the tenant.
    pub stores: Option<String>,
    /// How many rows, the largest first.
    pub top: Option<usize>,
    /// Rows to skip.
    #[serde(default)]
    pub offset: usize,
    /// Within how many hours an order should be shipped.
    #[serde(default = "two_days")]
    pub target_hours: u32,
    /// Asks what has changed, and counts, also when the copy is fresh.
    #[serde(default)]
    pub fresh: bool,
    /// How the rows come.
    #[serde(default)]
    pub format: Format,
}

/// How the rows of a report come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// In the reply, as many as there is room for.
    #[default]
    Table,
    /// All of them, as a file that is kept for an hour.
    Csv,
}

fn two_days() -> u32 {
    48
}

/// What is wrong with a report's arguments beyond what a schema says.
pub fn judge_report(report: ReportName, group_by: Option<&str>, filters: Option<&Value>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = name::keys(report, group_by).err().into_iter().collect();
    problems.extend(filters.map(filters::judge).unwrap_or_default());
    problems
}

impl Insight<'_> {
    /// A report. `data` is `{"rows": [...], "totals": {...}, "definition"}`: totals are of all rows, also of those that are not
    /// shown. As CSV the rows are in the outcome's file instead, those of each store by themselves.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a window that cannot be, a key that the report does not have, a folder that the store does not
    /// have, or when copies are switched off; [`Error::TooManyReports`]; [`Error::Upstream`].
    pub async fn report(&self, scope: &Scope, input: RunReport) -> Result<Outcome<Value>, Error> {
        let now = self.now();
        let keys =
            name::keys(input.report, input.group_by.as_deref()).map_err(|problem| Error::Invalid(vec![problem]))?;
        let invalid = |problem| Error::Invalid(vec![problem]);
        let window = |today| Window::of(&input.from, input.to.as_deref(), today).map_err(invalid);
        // Before anything is asked of Order Desk: a wrong window is wrong in every zone.
        window(now.to_zoned(jiff::tz::TimeZone::UTC).date())?;
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            fresh: input.fresh,
        };
        let copies = self.copies(scope, which).await?;
        let new_tally = || Tally::new(input.report, &keys, input.target_hours);
        let mut tally = new_tally();
        let of_stores = input.stores.is_some();
        let mut sheet = match input.format {
            Format::Table => None,
            Format::Csv => Some(Sheet::new(tally.heading(), of_stores)?),
        };
        let most = input.top.unwrap_or(usize::MAX);
        let mut parts = Vec::new();
        let mut left_out = Vec::new();
        for copy in &copies {
            let window = window(copy.today(now))?;
            let selected = select(copy, window, &input.filters)?;
            let orders = tally.add(copy, &selected.selection, now.as_second()).await?;
            if let (Some(sheet), true) = (&mut sheet, of_stores) {
                let mut own = new_tally();
                own.add(copy, &selected.selection, now.as_second()).await?;
                let (mut rows, _) = own.shown();
                rows.truncate(most);
                sheet.add(Some(&copy.store.name), &rows)?;
            }
            left_out.extend(selected.left_out);
            parts.push((window, orders));
        }
        left_out.sort();
        left_out.dedup();
        let mut data = Map::new();
        data.insert("report".to_owned(), input.report.as_str().into());
        let (mut rows, totals) = tally.shown();
        let mut file = None;
        if let Some(mut sheet) = sheet {
            if !of_stores {
                rows.truncate(most);
                sheet.add(None, &rows)?;
            }
            data.insert("total_rows".to_owned(), sheet.rows.into());
            file = Some(self.keep(scope, &copies, input.report, sheet).await?);
        } else {
            let rows = rows.iter().map(cell::object).collect();
            cut(&mut data, "rows", rows, input.offset, input.top);
        }
        data.insert("totals".to_owned(), totals);
        data.insert("definition".to_owned(), input.report.definition(&left_out).into());
        Ok(answer(data, &copies, &parts).with_file(file))
    }

    async fn keep(
        &self,
        scope: &Scope,
        copies: &[Ready],
        report: ReportName,
        sheet: Sheet,
    ) -> Result<ReportFile, Error> {
        let (columns, rows) = (sheet.columns.clone(), sheet.rows);
        let text = sheet.text()?;
        let kept = self.keep_report(scope, copies, &text).await?;
        Ok(ReportFile {
            id: kept.id,
            name: format!("{}.csv", report.as_str()),
            columns,
            rows,
            bytes: text.len(),
            expires_at: kept.expires_at,
        })
    }
}
