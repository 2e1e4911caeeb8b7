//! The folder that orders are to go to.

use od_client::OrderId;
use od_record::order::Destination;
use od_record::text::quoted;
use od_record::{FieldChange, id_text, nearest};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::consent::Deed;
use crate::error::Error;
use crate::outcome::StoreRef;
use crate::stores::Folder;

#[cfg(test)]
mod tests;

/// A folder of the store that orders are to go to.
#[derive(Clone, Debug, Serialize)]
pub(in crate::orders) struct Target(Folder);

impl Target {
    /// The difference a move makes to a record, if any.
    pub(in crate::orders) fn change(&self, order: &Map<String, Value>) -> Option<FieldChange> {
        let before = order.get("folder_id").cloned();
        let after = self.id_like(before.as_ref());
        (before.as_ref() != Some(&after)).then(|| FieldChange {
            path: "/folder_id".to_owned(),
            id: None,
            before,
            after: Some(after),
        })
    }

    /// Whether it is the folder of this id.
    pub(super) fn is(&self, folder: &str) -> bool {
        self.0.id == folder
    }

    /// The difference a move from that folder made.
    pub(super) fn change_from(&self, folder: Option<&str>) -> FieldChange {
        FieldChange {
            path: "/folder_id".to_owned(),
            id: None,
            before: folder.map(Value::from),
            after: Some(self.0.id.as_str().into()),
        }
    }

    /// What should be said of an order that is in another folder after it was moved to this one.
    pub(in crate::orders) fn moved_on(&self, order: &Map<String, Value>) -> Option<String> {
        let folder = order.get("folder_id").and_then(id_text)?;
        (folder != self.0.id)
            .then(|| format!("The order is in folder {folder} now: the folder's rules have moved it on."))
    }

    /// Shows the record in the folder.
    pub(in crate::orders) fn place(&self, order: &mut Map<String, Value>) {
        let id = self.id_like(order.get("folder_id"));
        order.insert("folder_id".to_owned(), id);
    }

    /// Moving them there. A no holds wherever to: whoever said it to one folder did not ask for another.
    pub(in crate::orders) fn deed(store: &StoreRef, orders: &[OrderId]) -> Deed {
        Deed::orders("orders.move", store, orders)
    }

    /// What a person should agree to before these orders are moved: ids first, where no name can put others.
    pub(in crate::orders) fn effects(&self, store: &StoreRef, orders: &[OrderId]) -> String {
        let Folder { id, name } = &self.0;
        format!(
            "Moving {} to folder {id} of {store} runs the merchant's rules for that folder: e-mails to customers, \
             submission to a printer or warehouse, charges. The folder's name is {}.",
            listed(orders),
            quoted(name),
        )
    }

    /// Folder ids are numbers in orders; a record that holds text keeps text.
    fn id_like(&self, stored: Option<&Value>) -> Value {
        match (stored, self.0.id.parse::<u64>()) {
            (Some(Value::String(_)), _) | (_, Err(_)) => self.0.id.clone().into(),
            (_, Ok(id)) => id.into(),
        }
    }

    pub(super) fn upstream(&self) -> Result<od_client::Destination, Error> {
        od_client::FolderId::parse(&self.0.id)
            .map(od_client::Destination::Id)
            .map_err(|_| Error::Internal("a folder's id is not a number"))
    }
}

/// The folder that is meant: by id, or by name when only one has it.
pub(super) fn pick(folders: &[Folder], named: &Destination) -> Result<Target, Error> {
    match named {
        Destination::Id(id) => {
            let id = id.to_string();
            folders
                .iter()
                .find(|folder| folder.id == id)
                .cloned()
                .map(Target)
                .ok_or_else(|| no_folder_id(&id))
        }
        Destination::Name(name) => match Folder::named(folders, name).as_slice() {
            [] => {
                let all = folders.iter().map(|folder| folder.name.as_str());
                Err(no_folder_name(name, nearest(name, all)))
            }
            [folder] => Ok(Target((*folder).clone())),
            _ => Err(Error::invalid(
                "/destination_folder_name",
                "is the name of several folders of this store: give destination_folder_id instead",
            )),
        },
    }
}

/// What is answered for a folder id that the store does not have.
pub(in crate::orders) fn no_folder_id(id: &str) -> Error {
    Error::NotFound {
        what: "Folder",
        name: id.to_owned(),
        nearest: None,
        hint: "folders_list shows the store's folders with their ids.",
    }
}

/// What is answered for a folder name that the store does not have.
pub(in crate::orders) fn no_folder_name(name: &str, nearest: Option<&str>) -> Error {
    Error::NotFound {
        what: "Folder",
        name: quoted(name),
        nearest: nearest.map(str::to_owned),
        hint: "folders_list shows the store's folders.",
    }
}

/// `2 orders (80012345, 80012346)`: all of them, for a person agrees to what is named.
fn listed(ids: &[OrderId]) -> String {
    let orders = if ids.len() == 1 { "order" } else { "orders" };
    let named: Vec<&str> = ids.iter().map(OrderId::as_str).collect();
    format!("{} {orders} ({})", ids.len(), named.join(", "))
}
