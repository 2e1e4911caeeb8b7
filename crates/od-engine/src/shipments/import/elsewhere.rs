//! Rows of other stores: a carrier's one table may be of the parcels of several shops, whose order numbers are the same.

use std::sync::Arc;

use od_db::{StoreRow, fold_name};
use od_record::pasted::Row;
use od_record::{same_id, tidy};

use super::words::short;

/// Beginnings of the words in headings over names of stores.
const HEADINGS: [&str; 11] = [
    "shop", "store", "merchant", "seller", "account", "brand", "client", "vendor", "tienda", "boutique", "mandant",
];

/// For each row the cell that names another store, with its heading. It names a known one; or the column names the row's own store
/// elsewhere, and here something else.
pub(super) fn of_other_stores(rows: &[Row], own: &StoreRow, known: &[Arc<StoreRow>]) -> Vec<Option<String>> {
    let own_columns: Vec<&str> = rows
        .iter()
        .flat_map(|row| cells(row).filter(|(_, cell)| names(cell, own)))
        .map(|(heading, _)| heading)
        .collect();
    let is_foreign = |(heading, cell): (&str, &str)| {
        let is_known = known.iter().any(|store| store.id != own.id && names(cell, store));
        !names(cell, own) && (is_known || own_columns.contains(&heading))
    };
    let foreign = |row: &Row| {
        let (heading, cell) = cells(row).find(|cell| is_foreign(*cell))?;
        Some(format!("{}: {}", short(heading), short(cell)))
    };
    rows.iter().map(foreign).collect()
}

/// The cells of a row that may name a store.
fn cells(row: &Row) -> impl Iterator<Item = (&str, &str)> {
    let cells = row
        .unread
        .iter()
        .map(|(heading, cell)| (heading.as_str(), cell.as_str()));
    cells.filter(|(heading, cell)| is_of_stores(heading) && !tidy(cell).is_empty())
}

fn is_of_stores(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    let mut words = heading.split(|c: char| !c.is_alphanumeric());
    words.any(|word| HEADINGS.iter().any(|begin| word.starts_with(begin)))
}

/// Whether a cell is a store's id, name or label.
fn names(cell: &str, store: &StoreRow) -> bool {
    let cell = tidy(cell);
    let is_named = |name: &str| fold_name(tidy(name)) == fold_name(cell);
    same_id(cell, &store.store_id) || is_named(&store.store_name) || store.label.as_deref().is_some_and(is_named)
}
