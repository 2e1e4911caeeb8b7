//! The merge law: how a change is laid over an order. The order is a JSON record and stays one.
//!
//! Order Desk replaces the whole record on every update, so whatever is missing from an upload is lost. Hence:
//!
//! - What the caller did not name is never dropped, blanked, reordered or retyped; unknown fields survive.
//! - Objects merge deeply. An empty map, which Order Desk sends as `[]`, counts as an empty object and stays `[]` while
//!   it is empty.
//! - `null` clears: text becomes `""`, a number 0 (`"0"` where the record holds text), a map or the discounts `[]`, each
//!   part of the return address `""`. The other addresses are cleared part by part only: they are who gets the parcel. Inside maps with free keys (`checkout_data`, `order_metadata`, `variation_list`,
//!   `metadata`) it removes the key.
//! - Lists of plain values and the discounts are replaced.
//! - Notes are appended, unless the order has one with the same text apart from case and spacing. They are removed only by
//!   `remove_note`, by their exact text.
//! - An order item with an `id`, or with a `code` that exactly one line has, changes that line; another adds a line.
//!   Lines are removed only by `remove_items`. A list that names one line twice is refused.
//! - A number given for a numeric field takes the JSON type the record has there (`12` becomes `"12"` where the price is
//!   text), and one that equals the stored number leaves it as it is written.
//! - A text that equals what a reply showed of the stored one, without its control characters, leaves it as it is.

use serde_json::{Map, Value};

use super::buyer::has_name;
use super::change::Change;
use super::{moved, odd, region, shipped};
use crate::error::Error;
use crate::problem::{Problem, below};

mod draft;
mod fields;
mod lines;
mod notes;
#[cfg(test)]
mod properties;
mod replace;
mod standing;
mod steps;
#[cfg(test)]
mod tests;

use draft::Draft;
pub use draft::{Applied, NoteDefaults};
pub use standing::blurred;

/// Lays `change` over the order `base`. A move to another folder is not part of the record and leaves it as it is.
///
/// # Errors
/// Everything that cannot be done to this order, with JSON Pointers into the arguments; nothing is done then.
pub fn apply(base: &Map<String, Value>, change: &Change, defaults: &NoteDefaults<'_>) -> Result<Applied, Vec<Problem>> {
    let problems = change.problems();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut draft = Draft::of(base.clone(), defaults);
    let root = match change {
        Change::Mutation(given) => {
            draft.merge(given, "/mutation");
            "/mutation"
        }
        Change::Ops(ops) => {
            for (index, op) in ops.iter().enumerate() {
                draft.run(op, &below("/ops", index));
            }
            "/ops"
        }
        Change::Replace(replacement) => {
            draft.replace(replacement, "/order");
            "/order"
        }
    };
    stay_valid(&mut draft, base, root);
    draft.remark(base);
    draft.finished()
}

/// Lays `change` over `record`: the order as it was `read`, with other changes that wait laid over it already.
///
/// # Errors
/// [`Error::Overtaken`] when the order is not any more what a replacement was made from; else as for [`apply`].
pub fn lay_over(read: &Map<String, Value>, record: &Map<String, Value>, change: &Change) -> Result<Applied, Error> {
    let applied = apply(record, change, &NoteDefaults::default());
    match change {
        Change::Replace(replacement) => standing::judge(replacement, read, record, applied),
        Change::Mutation(_) | Change::Ops(_) => Ok(applied?),
    }
}

/// A new order of the fields `given`, which were judged before: what the merge law makes of them over nothing.
///
/// # Errors
/// Everything that does not fit, with JSON Pointers below `at`.
pub(super) fn compose(
    given: &Map<String, Value>,
    at: &str,
    defaults: &NoteDefaults<'_>,
) -> Result<Applied, Vec<Problem>> {
    let mut draft = Draft::of(Map::new(), defaults);
    draft.merge(given, at);
    draft.remark(&Map::new());
    draft.finished()
}

impl Draft<'_> {
    /// Says of what has become of `base` what is hardly meant.
    fn remark(&mut self, base: &Map<String, Value>) {
        self.warnings.extend(region::remarks(base, &self.record));
        self.warnings.extend(moved::remarks(base, &self.record));
        self.warnings.extend(odd::remarks(base, &self.record));
        self.warnings.extend(shipped::remarks(base, &self.record));
    }
}

/// Refuses a change after which the order would lack what Order Desk demands of every order.
fn stay_valid(draft: &mut Draft<'_>, base: &Map<String, Value>, root: &str) {
    if lines::any(base) && !lines::any(&draft.record) {
        draft.fault(
            root,
            "would leave the order without lines; add one in the same change, or delete the order",
        );
    }
    if has_name(base) && !has_name(&draft.record) {
        let message = "would leave the order without a first name, last name or company in both customer and shipping";
        draft.fault(root, message);
    }
}
