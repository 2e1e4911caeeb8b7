//! Looking through the copy of one store.

use jiff::Timestamp;
use od_db::mirror::Found;

use super::super::answer::Part;
use super::super::days::number;
use super::super::kept::Kept;
use super::super::mirror::{Ready, everything};
use super::gathered::Gathered;
use super::near;
use super::numbers::{self, Strength};
use super::pieces;
use super::search::{self, MOST, Match, Query};
use super::since::Since;
use crate::error::Error;
use crate::orders::{missing as no_such_order, order_id};

/// What is looked for, and which rows of it are shown.
pub(super) struct Wanted {
    pub query: Query,
    pub since: Option<Since>,
    pub now: Timestamp,
    pub of_several: bool,
    /// Rows of a store before this one are shown,
    pub end: usize,
    /// from this one on.
    pub skipped: usize,
}

/// What was found in one store.
#[derive(Default)]
pub(super) struct Looked {
    pub matches: Vec<Match>,
    /// Read from Order Desk.
    pub live: Option<Found>,
    told: Vec<String>,
}

impl Wanted {
    /// The orders of a store that fit, and on what that rests.
    pub(super) async fn look_in(&self, copy: &Ready, gathered: &mut Gathered) -> Result<(Looked, Part), Error> {
        let mut window = copy.days(self.now);
        // A day that the copy does not go back to is told as any window.
        window.from = self
            .since
            .as_ref()
            .map_or(window.from, |since| since.on(copy.today(self.now)));
        let from = copy.shop.zone.start_of(window.from).as_second();
        let mut looked = self.look(copy, from, gathered).await?;
        let orders = if number(window.from) > number(window.to) {
            looked.told.push(format!(
                "since is {}, a day that has not come yet for this store.",
                window.from
            ));
            0
        } else {
            copy.tables.count(everything(from)).await?
        };
        let told = std::mem::take(&mut looked.told);
        Ok((looked, copy.part(window, orders).telling(told)))
    }

    async fn look(&self, copy: &Ready, from: i64, gathered: &mut Gathered) -> Result<Looked, Error> {
        let (tables, query) = (&copy.tables, &self.query);
        let mut looked = Looked {
            matches: search::search(tables, query, from, MOST).await?,
            ..Looked::default()
        };
        gathered.is_cut |= looked.matches.len() >= MOST;
        if !looked.matches.iter().any(Match::is_exact) {
            let found = numbers::look(tables, query, from, Strength::Sure).await?;
            found.put_before(&mut looked.matches, gathered);
        }
        gathered.is_known |= looked.matches.iter().any(Match::is_exact);
        let mut id = query.id();
        if looked.matches.is_empty() && !gathered.is_whole {
            let pieces = pieces::look(tables, query, from).await?;
            gathered.is_cut |= pieces.is_cut;
            id = id.or_else(|| numbers::lone_id(query, &pieces.nowhere));
            if !pieces.matches.is_empty() && !pieces.nowhere.is_empty() && copy.half.is_none() {
                gathered.drop_words(&copy.store.name, &pieces.nowhere);
            }
            let mistyped = if query.words().len() == 1 {
                query.words().into_iter().map(Query::into_text).collect()
            } else {
                pieces.nowhere
            };
            looked.matches = pieces.matches;
            if looked.matches.is_empty() {
                let found = numbers::look(tables, query, from, Strength::Weak).await?;
                found.put_before(&mut looked.matches, gathered);
            }
            if !looked.matches.iter().any(Match::is_exact) {
                gathered.add_near(near::names(tables, &mistyped, from).await?);
            }
        } else {
            gathered.is_whole = true;
        }
        if let Some(id) = id.filter(|_| !gathered.is_known) {
            self.ask_for(copy, id, from, gathered, &mut looked).await;
        }
        Ok(looked)
    }

    /// Asks Order Desk for the order with an id: it may be older than the copy, or nobody's.
    async fn ask_for(&self, copy: &Ready, id: &str, from: i64, gathered: &mut Gathered, looked: &mut Looked) {
        match live(copy, id).await {
            Ok(Some(order)) if self.since.is_none() || order.added >= from => {
                gathered.is_known = true;
                // No other order has the id.
                gathered.is_whole = true;
                looked.told.push(format!(
                    "Order {id} is not among those that this server keeps a copy of: it was read from Order Desk."
                ));
                looked.live = Some(order);
            }
            Ok(_) => {}
            Err(error) => looked.told.push(format!(
                "Order Desk was asked for an order with the id {id}, in vain: {error}"
            )),
        }
    }
}

/// The order with this id as Order Desk has it.
async fn live(copy: &Ready, id: &str) -> Result<Option<Found>, Error> {
    let id = order_id(id)?;
    let order = copy.store.upstream.interactive().orders().get(&id).await;
    match order.map_err(|error| no_such_order(error, id.as_str())) {
        Ok(order) => Ok(Kept::of(order.into_map()).map(Found::from)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
