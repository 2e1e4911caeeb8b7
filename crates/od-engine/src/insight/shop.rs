//! What questions need to know of a store.

use super::days::Zone;
use crate::stores::{Folder, Settings};

/// What a store's settings say that questions need.
pub(super) struct Shop {
    pub zone: Zone,
    pub currency: Option<String>,
    pub folders: Vec<Folder>,
    /// Whether Order Desk takes what comes in from the stock.
    pub counts_stock: bool,
}

impl Shop {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            zone: Zone::named(settings.setting("timezone")),
            currency: settings.setting("store_currency").map(str::to_owned),
            folders: settings.folders(),
            counts_stock: settings.is_on("auto_update_stock_count"),
        }
    }
}
