//! What reads of orders and of inventory items share: the size of a page, the fields that come back, and how a page and a
//! single record are told.

use od_db::StoreRow;
use od_record::pick::{absent, checked_fields, pick};
use od_record::{NameOf, Problem};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::outcome::{CacheInfo, Outcome, Page};
use crate::stores::store_ref;

/// Order Desk's own default page size.
pub(crate) const DEFAULT_LIMIT: u32 = 50;
/// Order Desk's largest page size.
const MAX_LIMIT: u32 = 500;

/// Told with a deletion: a page that follows skips as many records as are gone.
pub(crate) const LISTS_SHIFT: &str =
    "Lists that held it have shifted: page through them from offset 0 again, not from next_offset.";

/// The page size of a call that names none.
pub(crate) fn default_limit() -> u32 {
    DEFAULT_LIMIT
}

/// What is wrong with the size of a page and with the fields that are asked for.
pub(crate) fn problems(limit: u32, fields: Option<&[String]>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !(1..=MAX_LIMIT).contains(&limit) {
        problems.push(Problem::new("/limit", format!("must be 1 to {MAX_LIMIT}")));
    }
    if let Err(found) = checked_fields(fields) {
        problems.extend(found);
    }
    problems
}

/// What shapes an answer beside its store and resource, as it stands in the cache's key.
pub(crate) fn shape(asked: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(asked).map_err(|_| Error::Internal("a query could not be written as a cache key"))
}

/// A page of `returned` records; `more` says whether others follow.
pub(crate) fn page(limit: u32, offset: u64, returned: usize, total: Option<u64>, more: bool) -> Page {
    let returned = returned as u64;
    Page {
        total,
        returned,
        limit: limit.into(),
        offset,
        next_offset: more.then_some(offset + returned),
    }
}

/// The answer with one record of a store, cut to the fields that were asked for.
pub(crate) fn one(
    row: &StoreRow,
    (record, cache): (&Map<String, Value>, CacheInfo),
    fields: Option<&[String]>,
    of: NameOf,
) -> Outcome<Map<String, Value>> {
    Outcome::of(store_ref(row), pick(record, fields))
        .with_cache(cache)
        .with_warnings(absent([record], fields, of))
}
