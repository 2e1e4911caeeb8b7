//! The id that one request goes by everywhere.

use std::fmt;

use uuid::Uuid;

/// Correlation id of one request: in logs, audit, replies and upstream requests alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(Uuid);

impl RequestId {
    /// A new id. UUIDv7: ids made one after another stand together in the audit log's index, where random ones would
    /// each touch a page of their own, the larger part of what an entry costs.
    pub fn generate() -> Self {
        Self(Uuid::now_v7())
    }

    /// An id that came from outside, when it is a UUID; anything else is not taken over.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(Self)
    }

    /// Its 16 bytes as a number: a trace's id has as many.
    pub fn as_u128(self) -> u128 {
        self.0.as_u128()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
