//! How a store's orders stand, for a page that stays open: shown as it was last found, and brought up to date in the background
//! while somebody looks.
//!
//! A glance asks nobody: it shows what a look or a question has read. A look has one call begin that fills and refreshes the copy like any question, is charged and
//! recorded, and is given up soon after nobody looks any more: what it has read by then stays.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use od_db::StoreRow;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Insight;
use super::mirror::Ready;
use super::shop::Shop;
use super::standing::{Glance, Overview};
use super::watched::Watched;
use crate::audit::REFRESH;
use crate::calls::Call;
use crate::engine::Engine;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::scope::{Permission, Scope};
use crate::stores::Purpose;

mod figures;

/// What a call about many orders costs.
const COST: u32 = 2;

impl Insight<'_> {
    /// Whether this server keeps copies of orders.
    pub fn keeps_copies(&self) -> bool {
        self.0.inner.mirrors.options().days > 0
    }

    /// What is known of a store. Nobody is asked, and nothing is begun.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Locked`] and [`Error::Denied`].
    pub async fn glance(&self, scope: &Scope, store: &str) -> Result<Glance, Error> {
        let row = self.watchable(scope, store).await?;
        let watches = self.0.inner.mirrors.watches();
        let known = watches.known(&row.id).map(|watched| watched.glance());
        let shown = known.as_ref().and_then(|glance| glance.overview.as_deref());
        if let Some(overview) = self.as_answered(scope, &row, shown).await? {
            let seen = watches.of(&row.id);
            seen.show(overview);
            return Ok(seen.glance());
        }
        Ok(known.unwrap_or_default())
    }

    /// How the orders stand as a question was answered since they were shown.
    async fn as_answered(
        &self,
        scope: &Scope,
        row: &StoreRow,
        shown: Option<&Overview>,
    ) -> Result<Option<Overview>, Error> {
        let Some(opened) = self.0.inner.mirrors.known(&row.id) else {
            return Ok(None);
        };
        let newer = opened
            .answered()
            .filter(|copy| shown.is_none_or(|shown| shown.as_of < copy.refreshed_at));
        let (Some(copy), Some(tables)) = (newer, opened.tables().await) else {
            return Ok(None);
        };
        let Some(settings) = self.0.stores().remembered_settings(row).await else {
            return Ok(None);
        };
        let store = self.0.stores().open(scope, Some(&row.store_id), Purpose::Read).await?;
        let ready = Ready {
            store,
            shop: Shop::of(&settings),
            tables,
            row: copy,
            half: None,
            told: Vec::new(),
            read: HashSet::new(),
        };
        Ok(Some(figures::overview(&ready, self.now()).await?))
    }

    /// The same, and has the copy brought up to date where that is due, or with `now` in any case. Waits for that as long as
    /// `patience`.
    ///
    /// # Errors
    /// As [`Insight::glance`]. What Order Desk answers is told by the glance.
    pub async fn look(&self, scope: &Scope, store: &str, now: bool, patience: Duration) -> Result<Glance, Error> {
        let row = self.watchable(scope, store).await?;
        let watched = self.0.inner.mirrors.watches().of(&row.id);
        if watched.begin(now) {
            self.bring_up_to_date(scope, &row, watched.clone());
        }
        // Whoever waits longer is told what there is.
        _ = timeout(patience, watched.ended()).await;
        Ok(watched.glance())
    }

    async fn watchable(&self, scope: &Scope, store: &str) -> Result<Arc<StoreRow>, Error> {
        scope.require_unlocked()?;
        scope.require(Permission::OrdersRead)?;
        self.0.stores().select(scope, Some(store), Purpose::Read).await
    }

    /// Begins the one call that brings a store's copy up to date for all who look at it.
    fn bring_up_to_date(&self, scope: &Scope, row: &StoreRow, watched: Arc<Watched>) {
        let engine = self.0.clone();
        let wanted = engine.inner.stop.child_token();
        let (progress, mut steps) = Progress::new();
        let scope = scope.clone().while_wanted(wanted.clone()).with_progress(progress);
        let store = row.store_id.clone();
        let call = Call {
            tool: REFRESH.to_owned(),
            parameters: json!({ "store": store }),
            cost: COST,
            needs: Some(Permission::OrdersRead),
        };
        let work = read(engine.clone(), scope.clone(), store, watched.clone(), wanted.clone());
        tokio::spawn(async move {
            let mut called = std::pin::pin!(engine.call(&scope, call, Box::pin(work)));
            let mut left = std::pin::pin!(watched.left());
            let outcome = loop {
                tokio::select! {
                    outcome = &mut called => break outcome,
                    step = steps.next() => watched.tell(step),
                    () = &mut left, if !wanted.is_cancelled() => wanted.cancel(),
                }
            };
            watched.end(outcome.err());
        });
    }
}

/// Fills or refreshes the copy, and finds how the orders stand once it is whole.
async fn read(
    engine: Engine,
    scope: Scope,
    store: String,
    watched: Arc<Watched>,
    wanted: CancellationToken,
) -> Result<Outcome<Value>, Error> {
    let insight = engine.insight();
    let copy = insight.copy(&scope, Some(&store), false, insight.deadline()).await;
    let copy = match copy {
        // Nobody looks any more, which is no failure.
        Err(Error::Upstream(od_client::Error::Abandoned)) if wanted.is_cancelled() => {
            return Ok(Outcome::new(json!({ "complete": false })));
        }
        copy => copy?,
    };
    let is_whole = copy.half.is_none();
    if copy.row.filled_at.is_some() {
        watched.show(figures::overview(&copy, insight.now()).await?);
    }
    Ok(Outcome::of(copy.store.name, json!({ "complete": is_whole })))
}
