//! Replacing an order by the record that a caller gives whole.
//!
//! Under the merge law, what is left out is left alone. Here it would be gone, and callers leave things out because they
//! never saw them: a field they did not ask for, a line that somebody added a moment ago. So whatever the order holds
//! and the given record does not carry is a loss, and a loss is refused unless the caller allows it (`losses`).
//!
//! What is carried unchanged asks for nothing, also where it could not be set: a record that is read and sent back is
//! accepted and changes nothing. Only the differences are judged and merged (`differences`).

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::order::change::Replacement;
use crate::order::check;
use crate::problem::Problem;

mod differences;
mod losses;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use differences::Differences;

/// Where a record that cannot replace `base` as it is differs from it in what could be set, with JSON Pointers into the record.
pub(super) fn wanted(base: &Map<String, Value>, given: &Map<String, Value>) -> Vec<String> {
    differences::between(base, given, "").paths()
}

impl Draft<'_> {
    pub(super) fn replace(&mut self, replacement: &Replacement, at: &str) {
        let base = self.record.clone();
        let lost = losses::drop_missing(&mut self.record, &replacement.order, at);
        if replacement.allow_loss {
            self.warnings.extend(
                lost.iter()
                    .map(|loss| format!("{}: dropped, because the record {}", loss.path, loss.message)),
            );
        } else if !lost.is_empty() {
            self.problems.extend(lost);
            let message = "is false: carry what the order has, as orders_get shows it, or set it to true to drop it";
            self.problems.push(Problem::new("/allow_loss", message));
        }
        let Differences {
            mut fields,
            notes,
            warnings,
            problems,
        } = differences::between(&base, &replacement.order, at);
        self.warnings.extend(warnings);
        self.problems.extend(problems);
        check::order(&fields, at, &mut self.problems);
        for (at, note) in &notes {
            check::note(note, at, &mut self.problems);
        }
        if !self.problems.is_empty() {
            // What would be left is nobody's order, and not worth a further remark.
            self.record = base;
            return;
        }
        if let Some(Value::Array(lines)) = fields.shift_remove("order_items") {
            self.replace_lines(&lines, &format!("{at}/order_items"));
        }
        self.merge(&fields, at);
        for (at, note) in &notes {
            self.append_note(note, at);
        }
    }
}
