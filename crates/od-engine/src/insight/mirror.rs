//! Copies of stores' orders that keep themselves fresh.
//!
//! At rest a copy is a row of sealed chunks; in use it is an SQLite in memory. One call at a time brings a copy further, of all
//! processes that share the database; the others wait for it, or read what there is when it is fresh.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use od_db::MirrorRow;
use od_db::mirror::{Span, Tables};
use tokio::time::timeout;

use super::days::Zone;
use super::opened::Opened;
use super::{GOES_ON, Insight};
use crate::clock::millis;
use crate::engine::Inner;
use crate::error::Error;
use crate::lock::Subject;
use crate::scope::Scope;
use crate::stores::{Folder, OpenStore, Purpose, Settings};

mod audit;
mod fill;
mod refresh;
mod turn;
mod visits;
mod work;

pub(crate) use visits::Visit;
pub(super) use visits::visits;
pub(super) use work::Half;
use work::Work;

/// How often open copies are looked through for idle ones.
const LOOK: Duration = Duration::from_mins(1);
/// A copy that goes this much further back than it has to is made anew.
const SLACK_DAYS: i64 = 30;
/// So long a copy's turn is waited for when the time of the call is up already: nobody may have it.
const A_MOMENT: Duration = Duration::from_millis(250);
const DAY_MILLIS: i64 = 86_400_000;

/// All orders that were added from a second on.
pub(super) fn everything(from: i64) -> Span {
    audit::everything(from, None)
}

/// What a store's settings say that questions need.
pub(super) struct Shop {
    pub zone: Zone,
    pub currency: Option<String>,
    pub folders: Vec<Folder>,
    /// Whether Order Desk takes what comes in from the stock.
    pub counts_stock: bool,
}

/// A copy that can be asked.
pub(super) struct Ready {
    pub store: OpenStore,
    pub shop: Shop,
    pub tables: Arc<Tables>,
    pub row: MirrorRow,
    /// Why it is not whole.
    pub half: Option<Half>,
    /// What the caller should know.
    pub told: Vec<String>,
    /// Orders that came from Order Desk for this very call.
    pub read: HashSet<i64>,
}

/// Closes copies that nobody uses, until the engine shuts down.
pub(crate) async fn close_idle(engine: Weak<Inner>) {
    let Some(stop) = engine.upgrade().map(|inner| inner.stop.clone()) else {
        return;
    };
    while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        let Some(inner) = engine.upgrade() else { return };
        inner.mirrors.close_idle();
    }
}

impl Shop {
    fn of(settings: &Settings) -> Self {
        Self {
            zone: Zone::named(settings.setting("timezone")),
            currency: settings.setting("store_currency").map(str::to_owned),
            folders: settings.folders(),
            counts_stock: settings.is_on("auto_update_stock_count"),
        }
    }
}

impl Insight<'_> {
    /// Until when a call that begins now works on a copy.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.0.inner.mirrors.options().patience
    }

    /// A store's copy, filled and brought up to date as far as that is done by the deadline.
    ///
    /// # Errors
    /// [`Error::Invalid`] when copies are switched off; [`Error::Upstream`], [`Error::Storage`].
    pub(super) async fn copy(
        &self,
        scope: &Scope,
        store: Option<&str>,
        fresh: bool,
        deadline: Instant,
    ) -> Result<Ready, Error> {
        let inner = &self.0.inner;
        let options = inner.mirrors.options();
        if options.days == 0 {
            return Err(Error::invalid(
                "",
                "cannot be answered: this server keeps no copies of orders (MIRROR_DAYS=0); orders_list reads them page by page",
            ));
        }
        let store = self.0.stores().open(scope, store, Purpose::Read).await?;
        let (settings, _) = self.0.stores().settings_of(scope, &store, false).await?;
        let shop = Shop::of(&settings);
        let mut told: Vec<String> = shop.zone.doubt.clone().into_iter().collect();
        if shop.currency.is_none() {
            told.push(
                "The store's settings name no currency (store_currency): amounts are in the store's own.".to_owned(),
            );
        }
        let now = inner.clock.now();
        let begins = self.begins(&shop.zone, now);
        let opened = inner.mirrors.opened(&store.row.id, &shop.zone, now);
        let is_usable = |row: &MirrorRow| row.begins <= begins && row.begins > begins - SLACK_DAYS * DAY_MILLIS;
        let mirrors = inner.db.mirrors();
        let row = mirrors.get(scope.tenant(), &store.row.id).await?.filter(is_usable);
        if let Some(row) = &row
            && !fresh
            && self.is_fresh(row, &store)
            && let Some(tables) = opened
                .caught_up(
                    &inner.db,
                    (scope.tenant(), &store.row.id),
                    scope.identity().data_key()?,
                    row,
                )
                .await?
        {
            return Ok(self.ready(store, shop, (opened.as_ref(), tables), row.clone(), None, told));
        }
        let subject = Subject::Mirror {
            store_row: &store.row.id,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let turn = timeout(left.max(A_MOMENT), self.turn(scope, &store, subject)).await;
        let held = match turn {
            Ok(Ok(held)) => held,
            Err(_) | Ok(Err(Error::RecordBusy { .. })) => {
                // Whoever is at work on it has come further meanwhile.
                let row = mirrors.get(scope.tenant(), &store.row.id).await?.filter(is_usable);
                let row = row.ok_or(Error::RecordBusy { what: Subject::COPY })?;
                let tables = opened
                    .caught_up(
                        &inner.db,
                        (scope.tenant(), &store.row.id),
                        scope.identity().data_key()?,
                        &row,
                    )
                    .await?;
                let tables = tables.ok_or(Error::RecordBusy { what: Subject::COPY })?;
                let half = Half {
                    reason: "another call is still bringing this copy up to date".to_owned(),
                    seconds: row.filled_at.is_none().then(|| fill::rest_of(&row, None)),
                };
                return Ok(self.ready(store, shop, (opened.as_ref(), tables), row, Some(half), told));
            }
            Ok(Err(error)) => return Err(error),
        };
        let row = mirrors.get(scope.tenant(), &store.row.id).await?.filter(is_usable);
        let work = Work::begin(self.0, scope, &store, opened.clone(), row, begins, deadline);
        let done = match work.await {
            Ok(work) if left.is_zero() => {
                let half = Half {
                    reason: format!("the time of this call was up before this copy's turn came; {GOES_ON}"),
                    seconds: work.row.filled_at.is_none().then(|| fill::rest_of(&work.row, None)),
                };
                Ok((work, Some(half)))
            }
            Ok(mut work) => work.run(fresh, options, &shop.folders).await.map(|half| (work, half)),
            Err(error) => Err(error),
        };
        held.release().await;
        let (work, half) = done?;
        let Work {
            tables,
            row,
            told: more,
            read,
            ..
        } = work;
        told.extend(more);
        Ok(Ready {
            read,
            ..self.ready(store, shop, (opened.as_ref(), tables), row, half, told)
        })
    }

    /// A store's copy as it stands, where it has all of its days. Order Desk is asked for nothing but the store's settings, which are
    /// mostly remembered.
    ///
    /// # Errors
    /// [`Error::Upstream`], [`Error::Storage`].
    pub(super) async fn copy_at_hand(&self, scope: &Scope, store: &str) -> Result<Option<Ready>, Error> {
        let inner = &self.0.inner;
        if inner.mirrors.options().days == 0 {
            return Ok(None);
        }
        let store = self.0.stores().open(scope, Some(store), Purpose::Read).await?;
        let rows = inner.db.mirrors();
        let Some(row) = rows
            .get(scope.tenant(), &store.row.id)
            .await?
            .filter(|row| row.filled_at.is_some())
        else {
            return Ok(None);
        };
        let (settings, _) = self.0.stores().settings_of(scope, &store, false).await?;
        let shop = Shop::of(&settings);
        let opened = inner.mirrors.opened(&store.row.id, &shop.zone, inner.clock.now());
        let whose = (scope.tenant(), store.row.id.as_str());
        let tables = opened
            .caught_up(&inner.db, whose, scope.identity().data_key()?, &row)
            .await?;
        let ready = |tables| self.ready(store, shop, (opened.as_ref(), tables), row, None, Vec::new());
        Ok(tables.map(ready))
    }

    /// The first moment of the first day that a copy made now has.
    fn begins(&self, zone: &Zone, now: Timestamp) -> i64 {
        let days = jiff::Span::new().days(i64::from(self.0.inner.mirrors.options().days));
        zone.start_of(zone.day_of(now).saturating_sub(days)).as_millisecond()
    }

    /// Whether a copy can be read as it stands.
    fn is_fresh(&self, row: &MirrorRow, store: &OpenStore) -> bool {
        let inner = &self.0.inner;
        let options = inner.mirrors.options();
        let age = inner.clock.now_millis() - row.refreshed_at;
        let since_audit = inner.clock.now_millis() - row.audited_at;
        row.filled_at.is_some()
            && age < millis(options.ttl)
            && since_audit < millis(options.audit)
            && inner.replicas.are_heard()
            && inner.cache.written().has_nothing(&store.row.id, row.refreshed_at)
    }

    fn ready(
        &self,
        store: OpenStore,
        shop: Shop,
        (opened, tables): (&Opened, Arc<Tables>),
        row: MirrorRow,
        half: Option<Half>,
        mut told: Vec<String>,
    ) -> Ready {
        const MEGABYTE: u64 = 1024 * 1024;
        opened.touch();
        self.0.inner.mirrors.make_room(&store.row.id);
        let (takes, most) = (opened.bytes(), self.0.inner.mirrors.options().max_bytes);
        if takes > most {
            let takes = takes.div_ceil(MEGABYTE);
            let most = most.div_ceil(MEGABYTE);
            told.push(format!(
                "The copy of this store's orders takes {takes} MB of memory, more than all copies together may (MIRROR_MAX_MB, {most}): \
                 whoever runs this server may set it higher, or keep fewer days (MIRROR_DAYS)."
            ));
            if opened.is_first_told() {
                tracing::warn!(
                    store = %store.row.store_id, takes, most,
                    "a copy of a store's orders alone takes more megabytes than MIRROR_MAX_MB: it stays open as long as it is used"
                );
            }
        }
        Ready {
            store,
            shop,
            tables,
            row,
            half,
            told,
            read: HashSet::new(),
        }
    }
}
