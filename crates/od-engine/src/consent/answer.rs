//! Whether a person agreed, and why it is not known.

use std::sync::Arc;

/// How a call comes by a person's agreement.
#[derive(Clone, Debug, Default)]
pub enum Consent {
    /// By the caller's word, its argument `confirm`: nobody can be asked.
    #[default]
    Argument,
    /// The same, where the question was closed or left alone.
    Unanswered,
    /// A person can be asked. The caller's word does not count.
    Ask,
    /// A person was asked this question about the call and agreed.
    Agreed(Arc<str>),
    /// Only a person's answer counts, and there is none.
    Missing(NoAnswer),
}

impl Consent {
    /// Whose word an agreement takes that is come by so, as the audit log tells it; nothing where there is none.
    pub(crate) fn whose_word(&self) -> Option<&'static str> {
        match self {
            Self::Argument => Some("argument"),
            Self::Unanswered => Some("argument_unanswered"),
            Self::Agreed(_) => Some("person"),
            Self::Ask | Self::Missing(_) => None,
        }
    }
}

/// Why there is no answer of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The client cannot put a question.
    #[error("and this client cannot ask one")]
    CannotAsk,
    /// The question was closed or left alone.
    #[error("and the question was left without an answer")]
    NotGiven,
}
