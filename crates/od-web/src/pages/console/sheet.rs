//! What a person fills in for one tool: as fields, or as JSON.

use od_engine::redact::is_secret;
use serde_json::{Map, Value};

use super::fields::{Field, STORE, arguments, fields, takes_store};
use crate::{Desk, Tool, parameters::Parameters, problem::Problems};

/// How arguments are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Form,
    Json,
}

impl View {
    pub fn of(text: &str) -> Self {
        if text == "json" { Self::Json } else { Self::Form }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Json => "json",
        }
    }
}

/// The field in which arguments are written as JSON.
const JSON: &str = "json";

/// A tool with what was filled in for it.
pub struct Sheet {
    pub tool: Tool,
    pub view: View,
    pub fields: Vec<Field>,
    /// The same as JSON.
    pub json: String,
}

/// The arguments of a sheet, or why there are none.
pub type Read = Result<Map<String, Value>, String>;

impl Sheet {
    /// With these arguments; the one of the store stands in a field of its own.
    pub fn filled(tool: Tool, view: View, arguments: &Map<String, Value>) -> Self {
        let mut fields = fields(&tool);
        for field in &mut fields {
            field.fill(arguments.get(&field.name));
        }
        let shown = arguments.iter().filter(|(name, _)| *name != STORE && !is_secret(name));
        let shown: Map<String, Value> = shown.map(|(name, value)| (name.clone(), value.clone())).collect();
        Self {
            tool,
            view,
            fields,
            json: format!("{:#}", Value::Object(shown)),
        }
    }

    /// As it was sent, with its arguments in the spelling of the tool's schema.
    pub fn typed(desk: &Desk, tool: Tool, form: &Parameters) -> (Self, Read) {
        match View::of(form.first("view").unwrap_or_default()) {
            View::Form => {
                let mut fields = fields(&tool);
                for field in &mut fields {
                    field.type_in(form.first(&field.input()));
                }
                let read = (desk.meant)(&tool.name, arguments(&fields));
                let mut sheet = Self::filled(tool, View::Form, &read);
                sheet.fields = fields;
                (sheet, Ok(read))
            }
            View::Json => {
                let text = form.first(JSON).unwrap_or("{}").replace("\r\n", "\n");
                let read = (desk.read)(&text).map(|arguments| (desk.meant)(&tool.name, arguments));
                let mut sheet = Self::filled(tool, View::Json, read.as_ref().unwrap_or(&Map::new()));
                // As it was typed, unless it may hold what is never shown again.
                let holds_secrets = || sheet.fields.iter().any(|field| is_secret(&field.name));
                if !holds_secrets() {
                    sheet.json = text;
                }
                (sheet, read)
            }
        }
    }

    pub fn is_json(&self) -> bool {
        self.view == View::Json
    }

    pub fn takes_store(&self) -> bool {
        takes_store(&self.tool)
    }

    /// Puts what is wrong with the arguments beside their fields. `path` is a JSON Pointer.
    pub fn problem(&mut self, problems: &mut Problems, path: &str, message: &str) {
        let path = path.trim_start_matches('/');
        let (name, within) = path.split_once('/').unwrap_or((path, ""));
        let place = match self.fields.iter().find(|field| field.name == name) {
            _ if name == STORE => STORE.to_owned(),
            _ if self.is_json() => JSON.to_owned(),
            Some(field) => field.input(),
            None => String::new(),
        };
        let subject = match (name, within) {
            ("", _) => "The arguments".to_owned(),
            (name, "") => self.called(name),
            (name, within) => format!("{}, at {within},", self.called(name)),
        };
        problems.add(&place, format!("{subject} {message}."));
    }

    fn called(&self, name: &str) -> String {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map_or_else(|| name.replace('_', " "), |field| field.label.clone())
    }
}
