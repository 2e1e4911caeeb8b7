//! The 26 operations of Order Desk's API, one file per resource. Paths and methods are those of
//! <https://apidocs.orderdesk.com>; every id in a path is digits by type.

pub(crate) mod inventory;
pub(crate) mod order_items;
pub(crate) mod orders;
pub(crate) mod shipments;
mod store;

use crate::error::Error;

/// Most records in a batch. Order Desk states no limit; larger ones are split by the caller.
const BATCH: usize = 100;

fn check_batch(records: usize) -> Result<(), Error> {
    if (1..=BATCH).contains(&records) {
        Ok(())
    } else {
        Err(Error::InvalidArgument(format!("a batch holds 1 to {BATCH} records")))
    }
}
