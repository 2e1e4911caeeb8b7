//! Looking inventory items up by their code (SKU).

use od_client::{InventoryItem, InventoryItemId, InventoryQuery, Store};
use od_record::product::{self, unsearchable};

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

/// Refuses a code that another item than `id` has.
pub(super) async fn refuse_taken(
    upstream: &Store,
    code: Option<&str>,
    id: Option<&InventoryItemId>,
) -> Result<(), Error> {
    let Some(code) = code.filter(|code| unsearchable(code).is_none()) else {
        return Ok(());
    };
    let items = search(&upstream.interactive(), &[code])
        .await
        .map_err(Error::Upstream)?;
    match holder(&items, code, id) {
        Some(holder) => Err(taken(holder)),
        None => Ok(()),
    }
}
