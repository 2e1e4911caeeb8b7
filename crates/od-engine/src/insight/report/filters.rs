//! Filters of reports: those of lists of orders, as far as a copy answers them exactly as Order Desk does.

use od_db::mirror::Dates;
use od_record::date::{Asked, Zone as Clock, bound, is_nothing_between};
use od_record::shape::ABSENT;
use od_record::{Problem, SUGGESTED, below, nearest, tidy};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::days::{Zone, civil, written};

/// Filters, under the names that lists of orders have for them.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Where {
    /// One folder id, or several with commas.
    pub folder_id: Option<String>,
    /// A folder's name, in any case.
    pub folder_name: Option<String>,
    /// The sales channel, exact.
    pub source_name: Option<String>,
    /// The id in the sales channel, exact.
    pub source_id: Option<String>,
    /// E-mail address, in any case.
    pub email: Option<String>,
    /// The customer's id in the sales channel, exact.
    pub customer_id: Option<String>,
    /// `date_added` at or after, UTC.
    pub search_start_date: Option<String>,
    /// `date_added` before, UTC.
    pub search_end_date: Option<String>,
    /// `date_added` at or after, in the store's time.
    pub search_start_date_local: Option<String>,
    /// `date_added` before, in the store's time.
    pub search_end_date_local: Option<String>,
    /// `date_updated` at or after, UTC.
    pub modified_start_date: Option<String>,
    /// `date_updated` before, UTC.
    pub modified_end_date: Option<String>,
}

/// Filters on texts.
const TEXTS: [&str; 6] = [
    "folder_id",
    "folder_name",
    "source_name",
    "source_id",
    "email",
    "customer_id",
];
/// Filters on dates, with the clock they go by.
const DATES: [(&str, Clock); 6] = [
    ("search_start_date", Clock::Utc),
    ("search_end_date", Clock::Utc),
    ("search_start_date_local", Clock::Store),
    ("search_end_date_local", Clock::Store),
    ("modified_start_date", Clock::Utc),
    ("modified_end_date", Clock::Utc),
];
/// Filters of lists whose way of comparing is Order Desk's own: whole or in part, with or without case.
const NOT_EXACT: [&str; 10] = [
    "customer_first_name",
    "customer_last_name",
    "customer_company",
    "customer_address1",
    "customer_phone",
    "shipping_first_name",
    "shipping_last_name",
    "shipping_company",
    "shipping_address1",
    "shipping_phone",
];
/// A filter's longest value, in characters.
const LONGEST: usize = 300;

/// What is wrong with filters: names that there are not, what is no text, and what is no date.
pub(super) fn judge(filters: &Value) -> Vec<Problem> {
    let members = filters.as_object().into_iter().flatten();
    let mut looked_for = 0;
    let faults = members.filter_map(|(name, value)| fault(name, value, &mut looked_for));
    faults.chain(reversed(filters)).collect()
}

/// How filters look, for whoever undoes other spellings of them.
pub fn where_shape() -> Value {
    let names = TEXTS.into_iter().chain(DATES.map(|(name, _)| name));
    let text = || json!({"type": "string", (ABSENT): true});
    let properties: Map<String, Value> = names.map(|name| (name.to_owned(), text())).collect();
    json!({"type": "object", "properties": properties})
}

/// Pairs of dates that nothing can lie between.
fn reversed(filters: &Value) -> impl Iterator<Item = Problem> {
    let sent =
        |(name, clock): (&str, Clock)| Some(bound(name, filters.get(name)?.as_str()?, clock, Asked::Copy).ok()?.sent);
    DATES.chunks_exact(2).filter_map(move |pair| {
        let [start, end] = [pair[0], pair[1]];
        is_nothing_between(&sent(start)?, &sent(end)?, Asked::Copy).then(|| {
            let rule = format!(
                "must be before {}: no order is in between. A date without a time is the first moment of its day",
                end.0
            );
            Problem::new(below("/where", start.0), rule)
        })
    })
}

/// `looked_for` names were unknown before it: of the first which there are is said, and of no more than some what was meant.
fn fault(name: &str, value: &Value, looked_for: &mut usize) -> Option<Problem> {
    let path = below("/where", name);
    let clock = DATES.iter().find(|(known, _)| *known == name).map(|(_, clock)| *clock);
    if clock.is_none() && !TEXTS.contains(&name) {
        let names = TEXTS.into_iter().chain(DATES.map(|(name, _)| name));
        let all = names.clone().collect::<Vec<_>>().join(", ");
        if NOT_EXACT.contains(&name) {
            let why = "cannot be answered by a report: how Order Desk compares names, streets and phone numbers is not documented. \
                       orders_list takes it, orders_find looks for such texts; reports take";
            return Some(Problem::new(path, format!("{why} {all}")));
        }
        let rule = if *looked_for == 0 {
            format!("is no filter of reports: they have {all}")
        } else {
            "is no filter of reports".to_owned()
        };
        let meant = (*looked_for < SUGGESTED).then(|| nearest(name, names)).flatten();
        *looked_for += 1;
        return Some(Problem::new(path, rule).suggest(meant));
    }
    let text = value
        .as_str()
        .filter(|text| (1..=LONGEST).contains(&text.chars().count()));
    let Some(text) = text else {
        return Some(Problem::new(
            path,
            format!("must be a text of 1 to {LONGEST} characters"),
        ));
    };
    let rule = bound(name, text, clock?, Asked::Copy).err()?;
    Some(Problem::new(path, rule))
}

impl Where {
    /// The filters as they are read, and what should be said of their dates.
    pub(super) fn applied(&self) -> (Map<String, Value>, Vec<String>) {
        let texts = [
            &self.folder_id,
            &self.folder_name,
            &self.source_name,
            &self.source_id,
            &self.email,
            &self.customer_id,
        ];
        let dates = [
            &self.search_start_date,
            &self.search_end_date,
            &self.search_start_date_local,
            &self.search_end_date_local,
            &self.modified_start_date,
            &self.modified_end_date,
        ];
        let mut applied = Map::new();
        let mut notes = Vec::new();
        for (name, text) in TEXTS.into_iter().zip(texts) {
            if let Some(text) = text {
                applied.insert(name.to_owned(), tidy(text).into());
            }
        }
        for ((name, clock), text) in DATES.into_iter().zip(dates) {
            // What is no date was refused before.
            if let Some(bound) = text
                .as_deref()
                .and_then(|text| bound(name, text, clock, Asked::Copy).ok())
            {
                notes.extend(bound.note);
                applied.insert(name.to_owned(), bound.sent.into());
            }
        }
        (applied, notes)
    }

    /// When orders were added, in seconds since the epoch: what both pairs of dates leave.
    pub(super) fn added(&self, zone: &Zone) -> Dates<i64> {
        let utc = |text: &Option<String>| moment(text.as_deref()?, Clock::Utc).map(|at| Zone::utc().second_of(at));
        let local = |text: &Option<String>| moment(text.as_deref()?, Clock::Store).map(|at| zone.second_of(at));
        let starts = [utc(&self.search_start_date), local(&self.search_start_date_local)];
        let ends = [utc(&self.search_end_date), local(&self.search_end_date_local)];
        Dates {
            from: starts.into_iter().flatten().max(),
            before: ends.into_iter().flatten().min(),
        }
    }

    /// When orders were changed, as Order Desk writes it.
    pub(super) fn updated(&self) -> Dates<String> {
        let written = |text: &Option<String>| moment(text.as_deref()?, Clock::Utc).map(written);
        Dates {
            from: written(&self.modified_start_date),
            before: written(&self.modified_end_date),
        }
    }
}

/// A day is its first moment. What is no date was refused before.
fn moment(text: &str, clock: Clock) -> Option<jiff::civil::DateTime> {
    civil(&bound("", text, clock, Asked::Copy).ok()?.sent)
}
