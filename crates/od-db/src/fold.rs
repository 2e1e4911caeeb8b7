//! Comparing names without case, the same way on both databases.

/// A name without its case: two names are the same when their folded texts are equal.
///
/// Databases disagree on case beyond ASCII, so the folded text is computed here and stored beside the name. Going
/// through upper case joins letters that differ only in lower case (`ß` and `ss`, `ς` and `σ`). Composed and decomposed
/// spellings of an accented letter stay different names.
pub fn fold_name(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;
