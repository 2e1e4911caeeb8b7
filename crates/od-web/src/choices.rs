//! What a credential may do, as a person chooses it and reads it again.

use od_engine::{Permission, stores::StoreView};

/// A box to tick.
pub struct Choice {
    pub value: String,
    pub words: String,
    pub is_ticked: bool,
}

impl Choice {
    /// A permission, ticked when its scope is among the `ticked`.
    pub fn of_permission(permission: Permission, ticked: &[String]) -> Self {
        Self {
            value: permission.as_str().to_owned(),
            words: words(permission).to_owned(),
            is_ticked: ticked.iter().any(|scope| scope == permission.as_str()),
        }
    }

    /// A store, ticked when its id is among the `ticked`.
    pub fn of_store(store: StoreView, ticked: &[String]) -> Self {
        let StoreView {
            store_id,
            store_name,
            label,
            ..
        } = store;
        Self {
            words: match label {
                Some(label) => format!("{store_name} ({label})"),
                None => store_name,
            },
            is_ticked: ticked.contains(&store_id),
            value: store_id,
        }
    }
}

/// The names of the stores that a credential may see; those that are gone by their ids.
pub fn names_of(ids: Option<Vec<String>>, stores: &[StoreView]) -> String {
    let Some(ids) = ids else {
        return "All stores".to_owned();
    };
    let name = |id: String| {
        let store = stores.iter().find(|store| store.store_id == id);
        store.map_or(id, |store| store.store_name.clone())
    };
    ids.into_iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A permission as a person reads it.
fn words(permission: Permission) -> &'static str {
    match permission {
        Permission::StoresRead => "See your stores, their settings and folders",
        Permission::StoresWrite => "Register, rename and remove stores",
        Permission::OrdersRead => "Read orders, with the names and addresses of customers",
        Permission::OrdersWrite => "Create and change orders, and move them between folders",
        Permission::OrdersDelete => "Delete orders",
        Permission::ShipmentsWrite => "Create, change and delete shipments",
        Permission::ProductsRead => "Read inventory items",
        Permission::ProductsWrite => "Create, change and delete inventory items",
    }
}
