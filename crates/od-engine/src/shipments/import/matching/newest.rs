//! Looking for orders at Order Desk: among the newest ones, five hundred in a request, as long as that finds more than asking for
//! each would; then one by one.

use od_client::{OrderId, OrderQuery, Store};
use od_record::pasted::Row;
use od_record::tidy;

use super::{FEW, Orders, clue, number};
use crate::error::Error;

/// Pages of the newest orders that are read at most: 3,000 orders.
const PAGES: u64 = 6;

impl Orders {
    /// Reads pages of the newest orders. The rows whose order was found are taken out.
    pub(super) async fn read_newest(&mut self, upstream: &Store, wanted: &mut Vec<&Row>) -> Result<(), Error> {
        for page in 0..PAGES {
            if wanted.len() < FEW {
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

    /// Asks for the orders of rows one by one, as many as may be. Where there are few, and no copy was asked, also as others may
    /// have spelled their numbers.
    pub(super) async fn ask_for_each(
        &mut self,
        upstream: &Store,
        wanted: Vec<&Row>,
        are_few: bool,
    ) -> Result<(), Error> {
        for row in wanted {
            if !self.ask_for(upstream, row, are_few).await? {
                self.not_looked_for.insert(clue(row));
            }
        }
        Ok(())
    }

    /// False when there were not enough requests left to know.
    async fn ask_for(&mut self, upstream: &Store, row: &Row, are_few: bool) -> Result<bool, Error> {
        if row.order.is_empty() {
            let Some(email) = &row.email else { return Ok(true) };
            let email = tidy(email);
            // Those who share an address share the request.
            if self.asked_for.contains(email) {
                return Ok(true);
            }
            let query = OrderQuery {
                email: Some(email.to_owned()),
                ..OrderQuery::default()
            };
            let is_asked = self.add_all(upstream, query).await?;
            if is_asked {
                self.asked_for.insert(email.to_owned());
            }
            return Ok(is_asked);
        }
        for written in std::iter::once(&row.order).chain(&row.other_orders) {
            if !self.ask_for_number(upstream, tidy(written), are_few).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Shops write a mark before their numbers, and their tables leave it out, or the other way round: two orders can have both, so
    /// both are asked for.
    async fn ask_for_number(&mut self, upstream: &Store, written: &str, are_few: bool) -> Result<bool, Error> {
        let other = match written.strip_prefix('#') {
            Some(bare) => bare.to_owned(),
            None => format!("#{written}"),
        };
        let mut spellings = vec![written.to_owned(), other];
        if are_few {
            for spelling in [written.to_uppercase(), written.to_lowercase()] {
                if !spellings.contains(&spelling) {
                    spellings.push(spelling);
                }
            }
        }
        for source in spellings {
            let query = OrderQuery {
                source_id: Some(source),
                ..OrderQuery::default()
            };
            if !self.add_all(upstream, query).await? {
                return Ok(false);
            }
        }
        match OrderId::parse(&number(written)) {
            Ok(id) => self.read(upstream, &id).await,
            Err(_) => Ok(true),
        }
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
