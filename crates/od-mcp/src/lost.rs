//! What would be lost without a word while a message is read.

use od_engine::given_twice;

use crate::digits::lost_digits;

/// Why the message is not taken: something in it does not survive being read. None of a text that is no JSON.
pub fn lost(json: &[u8]) -> Option<String> {
    reason(json).map(|reason| format!("{reason} Nothing was done."))
}

/// The same of a text inside a message, of which others say what was done.
pub(crate) fn reason(json: &[u8]) -> Option<String> {
    lost_digits(json).or_else(|| given_twice(json).map(|name| told(&name)))
}

fn told(name: &str) -> String {
    /// Longer names are cut.
    const MOST_CHARS: usize = 60;
    let name: String = name.chars().take(MOST_CHARS).collect();
    format!("An object has the member {name:?} twice, and only one of them would be kept: give it once.")
}
