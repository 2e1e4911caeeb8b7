//! Parameters as OAuth and forms send them.

use std::fmt;

use secrecy::SecretString;

#[cfg(test)]
mod tests;

/// Names and values in the order they came. One without a value counts as left out (RFC 6749, section 3.1).
#[derive(Default)]
pub struct Parameters(Vec<(String, String)>);

/// A parameter came more than once, and must not.
#[derive(Debug, PartialEq, Eq)]
pub struct Repeated;

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`; any text is some.
    pub fn parse(text: &[u8]) -> Self {
        // It fails for nothing: what is no UTF-8 is replaced.
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(text).unwrap_or_default();
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter that may come once.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Repeated),
        }
    }

    /// The first value of a parameter.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// What was typed into a field, without blanks around it; empty when it was not sent.
    pub fn typed(&self, name: &str) -> &str {
        self.first(name).unwrap_or_default().trim()
    }

    /// Takes out a secret.
    pub fn take(&mut self, name: &str) -> Option<SecretString> {
        let at = self.0.iter().position(|(found, _)| found == name)?;
        Some(self.0.swap_remove(at).1.into())
    }

    /// Every value of a parameter.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(found, _)| found == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether any parameter came more than once.
    pub fn has_repeated(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// The names alone: values may be secret.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
