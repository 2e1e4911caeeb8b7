//! Folders that a list is cut by. Order Desk answers an unknown one with no orders, as if the folder were empty.

use std::collections::BTreeSet;

use od_client::OrderQuery;
use od_db::StoreRow;

use crate::error::Error;
use crate::nearest::nearest;
use crate::orders::Orders;
use crate::orders::move_folder::no_folder;
use crate::scope::Scope;
use crate::stores::Folder;

impl Orders<'_> {
    /// Refuses folders that the store does not have, and spells the folder's name as the store does.
    pub(super) async fn settle_folders(
        &self,
        scope: &Scope,
        row: &StoreRow,
        query: &mut OrderQuery,
    ) -> Result<(), Error> {
        if query.folder_id.is_none() && query.folder_name.is_none() {
            return Ok(());
        }
        let stores = self.0.stores();
        let store = stores.unlock(scope, row.clone())?;
        let find = |folders: &[Folder]| {
            known(folders, query.folder_id.as_deref())?;
            query
                .folder_name
                .as_deref()
                .map(|name| spelled(folders, name))
                .transpose()
        };
        query.folder_name = stores.among_folders(scope, &store, find).await?;
        Ok(())
    }
}

fn known(folders: &[Folder], ids: Option<&str>) -> Result<(), Error> {
    let mut ids = ids.into_iter().flat_map(|ids| ids.split(','));
    let unknown = ids.find(|id| folders.iter().all(|folder| folder.id != *id));
    unknown.map_or(Ok(()), |id| Err(no_folder(id, None)))
}

/// The folder's name as the store spells it. Reading by another case harms nobody, as long as only one folder can be meant.
fn spelled(folders: &[Folder], name: &str) -> Result<String, Error> {
    let names: BTreeSet<&str> = folders.iter().map(|folder| folder.name.as_str()).collect();
    if names.contains(name) {
        return Ok(name.to_owned());
    }
    let lower = name.to_lowercase();
    let mut alike = names.iter().filter(|known| known.to_lowercase() == lower);
    match (alike.next(), alike.next()) {
        (Some(one), None) => Ok((*one).to_owned()),
        _ => Err(no_folder(name, nearest(name, names.iter().copied()))),
    }
}
