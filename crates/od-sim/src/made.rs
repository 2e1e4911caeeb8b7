//! Orders in any number, which take no memory until somebody asks for them: each is made from its number alone, and is the same
//! whenever it is made. Lists look at outlines first. An order that is asked for by its id, or changed, is stored from then on.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::clock::date_time;
use crate::dice::Dice;
use crate::kind::ShopKind;
use crate::model::order::{Origin, create};
use crate::model::shipment;
use crate::seed::body::{CARRIERS, order};
use crate::seed::catalog;
use crate::seed::literal::record;
use crate::stored::{Folder, Order};

/// The oldest is so old; they are spread evenly over the time.
const OLDEST_MINUTES: u64 = 170 * 24 * 60;
/// Ids of lines that each order may use.
const LINES: u64 = 4;

/// The orders that are not stored.
#[derive(Debug)]
pub(crate) struct Made {
    count: u64,
    from: From,
    kind: ShopKind,
    seed: u64,
    now: Timestamp,
    store_id: String,
    folders: Vec<Folder>,
    /// Ids of those that were stored, or deleted.
    taken: BTreeSet<u64>,
    outlines: OnceLock<Vec<Order>>,
}

/// The first ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From {
    pub(crate) order: u64,
    pub(crate) item: u64,
    pub(crate) shipment: u64,
}

/// Whose orders they are, and what they are made of.
pub(crate) struct Of {
    pub(crate) store_id: String,
    pub(crate) kind: ShopKind,
    pub(crate) folders: Vec<Folder>,
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
}

/// What can be said of an order without making it.
struct Outline {
    added: Timestamp,
    updated: Timestamp,
    folder: i64,
    shipped: bool,
}

/// Fields that an outline has: a search by others makes all orders.
pub(crate) const OUTLINED: [&str; 4] = ["id", "folder_id", "date_added", "date_updated"];

impl Made {
    /// So many orders of a store, whose ids begin at those given.
    pub(crate) fn new(count: u64, from: From, of: Of) -> Self {
        let Of {
            store_id,
            kind,
            folders,
            seed,
            now,
        } = of;
        Self {
            count: if catalog::of(kind).is_empty() { 0 } else { count },
            from,
            kind,
            seed,
            now,
            store_id,
            folders,
            taken: BTreeSet::new(),
            outlines: OnceLock::new(),
        }
    }

    /// Ids that lines, and shipments, may have.
    pub(crate) fn ids(&self) -> (u64, u64) {
        (self.count * LINES, self.count)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX) - self.taken.len()
    }

    /// All of them as outlines, oldest first.
    pub(crate) fn outlines(&self) -> impl Iterator<Item = &Order> {
        let outlines = self
            .outlines
            .get_or_init(|| (0..self.count).map(|at| self.outlined(at)).collect());
        let not_taken = |(at, _): &(u64, &Order)| !self.taken.contains(&(self.from.order + at));
        (0..).zip(outlines).filter(not_taken).map(|(_, order)| order)
    }

    /// All of them, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = Order> {
        let ids = self.from.order..self.from.order + self.count;
        ids.filter_map(|id| self.made(id))
    }

    /// The one with this id.
    pub(crate) fn made(&self, id: u64) -> Option<Order> {
        let at = id.checked_sub(self.from.order).filter(|at| *at < self.count)?;
        (!self.taken.contains(&id)).then(|| self.make(at))
    }

    /// The same, for good: it is stored or deleted from now on.
    pub(crate) fn take(&mut self, id: u64) -> Option<Order> {
        let order = self.made(id)?;
        self.taken.insert(id);
        Some(order)
    }

    fn dice(&self, at: u64, purpose: u64) -> Dice {
        Dice::new((self.seed ^ at.wrapping_mul(0x1_0001)).wrapping_add(purpose << 48))
    }

    fn outline(&self, at: u64) -> Outline {
        let mut dice = self.dice(at, 1);
        let minutes = 9 + (self.count - 1 - at) * OLDEST_MINUTES / self.count;
        let hours = minutes / 60;
        let named = |name: &str| self.folders.iter().find(|folder| folder.name == name);
        let own = self.folders.get(4..).unwrap_or_default();
        let name = match hours {
            0..24 => "New",
            _ if dice.percent(7) => "Canceled",
            24..120 if !own.is_empty() && dice.percent(60) => &dice.pick(own).name,
            24..120 => "Prepared",
            // Some wait for ever.
            _ if dice.percent(1) => "Prepared",
            _ => "Closed",
        };
        let moved = (minutes - 1).min(60 + u64::try_from(dice.below(5 * 24 * 60)).unwrap_or(0));
        let ago = |minutes: u64| {
            let ago = SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(0));
            self.now.checked_sub(ago).unwrap_or(self.now)
        };
        Outline {
            added: ago(minutes),
            updated: ago(if name == "New" { minutes } else { minutes - moved }),
            folder: named(name).map_or(0, |folder| folder.id),
            shipped: name == "Closed",
        }
    }

    fn outlined(&self, at: u64) -> Order {
        let outline = self.outline(at);
        let fields = json!({
            "id": (self.from.order + at).to_string(), "folder_id": outline.folder,
            "date_added": date_time(outline.added), "date_updated": date_time(outline.updated),
        });
        Order {
            fields: record(fields),
            history: Vec::new(),
            is_changed: false,
        }
    }

    fn make(&self, at: u64) -> Order {
        let outline = self.outline(at);
        let (id, mut dice) = (self.from.order + at, self.dice(at, 2));
        let (added, updated) = (date_time(outline.added), date_time(outline.updated));
        let input = order(id, catalog::of(self.kind), self.kind, &mut dice, &added);
        let mut lines = self.from.item + at * LINES..;
        let origin = Origin {
            id,
            folder_id: outline.folder,
            now: &added,
        };
        let fields = create(&input, &origin, || lines.next().unwrap_or_default());
        let mut made = Order {
            fields,
            history: Vec::new(),
            is_changed: false,
        };
        let source = made.text("source_name").to_owned();
        made.note(&source, "Order Imported", &added);
        if outline.shipped {
            let shipment = self.ship(at, id, &updated, &mut dice);
            let told = format!("Shipment Added: {}", shipment::tracking(&shipment));
            made.fields.insert("order_shipments".into(), json!([shipment]));
            made.note("Order Desk", &told, &updated);
        }
        made.touch(&updated);
        made
    }

    fn ship(&self, at: u64, order_id: u64, now: &str, dice: &mut Dice) -> Map<String, Value> {
        let id = self.from.shipment + at;
        let (carrier, method, prefix) = *dice.pick(&CARRIERS);
        let input = record(json!({
            "tracking_number": format!("{prefix}{:07}", id % 10_000_000), "carrier_code": carrier,
            "shipment_method": method, "weight": "2.10", "cost": ""
        }));
        let origin = shipment::Origin {
            id,
            order_id,
            store_id: &self.store_id,
            now,
        };
        shipment::create(&input, &origin)
    }
}
