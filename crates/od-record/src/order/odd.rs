//! What may be stored and is hardly meant: an e-mail address that is none, lines that count for nothing or below it.

use serde_json::{Map, Value};

use super::LINES;
use crate::identifier::{id_text, tidy};
use crate::item::quantity_remark;
use crate::problem::below;
use crate::rows::rows;
use crate::text::quoted;

#[cfg(test)]
mod tests;

/// What should be said of the values that a change sets.
pub(super) fn remarks(base: &Map<String, Value>, desired: &Map<String, Value>) -> Vec<String> {
    let email = |order: &Map<String, Value>| {
        order
            .get("email")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let given = email(desired);
    let is_odd = given != email(base) && !given.is_empty() && !is_address(tidy(&given));
    let odd_email = is_odd.then(|| {
        format!(
            "email is kept as given, and does not look like one e-mail address: mail may not reach anybody there: {}",
            quoted(&given)
        )
    });
    let lines = rows(base.get(LINES));
    let before = |line: &Value| {
        let id = line.get("id").and_then(id_text)?;
        let is_it = |line: &&Value| line.get("id").and_then(id_text).as_deref() == Some(id.as_str());
        lines.iter().find(is_it)?.get("quantity").cloned()
    };
    let odd_line = |(index, line): (usize, &Value)| {
        let line_fields = line.as_object()?;
        let is_new = line.get("quantity") != before(line).as_ref();
        let remark = quantity_remark(line_fields).filter(|_| is_new)?;
        Some(format!("{} {remark}", below(LINES, index)))
    };
    let odd_lines = rows(desired.get(LINES)).iter().enumerate().filter_map(odd_line);
    odd_email.into_iter().chain(odd_lines).collect()
}

/// Whether mail can go there: one sign, something before it, and a domain with a dot after it. What else an address may be is up
/// to whoever delivers.
fn is_address(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    text.split_once('@').is_some_and(|(local, domain)| {
        is_part(local)
            && is_part(domain)
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| !label.is_empty())
    })
}
