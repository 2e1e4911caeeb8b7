//! As many rows of a batch as can be read, uploaded and read back on tokens reserved together.

use std::collections::HashMap;
use std::time::Instant;

use futures_util::future::join_all;
use od_client::{InventoryItem, Store};
use od_record::product::{LENIENCY, code, unsearchable};
use od_record::{ReadBack, diff, untouched, verify};
use serde_json::{Map, Value};

use super::row::{NO_SUCH_ITEM, Row, State};
use crate::attempts::{Attempts, Failed, answered, is_fresh};
use crate::engine::Engine;
use crate::error::{Error, happened};
use crate::lock::AllHeld;
use crate::products::codes::search;
use crate::products::replace::SETTLED;
use crate::products::{LOOK_AGAIN, missing, read_again};
use crate::stores::OpenStore;

/// Rows of one portion at most. More would take all of a store's tokens at once and make everybody else wait.
const MOST_ROWS: usize = 8;
/// What Order Desk does with an item of a batch that it does not like.
const PASSED_OVER: &str = "Order Desk accepted the batch, but the inventory item is as it was before";
/// Requests beside one read per row: the upload, and one search that reads all rows back.
const BESIDES: usize = 2;

/// Rows under way.
pub(super) struct Portion<'a> {
    engine: &'a Engine,
    store: &'a OpenStore,
    held: &'a AllHeld,
    rows: &'a mut [Row],
    /// Rows of an upload that got no answer and was not seen, with what may still come of it.
    unseen: Vec<(usize, State)>,
}

/// A row that is part of an upload.
struct Upload {
    row: usize,
    base: Map<String, Value>,
    desired: Map<String, Value>,
}

impl<'a> Portion<'a> {
    /// How many rows the store's tokens allow, one at least.
    pub(super) fn most_rows(store: &OpenStore) -> usize {
        let tokens = store.upstream.most_at_once() as usize;
        tokens.saturating_sub(BESIDES).clamp(1, MOST_ROWS)
    }

    pub(super) fn new(engine: &'a Engine, store: &'a OpenStore, held: &'a AllHeld, rows: &'a mut [Row]) -> Self {
        Self {
            engine,
            store,
            held,
            rows,
            unseen: Vec::new(),
        }
    }

    /// Makes the changes of the waiting rows. A row that fails by itself says so in its state.
    ///
    /// # Errors
    /// What stops the whole batch; rows that were not made are left waiting.
    pub(super) async fn run(mut self) -> Result<(), Error> {
        let mut attempts = Attempts::of(self.engine.inner.mutation.max_retries + 1, &self.store.upstream);
        while let Err(failed) = self.attempt().await {
            if let Err(error) = attempts.again(failed).await {
                for (row, state) in self.unseen {
                    if self.rows[row].is_waiting() {
                        self.rows[row].state = state;
                    }
                }
                return Err(error);
            }
        }
        Ok(())
    }

    async fn attempt(&mut self) -> Result<(), Failed> {
        let waiting: Vec<usize> = (0..self.rows.len())
            .filter(|&row| self.rows[row].is_waiting())
            .collect();
        if waiting.is_empty() {
            return Ok(());
        }
        self.held.regain().await.map_err(Failed::Final)?;
        let tokens = u32::try_from(waiting.len() + BESIDES).unwrap_or(u32::MAX);
        let bulk = self.store.upstream.bulk();
        let permit = self.store.asker.while_allowed(bulk.reserve(tokens)).await;
        let permit = permit.map_err(Failed::Final)?.map_err(failed)?;
        let upstream = self.store.upstream.with(&permit);
        drop(permit);
        let uploads = self.read(&upstream, &waiting).await?;
        let read_at = Instant::now();
        if uploads.is_empty() {
            return Ok(());
        }
        let items: Vec<Map<String, Value>> = uploads.iter().map(|upload| upload.desired.clone()).collect();
        if !self.held.are_still_ours() || !is_fresh(read_at) {
            return Err(Failed::Again(Error::RecordBusy { what: "inventory item" }));
        }
        let uploaded = upstream.inventory().batch_update(&items).await;
        // Finding out what became of them may take a while, and nobody shall read meanwhile what was before.
        self.forget(&uploads).await;
        let outcome = match uploaded {
            Ok(_) if !self.engine.inner.mutation.verify => {
                for upload in &uploads {
                    self.settle(upload, &ReadBack::Skipped, None);
                }
                Ok(())
            }
            // Order Desk tells nothing about single items: what became of each is seen by reading.
            Ok(_) => self.read_back(upstream, &uploads, None).await,
            Err(error) if error.is_uncertain() => {
                tracing::warn!(%error, "a batch's outcome is unknown; reading the inventory items to find out");
                self.read_back(upstream, &uploads, Some(error)).await
            }
            Err(error) => {
                let ids: Vec<&str> = uploads.iter().map(|upload| self.rows[upload.row].id.as_str()).collect();
                Err(Failed::unchanged(error, |error| missing(error, ids.join(", "))))
            }
        };
        self.forget(&uploads).await;
        outcome
    }

    async fn forget(&self, uploads: &[Upload]) {
        let ids = uploads.iter().map(|upload| self.rows[upload.row].id.as_str());
        self.engine.inner.products_changed(self.store.owner(), ids).await;
    }

    /// Reads the waiting rows all at once and lays their changes over them.
    async fn read(&mut self, upstream: &Store, waiting: &[usize]) -> Result<Vec<Upload>, Failed> {
        let rows = &*self.rows;
        let inventory = upstream.inventory();
        let reads = waiting.iter().map(|&row| inventory.get(&rows[row].id));
        let items = join_all(reads).await;
        let mut uploads = Vec::with_capacity(waiting.len());
        for (&row, item) in waiting.iter().zip(items) {
            let base = match item {
                Ok(item) => item.into_map(),
                Err(od_client::Error::NotFound) => {
                    self.rows[row].state = State::Failed(NO_SUCH_ITEM.to_owned());
                    continue;
                }
                Err(error) => return Err(failed(error)),
            };
            let place = self.unseen.iter().position(|(unseen, _)| *unseen == row);
            let state = match (self.rows[row].change.lay(&base), place) {
                (Ok(desired), _) if desired != base => {
                    uploads.push(Upload { row, base, desired });
                    continue;
                }
                // That it does not fit any more may be the doing of what was sent before.
                (Err(_), Some(place)) => self.unseen.swap_remove(place).1,
                (Ok(_), Some(place)) => self.unseen.swap_remove(place).1.come(),
                (Ok(_), None) => State::Unchanged,
                (Err(refused), None) => State::refused(refused),
            };
            self.rows[row].state = state;
        }
        Ok(uploads)
    }

    /// Reads the uploaded rows and settles each. `lost` is why the upload's answer is missing, if it is.
    async fn read_back(
        &mut self,
        upstream: Store,
        uploads: &[Upload],
        lost: Option<od_client::Error>,
    ) -> Result<(), Failed> {
        let mut listed = list(&upstream, uploads).await;
        drop(upstream);
        let mut left = Vec::new();
        for upload in uploads {
            let id = &self.rows[upload.row].id;
            let item = match listed.remove(id.as_str()) {
                Some(item) => Ok(item),
                None => read_again(&self.store.upstream, id).await,
            };
            match item {
                Ok(item) if untouched(&upload.base, &upload.desired, &item) => match &lost {
                    Some(lost) => {
                        let changes = diff(&upload.base, &upload.desired);
                        let happened = happened(lost);
                        left.push((upload.row, State::Unknown { changes, happened }));
                    }
                    None => self.rows[upload.row].state = State::Failed(PASSED_OVER.to_owned()),
                },
                Ok(item) => {
                    let seen = verify(&upload.base, &upload.desired, &item, LENIENCY);
                    self.settle(upload, &ReadBack::Seen(seen), lost.as_ref());
                }
                Err(error) => {
                    tracing::warn!(%error, "an inventory item could not be read back after its upload");
                    self.settle(upload, &ReadBack::Failed, lost.as_ref());
                }
            }
        }
        match lost {
            Some(error) if !left.is_empty() => {
                if !answered(&error) {
                    self.unseen = left;
                }
                Err(Failed::unseen(error, LOOK_AGAIN))
            }
            _ => Ok(()),
        }
    }

    fn settle(&mut self, upload: &Upload, read_back: &ReadBack, lost: Option<&od_client::Error>) {
        let changes = diff(&upload.base, &upload.desired);
        let verified = read_back.confirms(&changes);
        let mut remarks = read_back.remarks(&changes);
        if lost.is_some() {
            remarks.insert(0, SETTLED.to_owned());
        }
        self.rows[upload.row].state = match (lost, read_back) {
            (Some(lost), _) if !verified => State::Unknown {
                changes,
                happened: happened(lost),
            },
            _ => State::Changed {
                changes,
                verified,
                remarks,
            },
        };
    }
}

/// The uploaded items by id, as far as one search by their codes shows them. The others are read one by one.
async fn list(upstream: &Store, uploads: &[Upload]) -> HashMap<String, Map<String, Value>> {
    let codes: Vec<_> = uploads.iter().map(|upload| code(&upload.desired)).collect();
    let codes: Vec<&str> = codes
        .iter()
        .map(AsRef::as_ref)
        .filter(|code| !code.trim().is_empty() && unsearchable(code).is_none())
        .collect();
    let found = search(upstream, &codes).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a batch could not be read back at once; reading its inventory items one by one");
        Vec::new()
    });
    let by_id = |item: InventoryItem| Some((item.id()?.as_str().to_owned(), item.into_map()));
    found.into_iter().filter_map(by_id).collect()
}

fn failed(error: od_client::Error) -> Failed {
    Failed::unchanged(error, Error::Upstream)
}
