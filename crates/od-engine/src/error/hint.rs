//! What an error's caller does next.

use super::{AuthFailure, Error, Existing, is_for_the_operator, is_transient, upstream};
use crate::consent::NoAnswer;

impl Error {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "Mend the listed arguments and call again.",
            Self::Unauthenticated(AuthFailure::Malformed) => {
                "Copy the whole key again; this server's own keys start with odmk_, its tokens with odpt_."
            }
            Self::Unauthenticated(AuthFailure::Unfilled) => {
                "Set the variable where your client starts, or write the key itself into the client's configuration."
            }
            Self::Unauthenticated(AuthFailure::NotAlone) => "Leave away all that is not the key.",
            Self::Unauthenticated(AuthFailure::Unknown) => {
                "Check that the key belongs to this server, that it was not rotated or revoked, and that its tenant is not closed."
            }
            Self::Unauthenticated(AuthFailure::UnknownToken) => {
                "Ask whoever gave it to you for another one. A client that was connected by its URL is to be connected again."
            }
            Self::Unauthenticated(AuthFailure::Missing) => {
                "Set MCP_MASTER_KEY for stdio, or call tenant_use_master_key; over HTTP send Authorization: Bearer."
            }
            Self::Unauthenticated(AuthFailure::OtherTenant) => {
                "Connect with that key instead: a connection never changes its tenant."
            }
            Self::Denied(_) => {
                "Connect again and tick that permission when you are asked, or ask the owner of the store for a token that has it."
            }
            Self::OwnerOnly(_) => "Use the tenant's master key for it.",
            Self::Locked => "Unlock it with the tenant's master key, on the page Unlock.",
            Self::BoundToStores => "Ask the tenant's owner to register the store and to give you a credential for it.",
            Self::NotFound { hint, .. } | Self::NotInStore { hint, .. } | Self::Uncertain { hint, .. } => hint,
            Self::NoneOfItsStores { .. } => {
                "To use another store, connect the client again and tick that store, or use a token that has it."
            }
            Self::NotSupported { instead, .. } | Self::Duplicate(Existing { instead, .. }) => instead,
            Self::StoreRequired(stores) | Self::StoreNotNamed(stores) if stores.is_empty() => {
                "Register a store with stores_register: it takes the store id and API key of Order Desk's Store Settings, API."
            }
            Self::StoreRequired(_) => {
                "Call again with store set to one of the listed names or ids, or choose one with stores_use_store."
            }
            Self::StoreOrAll(_) => {
                "Call again with store set to one of the listed names or ids, or with stores set to \"all\" for every store, or choose \
                 one with stores_use_store."
            }
            Self::StoreNotNamed(_) => "Call again with store set to one of the listed names or ids.",
            Self::AllFailed { .. } => "Read each row's message in details.results, mend the call, and call again.",
            Self::StockChanged { .. } => {
                "details.stock is the stock now. Decide what it should become, then call again with that as expected_stock."
            }
            Self::Conflict { .. } => {
                "Read the record again, decide whether the change still makes sense, then call again."
            }
            Self::Overtaken { .. } => {
                "Read the order with orders_get and fresh set to true, and put only your change into the new record; or name only what \
                 you change with orders_mutate_full."
            }
            Self::RateLimited { .. } => {
                "Wait for retry_after_seconds, then call again. Lists with a larger limit cost less than many single reads."
            }
            Self::TooManyRuns { .. } => {
                "Wait for retry_after_seconds, then run it again. What is to be done often is for a program with a token of its own."
            }
            Self::SignInsBusy { .. } => {
                "Call again after retry_after_seconds. A key that was checked once does not wait again."
            }
            Self::TooManyKeys { .. } => {
                "Copy store id and API key from Order Desk under Store Settings, API, then call again after retry_after_seconds."
            }
            Self::TooManyReports { .. } => {
                "Read one of those that are there, or ask for format table; after retry_after_seconds there is room for another one."
            }
            Self::ConfirmationRequired { .. } => "Ask the user. If they agree, call again with confirm set to true.",
            Self::Declined { .. } => "Leave it. Do not try it another way; the person can ask for it after that time.",
            Self::NobodyAnswered(NoAnswer::CannotAsk) => {
                "Tell the user: it takes a client that can ask them (elicitation), or Order Desk's own pages."
            }
            Self::NobodyAnswered(NoAnswer::NotGiven) => "Call again only when the user is there to answer.",
            Self::StoreChanged(_) | Self::RecordBusy { .. } | Self::ShuttingDown => "Call again in a few seconds.",
            Self::Underway => {
                "Call again in a few seconds: the answer tells what came of that one, or this one is created."
            }
            Self::Upstream(error) => upstream::hint(error),
            Self::Storage(error) | Self::NotRecorded(error) if is_transient(error) => "Call again in a few seconds.",
            Self::Storage(error) | Self::NotRecorded(error) if is_for_the_operator(error) => {
                "Calling again does not help. Tell whoever runs this server: `orderdesk-mcp doctor` says what stands in the way."
            }
            Self::Storage(_) | Self::NotRecorded(_) | Self::Internal(_) => {
                "Report the request_id to whoever runs this server: its log has the details."
            }
        }
    }
}
