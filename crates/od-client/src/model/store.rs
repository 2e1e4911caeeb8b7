//! A store's settings, without its secrets.
//!
//! `GET /store` echoes the live API key and the mail server's credentials. [`sieve`] is applied to the reply before
//! anything else sees it: only settings on the allow-list pass, and of these nothing that is called like a secret.

use serde_json::{Map, Value};

use super::record::{take_text, text};
use crate::error::Error;
use crate::reply;

/// The settings that may be shown: those of the documented sample that are no secrets and no page design.
const SHOWN: [&str; 28] = [
    "app_version",
    "locale_code",
    "timezone",
    "store_country",
    "store_currency",
    "store_email",
    "admin_email",
    "store_url",
    "normalize_capitalization",
    "normalizeCapitalization",
    "normalize_phone_numbers",
    "date_format",
    "short_date_format",
    "orders_per_page",
    "report_frequency",
    "dashboard_report_type",
    "security_po_box_warn",
    "security_different_address_warn",
    "security_different_country_warn",
    "security_quantity_warn",
    "limit_address_field_char_length",
    "country_name_format",
    "all_orders_name",
    "all_orders_column_view",
    "shipping_methods",
    "default_checkout_data_fields",
    "auto_update_stock_count",
    "auto_create_inventory_items",
];

/// A member whose name holds one of these does not pass, however deep it is.
const SECRET_NAMES: [&str; 7] = ["key", "secret", "password", "token", "smtp", "credential", "auth"];

/// What may be known about a store.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreSettings {
    /// Order Desk's store id.
    pub id: String,
    /// The store's name.
    pub name: String,
    /// The folders in Order Desk's order.
    pub folders: Vec<Folder>,
    /// Settings on the allow-list, as they came.
    pub settings: Map<String, Value>,
}

/// A folder of a store. Names can be changed by the merchant and need not be unique.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Folder {
    /// Digits.
    pub id: String,
    /// As the merchant named it.
    pub name: String,
}

/// The answer to a credentials test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReply {
    /// Such as `Connection Successful`.
    pub message: Option<String>,
    /// Order Desk's clock, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub current_date_time: Option<String>,
}

impl TestReply {
    pub(crate) fn from_envelope(mut envelope: Map<String, Value>) -> Self {
        Self {
            message: take_text(&mut envelope, "message"),
            current_date_time: take_text(&mut envelope, "current_date_time"),
        }
    }
}

/// Reduces the reply of `GET /store` to what [`StoreSettings`] may hold.
pub(crate) fn sieve(mut envelope: Map<String, Value>) -> Map<String, Value> {
    let Some(Value::Object(mut store)) = envelope.remove("store") else {
        return Map::new();
    };
    let mut shown = Map::new();
    for name in ["id", "name", "folders"] {
        shown.extend(store.remove(name).map(|value| (name.to_owned(), value)));
    }
    if let Some(Value::Object(mut settings)) = store.remove("settings") {
        settings.retain(|name, _| SHOWN.contains(&name.as_str()));
        settings.values_mut().for_each(drop_secret_members);
        shown.insert("settings".to_owned(), settings.into());
    }
    Map::from_iter([("store".to_owned(), shown.into())])
}

fn drop_secret_members(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_secret_members),
        Value::Object(members) => {
            members.retain(|name, _| {
                let name = name.to_ascii_lowercase();
                !SECRET_NAMES.iter().any(|secret| name.contains(secret))
            });
            members.values_mut().for_each(drop_secret_members);
        }
        _ => {}
    }
}

impl StoreSettings {
    pub(crate) fn from_envelope(envelope: Map<String, Value>) -> Result<Self, Error> {
        let mut store = reply::take_object(envelope, "store")?;
        let settings = match store.remove("settings") {
            Some(Value::Object(settings)) => settings,
            _ => Map::new(),
        };
        Ok(Self {
            id: take_text(&mut store, "id").unwrap_or_default(),
            name: take_text(&mut store, "name").unwrap_or_default(),
            folders: store.remove("folders").map(folders).unwrap_or_default(),
            settings,
        })
    }
}

/// A map from id to name. `[]` is an empty one, and a list of `{id, name}` is understood too.
fn folders(value: Value) -> Vec<Folder> {
    match value {
        Value::Object(by_id) => by_id
            .iter()
            .filter_map(|(id, name)| {
                Some(Folder {
                    id: id.clone(),
                    name: text(name)?,
                })
            })
            .collect(),
        Value::Array(rows) => rows
            .iter()
            .filter_map(|row| {
                Some(Folder {
                    id: text(row.get("id")?)?,
                    name: text(row.get("name")?)?,
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
