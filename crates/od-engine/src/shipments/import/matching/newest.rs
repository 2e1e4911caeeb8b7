//! Looking for orders at Order Desk: among the newest ones, five hundred in a request, as long as that finds more than asking for
//! each would; then one by one.

use std::collections::BTreeSet;

use od_client::{OrderId, OrderQuery, Store};
use od_record::pasted::Row;
use od_record::tidy;

use super::{FEW, Orders, clue, number};
use crate::error::Error;

/// Pages of the newest orders that are read at most: 3,000 orders.
const PAGES: u64 = 6;

impl Orders {
    /// Reads pages of the newest orders, one page at least for a table of few rows. The rows whose order was found are taken out.
    pub(super) async fn read_newest(
        &mut self,
        upstream: &Store,
        wanted: &mut Vec<&Row>,
        are_few: bool,
    ) -> Result<(), Error> {
        for page in 0..PAGES {
            // What was few from the beginning was asked for already.
            if wanted.is_empty() || (wanted.len() < FEW && !(are_few && page == 0)) {
                break;
            }
            let query = OrderQuery {
                limit: Some(OrderQuery::MAX_LIMIT),
                offset: Some(page * u64::from(OrderQuery::MAX_LIMIT)),
                ..OrderQuery::default()
            };
            let newest = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
            let is_last = newest.orders.len() < usize::try_from(OrderQuery::MAX_LIMIT).unwrap_or(usize::MAX);
            let before = wanted.len();
            newest.orders.iter().for_each(|order| self.add(order));
            self.strike(wanted, false);
            // A page that finds nothing is followed by others that find less.
            if is_last || wanted.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// Asks for the orders of rows one by one, as many as may be: as they are written, or else in other letters.
    pub(super) async fn ask_for_each(
        &mut self,
        upstream: &Store,
        wanted: &[&Row],
        in_other_letters: bool,
    ) -> Result<(), Error> {
        for row in wanted {
            if !self.ask_for(upstream, row, in_other_letters).await? {
                self.not_looked_for.insert(clue(row));
            }
        }
        Ok(())
    }

    /// False when there were not enough requests left to know.
    async fn ask_for(&mut self, upstream: &Store, row: &Row, in_other_letters: bool) -> Result<bool, Error> {
        if row.order.is_empty() {
            let Some(email) = &row.email else { return Ok(true) };
            let query = OrderQuery {
                email: Some(tidy(email).to_owned()),
                ..OrderQuery::default()
            };
            return self.add_all(upstream, query).await;
        }
        for written in std::iter::once(&row.order).chain(&row.other_orders) {
            let written = tidy(written);
            let is_known = if in_other_letters {
                self.ask_in_other_letters(upstream, written).await?
            } else {
                self.ask_for_number(upstream, written).await?
            };
            if !is_known {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Shops write a mark before their numbers, and their tables leave it out, or the other way round: two orders can have both, so
    /// both are asked for.
    async fn ask_for_number(&mut self, upstream: &Store, written: &str) -> Result<bool, Error> {
        let other = match written.strip_prefix('#') {
            Some(bare) => bare.to_owned(),
            None => format!("#{written}"),
        };
        for source in [written.to_owned(), other] {
            if !self.add_source(upstream, source).await? {
                return Ok(false);
            }
        }
        match OrderId::parse(&number(written)) {
            Ok(id) => self.read(upstream, &id).await,
            Err(_) => Ok(true),
        }
    }

    /// In capital letters, in small ones, and with a capital one in front.
    async fn ask_in_other_letters(&mut self, upstream: &Store, written: &str) -> Result<bool, Error> {
        let small = written.to_lowercase();
        let mut name = small.clone();
        if let Some(first) = name.find(char::is_alphabetic).and_then(|at| name.get_mut(at..=at)) {
            first.make_ascii_uppercase();
        }
        let spellings = BTreeSet::from([written.to_uppercase(), small, name]);
        for source in spellings.into_iter().filter(|spelling| spelling != written) {
            if !self.add_source(upstream, source).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn add_source(&mut self, upstream: &Store, source: String) -> Result<bool, Error> {
        let query = OrderQuery {
            source_id: Some(source),
            ..OrderQuery::default()
        };
        self.add_all(upstream, query).await
    }

    async fn add_all(&mut self, upstream: &Store, query: OrderQuery) -> Result<bool, Error> {
        if !self.spend() {
            return Ok(false);
        }
        let page = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
        page.orders.iter().for_each(|order| self.add(order));
        Ok(true)
    }

    /// Reads an order by its id, if it is there. False when there was no request left for it.
    pub(super) async fn read(&mut self, upstream: &Store, id: &OrderId) -> Result<bool, Error> {
        if !self.spend() {
            return Ok(false);
        }
        match upstream.orders().get(id).await {
            Ok(order) => self.add(&order),
            Err(od_client::Error::NotFound) => {}
            Err(error) => return Err(Error::Upstream(error)),
        }
        Ok(true)
    }

    /// Takes one of the requests that are left; false when there is none.
    fn spend(&mut self) -> bool {
        let left = self.singles.checked_sub(1);
        self.singles = left.unwrap_or(0);
        left.is_some()
    }
}
