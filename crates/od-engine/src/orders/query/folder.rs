//! Folders that a list is cut by. Order Desk answers an unknown one with no orders, as if the folder were empty.

use od_client::OrderQuery;
use od_record::nearest;

use crate::error::Error;
use crate::orders::Orders;
use crate::orders::move_folder::{no_folder_id, no_folder_name};
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
    ) -> Result<Checked, Error> {
        let find = |folders: &[Folder]| {
            let ids = query.folder_id.as_deref();
            known_ids(folders, ids)?;
            let name = query.folder_name.as_deref();
            let name = name.map(|name| known_name(folders, name)).transpose()?;
            let differ = ids.zip(name.as_deref()).is_some_and(|(ids, name)| {
                let mut same = folders.iter().filter(|folder| folder.name == name);
                !same.any(|folder| ids.split(',').any(|id| id == folder.id))
            });
            Ok((name, differ))
        };
        let ((name, differ), cache) = self.0.stores().among_folders(scope, store, fresh, find).await?;
        query.folder_name = name;
        Ok(Checked { cache, differ })
    }
}

/// What was found of folders that a list is cut by.
pub(super) struct Checked {
    /// How old the list of folders is.
    pub cache: CacheInfo,
    /// Whether the name is that of a folder which is none of the ids: no order is in both.
    pub differ: bool,
}

fn known_ids(folders: &[Folder], ids: Option<&str>) -> Result<(), Error> {
    let mut ids = ids.into_iter().flat_map(|ids| ids.split(','));
    let unknown = ids.find(|id| folders.iter().all(|folder| folder.id != *id));
    unknown.map_or(Ok(()), |id| Err(no_folder_id(id)))
}

/// The name as the store has it.
fn known_name(folders: &[Folder], name: &str) -> Result<String, Error> {
    let found = Folder::named(folders, name);
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
