//! Reading parts. What is kept in memory falls with the order: any change to it may change its parts.

use std::sync::Arc;

use od_record::text::cleaned;
use serde_json::{Map, Value, json};

use super::kind::Part;
use super::one::One;
use super::{GetPart, ListParts};
use crate::cache::Resource;
use crate::engine::Engine;
use crate::error::Error;
use crate::orders::{missing, order_id};
use crate::outcome::{Outcome, Page};
use crate::reads;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose, Question, store_ref};

#[cfg(test)]
mod tests;

/// The parts of an order, a page of them: `{"order_items": [...]}` or `{"shipments": [...]}`.
pub(crate) async fn list<P: Part>(
    engine: &Engine,
    part: P,
    scope: &Scope,
    input: ListParts,
) -> Result<Outcome<Value>, Error> {
    let order = order_id(&input.order_id)?;
    let problems = reads::problems(input.limit, None);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let stores = engine.stores();
    let row = stores.select(scope, input.store.as_deref(), Purpose::Read).await?;
    // It belongs to the order, so that it is out of reach when the order changes.
    let question = Question {
        row: &row,
        resource: Resource::Order(order.as_str()),
        shape: part.names().members,
        fresh: input.fresh,
    };
    let read = async |store: OpenStore| {
        let listed = part.list(&store.upstream, &order).await;
        let records = listed.map_err(|error| missing(error, order.as_str()))?;
        Ok(records.into_iter().map(cleaned).collect())
    };
    let (all, cache): (Arc<Vec<Map<String, Value>>>, _) = stores.read_through(scope, question, read).await?;
    let (rows, page) = page_of(&all, &input);
    Ok(Outcome::of(store_ref(&row), json!({ part.names().members: rows }))
        .with_page(page)
        .with_cache(cache))
}

/// One part: the record itself.
pub(crate) async fn get<P: Part>(
    engine: &Engine,
    part: P,
    scope: &Scope,
    input: GetPart,
) -> Result<Outcome<Value>, Error> {
    let order = order_id(&input.order_id)?;
    let id = One::parse(part, &input.part_id)?;
    let stores = engine.stores();
    let row = stores.select(scope, input.store.as_deref(), Purpose::Read).await?;
    let question = Question {
        row: &row,
        resource: Resource::Order(order.as_str()),
        shape: &format!("{}/{id}", part.names().members),
        fresh: input.fresh,
    };
    let read = async |store: OpenStore| {
        let record = id.get(&store.upstream, &order).await;
        let record = record.map_err(|error| id.missing(error, &order))?;
        Ok(cleaned(record))
    };
    let (record, cache) = stores.read_through(scope, question, read).await?;
    Ok(Outcome::of(store_ref(&row), Map::clone(&record).into()).with_cache(cache))
}

fn page_of<'a, T>(all: &'a [T], input: &ListParts) -> (&'a [T], Page) {
    let length = |rows: &[T]| u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let skipped = usize::try_from(input.offset).unwrap_or(usize::MAX).min(all.len());
    let most = usize::try_from(input.limit).unwrap_or(usize::MAX);
    let rest = &all[skipped..];
    let rows = &rest[..most.min(rest.len())];
    let page = Page {
        total: Some(length(all)),
        returned: length(rows),
        limit: input.limit.into(),
        offset: input.offset,
        next_offset: (rows.len() < rest.len()).then(|| input.offset + length(rows)),
    };
    (rows, page)
}
