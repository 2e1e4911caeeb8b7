//! What a caller asks to be changed, read and judged before any order is fetched.

use serde_json::{Map, Value};

use super::check;
use super::ops::{Destination, Op};
use crate::identifier::{id_text, same_id};
use crate::problem::{Problem, below};

#[cfg(test)]
mod tests;

/// A change to one order.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Fields to merge into the order.
    Mutation(Map<String, Value>),
    /// Steps, applied in order.
    Ops(Vec<Op>),
    /// The whole record.
    Replace(Replacement),
}

/// An order as it shall be, whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replacement {
    /// The record. Null clears a field, as in a mutation.
    pub order: Map<String, Value>,
    /// Whether what the record does not carry may be dropped. Order Desk's own fields are kept either way.
    pub allow_loss: bool,
    /// `date_updated` of the record that the replacement was made from, as the caller says; the order is replaced only if
    /// it still has that. Where it is not given, the record's own counts.
    pub expected_date_updated: Option<String>,
    /// `date_updated` of the order as it was when what goes was agreed to. It binds the replacement where the caller gave no date,
    /// and says nothing about when the record was read.
    pub agreed_date_updated: Option<String>,
}

impl Change {
    /// Reads a change from the arguments `mutation` and `ops`, exactly one of which must be given.
    ///
    /// # Errors
    /// Everything that is wrong, at once, with JSON Pointers such as `/ops/2/items/0/id`.
    pub fn parse(mutation: Option<&Value>, ops: Option<&Value>) -> Result<Self, Vec<Problem>> {
        match (mutation, ops) {
            (Some(Value::Object(fields)), None) => {
                let change = Self::Mutation(fields.clone());
                let problems = change.problems();
                if problems.is_empty() { Ok(change) } else { Err(problems) }
            }
            (Some(_), None) => Err(vec![Problem::new("/mutation", "must be an object of order fields")]),
            (None, Some(Value::Array(list))) => Self::parse_ops(list),
            (None, Some(_)) => Err(vec![Problem::new("/ops", "must be a list of operations")]),
            (None, None) | (Some(_), Some(_)) => {
                Err(vec![Problem::new("", "exactly one of mutation and ops must be given")])
            }
        }
    }

    fn parse_ops(list: &[Value]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut ops = Vec::with_capacity(list.len());
        let mut moves = 0;
        for (index, value) in list.iter().enumerate() {
            let at = below("/ops", index);
            if let Some(op) = Op::parse(value, &at, &mut problems) {
                judge(&op, &at, &mut moves, &mut problems);
                ops.push(op);
            }
        }
        if problems.is_empty() {
            Ok(Self::Ops(ops))
        } else {
            Err(problems)
        }
    }

    /// Everything that is wrong with this change whatever order it is for. Empty for a change that was parsed.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        match self {
            Self::Mutation(fields) => check::order(fields, "/mutation", &mut problems),
            Self::Ops(ops) => {
                let mut moves = 0;
                for (index, op) in ops.iter().enumerate() {
                    judge(op, &below("/ops", index), &mut moves, &mut problems);
                }
            }
            // What else is wrong shows beside the order: what it holds already is right as it is.
            Self::Replace(replacement) if replacement.order.is_empty() => {
                problems.push(Problem::new(
                    "/order",
                    "must be the whole record, as orders_get shows it",
                ));
            }
            Self::Replace(_) => {}
        }
        problems
    }

    /// Whether it gives the whole record and not only what shall be different.
    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Replace(_))
    }

    /// Whether lines can be fewer afterwards.
    pub fn may_remove_lines(&self) -> bool {
        match self {
            Self::Mutation(_) => false,
            Self::Ops(ops) => ops.iter().any(|op| matches!(op, Op::RemoveItems { .. })),
            Self::Replace(replacement) => replacement.allow_loss,
        }
    }

    /// Whether it names notes by their places: these mean the notes as they were read.
    pub fn counts_notes(&self) -> bool {
        match self {
            Self::Mutation(_) | Self::Replace(_) => false,
            Self::Ops(ops) => ops.iter().any(|op| matches!(op, Op::RemoveNote { index: Some(_), .. })),
        }
    }

    /// Whether the line of this id, if the order has it, is gone afterwards.
    pub fn removes_line(&self, line: &str) -> bool {
        let is_it = |id: &str| same_id(id, line);
        match self {
            Self::Mutation(_) => false,
            Self::Ops(ops) => ops.iter().any(|op| match op {
                Op::RemoveItems { item_ids } => item_ids.iter().any(|id| is_it(id)),
                _ => false,
            }),
            Self::Replace(replacement) => {
                let lines = replacement.order.get("order_items").and_then(Value::as_array);
                let mut ids = lines.into_iter().flatten().filter_map(|line| line.get("id"));
                replacement.allow_loss && !ids.any(|id| id_text(id).is_some_and(|id| is_it(&id)))
            }
        }
    }

    /// Where the order is to be moved once everything else is done.
    ///
    /// A move may stand anywhere among the operations; there can be only one, because each move runs the merchant's
    /// folder rules (mail, charges, submission to fulfilment).
    pub fn destination(&self) -> Option<&Destination> {
        let Self::Ops(ops) = self else { return None };
        ops.iter().find_map(|op| match op {
            Op::MoveFolder(destination) => Some(destination),
            _ => None,
        })
    }
}

fn judge(op: &Op, at: &str, moves: &mut u32, problems: &mut Vec<Problem>) {
    check::op(op, at, problems);
    if matches!(op, Op::MoveFolder(_)) {
        *moves += 1;
        if *moves > 1 {
            problems.push(Problem::new(
                at,
                "is a second move: an order can be moved once in a change",
            ));
        }
    }
}
