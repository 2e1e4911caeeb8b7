//! How names are compared.

/// A name as it is compared.
pub(super) fn plain(name: &str) -> String {
    /// Longer than every name.
    const COMPARED: usize = 80;
    let letters = name.chars().filter(|c| c.is_alphanumeric()).take(COMPARED);
    letters.flat_map(char::to_lowercase).collect()
}
