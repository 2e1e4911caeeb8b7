//! Where public knowledge ends, a choice: every guess that can be switched, with what it rests on.

#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::{Map, Value};

/// A choice as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// As in `--choice NAME=VALUE`.
    pub name: &'static str,
    /// Whether it is on.
    pub value: bool,
    /// How it stands when nobody chose.
    pub default: bool,
    /// What happens when it is on.
    pub about: &'static str,
    /// What is known, and from where.
    pub source: &'static str,
}

/// Why a choice was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// There is none of that name.
    #[error("there is no choice {name:?}; there are: {}", Choices::names().collect::<Vec<_>>().join(", "))]
    Unknown {
        /// What was given.
        name: String,
    },
    /// A choice is on or off.
    #[error("{name} is on or off, not {value}")]
    Value {
        /// The choice.
        name: &'static str,
        /// What was given, as JSON or as it was written.
        value: String,
    },
    /// Not `NAME=VALUE`.
    #[error("{0:?} is not NAME=on or NAME=off")]
    Form(String),
}

/// A row of the table below.
struct Row {
    name: &'static str,
    about: &'static str,
    default: bool,
    source: &'static str,
    get: fn(&Choices) -> bool,
    set: fn(&mut Choices, bool),
}

macro_rules! choices {
    ($($(#[doc = $about:literal])+ $name:ident = $default:literal, $source:literal;)+) => {
        /// Where public knowledge ends, a choice: each default is the likelier reading, or the harsher one where both
        /// are as likely.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Choices {
            $($(#[doc = $about])+ pub $name: bool,)+
        }

        impl Default for Choices {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        const ROWS: &[Row] = &[$(Row {
            name: stringify!($name),
            about: concat!($($about),+),
            default: $default,
            source: $source,
            get: |choices| choices.$name,
            set: |choices, value| choices.$name = value,
        },)+];
    };
}

choices! {
    /// A GET with `Content-Type` or `Content-Length` is refused (one with a body always is).
    strict_get = false,
        "API reference, invalid requests; its own samples and the official PHP client send one all the same";
    /// `X-HTTP-Method-Override` on a POST is honoured.
    method_override = true, "API reference of 2018, samples; no known client uses it";
    /// An order upload without the key `order_items` removes every item instead of leaving them alone.
    put_without_items_removes = false, "API reference: what is left out is blanked, but items \"may be passed in as well\"";
    /// An order upload with another `folder_id` moves the order, whose rules run, instead of being ignored.
    put_moves_folder = true, "two production clients move orders so; one tool's notes say the folder stays";
    /// An order upload leaves an entry in the order's history.
    put_writes_history = true, "one production client tells that edits stand in the history; the texts are unknown";
    /// An order upload that leaves nobody's name, `{}` above all, blanks the order instead of being refused.
    put_blanks_names = true, "API reference: what is left out is blanked; a create without a name is refused";
    /// An order upload without `cc_number` blanks the card's digits, also when nothing else changed.
    put_blanks_card_digits = true, "API reference: written as cc_number, read as cc_number_masked; nobody tells more";
    /// An order upload may change `source_id`.
    put_changes_source_id = false, "API reference flags the field writable and read-only";
    /// An order upload that changes an address runs the rules on address changes.
    put_runs_address_rules = true, "one production client expects it";
    /// Creating an order takes flat names, `customer_first_name`, beside the nested ones.
    flat_names_on_create = false, "API reference prints them flat, and Pipedream sends them; all other clients nest them";
    /// Creating an order in an unknown folder is refused instead of using the first folder.
    refuse_unknown_folder = false, "nothing is known";
    /// An order that was imported before is told as `status: "error"` inside HTTP 200 instead of HTTP 400.
    duplicate_order_is_200 = false, "that it is refused and named is known from one tool; the HTTP status from nobody";
    /// Creates answer 201 instead of 200.
    created_is_201 = true, "one client demands 201 for inventory items, others take both";
    /// Name, address and phone filters match parts of the value instead of all of it (never minding case).
    substring_search = false, "nothing is known";
    /// `search` on the list of orders looks for a text in ids, e-mail addresses and names instead of being ignored.
    order_search = false, "undocumented; one production client looks orders up by it and checks what it gets";
    /// End dates include the second they name.
    end_dates_include = false, "an old sample describes them as exclusive";
    /// A `limit` above 500 is refused instead of being cut.
    refuse_large_limit = false, "API reference gives the maximum and no consequence";
    /// `get_order_history` also works on a single order.
    history_on_single_read = true, "offered by one tool; documented for lists only";
    /// `X-Retry-After` has decimals instead of being a whole number.
    decimal_retry_after = true, "help article 914 shows no value; production clients differ in how they read it";
    /// A call that is refused for want of tokens costs one too.
    refused_call_costs_token = false, "nothing is known";
    /// Inventory filtered by code tells `total_records: "0"` in spite of its rows.
    untrue_inventory_total = false, "recorded by one client";
    /// `GET /store` gives the store id as a number instead of text.
    numeric_store_id = false, "API reference has text, one recorded reply a number";
    /// Order ids have ten digits, beyond 2^32; holds for a store when it is seeded, at the start and by a reset.
    ten_digit_ids = false, "a live store of 2026; the reference's samples have fewer";
    /// Posted orders carry `X-ORDER-DESK-APPOINTMENT-ID`.
    webhook_appointment_id = true, "one client reads it";
}

impl Choices {
    /// The names there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ROWS.iter().map(|row| row.name)
    }

    /// All choices as they stand.
    pub fn list(&self) -> Vec<Choice> {
        let stands = |row: &Row| Choice {
            name: row.name,
            value: (row.get)(self),
            default: row.default,
            about: row.about.trim(),
            source: row.source,
        };
        ROWS.iter().map(stands).collect()
    }

    /// Makes a choice written as `NAME=on` or `NAME=off`; `true` and `false` say the same.
    pub fn assign(&mut self, text: &str) -> Result<(), ChoiceError> {
        let (name, value) = text.split_once('=').ok_or_else(|| ChoiceError::Form(text.to_owned()))?;
        let row = row(name.trim())?;
        let value = value.trim();
        let on = word(value).ok_or_else(|| ChoiceError::Value {
            name: row.name,
            value: format!("{value:?}"),
        })?;
        (row.set)(self, on);
        Ok(())
    }

    /// Makes the choices of a JSON object `{"NAME": true}` or `{"NAME": "on"}`, all or none.
    pub(crate) fn assign_all(&mut self, given: &Map<String, Value>) -> Result<(), ChoiceError> {
        let mut chosen = *self;
        for (name, value) in given {
            let row = row(name)?;
            let on = value.as_bool().or_else(|| word(value.as_str()?));
            let on = on.ok_or_else(|| ChoiceError::Value {
                name: row.name,
                value: format!("{value} (in JSON: true or false, \"on\" or \"off\")"),
            })?;
            (row.set)(&mut chosen, on);
        }
        *self = chosen;
        Ok(())
    }
}

/// Whether a word makes a choice, and which.
fn word(text: &str) -> Option<bool> {
    match text {
        "on" | "true" => Some(true),
        "off" | "false" => Some(false),
        _ => None,
    }
}

fn row(name: &str) -> Result<&'static Row, ChoiceError> {
    let found = ROWS.iter().find(|row| row.name == name);
    found.ok_or_else(|| ChoiceError::Unknown { name: name.to_owned() })
}
