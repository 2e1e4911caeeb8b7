//! What became of one order, what holds it up, and what can be done about it.
//!
//! It is read from Order Desk as it stands, and not from the copy: whoever asks why an order failed has often just changed it. The
//! store's settings (its folders) and the inventory items may come from memory.

use od_client::OrderId;
use od_record::order::customer_name;
use od_record::order::{LINES, SHIPMENTS};
use od_record::product::unsearchable;
use od_record::rows_of;
use od_record::text::cleaned;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Insight;
use super::answer::cut_within;
use super::days::{seconds, told};
use super::kept::text;
use crate::error::Error;
use crate::orders::{missing as no_such_order, order_id};
use crate::outcome::Outcome;
use crate::products::ListProducts;
use crate::scope::{Permission, Scope};
use crate::stores::{OpenStore, Purpose, Settings};

mod faults;
mod parcels;
mod place;
mod remedies;
mod timeline;
mod wanting;

use place::Place;
use wanting::Stocked;

/// An order that is to be explained.
#[derive(Clone, Debug, Deserialize)]
pub struct ExplainOrder {
    /// Order Desk's internal id.
    pub order_id: String,
    /// Name or id of the store.
    pub store: Option<String>,
    /// Events to skip.
    #[serde(default)]
    pub offset: usize,
    /// Reads the store's settings and the inventory items anew too. The order is read anew in any case.
    #[serde(default)]
    pub fresh: bool,
}

/// Bytes of JSON for the timeline: the rest of the answer is longer than with other questions.
const TIMELINE: usize = 4_000;
/// Codes in one search: they become part of the address.
const AT_ONCE: usize = 20;
/// Order Desk's largest page.
const PAGE: u32 = 500;

impl Insight<'_> {
    /// One order's story. `data` is `{"order", "last_error", "missing", "actions", "parcels", "timeline"}`; `parcels` is there
    /// where the order has any, and the timeline has the newest event first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the store has no such order; [`Error::Upstream`].
    pub async fn explain(&self, scope: &Scope, input: ExplainOrder) -> Result<Outcome<Value>, Error> {
        let id = order_id(&input.order_id)?;
        let store = self
            .0
            .stores()
            .open(scope, input.store.as_deref(), Purpose::Read)
            .await?;
        let (settings, _) = self.0.stores().settings_of(scope, &store, input.fresh).await?;
        let order = read(&store, &id).await?;
        let mut warnings = Vec::new();
        let stocked = self.stocked(scope, (&store, input.fresh), &order, &settings, &mut warnings);
        let stocked = stocked.await?;
        let events = timeline::events(&order);
        let error = faults::last(&events);
        let missing = wanting::missing(&order, &stocked);
        let place = Place::of(&order, &settings, &events);
        let actions = remedies::actions(
            id.as_str(),
            &missing,
            error.as_ref(),
            &events,
            &place,
            parcels::rest(&order).as_deref(),
        );
        let mut data = Map::new();
        data.insert("order".to_owned(), summary(&order, &place, self.now().as_second()));
        data.insert(
            "last_error".to_owned(),
            error.map_or(Value::Null, |error| error.shown()),
        );
        data.insert(
            "missing".to_owned(),
            missing
                .iter()
                .take(wanting::MOST)
                .map(wanting::Missing::shown)
                .collect(),
        );
        data.insert("actions".to_owned(), actions.into());
        if let Some(parcels) = parcels::of(&order) {
            data.insert("parcels".to_owned(), parcels);
        }
        let rows = events.iter().map(timeline::Event::shown).collect();
        cut_within(&mut data, "timeline", rows, input.offset, TIMELINE);
        if !order.contains_key("order_history") {
            warnings.push(
                "Order Desk gave no history of this order: the timeline has its notes and shipments alone.".to_owned(),
            );
        }
        Ok(Outcome::of(store.name.clone(), data.into()).with_warnings(warnings))
    }

    /// The inventory items of an order's lines, as far as the caller may see them.
    async fn stocked(
        &self,
        scope: &Scope,
        (store, fresh): (&OpenStore, bool),
        order: &Map<String, Value>,
        settings: &Settings,
        warnings: &mut Vec<String>,
    ) -> Result<Stocked, Error> {
        let mut stocked = Stocked::new(settings.is_on("auto_update_stock_count"));
        if scope.require(Permission::ProductsRead).is_err() {
            warnings.push("Stock was not looked at: it takes the permission products:read.".to_owned());
            return Ok(stocked);
        }
        let mut codes: Vec<String> = rows_of(order, LINES).map(|item| text(item, "code")).collect();
        codes.retain(|code| !code.is_empty() && unsearchable(code).is_none());
        codes.sort();
        codes.dedup();
        for codes in codes.chunks(AT_ONCE) {
            let page = ListProducts {
                store: Some(store.name.store_id.clone()),
                code: Some(codes.join(",")),
                limit: PAGE,
                fresh,
                ..ListProducts::default()
            };
            let page = self.0.products().list(scope, page).await?;
            for item in page.data["products"].as_array().into_iter().flatten() {
                stocked.add(item);
            }
        }
        Ok(stocked)
    }
}

async fn read(store: &OpenStore, id: &OrderId) -> Result<Map<String, Value>, Error> {
    let order = store.upstream.interactive().orders().get_with_history(id).await;
    let order = order.map_err(|error| no_such_order(error, id.as_str()))?;
    Ok(cleaned(order.into_map()))
}

fn summary(order: &Map<String, Value>, place: &Place, now: i64) -> Value {
    let added = seconds(&text(order, "date_added"));
    let shipments = rows_of(order, SHIPMENTS).count();
    json!({
        "id": text(order, "id"),
        "source_id": text(order, "source_id"),
        "source_name": text(order, "source_name"),
        "customer_name": customer_name(order),
        "payment_status": text(order, "payment_status"),
        "folder_id": text(order, "folder_id"),
        "folder_name": place.folder,
        "in_folder_since": place.since.map(told),
        "fulfillment_name": text(order, "fulfillment_name"),
        "date_added": added.map(told),
        "age_days": added.map(|added| (now - added).max(0) / 86_400),
        "shipments": shipments,
        "lines": rows_of(order, LINES).count(),
    })
}
