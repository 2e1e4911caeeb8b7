//! A store's copy as a change looks orders up in it. What is found there is where to look: what is done to an order is judged
//! from the order as Order Desk has it.

use std::collections::HashSet;
use std::time::Instant;

use od_db::mirror::Addressed;

use super::Insight;
use super::kept::words::squeezed;
use super::kept::{Parcel, folded, folded_name};
use super::mirror::{Ready, Visit, visits};
use super::shop::Shop;
use crate::error::Error;
use crate::scope::Scope;
use crate::stores::OpenStore;

/// A call that changes something leaves this part of its time to the change.
const SHARE: u32 = 2;

/// A copy to look orders up in.
pub(crate) struct Ledger(Ready);

/// An order as the copy has it.
#[derive(Clone)]
pub(crate) struct Entry {
    pub id: i64,
    pub source_id: String,
    pub email: String,
    /// Second since the epoch.
    pub added: i64,
    /// The names it goes by, as they are compared.
    pub people: Vec<String>,
    /// Shipments by id and tracking number.
    pub parcels: Vec<(String, String)>,
    /// The folder that it is in, by its id.
    pub folder: String,
    /// How its payment stands.
    pub payment: String,
    /// Whether it came from Order Desk for this very call.
    pub is_fresh: bool,
}

impl Insight<'_> {
    /// A store's copy, brought up to date. Nothing where there are no copies, or another call is at work on one that has nothing
    /// yet.
    ///
    /// # Errors
    /// [`Error::Upstream`], [`Error::Storage`].
    pub(crate) async fn ledger(&self, scope: &Scope, store_id: &str) -> Result<Option<Ledger>, Error> {
        let options = self.0.inner.mirrors.options();
        if options.days == 0 {
            return Ok(None);
        }
        let deadline = Instant::now() + options.patience / SHARE;
        match self.copy(scope, Some(store_id), false, deadline).await {
            Ok(copy) => Ok(Some(Ledger(copy))),
            Err(Error::RecordBusy { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Insight<'_> {
    /// A store's copy as it stands, where there is a whole one: nothing is asked for.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub(crate) async fn ledger_at_hand(&self, scope: &Scope, store_id: &str) -> Result<Option<Ledger>, Error> {
        Ok(self.copy_at_hand(scope, store_id).await?.map(Ledger))
    }
}

impl Insight<'_> {
    /// A store's copy as it was last answered from, where it is open in memory: nothing is read, from Order Desk or the database.
    pub(crate) async fn ledger_in_memory(&self, store: OpenStore) -> Option<Ledger> {
        let opened = self.0.inner.mirrors.known(&store.row.id)?;
        let (row, tables) = (opened.answered()?, opened.tables().await?);
        let settings = self.0.stores().remembered_settings(&store.row).await?;
        Some(Ledger(Ready {
            store,
            shop: Shop::of(&settings),
            tables,
            row,
            half: None,
            told: Vec::new(),
            read: HashSet::new(),
        }))
    }
}

impl Ledger {
    /// Whether it has every order of its days.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.half.is_none()
    }

    /// Orders with this number: Order Desk's id, or the id in the sales channel, of which letters and digits count.
    pub(crate) async fn by_number(&self, number: &str) -> Result<Vec<Entry>, Error> {
        let tables = &self.0.tables;
        let mut found = tables.addressed_by_source(&squeezed(number)).await?;
        if let Ok(id) = number.parse()
            && found.iter().all(|order| order.id != id)
        {
            found.extend(tables.addressed(id).await?);
        }
        self.entries(found)
    }

    /// Orders that have a shipment with this tracking number, of which letters and digits count.
    pub(crate) async fn by_tracking(&self, number: &str) -> Result<Vec<Entry>, Error> {
        self.entries(self.0.tables.addressed_by_tracking(&squeezed(number)).await?)
    }

    /// Orders of an e-mail address, without case and blanks.
    pub(crate) async fn by_email(&self, email: &str) -> Result<Vec<Entry>, Error> {
        let email = folded(email);
        if email.is_empty() {
            return Ok(Vec::new());
        }
        self.entries(self.0.tables.addressed_by_email(&email).await?)
    }

    /// The requests that read these orders from Order Desk.
    pub(crate) async fn visits(&self, orders: impl Iterator<Item = &Entry>) -> Result<Vec<Visit>, Error> {
        visits(&self.0.tables, orders.map(|order| (order.added, order.id)).collect()).await
    }

    fn entries(&self, found: Vec<Addressed>) -> Result<Vec<Entry>, Error> {
        let entry = |order: Addressed| {
            let (folder, payment) = self.0.tables.standing(order.id).unwrap_or_default();
            Some(Entry {
                folder: folder.to_string(),
                payment,
                is_fresh: self.0.read.contains(&order.id),
                id: order.id,
                source_id: order.source_id,
                email: order.email,
                added: order.added,
                people: match order.people {
                    Some(people) => serde_json::from_str(&people).ok()?,
                    None => vec![folded_name(&order.name)],
                },
                parcels: parcels(&order.parcels)?,
            })
        };
        let entries: Option<Vec<Entry>> = found.into_iter().map(entry).collect();
        entries.ok_or(Error::Internal("an order of a copy is not as it was put there"))
    }
}

/// Shipments by id and tracking number.
fn parcels(text: &str) -> Option<Vec<(String, String)>> {
    let parcels: Vec<Parcel> = serde_json::from_str(text).ok()?;
    Some(parcels.into_iter().map(|(id, tracking, ..)| (id, tracking)).collect())
}
