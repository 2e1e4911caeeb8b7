//! Reports: sums over a window of days, with the words that say what was counted.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use od_record::Problem;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Insight;
use super::answer::{Answer, cut_of};
use super::asked::Which;
use super::days::Window;
use crate::error::Error;
use crate::outcome::{Outcome, ReportFile};
use crate::scope::Scope;

mod cell;
mod filters;
mod matched;
mod name;
mod rows;
mod select;
mod sheet;
mod tally;

pub use filters::Where;
use matched::Matched;
pub use name::{REPORTS, ReportName};
pub(super) use select::select;
use sheet::Sheet;
pub use tally::Sort;
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
    /// By what the rows of a sales report are sorted.
    pub sort: Option<Sort>,
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

/// Rows of a reply that are written: more than it ever has room for.
const ROWS: usize = 120;

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
        if input.sort.is_some() && keys.is_empty() {
            return Err(Error::invalid("/sort", "is for the sales reports only"));
        }
        let invalid = |problem| Error::Invalid(vec![problem]);
        let window = |today| Window::of(&input.from, input.to.as_deref(), today).map_err(invalid);
        // Before anything is asked of Order Desk: what is wrong on the latest day that it is anywhere is wrong in every store.
        window(latest_day(now))?;
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let new_tally = || Tally::new(input.report, &keys, input.target_hours, input.sort);
        let mut tally = new_tally();
        let of_stores = input.stores.is_some();
        let most = input.top.unwrap_or(usize::MAX);
        let mut sheet = match input.format {
            Format::Table => None,
            Format::Csv => Some(Sheet::new(tally.heading(), of_stores)?),
        };
        let mut answer = Answer::new(&asked);
        let mut matched = Matched::new(&input.filters);
        let mut left_out = Vec::new();
        let mut store_rows = Vec::new();
        // What a file is called after.
        let mut named = None;
        // A folder is unknown when no store has it.
        let (mut no_folder, mut has_folder) = (None, false);
        for store in &asked.stores {
            let part = async {
                let copy = self.copy_of(scope, &asked, store).await?;
                let window = window(copy.today(now))?;
                let selected = match select(&copy, window, &input.filters) {
                    Ok(selected) => selected,
                    Err(error) if asked.are_several() => {
                        no_folder.get_or_insert(error);
                        let told = format!("{} has no such folder: none of its orders counts.", copy.store.name);
                        return Ok(copy.part(window, 0).telling([told]));
                    }
                    Err(error) => return Err(error),
                };
                has_folder = true;
                let orders = tally.add(&copy, &selected.selection, now.as_second()).await?;
                named.get_or_insert_with(|| (window, copy.store.name.store_name.clone()));
                matched.look(&copy.tables, orders > 0).await?;
                if let (Some(sheet), true) = (&mut sheet, of_stores) {
                    let mut own = new_tally();
                    own.add(&copy, &selected.selection, now.as_second()).await?;
                    sheet.add(Some(&copy.store.name), own.sorted().from(0).take(most))?;
                }
                store_rows.push(copy.store.row.id.clone());
                left_out.extend(selected.left_out);
                Ok(copy.part(window, orders).telling(to_come(window, copy.today(now))))
            };
            let part = part.await;
            answer.add(store, part)?;
        }
        // One that does not answer may have it.
        if let Some(error) = no_folder.filter(|_| !has_folder && !answer.has_failed()) {
            return Err(error);
        }
        left_out.sort();
        left_out.dedup();
        let mut data = Map::new();
        data.insert("report".to_owned(), input.report.as_str().into());
        let sorted = tally.sorted();
        let (mut file, mut cut) = (None, None);
        if let Some(mut sheet) = sheet {
            if !of_stores {
                sheet.add(None, sorted.from(0).take(most))?;
            }
            data.insert("total_rows".to_owned(), sheet.rows.into());
            if !store_rows.is_empty() {
                let name = file_name(input.report, named, of_stores);
                file = Some(self.keep(scope, &store_rows, name, sheet).await?);
            }
        } else {
            let total = sorted.len();
            let end = total.min(most);
            let shown = sorted
                .from(input.offset)
                .take(ROWS.min(end.saturating_sub(input.offset)));
            let rows = shown.map(|row| cell::object(&row)).collect();
            cut_of(&mut data, "rows", rows, input.offset, (total, end));
            cut = data.get("next_offset").map(|next| cut_told(end, next));
        }
        // Nobody shall take sums of nothing for sums.
        if !answer.is_unread() {
            data.insert("totals".to_owned(), sorted.totals());
        }
        data.insert(
            "definition".to_owned(),
            input.report.definition(&keys, &left_out, sorted.by).into(),
        );
        let outcome = answer.finish(data)?;
        Ok(outcome
            .with_warnings(matched.told().into_iter().chain(cut))
            .with_file(file))
    }

    async fn keep(&self, scope: &Scope, stores: &[String], name: String, sheet: Sheet) -> Result<ReportFile, Error> {
        let (columns, rows) = (sheet.columns.clone(), sheet.rows);
        let text = sheet.text()?;
        let kept = self.keep_report(scope, stores, &text).await?;
        Ok(ReportFile {
            id: kept.id,
            name,
            columns,
            rows,
            bytes: text.len(),
            expires_at: kept.expires_at,
        })
    }
}

/// That rows are left out, of so many, and where they go on.
fn cut_told(rows: usize, next: &Value) -> String {
    format!(
        "There are {rows} rows, and a reply has no room for all of them: offset {next} goes on where these end; csv has every row."
    )
}

/// What a reader may forget of days that have not come yet.
fn to_come(window: Window, today: Date) -> Option<String> {
    (window.to > today).then(|| {
        format!(
            "The window goes on to {}, and it is {today} there: what is still to come is not in these figures.",
            window.to
        )
    })
}

/// `sales_by_day_2026-11-01_2026-11-29_mug-shop.csv`.
fn file_name(report: ReportName, named: Option<(Window, String)>, of_stores: bool) -> String {
    let mut name = report.as_str().to_owned();
    if let Some((window, store)) = named {
        let store = if of_stores {
            "all-stores".to_owned()
        } else {
            plain_name(&store)
        };
        _ = write!(name, "_{}_{}", window.from, window.to);
        if !store.is_empty() {
            _ = write!(name, "_{store}");
        }
    }
    name + ".csv"
}

/// A store's name in letters and digits that every system takes in the name of a file.
fn plain_name(name: &str) -> String {
    const LONGEST: usize = 40;
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-").chars().take(LONGEST).collect()
}

/// The day that it is where days begin first, fourteen hours before they do in UTC.
fn latest_day(now: Timestamp) -> Date {
    let ahead = now.saturating_add(14.hours()).unwrap_or(now);
    ahead.to_zoned(TimeZone::UTC).date()
}
