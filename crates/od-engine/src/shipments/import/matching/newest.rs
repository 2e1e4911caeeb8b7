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
            if self.singles == 0 {
                self.not_looked_for.insert(clue(row));
                continue;
            }
            self.singles -= 1;
            self.ask_for(upstream, row).await?;
        }
        Ok(())
    }

    async fn ask_for(&mut self, upstream: &Store, row: &Row) -> Result<(), Error> {
        if row.order.is_empty() {
            if let Some(email) = &row.email {
                let query = OrderQuery {
                    email: Some(tidy(email).to_owned()),
                    ..OrderQuery::default()
                };
                return self.add_all(upstream, query).await;
            }
            return Ok(());
        }
        let query = OrderQuery {
            source_id: Some(tidy(&row.order).to_owned()),
            ..OrderQuery::default()
        };
        self.add_all(upstream, query).await?;
        match OrderId::parse(&number(&row.order)) {
            Ok(id) => self.read(upstream, &id).await,
            Err(_) => Ok(()),
        }
    }

    async fn add_all(&mut self, upstream: &Store, query: OrderQuery) -> Result<(), Error> {
        let page = upstream.orders().list(&query).await.map_err(Error::Upstream)?;
        page.orders.iter().for_each(|order| self.add(order));
        Ok(())
    }

    /// Reads an order by its id, if it is there.
    pub(super) async fn read(&mut self, upstream: &Store, id: &OrderId) -> Result<(), Error> {
        match upstream.orders().get(id).await {
            Ok(order) => self.add(&order),
            Err(od_client::Error::NotFound) => {}
            Err(error) => return Err(Error::Upstream(error)),
        }
        Ok(())
    }
}
