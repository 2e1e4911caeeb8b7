//! Inventory items that run out, with what was sold of them and what is still to be sent.

use std::collections::HashMap;
use std::time::Instant;

use jiff::ToSpan as _;
use od_db::mirror::{Key, Selection, Tables};
use od_record::product::code;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Insight;
use super::answer::{Answer, cut};
use super::asked::Which;
use super::days::Window;
use super::mirror::{Half, Ready};
use super::report::{Where, select};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::products::ListProducts;
use crate::scope::{Permission, Scope};

mod level;

use level::{Level, MONTH, WEEK};

/// Inventory items that run out.
#[derive(Clone, Debug, Deserialize)]
pub struct Stock {
    /// Name or id of the store.
    pub store: Option<String>,
    /// Items of which less than so many can be sold are low.
    #[serde(default = "ten")]
    pub below: u32,
    /// Items that last for less than so many days run out.
    #[serde(default = "two_weeks")]
    pub cover_days: u32,
    /// Items to skip.
    #[serde(default)]
    pub offset: usize,
    /// Asks what has changed, and reads the inventory items anew.
    #[serde(default)]
    pub fresh: bool,
}

fn ten() -> u32 {
    10
}

fn two_weeks() -> u32 {
    14
}

/// Order Desk's largest page.
const PAGE: u32 = 500;

/// The inventory items of a store, as far as they were read.
struct Inventory {
    items: Vec<Map<String, Value>>,
    warnings: Vec<String>,
    is_whole: bool,
}

impl Insight<'_> {
    /// Items that are low, out, below nothing, oversold, or last for a few days only, the worst first. `data` is `{"rows": [...], "totals": {...},
    /// "definition"}`.
    ///
    /// # Errors
    /// [`Error::Denied`] without the right to read inventory items; [`Error::Invalid`] when copies are switched off;
    /// [`Error::Upstream`].
    pub async fn stock(&self, scope: &Scope, input: Stock) -> Result<Outcome<Value>, Error> {
        scope.require(Permission::ProductsRead)?;
        let deadline = self.deadline();
        let which = Which {
            store: input.store.as_deref(),
            stores: None,
            can_be_all: false,
            fresh: input.fresh,
        };
        let asked = self.asked(scope, which).await?;
        let [store] = &asked.stores[..] else {
            return Err(Error::Internal("a question about one store found several"));
        };
        let copy = &mut self.copy_of(scope, &asked, store).await?;
        let inventory = self.inventory(scope, copy, input.fresh, deadline).await?;
        if !inventory.is_whole && copy.half.is_none() {
            let items = inventory.items.len();
            copy.half = Some(Half {
                reason: format!("only the first {items} inventory items were read in time"),
                seconds: None,
            });
        }
        let window = copy.last_days(self, MONTH);
        let month = select(copy, window, &Where::default())?.selection;
        let week = select(copy, copy.last_days(self, WEEK), &Where::default())?.selection;
        let waiting = select(copy, copy.days(self.now()), &Where::default())?.selection;
        let orders = copy.tables.order_sums(&month, &[]).await?;
        let sold_30 = sold(&copy.tables, &month).await?;
        let sold_7 = sold(&copy.tables, &week).await?;
        let waiting = by_code(copy.tables.waiting_sums(&waiting).await?);
        let of = |sums: &HashMap<String, i128>, code: &str| sums.get(code).copied().unwrap_or(0);
        let mut unknown = 0_usize;
        let mut levels = Vec::new();
        for item in &inventory.items {
            let code = &code(item);
            let level = Level::of(
                item,
                copy.shop.counts_stock,
                [of(&waiting, code), of(&sold_7, code), of(&sold_30, code)],
            );
            match level {
                Some(level) => levels.push(level),
                None => unknown += 1,
            }
        }
        let listed = levels.len();
        let mut running_out: Vec<_> = levels
            .into_iter()
            .filter_map(|level| Some((level.status(input.below.into(), input.cover_days.into())?, level)))
            .collect();
        running_out.sort_by(|(status, level), (other, than)| status.cmp(other).then_with(|| level.urgency(than)));
        let mut totals = Map::new();
        totals.insert("items".to_owned(), listed.into());
        for status in level::Status::ALL {
            let count = running_out.iter().filter(|(found, _)| *found == status).count();
            totals.insert(status.as_str().to_owned(), count.into());
        }
        let rows = running_out
            .iter()
            .map(|(status, level)| level.shown(*status, window.to))
            .collect();
        let mut data = Map::new();
        cut(&mut data, "rows", rows, input.offset);
        data.insert("totals".to_owned(), totals.into());
        data.insert("below".to_owned(), input.below.into());
        data.insert("cover_days".to_owned(), input.cover_days.into());
        data.insert("stock_counted_by_order_desk".to_owned(), copy.shop.counts_stock.into());
        data.insert("definition".to_owned(), definition(copy.shop.counts_stock).into());
        let mut warnings = inventory.warnings;
        if unknown > 0 {
            warnings.push(format!(
                "{unknown} inventory items have no number as stock and are left out."
            ));
        }
        let orders = orders.first().map_or(0, |sums| sums.orders.unsigned_abs());
        let mut answer = Answer::new(&asked);
        answer.add(store, Ok(copy.part(window, orders)))?;
        Ok(answer.finish(data)?.with_warnings(warnings))
    }

    /// All inventory items, page after page, until the deadline.
    async fn inventory(&self, scope: &Scope, copy: &Ready, fresh: bool, deadline: Instant) -> Result<Inventory, Error> {
        let mut inventory = Inventory {
            items: Vec::new(),
            warnings: Vec::new(),
            is_whole: false,
        };
        let mut offset = 0;
        loop {
            let page = ListProducts {
                store: Some(copy.store.name.store_id.clone()),
                limit: PAGE,
                offset,
                fresh,
                ..ListProducts::default()
            };
            let mut page = self.0.products().list(scope, page).await?;
            if let Some(Value::Array(items)) = page.data.get_mut("products").map(Value::take) {
                inventory.items.extend(items.into_iter().filter_map(object));
            }
            for warning in page.warnings {
                if !inventory.warnings.contains(&warning) {
                    inventory.warnings.push(warning);
                }
            }
            match page.page.and_then(|page| page.next_offset) {
                None => {
                    inventory.is_whole = true;
                    return Ok(inventory);
                }
                Some(_) if Instant::now() >= deadline => return Ok(inventory),
                Some(next) => offset = next,
            }
        }
    }
}

impl Ready {
    /// Today and the days before it.
    fn last_days(&self, insight: &Insight<'_>, days: i64) -> Window {
        let to = self.today(insight.now());
        Window {
            from: to.saturating_sub((days - 1).days()),
            to,
        }
    }
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// Units of lines by their code.
async fn sold(tables: &Tables, selection: &Selection) -> Result<HashMap<String, i128>, Error> {
    Ok(by_code(tables.line_sums(selection, &[Key::Sku]).await?))
}

fn by_code(groups: Vec<od_db::mirror::Group>) -> HashMap<String, i128> {
    let units = groups.into_iter().filter_map(|mut group| {
        let units = *group.sums.first()?;
        Some((group.keys.pop()?, units))
    });
    units.filter(|(code, _)| !code.is_empty()).collect()
}

fn definition(counts_stock: bool) -> String {
    let oversold = if counts_stock {
        "the store's settings let Order Desk count stock down as orders come in, so oversold is below nothing while orders wait, \
         and what can be sold is the stock"
    } else {
        "Order Desk does not count this store's stock down, so oversold is more units waiting than stock, and what can be sold is \
         the stock without the units waiting"
    };
    format!(
        "units = quantity of lines with the item's code, of orders added in the last 7 and 30 days, without folders Canceled and \
         Deleted; units_waiting = those of orders in this server's copy without any shipment; {oversold}; days_of_cover = what can be sold / \
         (units_30_days / 30), days_of_cover_7_days = the same / (units_7_days / 7); low = less than below can be sold; runs_out = more, \
         but for less than cover_days at the faster of both rates; runs_out_on = the day on which the last piece goes at that rate"
    )
}
