//! Why a post was not taken.

use std::time::Duration;

use crate::error::Error;
use crate::waiting::in_words;

/// Why a post was not taken. The texts tell a stranger nothing that he did not know.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refused {
    /// Nobody has this address, or not any more.
    #[error("there is no such address")]
    UnknownAddress,
    /// It is longer than this server takes.
    #[error("the post is too long")]
    TooLarge,
    /// It is neither a form nor JSON.
    #[error("the post is neither a form (application/x-www-form-urlencoded) nor JSON (application/json)")]
    WrongType,
    /// No hash, or not the one that the store's API key makes of it.
    #[error("the hash in X-ORDER-DESK-HASH does not belong to this post and the store's API key")]
    Unproven,
    /// It says that it is about another store.
    #[error("the post is about another store")]
    ForeignStore,
    /// Order Desk sent it, but there is no order in it.
    #[error("the post is no order: it has no id that is 1 to 20 digits")]
    Unusable,
    /// Too many unknown addresses were tried from there, or too many posts came for one store.
    #[error("there were too many posts, or unknown addresses; come again in {}", in_words(*.retry_after))]
    Limited {
        /// When to come again.
        retry_after: Duration,
    },
    /// Nothing is wrong with it.
    #[error("the post cannot be taken at the moment; send it again later")]
    Failed(Error),
}

/// The names that posts are counted by: what was taken, and then the variants of [`Refused`].
pub(super) const OUTCOMES: [&str; 10] = [
    "accepted",
    "duplicate",
    "unknown_address",
    "too_large",
    "wrong_type",
    "unproven",
    "foreign_store",
    "unusable",
    "limited",
    "failed",
];

impl Refused {
    /// Its place among [`OUTCOMES`].
    pub(super) fn place(&self) -> usize {
        match self {
            Self::UnknownAddress => 2,
            Self::TooLarge => 3,
            Self::WrongType => 4,
            Self::Unproven => 5,
            Self::ForeignStore => 6,
            Self::Unusable => 7,
            Self::Limited { .. } => 8,
            Self::Failed(_) => 9,
        }
    }
}

impl From<od_db::DbError> for Refused {
    fn from(error: od_db::DbError) -> Self {
        Self::Failed(error.into())
    }
}
