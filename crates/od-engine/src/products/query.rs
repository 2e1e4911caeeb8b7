//! Reading inventory items.

use std::borrow::Cow;
use std::sync::Arc;

use od_client::{InventoryItemId, InventoryQuery};
use od_db::StoreRow;
use od_record::pick::{absent, checked_fields, pick};
use od_record::text::{cleaned, listed, quoted};
use od_record::{NameOf, Problem, id_text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Products, missing, product_id};
use crate::cache::{Resource, Weigh};
use crate::error::Error;
use crate::outcome::{CacheInfo, Outcome};
use crate::reads;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose, Question, store_ref};

#[cfg(test)]
mod tests;

/// A page of inventory items to read (Order Desk: `GET /inventory-items`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListProducts {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Only items with this code (SKU), or with one of several, separated by commas.
    pub code: Option<String>,
    /// Page size, 1 to 500.
    #[serde(default = "crate::reads::default_limit")]
    pub limit: u32,
    /// Records to skip.
    #[serde(default)]
    pub offset: u64,
    /// Top-level fields that come back; all without it. `id` always.
    pub fields: Option<Vec<String>>,
    /// Asks Order Desk even when the answer is in memory.
    #[serde(default)]
    pub fresh: bool,
}

/// One inventory item to read (Order Desk: `GET /inventory-items/{id}`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GetProduct {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's id of the item; not its code.
    pub product_id: String,
    /// Top-level fields that come back; all without it. `id` always.
    pub fields: Option<Vec<String>>,
    /// Asks Order Desk even when the answer is in memory.
    #[serde(default)]
    pub fresh: bool,
}

impl Products<'_> {
    /// A page of inventory items. `data` is `{"products": [...], "applied": {...}}`: what was asked for, defaults
    /// included.
    ///
    /// Order Desk's total of inventory items is not to be trusted (0 has been seen beside items), so the reply has none
    /// and a walk ends with a page that is not full.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of the arguments; [`Error::Upstream`].
    pub async fn list(&self, scope: &Scope, input: ListProducts) -> Result<Outcome<Value>, Error> {
        let query = upstream_query(&input)?;
        let fields = checked_fields(input.fields.as_deref()).map_err(Error::Invalid)?;
        let stores = self.0.stores();
        let row = stores.select(scope, input.store.as_deref(), Purpose::Read).await?;
        let (kept, cache) = self.page(scope, &row, &query, input.fresh).await?;
        let page = reads::page(input.limit, input.offset, kept.products.len(), kept.total, kept.more);
        let without = (input.offset == 0 && !kept.more)
            .then(|| kept.without(&query.codes))
            .flatten();
        let unknown = absent(&kept.products, fields, NameOf::InventoryItem);
        let products: Vec<Value> = kept.products.iter().map(|item| pick(item, fields).into()).collect();
        let data = json!({ "products": products, "applied": applied(&query, &input) });
        Ok(Outcome::of(store_ref(&row), data)
            .with_page(page)
            .with_cache(cache)
            .with_warnings(
                kept.note
                    .as_deref()
                    .map(str::to_owned)
                    .into_iter()
                    .chain(unknown)
                    .chain(without),
            ))
    }

    /// One inventory item: the record itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the store has no such item; [`Error::Upstream`].
    pub async fn get(&self, scope: &Scope, input: GetProduct) -> Result<Outcome<Map<String, Value>>, Error> {
        let id = product_id(&input.product_id)?;
        let fields = checked_fields(input.fields.as_deref()).map_err(Error::Invalid)?;
        let stores = self.0.stores();
        let row = stores.select(scope, input.store.as_deref(), Purpose::Read).await?;
        let (item, cache) = self.one(scope, &row, &id, input.fresh).await?;
        Ok(reads::one(&row, (&item, cache), fields, NameOf::InventoryItem))
    }

    /// The item as replies show it, from memory or from Order Desk.
    pub(super) async fn one(
        &self,
        scope: &Scope,
        row: &Arc<StoreRow>,
        id: &InventoryItemId,
        fresh: bool,
    ) -> Result<(Arc<Map<String, Value>>, CacheInfo), Error> {
        let question = Question {
            row,
            resource: Resource::Product(id.as_str()),
            shape: "",
            fresh,
        };
        let read = async |store: OpenStore| {
            let item = store.upstream.inventory().get(id).await;
            let item = item.map_err(|error| missing(error, id))?;
            Ok(cleaned(item.into_map()))
        };
        self.0.stores().read_through(scope, question, read).await
    }

    /// A page, from memory or from Order Desk.
    async fn page(
        &self,
        scope: &Scope,
        row: &Arc<StoreRow>,
        query: &InventoryQuery,
        fresh: bool,
    ) -> Result<(Arc<ReadPage>, CacheInfo), Error> {
        let question = Question {
            row,
            resource: Resource::ProductList,
            shape: &shape(query)?,
            fresh,
        };
        let read = async |store: OpenStore| {
            let mut page = read(&store, query).await?;
            if page.more && page.total.is_none() && query.offset.is_some_and(|offset| offset > 0) {
                page.end_if_repeated(&*self.page_before(&store, query).await?);
            }
            Ok(page)
        };
        self.0.stores().read_through(scope, question, read).await
    }

    /// The page before this one: from memory, where a walk has left it, or read once. What went before that one does not
    /// matter, so whoever jumps far into a list pays for two pages and not for all of them.
    async fn page_before(&self, store: &OpenStore, query: &InventoryQuery) -> Result<Arc<ReadPage>, Error> {
        let query = before(query);
        let inner = &self.0.inner;
        let key = inner.key(store.owner(), Resource::ProductList, &shape(&query)?).await;
        match inner.cache.get(&key) {
            Some((kept, _)) => Ok(kept),
            None => Ok(Arc::new(read(store, &query).await?)),
        }
    }
}

/// What shapes a page beside the store.
fn shape(query: &InventoryQuery) -> Result<String, Error> {
    reads::shape(&query.to_pairs().map_err(Error::Upstream)?)
}

/// A page as Order Desk gave it, and as it is kept in memory.
#[derive(Serialize, Deserialize)]
struct ReadPage {
    products: Vec<Map<String, Value>>,
    /// Known only when Order Desk gave everything at once.
    total: Option<u64>,
    more: bool,
    note: Option<Cow<'static, str>>,
}

impl Weigh for ReadPage {
    fn heap(&self) -> usize {
        self.products.heap()
    }
}

/// Codes that are named at most.
const CODES: usize = 10;
const NOT_PAGED: &str =
    "Order Desk answered with the whole list instead of a page; this reply holds the page that was asked for.";
const REPEATED: &str = "Order Desk answered with the page before this one again, so it does not page here and the walk \
                        ends. A larger limit, or code, reaches the other inventory items.";

async fn read(store: &OpenStore, query: &InventoryQuery) -> Result<ReadPage, Error> {
    let page = store.upstream.inventory().list(query).await.map_err(Error::Upstream)?;
    let products = page.items.into_iter().map(|item| cleaned(item.into_map())).collect();
    let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
    let offset = query
        .offset
        .map_or(0, |offset| usize::try_from(offset).unwrap_or(usize::MAX));
    Ok(ReadPage::of(products, limit, offset))
}

impl ReadPage {
    /// What Order Desk gave for a page of `limit` items from `offset` on.
    ///
    /// Paging is not documented for inventory items: more than was asked for means that it was ignored.
    fn of(mut products: Vec<Map<String, Value>>, limit: usize, offset: usize) -> Self {
        let all = products.len();
        if all <= limit {
            return Self {
                more: all == limit,
                products,
                total: None,
                note: None,
            };
        }
        let skip = offset.min(all);
        products.drain(..skip);
        products.truncate(limit);
        Self {
            more: skip + products.len() < all,
            products,
            total: Some(all as u64),
            note: Some(NOT_PAGED.into()),
        }
    }

    /// Says which of the codes that were asked for no item has.
    fn without(&self, codes: &[String]) -> Option<String> {
        let known = || {
            self.products
                .iter()
                .filter_map(|item| item.get("code").and_then(id_text))
        };
        let missing = codes
            .iter()
            .filter(|code| !known().any(|known| known.eq_ignore_ascii_case(code)));
        let missing: Vec<String> = missing.map(|code| quoted(code)).collect();
        (!missing.is_empty()).then(|| {
            format!(
                "No inventory item of the store has the code {}.",
                listed(missing, CODES)
            )
        })
    }

    /// Ends a walk that would never end: the page before had the same items.
    fn end_if_repeated(&mut self, before: &Self) {
        if before.products == self.products {
            self.more = false;
            self.note = Some(REPEATED.into());
        }
    }
}

/// The page before this one.
fn before(query: &InventoryQuery) -> InventoryQuery {
    let limit = query.limit.unwrap_or(reads::DEFAULT_LIMIT).into();
    InventoryQuery {
        offset: query.offset.map(|offset| offset.saturating_sub(limit)),
        ..query.clone()
    }
}

fn upstream_query(input: &ListProducts) -> Result<InventoryQuery, Error> {
    let mut problems = reads::problems(input.limit, input.fields.as_deref());
    let codes: Vec<String> = input
        .code
        .iter()
        .flat_map(|codes| codes.split(','))
        .map(|code| od_record::tidy(code).to_owned())
        .collect();
    if codes.iter().any(String::is_empty) {
        problems.push(Problem::new(
            "/code",
            "must be one code, or several separated by commas",
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(InventoryQuery {
        codes,
        limit: Some(input.limit),
        offset: Some(input.offset),
    })
}

/// What was asked of Order Desk, and how the answer was cut.
fn applied(query: &InventoryQuery, input: &ListProducts) -> Value {
    let mut applied = Map::new();
    if !query.codes.is_empty() {
        applied.insert("code".to_owned(), query.codes.join(",").into());
    }
    applied.insert("limit".to_owned(), input.limit.into());
    applied.insert("offset".to_owned(), input.offset.into());
    if let Some(fields) = &input.fields {
        applied.insert("fields".to_owned(), json!(fields));
    }
    Value::Object(applied)
}
