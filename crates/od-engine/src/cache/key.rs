//! What an answer is found by.

/// A key, taken before the read it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(super) text: String,
}
