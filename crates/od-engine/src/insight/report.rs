//! Reports: sums over a window of days, with the words that say what was counted.

use od_record::Problem;
use serde_json::{Map, Value};

use super::Insight;
use super::answer::Answer;
use super::asked::Which;
use crate::error::Error;
use crate::outcome::{Outcome, ReportFile};
use crate::scope::Scope;

mod cell;
mod days;
mod excluded;
mod file;
mod filters;
mod matched;
mod name;
mod rows;
mod select;
mod sheet;
mod sums;
mod tally;
mod wanted;

use days::Days;
pub use filters::{Where, where_shape};
pub use name::{REPORTS, ReportName};
pub(super) use select::select;
use sheet::Sheet;
use sums::Sums;
pub use tally::Sort;
use tally::Tally;
pub use wanted::{Format, RunReport};

/// What is wrong with a report's arguments beyond what a schema says.
pub fn judge_report(report: ReportName, arguments: &Map<String, Value>) -> Vec<Problem> {
    let group_by = arguments.get("group_by").and_then(Value::as_str);
    let mut problems: Vec<Problem> = name::keys(report, group_by).err().into_iter().collect();
    problems.extend(report.misplaced(|name| arguments.contains_key(name)));
    problems.extend(arguments.get("where").map(filters::judge).unwrap_or_default());
    problems
}

/// The columns of a report's rows, also where it has none.
///
/// # Errors
/// What is wrong with the second key.
pub fn report_columns(report: ReportName, group_by: Option<&str>) -> Result<Vec<&'static str>, Problem> {
    let keys = name::keys(report, group_by)?;
    Ok(Tally::new(report, &keys, 0, None).heading())
}

impl Insight<'_> {
    /// A report. `data` is `{"rows": [...], "totals": {...}, "definition"}`: totals are of all rows, also of those that are not
    /// shown. As CSV the rows are in the outcome's file instead, those of each store by themselves.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a window that cannot be, a key that the report does not have, a folder that the store does not
    /// have, or when copies are switched off; [`Error::TooManyReports`]; [`Error::Upstream`].
    pub async fn report(&self, scope: &Scope, input: RunReport) -> Result<Outcome<Value>, Error> {
        let keys =
            name::keys(input.report, input.group_by.as_deref()).map_err(|problem| Error::Invalid(vec![problem]))?;
        let misplaced = input.report.misplaced(|name| match name {
            "sort" => input.sort.is_some(),
            _ => input.target_hours.is_some(),
        });
        if !misplaced.is_empty() {
            return Err(Error::Invalid(misplaced));
        }
        let which = Which {
            store: input.store.as_deref(),
            stores: input.stores.as_deref(),
            can_be_all: true,
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let days = Days {
            from: &input.from,
            to: input.to.as_deref(),
            now: self.now(),
        };
        self.judge_days(scope, &asked, &days).await?;
        let mut sums = Sums::new(&input, &keys, asked.are_several())?;
        let mut answer = Answer::new(&asked);
        for store in &asked.stores {
            let part = async {
                let copy = self.copy_of(scope, &asked, store).await?;
                sums.add(&copy, &days).await
            };
            let part = part.await;
            answer.add(store, part)?;
        }
        let told = sums.finish(!answer.has_failed())?;
        let mut data = told.data;
        // Nobody shall take sums of nothing for sums.
        if !answer.is_unread() {
            data.insert("totals".to_owned(), told.totals);
        }
        let (applied, notes) = input.filters.applied();
        let mut definition = told.definition;
        if !applied.is_empty() {
            definition.push_str(" Only orders that fit the filters in applied.");
            data.insert("applied".to_owned(), applied.into());
        }
        data.insert("definition".to_owned(), definition.into());
        let file = match told.file {
            Some((name, sheet)) => Some(self.keep(scope, &told.store_rows, name, sheet).await?),
            None => None,
        };
        Ok(answer
            .finish(data)?
            .with_warnings(told.warnings)
            .with_warnings(notes)
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
