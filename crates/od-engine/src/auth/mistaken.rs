//! What stands where a key should. A tenant's own key may look like that too, so it is told only of keys that are nobody's.

use secrecy::{ExposeSecret as _, SecretString};

use crate::error::{AuthFailure, Error};

/// Why a text is nobody's key, by its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistaken {
    /// The scheme of an Authorization header stands before the key.
    WithScheme,
    /// The name of a variable or the words of an example, which nobody filled in.
    Unfilled,
    /// The key stands in quotes.
    Quoted,
}

impl Mistaken {
    /// What a text looks like that was meant as a key.
    pub fn of(text: &str) -> Option<Self> {
        const QUOTES: [char; 3] = ['"', '\'', '`'];
        let scheme = text.split(' ').next().unwrap_or_default();
        let is_within = |open, close| text.starts_with(open) && text.ends_with(close) && text.len() > 2;
        if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("bearer:") {
            Some(Self::WithScheme)
        } else if ["${", "{{", "{env:", "$("].iter().any(|mark| text.contains(mark))
            || text.starts_with('$')
            || text.starts_with("env:")
            || ["null", "undefined"].contains(&text)
            || text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("your_"))
            || is_within('%', '%')
            || is_within('<', '>')
        {
            Some(Self::Unfilled)
        } else if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
            Some(Self::Quoted)
        } else {
            None
        }
    }
}

/// A key as it was given, but for blanks and line ends around it, which pasting brings along.
pub(super) fn alone(text: &SecretString) -> SecretString {
    text.expose_secret().trim().into()
}

/// The refusal of a key, which says so when what came looks like something else than a key.
pub(super) fn explained(refused: Error, text: &SecretString) -> Error {
    let is_nobodys = matches!(
        refused,
        Error::Unauthenticated(AuthFailure::Malformed | AuthFailure::Unknown)
    );
    match Mistaken::of(text.expose_secret().trim()) {
        Some(Mistaken::Unfilled) if is_nobodys => Error::Unauthenticated(AuthFailure::Unfilled),
        Some(Mistaken::WithScheme | Mistaken::Quoted) if is_nobodys => Error::Unauthenticated(AuthFailure::NotAlone),
        _ => refused,
    }
}

#[cfg(test)]
mod tests;
