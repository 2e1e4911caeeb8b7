//! What an error says to programs.

use std::borrow::Cow;

use od_record::{Problem, SUGGESTED};
use serde_json::{Value, json};

use super::{Error, upstream};

impl Error {
    /// Machine-readable particulars.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::Invalid(problems) => Some(json!({ "problems": first_of(problems) })),
            Self::Denied(permission) => Some(json!({ "permission": permission.as_str() })),
            Self::NotFound {
                nearest: Some(nearest), ..
            } => Some(json!({ "nearest": nearest })),
            Self::NoneOfItsStores {
                nearest: Some(nearest),
                stores,
                ..
            } => Some(json!({ "nearest": nearest, "stores": stores })),
            Self::StoreRequired(stores)
            | Self::StoreOrAll(stores)
            | Self::StoreNotNamed(stores)
            | Self::NoneOfItsStores {
                nearest: None, stores, ..
            } => Some(json!({ "stores": stores })),
            Self::ConfirmationRequired { effects, .. } => {
                effects.known_by().map(|known_by| json!({ "known_by": known_by }))
            }
            Self::Declined { until } => Some(json!({ "declined_until": until })),
            Self::Overtaken { date_updated, fields } => Some(json!({ "date_updated": date_updated, "fields": fields })),
            Self::StockChanged { expected, found } => Some(json!({ "expected_stock": expected, "stock": found })),
            Self::Conflict { fields, attempts } => Some(json!({ "fields": fields, "attempts": attempts })),
            Self::AllFailed { results, .. } => Some(json!({ "results": results })),
            Self::Upstream(error) => upstream::details(error),
            _ => None,
        }
    }
}

/// Those that are worth reading: of a hostile list of thousands a reply would have room for none.
fn first_of(problems: &[Problem]) -> Cow<'_, [Problem]> {
    let Some(more @ 1..) = problems.len().checked_sub(SUGGESTED) else {
        return problems.into();
    };
    let mut first = problems[..SUGGESTED].to_vec();
    first.push(Problem::new("", format!("and {more} more problems")));
    first.into()
}
