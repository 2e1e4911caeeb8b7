//! A reply, as it comes to be kept.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use super::weight::Weigh;

/// A reply that other processes can be given.
pub(crate) trait Portable: Weigh + Serialize + DeserializeOwned {}

impl<T: Weigh + Serialize + DeserializeOwned> Portable for T {}

/// A reply and how long ago it was read from Order Desk.
pub(crate) struct Read<T> {
    pub(crate) answer: T,
    /// None: just now.
    pub(crate) age: Option<Duration>,
}
