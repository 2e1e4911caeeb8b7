//! Why a link was not sent, or did nothing.

use std::time::Duration;

use crate::error::Error;
use crate::sessions::SignInError;
use crate::waiting::in_words;

/// Why a link was not sent, or did nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LinkError {
    /// Too many were asked for or tried, from this address or for this e-mail address.
    #[error("Too many were tried. Try again in {}.", in_words(*.retry_after))]
    TooMany {
        /// When the next one may be tried.
        retry_after: Duration,
    },
    /// It was used, is too old, or never was one.
    #[error("The link was used before, or it is too old.")]
    NotGood,
    /// Strangers cannot make a tenant here, or not in this way.
    #[error("Accounts are not made this way here.")]
    Closed,
    /// What was entered cannot be right, or it could not be done.
    #[error(transparent)]
    Engine(#[from] Error),
}

/// Why a tenant is not reached at another address.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EmailError {
    /// The master key that was entered is none of the tenant's, or could not be checked.
    #[error(transparent)]
    Key(#[from] SignInError),
    /// No link was sent.
    #[error(transparent)]
    Link(#[from] LinkError),
}

impl From<Error> for EmailError {
    fn from(error: Error) -> Self {
        Self::Link(error.into())
    }
}
