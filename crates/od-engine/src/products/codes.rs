//! Looking inventory items up by their code (SKU).

use od_client::{InventoryItem, InventoryItemId, InventoryQuery, Store};
use od_record::product::{self, unsearchable};
use od_record::text::quoted;

use crate::error::{Error, Existing};

/// Codes in one search: they become part of the address.
const AT_ONCE: usize = 20;
/// Order Desk's largest page: codes are unique, but nothing enforces it.
const PAGE: u32 = 500;

/// The items with one of these codes.
pub(super) async fn search(upstream: &Store, codes: &[&str]) -> Result<Vec<InventoryItem>, od_client::Error> {
    let mut found = Vec::new();
    for codes in codes.chunks(AT_ONCE) {
        let query = InventoryQuery {
            codes: codes.iter().map(|code| (*code).to_owned()).collect(),
            limit: Some(PAGE),
            offset: None,
        };
        found.extend(upstream.inventory().list(&query).await?.items);
    }
    Ok(found)
}

/// The item among `items`, other than `except`, that has this code.
pub(super) fn holder<'a>(
    items: &'a [InventoryItem],
    code: &str,
    except: Option<&InventoryItemId>,
) -> Option<&'a InventoryItem> {
    items
        .iter()
        .filter(|item| product::code(item.as_map()) == code)
        .find(|item| except.is_none() || item.id().as_ref() != except)
}

/// The refusal of a code that another item has.
pub(super) fn taken(holder: &InventoryItem) -> Error {
    let id = holder.id().map_or_else(String::new, |id| format!(" Its id is {id}."));
    Error::Duplicate(Existing {
        what: format!("Another inventory item has this code already.{id}"),
        instead: "Change the existing item with products_update, or choose another code.",
    })
}

/// Refuses a code that another item than `id` has. What should be said of one that has it in other capitals.
pub(super) async fn refuse_taken(
    upstream: &Store,
    code: Option<&str>,
    id: Option<&InventoryItemId>,
) -> Result<Option<String>, Error> {
    let Some(code) = code.filter(|code| unsearchable(code).is_none()) else {
        return Ok(None);
    };
    let items = search_alike(&upstream.interactive(), code)
        .await
        .map_err(Error::Upstream)?;
    match holder(&items, code, id) {
        Some(holder) => Err(taken(holder)),
        None => Ok(alike(&items, code, id)),
    }
}

/// The items with this code, or with it in capitals or small letters, in one search.
pub(super) async fn search_alike(upstream: &Store, code: &str) -> Result<Vec<InventoryItem>, od_client::Error> {
    let (upper, lower) = (code.to_uppercase(), code.to_lowercase());
    let mut codes = vec![upper.as_str(), code, lower.as_str()];
    codes.dedup();
    search(upstream, &codes).await
}

/// Tells of an item, other than `except`, whose code differs from this one in capitals only: most shops mean one thing by both.
pub(super) fn alike(items: &[InventoryItem], code: &str, except: Option<&InventoryItemId>) -> Option<String> {
    let is_alike = |item: &&InventoryItem| {
        let other = product::code(item.as_map());
        other != code && other.to_lowercase() == code.to_lowercase()
    };
    let twin = items
        .iter()
        .filter(is_alike)
        .find(|item| except.is_none() || item.id().as_ref() != except)?;
    let id = twin.id().map(|id| id.to_string()).unwrap_or_default();
    Some(format!(
        "Inventory item {id} has this code in other capitals ({}): they are two items now.",
        quoted(&product::code(twin.as_map()))
    ))
}
