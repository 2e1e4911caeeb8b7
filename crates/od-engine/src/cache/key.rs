//! What an answer is found by.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A key, taken before the read it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) text: String,
    /// Whether what is kept under it may be found again.
    pub(crate) is_kept: bool,
    /// Whether other processes know the same key.
    pub(crate) is_shared: bool,
}

/// Keys that no two readers have.
static NOBODY_ELSE: AtomicU64 = AtomicU64::new(0);

impl Key {
    /// Of what an answer is about, how often that has changed, and what shaped the answer.
    pub(crate) fn new(subject: &str, generation: fmt::Arguments<'_>, shape: &str) -> Self {
        Self {
            // Length-prefixed: no two different (subject, shape) pairs make the same text.
            text: format!("{}:{subject}|{generation}|{shape}", subject.len()),
            is_kept: true,
            is_shared: false,
        }
    }

    /// A key that other processes have too.
    pub(crate) fn shared(self) -> Self {
        Self {
            is_shared: true,
            ..self
        }
    }

    /// The same key as long as this process stays the only one.
    pub(crate) fn while_alone(mut self, changes: u64) -> Self {
        self.text = format!("alone {changes}|{}", self.text);
        self
    }

    /// A key that nobody else has, so that nobody is given what was asked for before somebody changed it.
    pub(crate) fn for_nobody_else(mut self) -> Self {
        let number = NOBODY_ELSE.fetch_add(1, Ordering::Relaxed);
        self.text = format!("nobody else {number}|{}", self.text);
        self.is_kept = false;
        self
    }
}
