//! Folders that a list is cut by. Order Desk answers an unknown one with no orders, as if the folder were empty.

use od_client::OrderQuery;
use od_record::nearest;

use crate::error::Error;
use crate::orders::Orders;
use crate::orders::move_folder::{named, no_folder_id, no_folder_name};
use crate::outcome::CacheInfo;
use crate::scope::Scope;
use crate::stores::{Folder, OpenStore};

#[cfg(test)]
mod tests;

impl Orders<'_> {
    /// Refuses folders that the store does not have, and spells the name of one as the store does. Says how old the list of
    /// folders is: they may have been renamed or deleted since.
    pub(super) async fn check_folders(
        &self,
        scope: &Scope,
        store: &OpenStore,
        query: &mut OrderQuery,
        fresh: bool,
    ) -> Result<CacheInfo, Error> {
        let find = |folders: &[Folder]| {
            known_ids(folders, query.folder_id.as_deref())?;
            let name = query.folder_name.as_deref();
            name.map(|name| known_name(folders, name)).transpose()
        };
        let (name, cache) = self.0.stores().among_folders(scope, store, fresh, find).await?;
        query.folder_name = name;
        Ok(cache)
    }
}

fn known_ids(folders: &[Folder], ids: Option<&str>) -> Result<(), Error> {
    let mut ids = ids.into_iter().flat_map(|ids| ids.split(','));
    let unknown = ids.find(|id| folders.iter().all(|folder| folder.id != *id));
    unknown.map_or(Ok(()), |id| Err(no_folder_id(id)))
}

/// The name as the store has it.
fn known_name(folders: &[Folder], name: &str) -> Result<String, Error> {
    let found = named(folders, name);
    match found.split_first() {
        None => {
            let all = folders.iter().map(|folder| folder.name.as_str());
            Err(no_folder_name(name, nearest(name, all)))
        }
        Some((one, others)) if others.iter().all(|other| other.name == one.name) => Ok(one.name.clone()),
        Some(_) => Err(Error::invalid(
            "/folder_name",
            "is, in different case, the name of several folders of this store: spell it as folders_list does",
        )),
    }
}
