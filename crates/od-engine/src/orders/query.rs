//! Reading orders: lists with every documented filter, and single orders.

use std::sync::Arc;

use od_client::{OrderId, OrderQuery};
use od_db::StoreRow;
use od_record::order::{View, add_summed, sort_doubt, summary};
use od_record::pick::{absent, checked_fields, pick};
use od_record::text::cleaned;
use od_record::{NameOf, tidy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Orders;
use crate::cache::{Resource, Weigh};
use crate::error::Error;
use crate::outcome::{CacheInfo, Outcome, Page};
use crate::reads;
use crate::scope::Scope;
use crate::stores::{OpenStore, Purpose, Question, store_ref};

mod exact;
mod filters;
mod folder;
#[cfg(test)]
mod tests;

pub(crate) use exact::TWO_FOLDERS;
pub use filters::{Filters, SortOrder};

/// A page of orders to read (Order Desk: `GET /orders`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListOrders {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Which orders, in which order.
    #[serde(flatten)]
    pub filters: Filters,
    /// Page size, 1 to 500.
    #[serde(default = "crate::reads::default_limit")]
    pub limit: u32,
    /// Records to skip.
    #[serde(default)]
    pub offset: u64,
    /// How much of each order comes back; a summary without it.
    pub view: Option<View>,
    /// Top-level fields, or names of a summary, that come back instead of a view; `id` always.
    pub fields: Option<Vec<String>>,
    /// Asks Order Desk even when the answer is in memory.
    #[serde(default)]
    pub fresh: bool,
}

/// One order to read (Order Desk: `GET /orders/{id}`).
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GetOrder {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Order Desk's internal id.
    pub order_id: String,
    /// Top-level fields that come back; all without it. `id` always.
    pub fields: Option<Vec<String>>,
    /// Asks Order Desk even when the answer is in memory.
    #[serde(default)]
    pub fresh: bool,
}

/// What is said of a list that goes on: whoever moves what a page showed would skip as many orders on the next.
const PAGES_SHIFT: &str =
    "next_offset counts on a folder that nothing leaves: after moving orders out of it, begin again at offset 0.";

/// What is said where both say what comes back.
const FIELDS_WIN: &str =
    "fields says what comes back of each order, so view did not count: leave fields out for a view.";

impl ListOrders {
    fn view(&self) -> View {
        self.view.unwrap_or_default()
    }
}

impl Orders<'_> {
    /// A page of orders. `data` is `{"orders": [...], "applied": {...}}`: what was asked for, defaults included.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of the arguments; [`Error::NotFound`] for a folder that the store does not
    /// have; [`Error::Upstream`].
    pub async fn list(&self, scope: &Scope, input: ListOrders) -> Result<Outcome<Value>, Error> {
        let (mut query, notes) = upstream_query(&input)?;
        let stores = self.0.stores();
        let row = stores.select(scope, input.store.as_deref(), Purpose::Read).await?;
        let by_folder = query.folder_id.is_some() || query.folder_name.is_some();
        let (folders_are_old, folders_differ) = if by_folder {
            let store = stores.unlock(scope, row.clone())?;
            let folders = self.check_folders(scope, &store, &mut query, input.fresh).await?;
            let lifetime = self.0.inner.cache.lifetime(Resource::OrderList);
            (folders.cache.is_older_than(lifetime), folders.differ)
        } else {
            (false, false)
        };
        let pairs = query.to_pairs().map_err(Error::Upstream)?;
        let shape = reads::shape(&(&pairs, &input.view(), &input.fields))?;
        let question = Question {
            row: &row,
            resource: Resource::OrderList,
            shape: &shape,
            fresh: input.fresh,
        };
        let read = async |store: OpenStore| {
            let page = self.read_page(scope, &store, &query, &input).await?;
            if folders_are_old && page.has_nothing(&input) {
                self.check_folders(scope, &store, &mut query.clone(), true).await?;
            }
            Ok(page)
        };
        let (kept, cache) = stores.read_through(scope, question, read).await?;
        let page = kept.page(&input);
        let shifting = (by_folder && page.next_offset.is_some()).then(|| PAGES_SHIFT.to_owned());
        let doubt = kept.has_nothing(&input).then(|| exact::doubt(&input.filters)).flatten();
        let nowhere = (folders_differ && kept.has_nothing(&input)).then(|| TWO_FOLDERS.to_owned());
        let unused_view = (input.fields.is_some() && input.view.is_some()).then(|| FIELDS_WIN.to_owned());
        let mut data = Map::new();
        data.insert("orders".to_owned(), kept.orders.clone().into());
        data.insert("applied".to_owned(), applied(&pairs, &input).into());
        Ok(Outcome::of(store_ref(&row), data.into())
            .with_page(page)
            .with_cache(cache)
            .with_warnings(
                notes
                    .into_iter()
                    .chain(unused_view)
                    .chain(kept.notes.iter().cloned())
                    .chain(shifting)
                    .chain(nowhere)
                    .chain(doubt),
            ))
    }

    /// One order: the record itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the store has no such order; [`Error::Upstream`].
    pub async fn get(&self, scope: &Scope, input: GetOrder) -> Result<Outcome<Map<String, Value>>, Error> {
        let id = order_id(&input.order_id)?;
        let fields = checked_fields(input.fields.as_deref()).map_err(Error::Invalid)?;
        let stores = self.0.stores();
        let row = stores.select(scope, input.store.as_deref(), Purpose::Read).await?;
        let (order, cache) = self.one(scope, &row, &id, input.fresh).await?;
        let text = fields.is_none().then(|| order.text.clone());
        Ok(reads::one(&row, (&order.record, cache), fields, NameOf::Order).with_text(text))
    }

    /// The order as replies show it, from memory or from Order Desk.
    pub(super) async fn one(
        &self,
        scope: &Scope,
        row: &Arc<StoreRow>,
        id: &OrderId,
        fresh: bool,
    ) -> Result<(Arc<KeptOrder>, CacheInfo), Error> {
        let question = Question {
            row,
            resource: Resource::Order(id.as_str()),
            shape: "",
            fresh,
        };
        let read = async |store: OpenStore| {
            let order = store.upstream.orders().get(id).await;
            let order = order.map_err(|error| missing(error, id.as_str()))?;
            KeptOrder::new(cleaned(order.into_map()))
        };
        self.0.stores().read_through(scope, question, read).await
    }

    async fn read_page(
        &self,
        scope: &Scope,
        store: &OpenStore,
        query: &OrderQuery,
        input: &ListOrders,
    ) -> Result<KeptPage, Error> {
        let bulk = input.limit > 100 || input.offset > 0;
        let upstream = if bulk {
            store.upstream.bulk()
        } else {
            store.upstream.interactive()
        };
        let page = upstream.orders().list(query).await.map_err(Error::Upstream)?;
        let fields = checked_fields(input.fields.as_deref()).map_err(Error::Invalid)?;
        let mut orders: Vec<Map<String, Value>> =
            page.orders.into_iter().map(|order| cleaned(order.into_map())).collect();
        let sort_field = input.filters.order_by.as_deref();
        let doubt = sort_field.and_then(|field| sort_doubt(&orders, field));
        let names_folder = fields.map_or(input.view() == View::Summary, |fields| {
            fields.iter().any(|field| field == "folder_name")
        });
        let settings = if names_folder && !orders.is_empty() {
            Some(self.0.stores().settings_of(scope, store, false).await?.0)
        } else {
            None
        };
        let name = |id: &str| settings.as_ref().and_then(|settings| settings.folder_name(id));
        for order in &mut orders {
            add_summed(order, fields.unwrap_or_default(), name);
        }
        let notes: Vec<String> = absent(&orders, fields, NameOf::Order)
            .into_iter()
            .chain(doubt)
            .collect();
        let shaped: Vec<Value> = match (fields, input.view()) {
            (Some(_), _) => orders.iter().map(|order| pick(order, fields).into()).collect(),
            (None, View::Full) => orders.into_iter().map(Value::Object).collect(),
            (None, View::Summary) => orders.iter().map(|order| summary(order, name).into()).collect(),
        };
        Ok(KeptPage {
            orders: shaped,
            total: page.total,
            notes,
        })
    }
}

/// An order as it is kept in memory: as replies show it, and as they write it.
#[derive(Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(super) struct KeptOrder {
    pub record: Map<String, Value>,
    text: Arc<str>,
}

impl Serialize for KeptOrder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record.serialize(serializer)
    }
}

impl TryFrom<Map<String, Value>> for KeptOrder {
    type Error = Error;

    fn try_from(record: Map<String, Value>) -> Result<Self, Error> {
        Self::new(record)
    }
}

impl KeptOrder {
    fn new(record: Map<String, Value>) -> Result<Self, Error> {
        let text = serde_json::to_string(&record);
        let text = text.map_err(|_| Error::Internal("an order cannot be written as JSON"))?;
        Ok(Self {
            record,
            text: text.into(),
        })
    }
}

impl Weigh for KeptOrder {
    fn heap(&self) -> usize {
        self.record.heap() + self.text.heap()
    }
}

/// A page of orders as it is kept in memory.
#[derive(Debug, Serialize, Deserialize)]
struct KeptPage {
    /// Cut to the view or the fields that were asked for.
    orders: Vec<Value>,
    total: Option<u64>,
    /// What the page gave reason to say.
    notes: Vec<String>,
}

impl Weigh for KeptPage {
    fn heap(&self) -> usize {
        self.orders.heap() + self.notes.heap()
    }
}

impl KeptPage {
    /// Whether no order at all matches: the folder may be empty, or not there any more.
    fn has_nothing(&self, input: &ListOrders) -> bool {
        self.orders.is_empty() && (input.offset == 0 || self.total == Some(0))
    }

    fn page(&self, input: &ListOrders) -> Page {
        let returned = self.orders.len() as u64;
        // Without a trustworthy total a full page may have a successor.
        let more = returned > 0
            && match self.total {
                Some(total) => input.offset + returned < total,
                None => returned == u64::from(input.limit),
            };
        reads::page(input.limit, input.offset, self.orders.len(), self.total, more)
    }
}

/// The documented query, with what the caller should know about how it is read.
fn upstream_query(input: &ListOrders) -> Result<(OrderQuery, Vec<String>), Error> {
    let mut problems = reads::problems(input.limit, input.fields.as_deref());
    let mut notes = Vec::new();
    let mut query = input.filters.to_query(&mut problems, &mut notes);
    query.limit = Some(input.limit);
    query.offset = Some(input.offset);
    if problems.is_empty() {
        Ok((query, notes))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// What was asked of Order Desk, and how the answer was cut.
fn applied(pairs: &[(&str, String)], input: &ListOrders) -> Map<String, Value> {
    let mut applied: Map<String, Value> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
        .collect();
    applied.entry("order_by").or_insert_with(|| "date_added".into());
    applied.entry("order").or_insert_with(|| "DESC".into());
    match &input.fields {
        Some(fields) => applied.insert("fields".to_owned(), json!(fields)),
        None => applied.insert("view".to_owned(), json!(input.view())),
    };
    if input.fields.is_none() && input.view() == View::Summary {
        let more =
            "summary leaves most of each order out: orders_get reads one whole, view=full or fields=[..] more of each";
        applied.insert("more".to_owned(), more.into());
    }
    applied
}

pub(crate) fn order_id(text: &str) -> Result<OrderId, Error> {
    OrderId::parse(tidy(text)).map_err(|_| {
        Error::invalid(
            "/order_id",
            "must be Order Desk's internal order id: 1 to 20 digits, as orders_find and orders_list give it",
        )
    })
}

/// Where an order's id is found. The first of the two is not offered everywhere.
pub(super) const FIND_IT: &str = "orders_find finds an order's id by whatever is known of it, orders_list by source_id, email or a \
                                  name. The id in the shop is source_id, not order_id.";

/// Order Desk's "no such record" as the order's own.
pub(crate) fn missing(error: od_client::Error, order_id: &str) -> Error {
    match error {
        od_client::Error::NotFound => Error::NotFound {
            what: "Order",
            name: order_id.to_owned(),
            nearest: None,
            hint: FIND_IT,
        },
        other => Error::Upstream(other),
    }
}
