//! Folders that a list is cut by. Order Desk answers an unknown one with no orders, as if the folder were empty.

use od_client::OrderQuery;
use od_record::{nearest, same_identifier};

use crate::error::Error;
use crate::orders::Orders;
use crate::orders::move_folder::{no_folder_id, no_folder_name};
use crate::outcome::CacheInfo;
use crate::scope::Scope;
use crate::stores::{Folder, OpenStore};

#[cfg(test)]
mod tests;

impl Orders<'_> {
    /// Refuses folders that the store does not have. Says how old the list of folders is: they may have been renamed or
    /// deleted since.
    pub(super) async fn check_folders(
        &self,
        scope: &Scope,
        store: &OpenStore,
        query: &OrderQuery,
        fresh: bool,
    ) -> Result<CacheInfo, Error> {
        let find = |folders: &[Folder]| {
            known_ids(folders, query.folder_id.as_deref())?;
            query
                .folder_name
                .as_deref()
                .map_or(Ok(()), |name| known_name(folders, name))
        };
        let ((), cache) = self.0.stores().among_folders(scope, store, fresh, find).await?;
        Ok(cache)
    }
}

fn known_ids(folders: &[Folder], ids: Option<&str>) -> Result<(), Error> {
    let mut ids = ids.into_iter().flat_map(|ids| ids.split(','));
    let unknown = ids.find(|id| folders.iter().all(|folder| folder.id != *id));
    unknown.map_or(Ok(()), |id| Err(no_folder_id(id)))
}

fn known_name(folders: &[Folder], name: &str) -> Result<(), Error> {
    let names = || folders.iter().map(|folder| folder.name.as_str());
    if names().any(|known| same_identifier(known, name)) {
        Ok(())
    } else {
        Err(no_folder_name(name, nearest(name, names())))
    }
}
