//! TOML, as Codex has it.

use serde_json::{Map, Number, Value};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value as Written};

/// A text that was understood.
pub struct Document {
    tree: DocumentMut,
    value: Map<String, Value>,
}

impl Document {
    /// Understands a text, an empty one as a file that says nothing yet.
    ///
    /// # Errors
    /// Why it cannot be changed.
    pub fn parse(text: &str) -> Result<Self, String> {
        // The library's message quotes the line, which may hold a secret.
        let tree: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            let line = error.span().map_or_else(String::new, |span| {
                format!(
                    " near line {}",
                    text[..span.start.min(text.len())].matches('\n').count() + 1
                )
            });
            format!("it is not TOML{line}")
        })?;
        if tree.to_string() != text {
            return Err("it has parts that would be written differently".to_owned());
        }
        let value = members(tree.as_table());
        Ok(Self { tree, value })
    }

    /// What it says. Times are texts here: they are none of ours.
    pub fn value(&self) -> &Map<String, Value> {
        &self.value
    }

    /// The text that says this instead, changed in no other place.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn saying(mut self, value: &Map<String, Value>) -> Result<String, String> {
        change(self.tree.as_table_mut(), &self.value, value)?;
        let text = self.tree.to_string();
        // The tree is changed piece by piece; whether the whole came out right is seen by reading it.
        match Self::parse(&text) {
            Ok(written) if written.value == *value => Ok(text),
            _ => Err("it could not be changed without losing something".to_owned()),
        }
    }
}

/// Changes what differs between two values of a table.
fn change(table: &mut dyn TableLike, old: &Map<String, Value>, new: &Map<String, Value>) -> Result<(), String> {
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        table.remove(name);
    }
    for (name, value) in new {
        match (old.get(name), value) {
            (Some(old), new) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new)) => {
                let below = table.get_mut(name).and_then(Item::as_table_like_mut);
                change(below.ok_or("a table of it is none")?, old, new)?;
            }
            (Some(_), new) => replace(table, name, new)?,
            (None, new) => {
                table.insert(name, item(new)?);
            }
        }
    }
    Ok(())
}

/// Another value at the place of one, with the blanks and the comment around that one.
fn replace(table: &mut dyn TableLike, name: &str, new: &Value) -> Result<(), String> {
    let mut new = item(new)?;
    let old = table.get(name).and_then(Item::as_value);
    if let (Some(old), Some(new)) = (old, new.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    table.insert(name, new);
    Ok(())
}

/// Objects become tables with a head of their own, as Codex writes them.
fn item(value: &Value) -> Result<Item, String> {
    let Value::Object(members) = value else {
        return written(value).map(Item::Value);
    };
    let mut table = Table::new();
    // A table that only holds tables needs no head.
    table.set_implicit(!members.is_empty() && members.values().all(Value::is_object));
    for (name, value) in members {
        table.insert(name, item(value)?);
    }
    Ok(Item::Table(table))
}

fn written(value: &Value) -> Result<Written, String> {
    Ok(match value {
        Value::Null => return Err("TOML has no null".to_owned()),
        Value::Bool(value) => Written::from(*value),
        Value::Number(value) => match (value.as_i64(), value.as_f64()) {
            (Some(whole), _) => Written::from(whole),
            (None, Some(broken)) => Written::from(broken),
            (None, None) => return Err("TOML has no such number".to_owned()),
        },
        Value::String(value) => Written::from(value.as_str()),
        Value::Array(values) => Written::Array(values.iter().map(written).collect::<Result<Array, _>>()?),
        Value::Object(members) => {
            let mut table = InlineTable::new();
            for (name, value) in members {
                table.insert(name, written(value)?);
            }
            Written::InlineTable(table)
        }
    })
}

fn members(table: &dyn TableLike) -> Map<String, Value> {
    table.iter().map(|(name, item)| (name.to_owned(), read(item))).collect()
}

fn read(item: &Item) -> Value {
    match item {
        Item::None => Value::Null,
        Item::Value(value) => read_value(value),
        Item::Table(table) => members(table).into(),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| Value::from(members(table))).collect(),
    }
}

fn read_value(value: &Written) -> Value {
    match value {
        Written::String(value) => value.value().as_str().into(),
        Written::Integer(value) => (*value.value()).into(),
        Written::Float(value) => Number::from_f64(*value.value()).map_or(Value::Null, Value::Number),
        Written::Boolean(value) => (*value.value()).into(),
        Written::Datetime(value) => value.value().to_string().into(),
        Written::Array(values) => values.iter().map(read_value).collect(),
        Written::InlineTable(table) => members(table).into(),
    }
}

#[cfg(test)]
mod tests;
