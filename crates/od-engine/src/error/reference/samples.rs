//! One of each error, with made-up particulars: the examples of the reference, and what the tests look at.

use std::sync::Arc;
use std::time::Duration;

use od_client::Error as Upstream;
use od_record::Problem;
use serde_json::json;

use super::super::{AuthFailure, Error, Existing, LookedIn};
use crate::consent::{Deed, Effects, NoAnswer};
use crate::outcome::StoreRef;
use crate::scope::Permission;

/// Every kind of error, in the order of the reference.
pub(in crate::error) fn all() -> Vec<Error> {
    [ours(), choices(), sign_in(), upstream(), storage()].concat()
}

fn store_of(id: &str, name: &str) -> StoreRef {
    StoreRef {
        store_id: id.to_owned(),
        store_name: name.to_owned(),
    }
}

fn ours() -> Vec<Error> {
    let store = store_of;
    let unknown = Problem::new("/mutation/shiping", "is no field of an order.").suggest(Some("shipping"));
    vec![
        Error::Invalid(vec![unknown]),
        Error::Denied(Permission::OrdersWrite),
        Error::OwnerOnly("make tokens"),
        Error::Locked,
        Error::BoundToStores,
        Error::NotFound {
            what: "Order",
            name: "80012345".to_owned(),
            nearest: None,
            hint: "orders_find finds an order's id by whatever is known of it, orders_list by source_id, email or a name.",
        },
        Error::NotFound {
            what: "Folder",
            name: "\"Prepard\"".to_owned(),
            nearest: Some("Prepared".to_owned()),
            hint: "folders_list shows the store's folders.",
        },
        Error::NotInStore {
            what: "Order",
            name: "80012345".to_owned(),
            place: LookedIn {
                store: store("90001", "Mug Shop"),
                others: 1,
            },
            hint: "orders_find finds an order's id by whatever is known of it, orders_list by source_id, email or a name.",
        },
        Error::NoneOfItsStores {
            name: "\"Outlett\"".to_owned(),
            nearest: Some("Outlet".to_owned()),
            stores: vec![store("90001", "Mug Shop"), store("90002", "Outlet")],
        },
    ]
}

fn choices() -> Vec<Error> {
    let store = store_of;
    vec![
        Error::StoreRequired(vec![store("90001", "Mug Shop"), store("90002", "Outlet")]),
        Error::StoreOrAll(vec![store("90001", "Mug Shop"), store("90002", "Outlet")]),
        Error::StoreNotNamed(vec![store("90001", "Mug Shop"), store("90002", "Outlet")]),
        Error::ConfirmationRequired {
            effects: Effects::on(
                "Deleting inventory item 610077 of store 90001 (\"Mug Shop\") removes it for good: its stock is no \
                 longer counted. Orders keep their lines. Nothing brings it back."
                    .to_owned(),
                [("code", Some("MUG-BLU".into())), ("name", Some("Blue Mug".into()))],
            ),
            deed: Deed::one("products.delete", &store("90001", "Mug Shop"), &["610077"]),
        },
        Error::Declined {
            until: "2026-03-02T15:14:05Z".to_owned(),
        },
        Error::NobodyAnswered(NoAnswer::CannotAsk),
        Error::NobodyAnswered(NoAnswer::NotGiven),
        Error::Duplicate(Existing {
            what: "An order with this source_id and source_name exists already; its id is 80012345.".to_owned(),
            instead: "Change the existing order with orders_mutate_full, or give a source_id of its own.",
        }),
        Error::Duplicate(Existing {
            what: "This client_request_id stood for another order within the last 24 hours; its id is 80012345."
                .to_owned(),
            instead: "Give each order a client_request_id of its own; to repeat a call, send the same order.",
        }),
        Error::Conflict {
            fields: vec!["/shipping/city".to_owned()],
            attempts: 6,
        },
        Error::Overtaken {
            date_updated: "2026-03-02 15:04:05".to_owned(),
            fields: Vec::new(),
        },
        Error::Overtaken {
            date_updated: "2026-03-02 15:04:05".to_owned(),
            fields: vec!["/shipping/address1".to_owned(), "/order_items/0/quantity".to_owned()],
        },
        Error::StockChanged {
            expected: 42,
            found: json!(41),
        },
        Error::RateLimited {
            retry_after: Duration::from_secs(7),
        },
        Error::TooManyRuns {
            retry_after: Duration::from_secs(2),
        },
        Error::TooManyKeys {
            retry_after: Duration::from_mins(1),
        },
        Error::TooManyReports {
            retry_after: Duration::from_mins(12),
        },
        Error::RecordBusy { what: "order" },
        Error::Underway,
        Error::StoreChanged(store("90001", "Mug Shop")),
        Error::ShuttingDown,
        Error::SignInsBusy {
            retry_after: Duration::from_secs(2),
        },
        Error::AllFailed {
            what: "shipment",
            results: json!([{ "status": "error", "message": "Shipment Not Added" }]),
            code: "ORDERDESK_API_ERROR",
        },
        Error::uncertain(
            "Order Desk did not answer in time, and the order's items could not be read.".to_owned(),
            "Read the order. Only if the item is not there, add it again.",
        ),
        Error::NotSupported {
            what: "create, rename or delete folders",
            instead: "Folders are managed in Order Desk's own pages; folders_list shows those there are.",
        },
        Error::Internal("the work panicked"),
    ]
}

fn sign_in() -> Vec<Error> {
    use AuthFailure as F;
    [
        F::Missing,
        F::Malformed,
        F::Unfilled,
        F::NotAlone,
        F::Unknown,
        F::UnknownToken,
        F::OtherTenant,
    ]
    .map(Error::Unauthenticated)
    .to_vec()
}

fn upstream() -> Vec<Error> {
    let wait = Duration::from_secs(4);
    let errors = [
        Upstream::Busy {
            retry_after: wait,
            cause: od_client::BusyCause::Budget,
        },
        Upstream::Busy {
            retry_after: wait,
            cause: od_client::BusyCause::Breaker,
        },
        Upstream::RateLimited { retry_after: wait },
        Upstream::Unauthorized,
        Upstream::NotFound,
        Upstream::Rejected {
            status: 400,
            message: "Order Not Added".to_owned(),
            errors: Some(json!(["At least one order item is required"])),
        },
        Upstream::Conflict {
            status: 409,
            message: "Conflict".to_owned(),
        },
        Upstream::Server {
            status: 502,
            excerpt: "Bad Gateway".to_owned(),
        },
        Upstream::Network {
            sent: false,
            fault: od_client::NetworkFault::Connect,
        },
        Upstream::Timeout { sent: false },
        Upstream::TooLarge { limit: 33_554_432 },
        Upstream::Undecodable {
            excerpt: "<html> Down for maintenance".to_owned(),
        },
        Upstream::InvalidArgument("an order id has digits only".to_owned()),
    ];
    errors.map(Error::Upstream).to_vec()
}

fn storage() -> Vec<Error> {
    let errors = [
        od_db::DbError::Busy,
        od_db::DbError::Unavailable("the connection was refused"),
        od_db::DbError::Unusable("the file is read-only, or one of those beside it (-wal, -shm), or their folder"),
    ];
    let mut all = errors.map(|error| Error::Storage(Arc::new(error))).to_vec();
    all.push(Error::NotRecorded(Arc::new(od_db::DbError::Busy)));
    all
}
