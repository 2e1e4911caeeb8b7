//! The parts of an order, its lines and its shipments, as far as the law is one for both.

use serde_json::{Map, Value};

use crate::field::Field;
use crate::identifier::id_text;
use crate::merge::{is_blank, set_all};
use crate::problem::Problem;
use crate::verify::{Leniency, Verification, verify};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

/// What is peculiar to one sort of part.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its documented fields.
    pub fields: &'static [Field],
    /// Everything that is wrong with the fields of a new one, with JSON Pointers below the second argument.
    pub judge_new: Judge,
    /// Takes out of a new one that is given as it was read what cannot be given to it; says what that was.
    pub take_out: fn(&mut Map<String, Value>) -> Option<String>,
    /// Everything that is wrong with the fields of a change, whatever part it is for.
    pub judge_change: Judge,
    /// The fields of which one is enough to know a part by, when Order Desk stored the others differently.
    pub known_by: &'static [&'static str],
    /// Fields that Order Desk fills in where they are left blank.
    pub filled: &'static [&'static str],
}

/// Judges fields that stand at a JSON Pointer in the arguments.
pub type Judge = fn(&Map<String, Value>, &str) -> Vec<Problem>;

impl Part {
    /// The whole part as it should be: `given`, which stands at `at` in the arguments, laid over `base`.
    ///
    /// # Errors
    /// Everything that this part cannot take.
    pub fn lay(
        &self,
        base: &Map<String, Value>,
        given: &Map<String, Value>,
        at: &str,
    ) -> Result<Map<String, Value>, Vec<Problem>> {
        let mut desired = base.clone();
        let mut problems = Vec::new();
        set_all(&mut desired, self.fields, given, at, &mut problems);
        if problems.is_empty() {
            Ok(desired)
        } else {
            Err(problems)
        }
    }

    /// Compares what was read back with what was wanted, given the part the change was laid over.
    pub fn verify(
        &self,
        base: &Map<String, Value>,
        desired: &Map<String, Value>,
        read_back: &Map<String, Value>,
    ) -> Verification {
        let is_left = |name: &&str| desired.get(*name).is_none_or(is_blank);
        let filled: Vec<&str> = self.filled.iter().copied().filter(is_left).collect();
        let leniency = Leniency {
            left_out: &filled,
            tables: &[self.fields],
        };
        verify(base, desired, read_back, leniency)
    }

    /// What of the fields that were sent a new part holds. Its id and the defaults of other fields do not count.
    pub fn verify_new(&self, given: &Map<String, Value>, row: &Map<String, Value>) -> Verification {
        let read: Map<String, Value> = row
            .iter()
            .filter(|(name, _)| given.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        self.verify(&Map::new(), given, &read)
    }

    /// Which of the `new` ones holds what was sent, else which is at least like it.
    pub fn made_from(&self, given: &Map<String, Value>, new: &[Map<String, Value>]) -> Option<usize> {
        let exact = new.iter().position(|row| self.verify_new(given, row).stuck);
        exact.or_else(|| new.iter().position(|row| self.is_like(given, row)))
    }

    /// Whether `row` was made from `given`, though Order Desk may have stored other things about it differently.
    fn is_like(&self, given: &Map<String, Value>, row: &Map<String, Value>) -> bool {
        let text = |record: &Map<String, Value>, name: &str| {
            record.get(name).and_then(id_text).unwrap_or_default().to_lowercase()
        };
        self.known_by.iter().any(|name| {
            let wanted = text(given, name);
            !wanted.is_empty() && wanted == text(row, name)
        })
    }
}

/// The rows of `after` that were not among those `before`.
pub fn new_ones(before: &[Map<String, Value>], after: Vec<Map<String, Value>>) -> Vec<Map<String, Value>> {
    // An order and its list may write ids differently, as text and as numbers.
    let id = |row: &Map<String, Value>| row.get("id").and_then(id_text);
    let is_new = |row: &Map<String, Value>| before.iter().all(|old| id(old) != id(row));
    after.into_iter().filter(is_new).collect()
}
