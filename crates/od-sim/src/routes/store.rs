//! `GET /test` and `GET /store`.

use serde_json::{Value, json};

use crate::call::Call;
use crate::reply::Reply;
use crate::state::Shop;

pub(crate) fn test(call: &Call<'_>) -> Reply {
    Reply::success()
        .message("Connection Successful")
        .with("current_date_time", call.now().into())
}

/// Settings as they are, secrets included: the real one echoes the API key and the mail password too.
pub(crate) fn show(shop: &Shop, call: &Call<'_>) -> Reply {
    let id = match shop.id.parse::<u64>() {
        Ok(number) if call.choices.numeric_store_id => number.into(),
        _ => Value::from(shop.id.clone()),
    };
    let folders = shop
        .folders
        .iter()
        .map(|folder| (folder.id.to_string(), folder.name.clone().into()));
    let folders = if shop.folders.is_empty() {
        json!([])
    } else {
        Value::Object(folders.collect())
    };
    let store = json!({ "id": id, "name": shop.name, "settings": shop.settings, "folders": folders });
    Reply::success().with("store", store)
}
