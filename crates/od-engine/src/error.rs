//! What can go wrong, said so that a caller knows what was not done and what to do next.
//!
//! Every text here may be shown to a stranger: no SQL, no paths, no secrets, no other tenant's facts.

use std::sync::Arc;
use std::time::Duration;

use od_record::Problem;
use serde_json::Value;

use crate::consent::{Deed, Effects, NoAnswer};
use crate::difference::{Altered, Attempted};
use crate::outcome::StoreRef;
use crate::scope::Permission;
use crate::waiting::in_words;

mod auth_failure;
mod class;
mod database;
mod details;
mod from;
mod hint;
mod looked_in;
mod reference;
#[cfg(test)]
mod tests;
mod upstream;
mod words;

pub use auth_failure::AuthFailure;
pub use class::Class;
pub(crate) use database::{is_for_the_operator, is_transient};
use looked_in::IN_STORES;
pub use looked_in::LookedIn;
pub(crate) use reference::codes;
pub use reference::{ErrorCode, error_codes};
pub(crate) use upstream::happened;
use words::{counted, did_you_mean, named, summary};

/// Why an operation did not happen, or may not have happened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Arguments that cannot be right; all faults at once.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// No tenant stands behind the credential.
    #[error("{0}")]
    Unauthenticated(AuthFailure),
    /// The credential does not carry the permission.
    #[error("This credential may not do that: it needs the permission {0}. Nothing was done.")]
    Denied(Permission),
    /// Only the tenant's owner may do it, and a credential that was handed out came.
    #[error("This credential may not {0}: only the tenant's owner may, with the master key. Nothing was done.")]
    OwnerOnly(&'static str),
    /// A session that no master key has opened yet.
    #[error("This session is locked: it was begun with a link, and has no key to the tenant's data. Nothing was done.")]
    Locked,
    /// The credential is for some of the tenant's stores.
    #[error("This credential is for some stores only, and may not register another one. Nothing was done.")]
    BoundToStores,
    /// The tenant has no such thing.
    #[error("{what} {name} was not found{} Nothing was done.", did_you_mean(.nearest.as_deref()))]
    NotFound {
        /// What was looked for: "Store", "Order", "Folder".
        what: &'static str,
        /// As the caller named it.
        name: String,
        /// The name that was most likely meant, among the tenant's own.
        nearest: Option<String>,
        /// Where the caller finds the right name.
        hint: &'static str,
    },
    /// The store has no such thing: another one of the tenant's may have it.
    #[error("{what} {name} was not found in {place}. Nothing was done.")]
    NotInStore {
        /// What was looked for: "Order", "Inventory item".
        what: &'static str,
        /// As the caller named it.
        name: String,
        /// Where it was looked for.
        place: LookedIn,
        /// Where the caller finds the right name.
        hint: &'static str,
    },
    /// None of the stores that the credential is for. Whether the tenant has such a one is not told.
    #[error(
        "Store {name} was not found{} This connection may use {}. Nothing was done.",
        did_you_mean(.nearest.as_deref()),
        named(.stores)
    )]
    NoneOfItsStores {
        /// As the caller named it.
        name: String,
        /// The name that was most likely meant, among those it may use.
        nearest: Option<String>,
        /// All that it may use.
        stores: Vec<StoreRef>,
    },
    /// The tenant has several stores and none was chosen.
    #[error("Which store? This tenant has {} and none was named. Nothing was done.", counted(.0.len()))]
    StoreRequired(Vec<StoreRef>),
    /// The same, and what was asked can be asked of all of them at once.
    #[error("Which store? This tenant has {} and none was named. Nothing was done.", counted(.0.len()))]
    StoreOrAll(Vec<StoreRef>),
    /// The tenant has several stores, and the act is too serious for the active one to be taken as meant.
    #[error(
        "Which store? This tenant has {}, and deleting and moving need it named in the call, also when one is active and \
         for a dry run. Nothing was done.",
        counted(.0.len())
    )]
    StoreNotNamed(Vec<StoreRef>),
    /// The thing exists already.
    #[error("{} Nothing was done.", .0.what)]
    Duplicate(Existing),
    /// Somebody else kept changing the record.
    #[error("{} The change was not made.", words::conflict(fields, *attempts))]
    Conflict {
        /// JSON Pointers of what the others changed.
        fields: Vec<String>,
        /// How often the change was tried.
        attempts: u32,
    },
    /// The record is not any more what the caller made the change from.
    #[error("{} Nothing was done.", words::overtaken(fields))]
    Overtaken {
        /// The `date_updated` it has now.
        date_updated: String,
        /// JSON Pointers of what the record would set differently from what is stored now.
        fields: Vec<String>,
    },
    /// The stock is not what the caller expected.
    #[error("The inventory item's stock is not the expected one. Nothing was done.")]
    StockChanged {
        /// What the caller expected.
        expected: i64,
        /// What it is; null when the item has none.
        found: Value,
    },
    /// The tenant's own limit.
    #[error("This tenant's limit is used up for now. Nothing was done.")]
    RateLimited {
        /// When the same call fits again.
        retry_after: Duration,
    },
    /// The tenant ran too many calls by hand.
    #[error("Too many calls were run from the console. Nothing was done.")]
    TooManyRuns {
        /// When the next one may be run.
        retry_after: Duration,
    },
    /// Too many keys are being checked for the first time in this process.
    #[error(
        "Too many keys are being checked for the first time. This one was not looked at, and nothing was done. Try again in {}.",
        in_words(*.retry_after)
    )]
    SignInsBusy {
        /// When it is likely to be this one's turn.
        retry_after: Duration,
    },
    /// Too many of the API keys that the tenant gave were refused, or kept without being tried.
    #[error("Too many API keys of this tenant were refused by Order Desk or kept untried. Nothing was done.")]
    TooManyKeys {
        /// When another one may be given.
        retry_after: Duration,
    },
    /// The tenant's reports take all the room there is for them.
    #[error(
        "This tenant keeps as many CSV reports as it may, each for an hour, and the next one goes in {}. Nothing was kept.",
        in_words(*.retry_after)
    )]
    TooManyReports {
        /// When there is room for another one.
        retry_after: Duration,
    },
    /// The effects are serious enough that a person should say yes.
    #[error("{effects} Nothing was done: this needs a confirmation.")]
    ConfirmationRequired {
        /// What would happen.
        effects: Effects,
        /// The same for machines: what a no would hold for.
        deed: Deed,
    },
    /// A person was asked for the confirmation and said no, just now or a short while ago.
    #[error("A person declined this. It is refused until {until}, whatever the arguments are. Nothing was done.")]
    Declined {
        /// When it may be asked again, RFC 3339.
        until: String,
    },
    /// The operator takes a confirmation from a person only.
    #[error(
        "This server takes the confirmation from a person only (MCP_CONFIRM=person), {0}; the argument confirm does not \
         count. Nothing was done."
    )]
    NobodyAnswered(NoAnswer),
    /// A write whose outcome could not be found out.
    #[error("It is not known whether the change was made: {reason}")]
    Uncertain {
        /// What was seen.
        reason: String,
        /// What to read to find out.
        hint: &'static str,
        /// What would have been altered.
        attempted: Attempted,
    },
    /// There is no such operation at Order Desk.
    #[error("Order Desk's API has no way to {what}. Nothing was done.")]
    NotSupported {
        /// What cannot be done, as a verb: "create or rename folders".
        what: &'static str,
        /// What can be done instead.
        instead: &'static str,
    },
    /// No row of a batch succeeded.
    #[error("Every {what} of the batch was refused. Nothing was changed.")]
    AllFailed {
        /// What a row is about.
        what: &'static str,
        /// One entry per row, as in a success.
        results: Value,
        /// Who refused them: the code that a single one would be told with, when all were refused alike.
        code: &'static str,
    },
    /// The store got another API key while the call waited.
    #[error("The API key of {0} was replaced while this call waited. Nothing was done.")]
    StoreChanged(StoreRef),
    /// Another change holds the record.
    #[error("Another change to this {what} did not finish in time. Nothing was done.")]
    RecordBusy {
        /// What is being changed: "order", "product".
        what: &'static str,
    },
    /// The same order is on its way by another call.
    #[error("Another call is creating the same order at this moment. Nothing was done.")]
    Underway,
    /// Order Desk could not be asked, or said no.
    #[error("{}", upstream::message(.0))]
    Upstream(#[source] od_client::Error),
    /// The server is about to end.
    #[error("The server is shutting down. Nothing was done.")]
    ShuttingDown,
    /// Our own storage failed.
    #[error("The server's database could not be used: {0}.")]
    Storage(#[source] Arc<od_db::DbError>),
    /// A change that could not be put on record first.
    #[error("The change could not be recorded in the audit log before it was made: {0}. Nothing was done.")]
    NotRecorded(#[source] Arc<od_db::DbError>),
    /// A fault of ours. The log has the rest under the request id.
    #[error("The server made a mistake: {0}. Nothing is known to have been changed.")]
    Internal(&'static str),
}

/// What stands in the way of something new.
#[derive(Clone, Debug)]
pub struct Existing {
    /// What exists already, as a sentence.
    pub what: String,
    /// What can be done instead.
    pub instead: &'static str,
}

impl Error {
    /// [`Error::Uncertain`]: what was seen, and what to read to find out.
    pub fn uncertain(reason: impl Into<String>, hint: &'static str) -> Self {
        Self::Uncertain {
            reason: reason.into(),
            hint,
            attempted: Attempted::default(),
        }
    }

    /// With what would have been altered, where that is uncertain.
    pub(crate) fn having_attempted(self, altered: impl FnOnce() -> Altered) -> Self {
        self.having_attempted_all(|| [altered()])
    }

    /// The same for several records.
    pub(crate) fn having_attempted_all<I>(mut self, altered: impl FnOnce() -> I) -> Self
    where
        I: IntoIterator<Item = Altered>,
    {
        if let Self::Uncertain { attempted, .. } = &mut self {
            *attempted = Attempted::of(altered());
        }
        self
    }

    /// The stable code that callers branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "VALIDATION_ERROR",
            Self::Unauthenticated(_) => "AUTH_ERROR",
            Self::Denied(_) | Self::OwnerOnly(_) | Self::Locked | Self::BoundToStores => "PERMISSION_DENIED",
            Self::NotFound { .. } | Self::NotInStore { .. } | Self::NoneOfItsStores { .. } => "NOT_FOUND",
            Self::StoreRequired(_) | Self::StoreOrAll(_) | Self::StoreNotNamed(_) => "STORE_REQUIRED",
            Self::Duplicate(_) => "DUPLICATE",
            Self::Conflict { .. } | Self::Overtaken { .. } | Self::StockChanged { .. } => "CONFLICT_ERROR",
            Self::RateLimited { .. }
            | Self::TooManyRuns { .. }
            | Self::TooManyKeys { .. }
            | Self::TooManyReports { .. } => "RATE_LIMIT_EXCEEDED",
            Self::ConfirmationRequired { .. } | Self::Declined { .. } | Self::NobodyAnswered(_) => {
                "CONFIRMATION_REQUIRED"
            }
            Self::Uncertain { .. } => "UNCERTAIN_OUTCOME",
            Self::NotSupported { .. } => "NOT_SUPPORTED_BY_ORDERDESK",
            Self::SignInsBusy { .. }
            | Self::StoreChanged(_)
            | Self::RecordBusy { .. }
            | Self::Underway
            | Self::ShuttingDown => "UPSTREAM_BUSY",
            Self::AllFailed { code, .. } => code,
            Self::Upstream(error) => upstream::code(error),
            Self::Storage(error) | Self::NotRecorded(error) if is_transient(error) => "UPSTREAM_BUSY",
            Self::Storage(_) | Self::NotRecorded(_) | Self::Internal(_) => "INTERNAL_ERROR",
        }
    }

    /// How often a change was tried that others kept from being made.
    pub(crate) fn attempts(&self) -> Option<u32> {
        match self {
            Self::Conflict { attempts, .. } => Some(*attempts),
            _ => None,
        }
    }

    /// The kind of failure.
    pub fn class(&self) -> Class {
        match self {
            Self::Invalid(_)
            | Self::StoreRequired(_)
            | Self::StoreOrAll(_)
            | Self::StoreNotNamed(_)
            | Self::ConfirmationRequired { .. }
            | Self::Declined { .. }
            | Self::NobodyAnswered(_)
            | Self::NotSupported { .. } => Class::Invalid,
            Self::Unauthenticated(_) | Self::Denied(_) | Self::OwnerOnly(_) | Self::Locked | Self::BoundToStores => {
                Class::Denied
            }
            Self::NotFound { .. } | Self::NotInStore { .. } | Self::NoneOfItsStores { .. } => Class::NotFound,
            Self::Duplicate(_) | Self::Conflict { .. } | Self::Overtaken { .. } | Self::StockChanged { .. } => {
                Class::Conflict
            }
            Self::RateLimited { .. }
            | Self::TooManyRuns { .. }
            | Self::SignInsBusy { .. }
            | Self::TooManyKeys { .. }
            | Self::TooManyReports { .. }
            | Self::StoreChanged(_)
            | Self::RecordBusy { .. }
            | Self::Underway
            | Self::ShuttingDown => Class::Limited,
            Self::AllFailed { code, .. } => Class::of_rows(code),
            Self::Uncertain { .. } => Class::Upstream,
            Self::Upstream(error) => upstream::class(error),
            Self::Storage(_) | Self::NotRecorded(_) | Self::Internal(_) => Class::Internal,
        }
    }

    /// Whether the very same call may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Conflict { .. }
            | Self::RateLimited { .. }
            | Self::TooManyRuns { .. }
            | Self::SignInsBusy { .. }
            | Self::TooManyKeys { .. }
            | Self::TooManyReports { .. }
            | Self::StoreChanged(_)
            | Self::RecordBusy { .. }
            | Self::Underway
            | Self::ShuttingDown => true,
            Self::Upstream(error) => upstream::retryable(error),
            Self::Storage(error) | Self::NotRecorded(error) => is_transient(error),
            _ => false,
        }
    }

    /// How long to wait before trying again, when that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after }
            | Self::TooManyRuns { retry_after }
            | Self::SignInsBusy { retry_after }
            | Self::TooManyKeys { retry_after }
            | Self::TooManyReports { retry_after } => Some(*retry_after),
            Self::Upstream(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Says of what a store does not have in which store it was looked for.
    pub(crate) fn in_place(self, place: Option<LookedIn>) -> Self {
        match (self, place) {
            (
                Self::NotFound {
                    what,
                    name,
                    nearest: None,
                    hint,
                },
                Some(place),
            ) if IN_STORES.contains(&what) => Self::NotInStore {
                what,
                name,
                place,
                hint,
            },
            (other, _) => other,
        }
    }

    /// The same of what can be asked of every store at once.
    pub(crate) fn or_all_stores(self) -> Self {
        match self {
            Self::StoreRequired(stores) if !stores.is_empty() => Self::StoreOrAll(stores),
            other => other,
        }
    }

    /// One argument that cannot be right.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem {
            path: path.into(),
            message: message.into(),
            suggestion: None,
        }])
    }
}
