//! Reading certain orders anew with few requests: those that were added one after the other come in one page.

use od_client::OrderQuery;
use od_db::mirror::{Span, Tables};

use super::work::PAGE;
use crate::error::Error;

/// So many orders may have come in among those that are known.
const SPARE: u64 = 10;

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// So many orders from a second on, oldest first.
    Page { from: i64, limit: u32 },
    /// One order by its id.
    One(i64),
}

/// The requests that read all of these orders: seconds in which they were added, and ids.
pub(in crate::insight) async fn visits(tables: &Tables, mut wanted: Vec<(i64, i64)>) -> Result<Vec<Visit>, Error> {
    wanted.sort_unstable();
    wanted.dedup();
    let mut visits = Vec::new();
    let mut rest = wanted.as_slice();
    while let [(from, id), ..] = rest {
        let (reached, orders) = reach(tables, *from, rest).await?;
        if reached < 2 {
            visits.push(Visit::One(*id));
            rest = &rest[1..];
            continue;
        }
        visits.push(Visit::Page {
            from: *from,
            limit: u32::try_from(orders + SPARE).unwrap_or(OrderQuery::MAX_LIMIT),
        });
        rest = &rest[reached..];
    }
    Ok(visits)
}

/// How many of these orders a page from a second on has, and how many orders that are together.
async fn reach(tables: &Tables, from: i64, wanted: &[(i64, i64)]) -> Result<(usize, u64), Error> {
    // The first `fits` fit, and the first `exceeds` do not.
    let (mut fits, mut orders, mut exceeds) = (0, 0, wanted.len() + 1);
    while exceeds - fits > 1 {
        let tried = fits.midpoint(exceeds);
        let span = Span {
            from,
            to: wanted[tried - 1].0 + 1,
            folder: None,
        };
        let among = tables.count(span).await?;
        if among + SPARE <= PAGE {
            (fits, orders) = (tried, among);
        } else {
            exceeds = tried;
        }
    }
    Ok((fits, orders))
}
