//! Typed operations on an order, and how they are read from a caller's JSON.

use serde_json::{Map, Value};

use crate::identifier::{id_text, tidy};
use crate::names::{NameOf, meant};
use crate::problem::{Problem, SUGGESTED, below};

#[cfg(test)]
mod tests;

/// One step of a change. Steps are applied in order, all of them or none.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// `set_fields`: changes the named fields, under the same merge law as a mutation.
    SetFields {
        /// Order fields by name.
        fields: Map<String, Value>,
    },
    /// `update_address`: changes the named parts of one address.
    UpdateAddress {
        /// Which one.
        address_type: AddressType,
        /// Parts of it by name.
        address: Map<String, Value>,
    },
    /// `add_items`: adds lines, also when the order has a line with the same code.
    AddItems {
        /// The lines; each needs a name.
        items: Vec<Map<String, Value>>,
    },
    /// `update_items`: changes lines, each named by `id` or by a `code` that only one line has.
    UpdateItems {
        /// What to change, beside `id` or `code`.
        items: Vec<Map<String, Value>>,
    },
    /// `remove_items`: removes lines.
    RemoveItems {
        /// Their ids.
        item_ids: Vec<String>,
    },
    /// `add_note`: appends a note unless the order has one with that text.
    AddNote {
        /// The text, at most 1800 characters.
        content: String,
        /// Who signs it.
        username: Option<String>,
    },
    /// `remove_note`: takes one note back.
    RemoveNote {
        /// Its text, as it was read.
        content: String,
        /// Its place among the notes as they were read, counted from 0; needed where several have that text.
        index: Option<usize>,
    },
    /// `set_checkout_data`: sets the named keys, removes those set to null, keeps the others.
    SetCheckoutData {
        /// Values by label.
        values: Map<String, Value>,
    },
    /// `set_order_metadata`: sets the named keys, removes those set to null, keeps the others.
    SetOrderMetadata {
        /// Values by key.
        values: Map<String, Value>,
    },
    /// `set_discounts`: replaces the list of discounts.
    SetDiscounts {
        /// All discounts the order shall have.
        discounts: Vec<Map<String, Value>>,
    },
    /// `move_folder`: moves the order, after everything else, through Order Desk's own move.
    MoveFolder(Destination),
}

/// One of an order's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressType {
    /// Where the order goes.
    Shipping,
    /// Who ordered.
    Customer,
    /// Where returns go.
    ReturnAddress,
}

impl AddressType {
    pub(super) const ALL: [(&str, Self); 3] = [
        ("shipping", Self::Shipping),
        ("customer", Self::Customer),
        ("return_address", Self::ReturnAddress),
    ];

    /// The order field that holds it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Shipping => "shipping",
            Self::Customer => "customer",
            Self::ReturnAddress => "return_address",
        }
    }

    /// The address type of that name.
    pub fn from_field(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(field, _)| *field == name)
            .map(|(_, kind)| kind)
    }
}

/// Where an order is moved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The folder's id.
    Id(u64),
    /// The folder's exact name.
    Name(String),
}

const DESTINATION_ID: &str = "destination_folder_id";
const DESTINATION_NAME: &str = "destination_folder_name";

/// Every operation with its arguments.
const ARGUMENTS: &[(&str, &[&str])] = &[
    ("set_fields", &["fields"]),
    ("update_address", &["address_type", "address"]),
    ("add_items", &["items"]),
    ("update_items", &["items"]),
    ("remove_items", &["item_ids"]),
    ("add_note", &["content", "username"]),
    ("remove_note", &["content", "index"]),
    ("set_checkout_data", &["values"]),
    ("set_order_metadata", &["values"]),
    ("set_discounts", &["discounts"]),
    ("move_folder", &[DESTINATION_ID, DESTINATION_NAME]),
];

impl Op {
    /// How callers name the operations.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        ARGUMENTS.iter().map(|(name, _)| *name)
    }

    /// Reads an operation's shape. Adds every fault to `problems` and returns `None` when there is one; the contents of
    /// records and lists are judged later, with [`Change::problems`](super::Change::problems).
    pub(super) fn parse(value: &Value, at: &str, problems: &mut Vec<Problem>) -> Option<Self> {
        let Some(map) = value.as_object() else {
            problems.push(Problem::new(at, "must be an object with a member op"));
            return None;
        };
        let op = match map.get("op") {
            Some(Value::String(op)) => op.as_str(),
            given => {
                let fault = if given.is_some() { "must be text" } else { "is missing" };
                let all = Self::names().collect::<Vec<_>>().join(", ");
                problems.push(Problem::new(below(at, "op"), format!("{fault}: one of {all}")));
                return None;
            }
        };
        let Some((_, allowed)) = ARGUMENTS.iter().find(|(name, _)| *name == op) else {
            let meant = meant(op, NameOf::Operation, Self::names());
            let word = meant.word.map_or_else(String::new, |word| format!(": {word}"));
            let all = Self::names().collect::<Vec<_>>().join(", ");
            let problem = Problem::new(below(at, "op"), format!("is not an operation{word}; allowed are {all}"));
            problems.push(problem.suggest(meant.name));
            return None;
        };
        let faults_before = problems.len();
        let mut arguments = Arguments { at, map, problems };
        arguments.refuse_unknown(op, allowed);
        let parsed = arguments.read(op);
        parsed.filter(|_| problems.len() == faults_before)
    }
}

/// Reads members of one operation and notes what is wrong with them.
struct Arguments<'a> {
    at: &'a str,
    map: &'a Map<String, Value>,
    problems: &'a mut Vec<Problem>,
}

impl Arguments<'_> {
    fn read(&mut self, op: &str) -> Option<Op> {
        Some(match op {
            "set_fields" => Op::SetFields {
                fields: self.object("fields")?,
            },
            "update_address" => {
                let (address_type, address) = (self.address_type(), self.object("address"));
                Op::UpdateAddress {
                    address_type: address_type?,
                    address: address?,
                }
            }
            "add_items" => Op::AddItems {
                items: self.objects("items")?,
            },
            "update_items" => Op::UpdateItems {
                items: self.objects("items")?,
            },
            "remove_items" => Op::RemoveItems {
                item_ids: self.ids("item_ids")?,
            },
            "add_note" => {
                let (content, username) = (self.text("content"), self.optional_text("username"));
                Op::AddNote {
                    content: content?,
                    username,
                }
            }
            "remove_note" => {
                let (content, index) = (self.text("content"), self.optional_place("index"));
                Op::RemoveNote {
                    content: content?,
                    index,
                }
            }
            "set_checkout_data" => Op::SetCheckoutData {
                values: self.object("values")?,
            },
            "set_order_metadata" => Op::SetOrderMetadata {
                values: self.object("values")?,
            },
            "set_discounts" => Op::SetDiscounts {
                discounts: self.objects("discounts")?,
            },
            "move_folder" => Op::MoveFolder(self.destination()?),
            _ => return None,
        })
    }

    fn refuse_unknown(&mut self, op: &str, allowed: &[&str]) {
        for name in self
            .map
            .keys()
            .filter(|name| *name != "op" && !allowed.contains(&name.as_str()))
        {
            let message = format!("is not an argument of {op}, which takes {}", allowed.join(", "));
            let is_looked_for = self.problems.len() < SUGGESTED;
            let meant = is_looked_for.then(|| meant(name, NameOf::Argument, allowed.iter().copied()));
            let problem = Problem::new(below(self.at, name), message);
            self.problems.push(problem.suggest(meant.and_then(|meant| meant.name)));
        }
    }

    fn fault<T>(&mut self, name: &str, message: &str) -> Option<T> {
        let fault = if self.map.contains_key(name) {
            message.to_owned()
        } else {
            format!("is missing: it {message}")
        };
        self.problems.push(Problem::new(below(self.at, name), fault));
        None
    }

    fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        match self.map.get(name) {
            Some(Value::Object(map)) => Some(map.clone()),
            _ => self.fault(name, "must be an object"),
        }
    }

    fn objects(&mut self, name: &str) -> Option<Vec<Map<String, Value>>> {
        match self.map.get(name) {
            Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
                Some(list.iter().filter_map(Value::as_object).cloned().collect())
            }
            _ => self.fault(name, "must be a list of objects"),
        }
    }

    fn ids(&mut self, name: &str) -> Option<Vec<String>> {
        let ids = match self.map.get(name) {
            Some(Value::Array(list)) if !list.is_empty() => list.iter().map(id_text).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        ids.or_else(|| self.fault(name, "must be a list of ids, with at least one"))
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.map.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => self.fault(name, "must be text"),
        }
    }

    fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => self.text(name),
        }
    }

    fn optional_place(&mut self, name: &str) -> Option<usize> {
        match self.map.get(name) {
            None | Some(Value::Null) => None,
            Some(given) => {
                let place = id_text(given).and_then(|digits| digits.parse().ok());
                place.or_else(|| self.fault(name, "must be a place in the list, counted from 0"))
            }
        }
    }

    fn address_type(&mut self) -> Option<AddressType> {
        let Some(Value::String(given)) = self.map.get("address_type") else {
            return self.fault("address_type", "must be one of shipping, customer, return_address");
        };
        AddressType::from_field(given).or_else(|| {
            let suggestion = meant(given, NameOf::Order, AddressType::ALL.map(|(name, _)| name)).name;
            let message = "must be one of shipping, customer, return_address";
            self.problems
                .push(Problem::new(below(self.at, "address_type"), message).suggest(suggestion));
            None
        })
    }

    fn destination(&mut self) -> Option<Destination> {
        match (self.map.get(DESTINATION_ID), self.map.get(DESTINATION_NAME)) {
            (Some(id), None) => match id_text(id).and_then(|id| id.parse().ok()) {
                Some(id) => Some(Destination::Id(id)),
                None => self.fault(DESTINATION_ID, "must be a folder id: digits"),
            },
            (None, Some(Value::String(name))) if !name.trim().is_empty() => {
                Some(Destination::Name(tidy(name).to_owned()))
            }
            (None, Some(_)) => self.fault(DESTINATION_NAME, "must be a folder's name"),
            (None, None) | (Some(_), Some(_)) => {
                let message = format!("needs exactly one of {DESTINATION_ID} and {DESTINATION_NAME}");
                self.problems.push(Problem::new(self.at, message));
                None
            }
        }
    }
}
