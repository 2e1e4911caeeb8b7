//! What became of each row of a table.

use std::collections::BTreeMap;

use od_record::pasted::{DayProblem, Note, Row, Verdict};
use od_record::text::clean_text;
use serde_json::{Value, json};

use super::matching::Orders;
use crate::shipments::batch::{self, Ended};

/// How a row ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Added, or it would be.
    Posted,
    /// The order has the shipment.
    AlreadyThere,
    /// No order was found.
    UnknownOrder,
    /// Several orders were found.
    Ambiguous,
    /// Its number cannot be right, or Order Desk did not take it.
    Refused,
    /// Nothing was tried.
    Skipped,
    /// Order Desk's answer was lost, and the order does not show it.
    Unknown,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::AlreadyThere => "already_there",
            Self::UnknownOrder => "unknown_order",
            Self::Ambiguous => "ambiguous",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }
}

/// One row of the reply.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) line: usize,
    order: String,
    pub(super) order_id: Option<String>,
    tracking_number: Option<String>,
    pub(super) shipment_id: Option<String>,
    state: State,
    reason: Option<String>,
    likely: Vec<&'static str>,
    notes: Vec<&'static str>,
}

impl Told {
    pub(super) fn of(row: &Row) -> Self {
        let tracking = row.tracking.as_ref();
        let mut notes: Vec<_> = tracking
            .into_iter()
            .flat_map(|tracking| &tracking.notes)
            .map(|note: &Note| note.as_str())
            .collect();
        notes.extend(row.day_problem.map(DayProblem::as_str));
        Self {
            line: row.line,
            order: row.order.clone(),
            order_id: None,
            tracking_number: tracking.map(|tracking| match tracking.verdict {
                // What stands in the cell: nothing that was made of it is a number of anything.
                Verdict::Refuse(_) => tracking.text.clone(),
                Verdict::Ok | Verdict::Warn(_) => tracking.number.clone(),
            }),
            shipment_id: None,
            state: State::Skipped,
            reason: None,
            likely: tracking.map(|tracking| tracking.likely.clone()).unwrap_or_default(),
            notes,
        }
    }

    /// The same of another row.
    pub(super) fn in_line(self, line: usize) -> Self {
        Self { line, ..self }
    }

    pub(super) fn is(&mut self, state: State, reason: impl Into<String>) {
        self.state = state;
        self.reason = Some(reason.into());
    }

    /// What the batch says of it.
    pub(super) fn found(&mut self, ended: Ended<'_>) {
        self.state = match ended.state {
            batch::State::Added => State::Posted,
            // It came there after the order was read.
            batch::State::Failed if ended.is_there => State::AlreadyThere,
            batch::State::Failed => State::Refused,
            batch::State::Unknown => State::Unknown,
        };
        self.shipment_id = ended.shipment_id.map(str::to_owned);
        self.reason = (self.state != State::Posted).then(|| ended.message.to_owned());
    }

    pub(super) fn shown(&self) -> Value {
        let mut shown = json!({ "line": self.line, "order": clean_text(&self.order), "status": self.state.as_str() });
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                shown[name] = value;
            }
        };
        put("order_id", self.order_id.as_deref().map(Value::from));
        put(
            "tracking_number",
            self.tracking_number.as_deref().map(|number| clean_text(number).into()),
        );
        put("shipment_id", self.shipment_id.as_deref().map(Value::from));
        put("reason", self.reason.as_deref().map(|reason| clean_text(reason).into()));
        put("likely", (!self.likely.is_empty()).then(|| json!(self.likely)));
        put("notes", (!self.notes.is_empty()).then(|| json!(self.notes)));
        shown
    }
}

/// How many rows ended in which way.
pub(super) fn counts(told: &[Told]) -> Value {
    let mut counts = BTreeMap::new();
    for row in told {
        *counts.entry(row.state).or_insert(0_usize) += 1;
    }
    counts
        .into_iter()
        .map(|(state, count)| (state.as_str().to_owned(), json!(count)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

pub(super) fn warnings(told: &[Told], orders: &Orders) -> Vec<String> {
    let mut warnings = Vec::new();
    let warned = |row: &&Told| {
        row.state == State::Skipped && matches!(row.reason.as_deref(), Some("unknown_format" | "was_a_number"))
    };
    let waiting = told.iter().filter(warned).count();
    if waiting > 0 {
        warnings.push(format!(
            "{waiting} rows were left out because their number is of no known form or was once taken for a number: look at them, then \
             call again with accept_warnings; what is there already is not added twice."
        ));
    }
    let failed = told
        .iter()
        .filter(|row| !matches!(row.state, State::Posted | State::AlreadyThere | State::Skipped))
        .count();
    if failed > 0 {
        warnings.push(format!("{failed} of {} rows did not succeed: see results.", told.len()));
    }
    if orders.not_looked_for() > 0 {
        warnings.push(format!(
            "{} orders were not looked for everywhere, and nothing was done for their rows: call again with these rows alone.",
            orders.not_looked_for()
        ));
    }
    warnings
}
