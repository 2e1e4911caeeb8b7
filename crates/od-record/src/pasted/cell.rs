//! What stands in a cell, without what programs put around it.

use super::amount::ungrouped;

#[cfg(test)]
mod tests;

/// A cell as it is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub text: String,
    /// It was written so that no program takes it for a number: what looks like a rounded number is none.
    pub is_text: bool,
}

impl Cell {
    /// Takes off blanks (also those that nobody sees), `="..."`, and the apostrophe that keeps a spreadsheet from computing.
    pub(super) fn of(raw: &str) -> Self {
        let text = trimmed(raw);
        if let Some(inner) = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')) {
            return Self {
                text: trimmed(&inner.replace("\"\"", "\"")).to_owned(),
                is_text: true,
            };
        }
        let guarded = text.strip_prefix('\'').filter(|rest| {
            rest.starts_with(|c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r') || c.is_ascii_digit())
        });
        Self {
            text: trimmed(guarded.unwrap_or(text)).to_owned(),
            is_text: guarded.is_some(),
        }
    }

    /// An order number: spreadsheets write `6001` as `6,001` and `6001.0`.
    pub(super) fn order(raw: &str) -> String {
        let cell = Self::of(raw);
        if cell.is_text {
            return cell.text;
        }
        let whole = whole_number(&cell.text).map(str::to_owned);
        whole.or_else(|| ungrouped(&cell.text, ',')).unwrap_or(cell.text)
    }
}

/// A number as it is posted and compared: capital letters and digits, without blanks and hyphens.
pub fn tight(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !is_unseen(*c) && *c != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

/// Without blanks around it, seen or not.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

/// Marks of no width that come with a copied text.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// The digits of `735849201663.0`: as many as a floating number keeps.
pub(super) fn whole_number(text: &str) -> Option<&str> {
    text.strip_suffix(".0")
        .filter(|digits| (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
