//! A new order, judged before anything is sent.

use serde_json::{Map, Value};

use crate::date::{Bound, told_moment};
use crate::identifier::{NOT_WHOLE, id_text, is_whole, tidy};
use crate::number::{NOT_KEPT, is_kept};
use crate::order::check;
use crate::order::merge::{Applied, NoteDefaults, compose};
use crate::order::ops::Destination;
use crate::problem::Problem;

mod copied;
mod essence;
#[cfg(test)]
mod tests;

use essence::DEFAULT_SOURCE;

/// What is to be created.
#[derive(Debug)]
pub struct NewOrder {
    /// What is sent, but for the folder.
    pub body: Map<String, Value>,
    /// Where it is to land.
    pub folder: Option<Destination>,
    /// What it can be found by.
    pub source: Option<Source>,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// What tells an imported order from every other.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The channel's own order id.
    pub id: String,
    /// The channel.
    pub name: String,
}

impl NewOrder {
    /// Judges the fields of a new order and lays them out as they are sent.
    ///
    /// # Errors
    /// Everything that is wrong, with JSON Pointers into the arguments.
    pub fn of(order: &Map<String, Value>, client_request_id: Option<&str>) -> Result<Self, Vec<Problem>> {
        let mut fields = order.clone();
        let carried = copied::carried(&fields);
        let is_of_another = copied::refuse_id(&mut fields);
        let taken_out = copied::take_out(&mut fields);
        let mut only_at_creation = OnlyAtCreation {
            fields,
            problems: is_of_another.into_iter().collect(),
            warnings: taken_out.into_iter().chain(carried).collect(),
        };
        let source_id = only_at_creation.source_id();
        let folder = only_at_creation.folder();
        let date_added = only_at_creation.date_added();
        let OnlyAtCreation {
            fields,
            mut problems,
            mut warnings,
        } = only_at_creation;
        if !client_request_id.is_none_or(is_name) {
            let message = "must be 8 to 64 letters, digits and . _ : -, such as a UUID";
            problems.push(Problem::new("/client_request_id", message));
        }
        let was_read = copied::was_read(order);
        check::new_order(&fields, "/order", &mut problems);
        if !problems.is_empty() {
            let undocumented = was_read.then(|| copied::undocumented(&problems)).flatten();
            return Err(undocumented.into_iter().chain(problems).collect());
        }
        let Applied {
            desired: mut body,
            warnings: remarks,
        } = compose(&fields, "/order", &NoteDefaults::default())?;
        warnings.extend(remarks);
        let source_id = source_id.or_else(|| client_request_id.map(str::to_owned));
        if let Some(id) = &source_id {
            body.insert("source_id".to_owned(), id.as_str().into());
        }
        if let Some(date) = date_added {
            body.insert("date_added".to_owned(), date.into());
        }
        let source_name = body.get("source_name").and_then(Value::as_str).unwrap_or_default();
        let name = if source_name.is_empty() {
            DEFAULT_SOURCE
        } else {
            source_name
        };
        let source = source_id.map(|id| Source {
            id,
            name: name.to_owned(),
        });
        Ok(Self {
            body,
            folder,
            source,
            warnings,
        })
    }

    /// What it says, however it is written: the same for orders that Order Desk would make no difference between.
    pub fn essence(&self) -> Value {
        essence::essence(&self.body)
    }
}

/// The fields that can be given when an order is created and never again: taken out, and judged for themselves.
struct OnlyAtCreation {
    fields: Map<String, Value>,
    problems: Vec<Problem>,
    warnings: Vec<String>,
}

impl OnlyAtCreation {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.shift_remove(name).filter(|value| !value.is_null())
    }

    fn fault<T>(&mut self, at: &str, message: &str) -> Option<T> {
        self.problems.push(Problem::new(at, message));
        None
    }

    fn source_id(&mut self) -> Option<String> {
        let given = self.take("source_id")?;
        let at = "/order/source_id";
        if let Value::Number(number) = &given
            && !is_kept(number)
        {
            return self.fault(at, NOT_KEPT);
        }
        match id_text(&given) {
            Some(id) if is_whole(&id) => Some(id),
            Some(_) => self.fault(at, NOT_WHOLE),
            None => self.fault(at, "must be the channel's own order id, as text, or be left out"),
        }
    }

    fn folder(&mut self) -> Option<Destination> {
        match (self.take("folder_id"), self.take("folder_name")) {
            (None, None) => None,
            (Some(id), None) => match id_text(&id).and_then(|id| id.parse().ok()) {
                Some(id) => Some(Destination::Id(id)),
                None => self.fault(
                    "/order/folder_id",
                    "must be a folder id: digits, as folders_list gives it; a name belongs into folder_name",
                ),
            },
            (None, Some(Value::String(name))) if !name.trim().is_empty() => {
                Some(Destination::Name(tidy(&name).to_owned()))
            }
            (None, Some(_)) => self.fault(
                "/order/folder_name",
                "must be a folder's name, as folders_list gives it",
            ),
            (Some(_), Some(_)) => self.fault("/order/folder_name", "cannot stand beside folder_id: give one of them"),
        }
    }

    fn date_added(&mut self) -> Option<String> {
        let given = self.take("date_added")?;
        let Some(Bound { sent, note }) = given.as_str().and_then(|text| told_moment("date_added", text)) else {
            let message = "must be a moment such as 2026-03-02T14:05:31Z or 2026-03-02 14:05:31, which is read as UTC";
            return self.fault("/order/date_added", message);
        };
        self.warnings.extend(note);
        Some(sent)
    }
}

/// Plain enough to be a `source_id` and to stand in a URL.
fn is_name(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'))
}
