//! A copy that a call wants: what is stored of it, and how it comes from there to the call.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use jiff::{Span, Timestamp};
use od_db::MirrorRow;
use od_db::mirror::Tables;

use super::super::days::Zone;
use super::super::opened::Opened;
use super::super::shop::Shop;
use super::super::{GOES_ON, Insight};
use super::fill;
use super::work::{Half, Work};
use crate::clock::millis;
use crate::engine::Engine;
use crate::error::Error;
use crate::lock::{Held, Subject};
use crate::scope::Scope;
use crate::stores::OpenStore;

/// A copy that goes this much further back than it has to is made anew.
const SLACK_DAYS: i64 = 30;
const DAY_MILLIS: i64 = 86_400_000;
const MEGABYTE: u64 = 1024 * 1024;

/// A copy that can be asked.
pub(in crate::insight) struct Ready {
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

/// What became of a copy in its turn.
struct Brought {
    tables: Arc<Tables>,
    row: MirrorRow,
    half: Option<Half>,
    told: Vec<String>,
    /// Orders that came from Order Desk meanwhile.
    read: HashSet<i64>,
}

/// A store's copy before anything was done for the call.
pub(super) struct Wanted<'a> {
    engine: &'a Engine,
    scope: &'a Scope,
    pub store: OpenStore,
    shop: Shop,
    opened: Arc<Opened>,
    /// The first moment of the first day that a copy made now has.
    begins: i64,
    /// What the caller should know.
    told: Vec<String>,
}

impl<'a> Wanted<'a> {
    pub(super) async fn of(insight: &Insight<'a>, scope: &'a Scope, store: OpenStore) -> Result<Self, Error> {
        let engine = insight.0;
        let inner = &engine.inner;
        let (settings, _) = engine.stores().settings_of(scope, &store, false).await?;
        let shop = Shop::of(&settings);
        let mut told: Vec<String> = shop.zone.doubt.clone().into_iter().collect();
        if shop.currency.is_none() {
            told.push(
                "The store's settings name no currency (store_currency): amounts are in the store's own.".to_owned(),
            );
        }
        let now = inner.clock.now();
        let opened = inner.mirrors.opened(&store.row.id, &shop.zone, now);
        let begins = begins(&shop.zone, now, inner.mirrors.options().days);
        Ok(Self {
            engine,
            scope,
            store,
            shop,
            opened,
            begins,
            told,
        })
    }

    /// What is stored of the copy, if it has the days that it should have.
    async fn row(&self) -> Result<Option<MirrorRow>, Error> {
        let mirrors = self.engine.inner.db.mirrors();
        let row = mirrors.get(self.scope.tenant(), &self.store.row.id).await?;
        let oldest = self.begins - SLACK_DAYS * DAY_MILLIS;
        Ok(row.filter(|row| row.begins <= self.begins && row.begins > oldest))
    }

    /// The copy opened as it is stored; nothing where it does not open.
    pub(super) async fn tables(&self, row: &MirrorRow) -> Result<Option<Arc<Tables>>, Error> {
        let whose = (self.scope.tenant(), self.store.row.id.as_str());
        let key = self.scope.identity().data_key()?;
        self.opened.caught_up(&self.engine.inner.db, whose, key, row).await
    }

    /// The copy as it is stored, where it can be read as it stands.
    pub(super) async fn at_rest(&self) -> Result<Option<(MirrorRow, Arc<Tables>)>, Error> {
        let Some(row) = self.row().await?.filter(|row| self.is_fresh(row)) else {
            return Ok(None);
        };
        let tables = self.tables(&row).await?;
        Ok(tables.map(|tables| (row, tables)))
    }

    fn is_fresh(&self, row: &MirrorRow) -> bool {
        let inner = &self.engine.inner;
        let options = inner.mirrors.options();
        let now = inner.clock.now_millis();
        row.filled_at.is_some()
            && now - row.refreshed_at < millis(options.ttl)
            && now - row.audited_at < millis(options.audit)
            && inner.replicas.are_heard()
            && inner.cache.written().has_nothing(&self.store.row.id, row.refreshed_at)
    }

    /// As far as another call, which is still at work, has brought the copy.
    ///
    /// # Errors
    /// [`Error::RecordBusy`] where there is nothing of it yet.
    pub(super) async fn half_way(self) -> Result<Ready, Error> {
        let busy = || Error::RecordBusy { what: Subject::COPY };
        let row = self.row().await?.ok_or_else(busy)?;
        let tables = self.tables(&row).await?.ok_or_else(busy)?;
        let half = Half {
            reason: "another call is still bringing this copy up to date".to_owned(),
            seconds: rest_of(&row),
        };
        Ok(self.ready(tables, row, Some(half)))
    }

    /// The copy filled and brought up to date in its turn, as far as that is done by the deadline.
    pub(super) async fn brought_further(mut self, turn: Held, fresh: bool, deadline: Instant) -> Result<Ready, Error> {
        let brought = self.bring_further(fresh, deadline).await;
        turn.release().await;
        let Brought {
            tables,
            row,
            half,
            told,
            read,
        } = brought?;
        self.told.extend(told);
        Ok(Ready {
            read,
            ..self.ready(tables, row, half)
        })
    }

    async fn bring_further(&self, fresh: bool, deadline: Instant) -> Result<Brought, Error> {
        let is_late = deadline <= Instant::now();
        let begun = Work::begin(
            self.engine,
            self.scope,
            &self.store,
            self.opened.clone(),
            self.row().await?,
            self.begins,
            deadline,
        );
        let mut work = begun.await?;
        let half = if is_late {
            Some(Half {
                reason: format!("the time of this call was up before this copy's turn came; {GOES_ON}"),
                seconds: rest_of(&work.row),
            })
        } else {
            let options = self.engine.inner.mirrors.options();
            work.run(fresh, options, &self.shop.folders).await?
        };
        Ok(Brought {
            tables: work.tables,
            row: work.row,
            half,
            told: work.told,
            read: work.read,
        })
    }

    pub(super) fn ready(self, tables: Arc<Tables>, row: MirrorRow, half: Option<Half>) -> Ready {
        let mirrors = &self.engine.inner.mirrors;
        self.opened.touch();
        if half.is_none() {
            self.opened.has_answered(&row);
        }
        mirrors.make_room(&self.store.row.id);
        let mut told = self.told;
        let (takes, most) = (self.opened.bytes(), mirrors.options().max_bytes);
        if takes > most {
            let takes = takes.div_ceil(MEGABYTE);
            let most = most.div_ceil(MEGABYTE);
            told.push(format!(
                "The copy of this store's orders takes {takes} MB of memory, more than all copies together may (MIRROR_MAX_MB, {most}): \
                 whoever runs this server may set it higher, or keep fewer days (MIRROR_DAYS)."
            ));
            if self.opened.is_first_told() {
                tracing::warn!(
                    store = %self.store.row.store_id, takes, most,
                    "a copy of a store's orders alone takes more megabytes than MIRROR_MAX_MB: it stays open as long as it is used"
                );
            }
        }
        Ready {
            store: self.store,
            shop: self.shop,
            tables,
            row,
            half,
            told,
            read: HashSet::new(),
        }
    }
}

/// The first moment of the first day that a copy made now has.
fn begins(zone: &Zone, now: Timestamp, days: u32) -> i64 {
    let days = Span::new().days(i64::from(days));
    zone.start_of(zone.day_of(now).saturating_sub(days)).as_millisecond()
}

/// The seconds that the rest of a fill takes.
fn rest_of(row: &MirrorRow) -> Option<u64> {
    row.filled_at.is_none().then(|| fill::rest_of(row, None))
}
