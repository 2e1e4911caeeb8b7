//! Looking for orders at Order Desk: among the newest ones, five hundred in a request, as long as that finds more than asking for
//! each would; then one by one.

use od_client::{OrderId, OrderQuery, Store};
use od_record::pasted::Row;
use od_record::tidy;

use super::{FEW, Orders, Whose, clue, number};
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
            self.strike(wanted);
            // A page that finds nothing is followed by others that find less.
            if is_last || wanted.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// Asks for the orders of rows one by one, as many as may be.
    pub(super) async fn ask_for_each(&mut self, upstream: &Store, wanted: Vec<&Row>) -> Result<(), Error> {
        for row in wanted {
            if !self.ask_for(upstream, row).await? {
                self.not_looked_for.insert(clue(row));
            }
        }
        Ok(())
    }

    /// False when there were not enough requests left to know.
    async fn ask_for(&mut self, upstream: &Store, row: &Row) -> Result<bool, Error> {
        if row.order.is_empty() {
            let Some(email) = &row.email else { return Ok(true) };
            let query = OrderQuery {
                email: Some(tidy(email).to_owned()),
                ..OrderQuery::default()
            };
            return self.add_all(upstream, query).await;
        }
        let by_source = |source: &str| OrderQuery {
            source_id: Some(source.to_owned()),
            ..OrderQuery::default()
        };
        let written = tidy(&row.order);
        if !self.add_all(upstream, by_source(written)).await? {
            return Ok(false);
        }
        if let Ok(id) = OrderId::parse(&number(written))
            && !self.read(upstream, &id).await?
        {
            return Ok(false);
        }
        if !matches!(self.whose(row), Whose::None) {
            return Ok(true);
        }
        // Shops write the mark, and their tables leave it out, or the other way round.
        let other = match written.strip_prefix('#') {
            Some(bare) => bare.to_owned(),
            None => format!("#{written}"),
        };
        self.add_all(upstream, by_source(&other)).await
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
