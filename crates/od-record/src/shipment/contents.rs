//! What of an order is in its parcels. Order Desk checks nothing of it: a parcel with lines of another order, or with more
//! pieces than were ordered, is taken, and the customer gets its mail.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::identifier::{bare_id, differs_in_case, id_text, same_id, same_identifier};
use crate::number;
use crate::problem::{Problem, below};

#[cfg(test)]
mod tests;

/// The member of a shipment that says what it holds.
pub(super) const CONTENTS: &str = "order_items";

/// Whether a shipment says what of the order it holds.
pub fn names_contents(shipment: &Map<String, Value>) -> bool {
    match shipment.get(CONTENTS) {
        Some(Value::Array(entries)) => !entries.is_empty(),
        Some(Value::Object(entries)) => !entries.is_empty(),
        _ => false,
    }
}

/// Whether a shipment would hold what it holds already, in whatever sequence and spelling.
pub fn same_contents(now: &Map<String, Value>, given: &Map<String, Value>) -> bool {
    let said = |shipment: &Map<String, Value>| {
        let mut said: BTreeMap<(Option<String>, Option<String>), i64> = BTreeMap::new();
        for Entry { id, code, quantity } in entries(shipment.get(CONTENTS)) {
            let id = id.map(|id| bare_id(&id).to_owned());
            let code = code.filter(|_| id.is_none());
            let held = said.entry((id, code)).or_default();
            *held = held.saturating_add(quantity);
        }
        said
    };
    now.get(CONTENTS) == given.get(CONTENTS) || (names_contents(given) && said(now) == said(given))
}

/// An order as far as its parcels are concerned.
#[derive(Clone, Debug, Default)]
pub struct Packing {
    lines: Vec<Line>,
    /// Ids of shipments that do not say what they hold.
    unsaid: Vec<String>,
}

/// A line of an order.
#[derive(Clone, Debug)]
pub struct Line {
    /// Order Desk's id.
    pub id: String,
    /// Of the item; may be empty.
    pub code: String,
    /// Nothing when the order does not say it as a whole number.
    pub ordered: Option<i64>,
    /// How many are in shipments that say so.
    pub packed: i64,
    /// Whether it goes in a parcel: what is downloaded does not.
    pub is_sent: bool,
}

impl Line {
    /// Its code, or else its id.
    pub fn called(&self) -> &str {
        if self.code.is_empty() { &self.id } else { &self.code }
    }

    /// How many are in no shipment that says what it holds.
    pub fn left(&self) -> Option<i64> {
        Some(self.ordered?.saturating_sub(self.packed).max(0))
    }
}

/// How many of something a shipment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The line of the order; nothing where it is none.
    pub line: Option<String>,
    /// The line's code, or else its id; where it is no line, what the shipment calls it.
    pub code: String,
    /// How many pieces.
    pub quantity: i64,
}

/// An entry of a shipment's contents.
struct Entry {
    id: Option<String>,
    code: Option<String>,
    quantity: i64,
}

impl Packing {
    /// What the lines of an order leave beside its shipments.
    pub fn of<'a>(
        lines: impl IntoIterator<Item = &'a Map<String, Value>>,
        shipments: impl IntoIterator<Item = &'a Map<String, Value>>,
    ) -> Self {
        let lines = lines.into_iter().filter_map(|line| {
            Some(Line {
                id: line.get("id").and_then(id_text)?,
                code: line.get("code").and_then(id_text).unwrap_or_default(),
                ordered: line.get("quantity").and_then(whole),
                packed: 0,
                is_sent: is_sent(line),
            })
        });
        let mut packing = Self {
            lines: lines.collect(),
            unsaid: Vec::new(),
        };
        for shipment in shipments {
            packing.add(shipment);
        }
        packing
    }

    /// Counts another shipment.
    pub fn add(&mut self, shipment: &Map<String, Value>) {
        if !names_contents(shipment) {
            self.unsaid.extend(shipment.get("id").and_then(id_text));
            return;
        }
        for entry in entries(shipment.get(CONTENTS)) {
            if let Some(line) = self.line(&entry) {
                let packed = &mut self.lines[line].packed;
                *packed = packed.saturating_add(entry.quantity);
            }
        }
    }

    /// Counts a shipment that does not say what it holds; what it is called.
    pub fn add_unsaid(&mut self, name: String) {
        self.unsaid.push(name);
    }

    /// The lines of the order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Ids of shipments that do not say what they hold.
    pub fn unsaid(&self) -> &[String] {
        &self.unsaid
    }

    /// What of the order is in no shipment yet, as `2 of MUG`: nothing where that cannot be known, because a shipment does not say
    /// what it holds or a line how many were ordered.
    pub fn rest(&self) -> Option<Vec<String>> {
        if !self.unsaid.is_empty() {
            return None;
        }
        let mut rest = Vec::new();
        for line in self.lines.iter().filter(|line| line.is_sent) {
            let left = line.left()?;
            if left > 0 {
                rest.push(format!("{left} of {}", line.called()));
            }
        }
        Some(rest)
    }

    /// What a shipment holds, each line once.
    pub fn held(&self, shipment: &Map<String, Value>) -> Vec<Held> {
        let mut all: Vec<Held> = Vec::new();
        for entry in entries(shipment.get(CONTENTS)) {
            let line = self.line(&entry).map(|at| &self.lines[at]);
            let called = || entry.code.clone().or_else(|| entry.id.clone()).unwrap_or_default();
            let code = line.map_or_else(called, |line| line.called().to_owned());
            let id = line.map(|line| line.id.clone());
            match all.iter_mut().find(|held| held.line == id && held.code == code) {
                Some(held) => held.quantity = held.quantity.saturating_add(entry.quantity),
                None => all.push(Held {
                    line: id,
                    code,
                    quantity: entry.quantity,
                }),
            }
        }
        all
    }

    /// The lines of an item: those with this code to the letter, or else in other letters, capital or small.
    pub fn of_code(&self, code: &str) -> Vec<&Line> {
        let exact: Vec<&Line> = self
            .lines
            .iter()
            .filter(|line| same_identifier(&line.code, code))
            .collect();
        if exact.is_empty() {
            self.lines
                .iter()
                .filter(|line| differs_in_case(&line.code, code))
                .collect()
        } else {
            exact
        }
    }

    /// Everything that a shipment, which stands at `at` in the arguments, holds and the order does not leave.
    pub fn judge(&self, shipment: &Map<String, Value>, allow_excess: bool, at: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wanted: BTreeMap<usize, i64> = BTreeMap::new();
        let at = below(at, CONTENTS);
        for (index, entry) in entries(shipment.get(CONTENTS)).into_iter().enumerate() {
            let at = below(&at, index);
            let Some(line) = self.line(&entry) else {
                problems.push(Problem::new(
                    below(&at, "id"),
                    format!("is no line of this order; {}", self.listed()),
                ));
                continue;
            };
            let before = wanted.entry(line).or_default();
            *before = before.saturating_add(entry.quantity);
            let (Some(ordered), Some(left)) = (self.lines[line].ordered, self.lines[line].left()) else {
                continue;
            };
            let packed = self.lines[line].packed;
            if !allow_excess && packed.saturating_add(*before) > ordered {
                problems.push(Problem::new(
                    below(&at, "quantity"),
                    format!(
                        "is more than is left of this line: {ordered} were ordered, {packed} are in other shipments, \
                         {left} are left. allow_excess: true takes more"
                    ),
                ));
            }
        }
        problems
    }

    /// What cannot be known of what is left.
    pub fn doubt(&self) -> Option<String> {
        (!self.unsaid.is_empty()).then(|| {
            format!(
                "Shipments that do not say what they hold were not counted; each may hold the whole order: {}.",
                self.unsaid.join(", ")
            )
        })
    }

    fn line(&self, entry: &Entry) -> Option<usize> {
        match (&entry.id, &entry.code) {
            (Some(id), _) => self.lines.iter().position(|line| same_id(&line.id, id)),
            (None, Some(code)) => self.lines.iter().position(|line| same_identifier(&line.code, code)),
            (None, None) => None,
        }
    }

    fn listed(&self) -> String {
        /// Enough to choose from.
        const SHOWN: usize = 20;
        let ids: Vec<&str> = self.lines.iter().take(SHOWN).map(|line| line.id.as_str()).collect();
        match ids.as_slice() {
            [] => "the order has no lines".to_owned(),
            ids if self.lines.len() > SHOWN => {
                format!("the order's {} lines begin with {}", self.lines.len(), ids.join(", "))
            }
            ids => format!("the order's lines are {}", ids.join(", ")),
        }
    }
}

/// Order Desk gives contents as a list or as an object of entries, by place or by id.
fn entries(contents: Option<&Value>) -> Vec<Entry> {
    match contents {
        Some(Value::Array(entries)) => entries.iter().map(|entry| read(None, entry)).collect(),
        Some(Value::Object(entries)) => entries.iter().map(|(key, entry)| read(Some(key), entry)).collect(),
        _ => Vec::new(),
    }
}

fn read(key: Option<&str>, entry: &Value) -> Entry {
    let Some(members) = entry.as_object() else {
        // `{"301": 2}`
        return Entry {
            id: key.map(str::to_owned),
            code: None,
            quantity: whole(entry).unwrap_or(1),
        };
    };
    let text = |name: &str| members.get(name).and_then(id_text);
    Entry {
        id: text("id"),
        code: text("code"),
        quantity: members.get("quantity").and_then(whole).unwrap_or(1),
    }
}

/// What is downloaded, or comes later, goes in no parcel.
fn is_sent(line: &Map<String, Value>) -> bool {
    matches!(
        line.get("delivery_type").and_then(id_text).as_deref(),
        None | Some("" | "ship")
    )
}

fn whole(value: &Value) -> Option<i64> {
    number::canonical(value)?.parse().ok()
}
