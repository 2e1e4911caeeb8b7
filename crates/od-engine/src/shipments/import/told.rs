//! What became of each row of a table.

use std::collections::{BTreeMap, BTreeSet};

use od_record::id_text;
use od_record::pasted::{DayProblem, Note, Row, Tracking, Verdict};
use od_record::text::clean_text;
use serde_json::{Map, Value, json};

use super::matching::{Found, Orders};
use crate::parts::Record;
use crate::shipments::batch::{self, Ended};

mod lines;
mod reason;

use lines::{named, ranges};
pub(super) use reason::Reason;

/// How a row ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Added.
    Posted,
    /// In a dry run: it would be added.
    WouldPost,
    /// Of a parcel that an earlier line adds, or would add.
    SameParcel,
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
    fn is_added(self) -> bool {
        matches!(self, Self::Posted | Self::WouldPost)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::WouldPost => "would_post",
            Self::SameParcel => "same_parcel",
            Self::AlreadyThere => "already_there",
            Self::UnknownOrder => "unknown_order",
            Self::Ambiguous => "ambiguous",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
            Self::Unknown => "unknown",
        }
    }
}

/// What speaks against adding a row's parcel.
pub(super) struct Doubt {
    pub(super) reason: Reason,
    /// What in this very row.
    detail: Option<String>,
}

impl Doubt {
    pub(super) fn of(reason: Reason) -> Self {
        Self { reason, detail: None }
    }

    pub(super) fn because(reason: Reason, detail: String) -> Self {
        Self {
            reason,
            detail: Some(detail),
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
    pub(super) carrier: Option<String>,
    pub(super) service: Option<String>,
    /// What is in the parcel, as far as the shipment says so.
    pub(super) contents: Vec<String>,
    /// What its order has left beside it.
    pub(super) left: Vec<String>,
    /// The day it was sent, as the shipment gets it.
    pub(super) day: Option<String>,
    /// More about the reason.
    detail: Option<String>,
    state: State,
    reason: Option<String>,
    /// Whether it was to be added, and its batch or one before it failed.
    is_left: bool,
    /// What the reason and the notes are about, where they are codes.
    codes: Vec<Reason>,
    day_problem: Option<DayProblem>,
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
            carrier: carrier(row),
            service: row.service.clone(),
            contents: Vec::new(),
            left: Vec::new(),
            day: row.ship_date.map(|day| day.to_string()),
            detail: None,
            is_left: false,
            codes: Vec::new(),
            day_problem: row.day_problem,
            state: State::Skipped,
            reason: None,
            likely: tracking.map(|tracking| tracking.likely.clone()).unwrap_or_default(),
            notes,
        }
    }

    /// The same of a later row of the same parcel, which keeps what it says itself.
    pub(super) fn again_in(&self, later: &Self) -> Self {
        // What was accepted of it; and why it was not added, where the first one says why.
        let why = (!self.is_added()).then_some(self);
        let codes = later.codes.iter().chain(why.into_iter().flat_map(|first| &first.codes));
        let mut again = Self {
            line: later.line,
            order: later.order.clone(),
            notes: later.notes.clone(),
            codes: codes.copied().collect(),
            detail: later.detail.clone().or_else(|| why?.detail.clone()),
            contents: Vec::new(),
            left: Vec::new(),
            day_problem: later.day_problem,
            ..self.clone()
        };
        if again.state.is_added() {
            again.is(State::SameParcel, format!("the same parcel as in line {}", self.line));
        }
        again
    }

    pub(super) fn is(&mut self, state: State, reason: impl Into<String>) {
        self.state = state;
        self.reason = Some(reason.into());
    }

    /// Whether its parcel was added, or would be.
    pub(super) fn is_added(&self) -> bool {
        self.state.is_added()
    }

    /// Whether its parcel may be there, and it is not known with what in it.
    pub(super) fn may_be_there(&self) -> bool {
        self.is_added() || matches!(self.state, State::AlreadyThere | State::Unknown)
    }

    /// The order has its parcel, which `line` names.
    pub(super) fn is_there(&mut self, order: &Found, shipment: &Record, line: usize) {
        self.order_id = Some(order.id.as_str().to_owned());
        self.shipment_id = shipment.get("id").and_then(id_text);
        let reason = if line == self.line {
            "the order has a shipment with this tracking number".to_owned()
        } else {
            format!("of the parcel of line {line}, as it names none itself: the order has it")
        };
        self.is(State::AlreadyThere, reason);
    }

    /// The same with a reason that has a code.
    pub(super) fn is_for(&mut self, state: State, reason: Reason) {
        self.is(state, reason.code());
        self.codes.push(reason);
    }

    /// It is left until the caller has looked at it. The worst doubt is the reason, and its detail comes first.
    pub(super) fn waits(&mut self, mut doubts: Vec<Doubt>) {
        doubts.sort_by_key(|doubt| doubt.reason.rank());
        let Some((first, others)) = doubts.split_first() else {
            return;
        };
        self.is_for(State::Skipped, first.reason);
        self.detail.clone_from(&first.detail);
        self.accepted(others);
    }

    /// It was to be added, and was not.
    pub(super) fn left(&mut self, why: impl Into<String>) {
        self.is(State::Skipped, why);
        self.is_left = true;
    }

    /// The caller has looked at it.
    pub(super) fn accepted(&mut self, doubts: &[Doubt]) {
        self.codes.extend(doubts.iter().map(|doubt| doubt.reason));
        self.notes.extend(doubts.iter().map(|doubt| doubt.reason.code()));
        for detail in doubts.iter().filter_map(|doubt| doubt.detail.clone()) {
            self.more(detail);
        }
    }

    /// More of what is to be known of it.
    pub(super) fn more(&mut self, detail: String) {
        self.detail = Some(match self.detail.take() {
            Some(before) => format!("{before}; {detail}"),
            None => detail,
        });
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
        if !matches!(self.state, State::Posted | State::Unknown) {
            // Nothing of it was sent.
            self.contents.clear();
        }
        if ended.is_overtaken {
            self.is_for(State::Refused, Reason::Overtaken);
            self.more(ended.message.to_owned());
        }
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
        put(
            "carrier_code",
            self.carrier.as_deref().map(|carrier| clean_text(carrier).into()),
        );
        put(
            "shipment_method",
            self.service.as_deref().map(|service| clean_text(service).into()),
        );
        let contents: Vec<_> = self.contents.iter().map(|item| clean_text(item)).collect();
        put("contents", (!contents.is_empty()).then(|| json!(contents)));
        let left: Vec<_> = self.left.iter().map(|item| clean_text(item)).collect();
        put("left", (!left.is_empty()).then(|| json!(left)));
        put("date_shipped", self.day.as_deref().map(Value::from));
        put("reason", self.reason.as_deref().map(|reason| clean_text(reason).into()));
        put("detail", self.detail.as_deref().map(|detail| clean_text(detail).into()));
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
        .collect::<Map<_, _>>()
        .into()
}

/// Which lines ended in which way: every row is named here, also where a long table's results have no room.
pub(super) fn lines(told: &[Told]) -> Value {
    let states: BTreeSet<State> = told.iter().map(|row| row.state).collect();
    let of = |state: State| {
        let rows = told.iter().map(|row| (row.line, row.state == state));
        ranges(rows).join(", ").into()
    };
    states
        .into_iter()
        .map(|state| (state.as_str().to_owned(), of(state)))
        .collect::<Map<_, _>>()
        .into()
}

/// What the codes in the results mean, and what to do.
pub(super) fn reasons(told: &[Told]) -> Value {
    let codes = told.iter().flat_map(|row| &row.codes);
    let mut reasons: Map<String, Value> = codes
        .map(|reason| (reason.code().to_owned(), reason.advice().into()))
        .collect();
    for problem in told.iter().filter_map(|row| row.day_problem) {
        let said = match problem {
            DayProblem::Ambiguous => "No row of the column tells day from month: write days as 2026-11-20.",
            DayProblem::Unreadable => "This is no day: write days as 2026-11-20.",
        };
        reasons.insert(problem.as_str().to_owned(), said.into());
    }
    reasons.into()
}

pub(super) fn warnings(told: &[Told], orders: &Orders, is_dry: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    let lines_of = |is_such: &dyn Fn(&Told) -> bool| -> Vec<(usize, bool)> {
        told.iter().map(|row| (row.line, is_such(row))).collect()
    };
    let count = |is_such: &dyn Fn(&Told) -> bool| told.iter().filter(|row| is_such(row)).count();
    let waits =
        |row: &Told| row.state == State::Skipped && !row.is_left && row.codes.iter().any(|reason| reason.waits());
    let waiting = count(&waits);
    if waiting > 0 {
        warnings.push(format!(
            "Rows that wait for you: {waiting} ({}). Their results have the reason, and reasons says what it means. Look at them, then \
             call again with accept_warnings; what is there already is not added twice.",
            named(lines_of(&waits).into_iter())
        ));
    }
    let differs = |row: &Told| row.codes.contains(&Reason::ContentsDiffer);
    let differing = count(&differs);
    if differing > 0 {
        warnings.push(format!(
            "Rows whose parcel the order has with other contents than they say: {differing} ({}). Nothing was done for them, and \
             accept_warnings does nothing either: see their detail.",
            named(lines_of(&differs).into_iter())
        ));
    }
    let is_failed = |row: &Told| {
        !row.state.is_added() && !matches!(row.state, State::SameParcel | State::AlreadyThere | State::Skipped)
    };
    let failed = count(&is_failed);
    if failed > 0 {
        warnings.push(format!(
            "{failed} of {} rows did not succeed ({}): see results.",
            told.len(),
            named(lines_of(&is_failed).into_iter())
        ));
    }
    let left = count(&|row| row.is_left);
    if left > 0 {
        warnings.push(format!(
            "Rows that were not added, because a batch failed: {left} ({}). Call again with the same table; what is there already is \
             not added twice.",
            named(lines_of(&|row| row.is_left).into_iter())
        ));
    }
    let dayless = count(&|row| row.state.is_added() && row.day_problem.is_some());
    if dayless > 0 {
        let (are, takes) = if is_dry {
            ("would be", "would take")
        } else {
            ("were", "takes")
        };
        warnings.push(format!(
            "Shipments that {are} added without the day that the table gives them, because it cannot be told: {dayless}. Order Desk \
             {takes} the day of the call for them."
        ));
    }
    if orders.not_looked_for() > 0 {
        warnings.push(format!(
            "{} orders were not looked for everywhere, and nothing was done for their rows: call again with these rows alone.",
            orders.not_looked_for()
        ));
    }
    warnings
}

/// Who carries: as the row says, or the only one who uses the number's form.
fn carrier(row: &Row) -> Option<String> {
    let of_number = |tracking: &Tracking| match tracking.carriers[..] {
        [carrier] => Some(carrier.to_owned()),
        _ => None,
    };
    row.carrier
        .clone()
        .or_else(|| row.tracking.as_ref().and_then(of_number))
}
