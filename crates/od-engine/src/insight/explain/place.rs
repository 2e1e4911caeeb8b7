//! Where an order stands.

use serde_json::{Map, Value};

use super::super::folders::is_left_out;
use super::super::kept::text;
use super::timeline::{Event, Kind};
use crate::stores::Settings;

/// The folder that an order is in.
pub(super) struct Place {
    /// Its name; nothing where the store has no such folder any more.
    pub(super) folder: Option<String>,
    /// Since when, as far as the timeline says so: a second since the epoch.
    pub(super) since: Option<i64>,
}

impl Place {
    pub(super) fn of(order: &Map<String, Value>, settings: &Settings, events: &[Event]) -> Self {
        let id = text(order, "folder_id");
        let folder = settings.folders().into_iter().find(|known| known.id == id);
        let of_kind = |kind| events.iter().find(|event| event.kind == kind);
        // An order that was never moved has been there since it came in.
        let came = of_kind(Kind::FolderMove).or_else(|| of_kind(Kind::Added));
        Self {
            folder: folder.map(|folder| folder.name),
            since: came.and_then(|event| event.at),
        }
    }

    /// Whether nobody is to fulfil it.
    pub(super) fn is_canceled(&self) -> bool {
        self.folder.as_deref().is_some_and(is_left_out)
    }
}
