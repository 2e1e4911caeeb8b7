//! Other names of one thing.

/// Other names of one thing.
#[derive(Clone, Copy)]
pub(in crate::names) struct Other {
    /// As they are compared: lower case, without anything between the words.
    pub(super) names: &'static [&'static str],
    /// What it is called here. The first that is allowed counts.
    pub(in crate::names) fields: &'static [&'static str],
    /// What is said when none of them is allowed; nothing when empty.
    pub(in crate::names) word: &'static str,
    /// The word is for where this name is allowed; for everywhere when empty.
    pub(in crate::names) beside: &'static str,
}

impl Other {
    pub(in crate::names) fn is(&self, name: &str) -> bool {
        self.names.contains(&name)
    }
}

/// Other names of these fields.
pub(super) const fn called(fields: &'static [&'static str], names: &'static [&'static str]) -> Other {
    said(fields, "", names)
}

/// Other names of these fields, with a word for where none of them may be set.
pub(super) const fn said(fields: &'static [&'static str], word: &'static str, names: &'static [&'static str]) -> Other {
    Other {
        names,
        fields,
        word,
        beside: "",
    }
}

/// Names for which there is only a word, where `beside` is allowed.
pub(super) const fn only(word: &'static str, beside: &'static str, names: &'static [&'static str]) -> Other {
    Other {
        names,
        fields: &[],
        word,
        beside,
    }
}
