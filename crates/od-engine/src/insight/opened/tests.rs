use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use jiff::Timestamp;
use od_db::mirror::Tables;
use od_db::{MirrorChunk, MirrorRow, SealedColumns, StoreRow};
use serde_json::json;

use super::super::chunk::Change;
use super::super::image;
use super::super::kept::Kept;
use super::super::mirror::everything;
use super::super::shelf::Shelf;
use super::*;
use crate::scope::Identity;
use crate::tenants::NewTenant;
use crate::testing::engine_options;
use crate::{Clock, Engine};

const STORE: &str = "11111111-1111-4111-8111-111111111111";

/// A database with a store.
struct Place {
    engine: Engine,
    identity: Identity,
}

impl Place {
    async fn open() -> Self {
        let engine = Engine::open(engine_options(), Clock::system()).await.unwrap();
        let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
        let identity = engine.auth().sign_in(&tenant.master_key).await.unwrap();
        let store = StoreRow {
            id: STORE.to_owned(),
            tenant_id: identity.tenant().clone(),
            store_id: "90001".to_owned(),
            store_name: "Shop".to_owned(),
            label: None,
            api_key: SealedColumns::default(),
            settings: None,
            settings_at: None,
            created_at: 0,
            updated_at: 0,
        };
        engine
            .inner
            .db
            .stores()
            .insert(identity.tenant(), &store)
            .await
            .unwrap();
        Self { engine, identity }
    }

    fn shelf<'a>(&'a self, edition: &'a str) -> Shelf<'a> {
        Shelf {
            tenant: self.identity.tenant(),
            store_row: STORE,
            edition,
        }
    }

    /// Stores these chunks as the whole copy.
    async fn begin(&self, edition: &str, chunks: &[MirrorChunk]) -> MirrorRow {
        let row = row(edition, i64::try_from(chunks.len()).unwrap());
        let mirrors = self.engine.inner.db.mirrors();
        mirrors
            .begin(self.identity.tenant(), STORE, &row, chunks)
            .await
            .unwrap();
        row
    }

    /// Stores an image of so many orders as the whole copy.
    async fn of_image(&self, edition: &str, orders: i64, damage: impl FnOnce(&mut od_db::mirror::Image)) -> MirrorRow {
        let tables = Tables::open(&[(i64::MIN, 0)]).await.unwrap();
        let opening = change(1..=orders).opening().unwrap();
        tables.put(&opening.ids, &opening.orders).await.unwrap();
        let mut image = tables.image().await.unwrap();
        damage(&mut image);
        let chunks = image::chunks(&image, self.identity.data_key().unwrap(), self.shelf(edition)).await;
        self.begin(edition, &chunks).await
    }

    fn chunk(&self, edition: &str, number: i64, opening: &Opening, change: &Change) -> MirrorChunk {
        change.seal(opening, self.identity.data_key().unwrap(), self.shelf(edition), number)
    }

    async fn caught_up(&self, opened: &Opened, row: &MirrorRow) -> Result<Option<Arc<Tables>>, Error> {
        let whose = (self.identity.tenant(), STORE);
        opened
            .caught_up(&self.engine.inner.db, whose, self.identity.data_key().unwrap(), row)
            .await
    }
}

fn row(edition: &str, last_chunk: i64) -> MirrorRow {
    MirrorRow {
        edition: edition.to_owned(),
        last_chunk,
        begins: 0,
        ends: 0,
        reached: 0,
        expected: 0,
        filled_at: None,
        seen: 0,
        refreshed_at: 0,
        audited_at: 0,
    }
}

fn change(ids: impl IntoIterator<Item = i64>) -> Change {
    let order =
        |id: i64| json!({ "id": id.to_string(), "date_added": "2026-11-20 12:00:00", "email": "ada@example.com" });
    let kept = ids
        .into_iter()
        .map(|id| Kept::of(order(id).as_object().unwrap().clone()).unwrap());
    Change {
        orders: kept.collect(),
        gone: Vec::new(),
    }
}

fn closed() -> Opened {
    Opened::new(&Zone::utc(), Timestamp::UNIX_EPOCH)
}

async fn orders(tables: &Tables) -> u64 {
    tables.count(everything(0)).await.unwrap()
}

/// Goes on with a future so many times, and drops it. Whether it was done before.
async fn dropped_after<F: Future>(polls: usize, future: F) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn an_opening_that_was_broken_off_is_begun_anew() {
    let place = Place::open().await;
    let row = place.of_image("first", 40, |_| {}).await;
    assert!(row.last_chunk > 1, "several pieces");
    for polls in 1..1_000 {
        let opened = closed();
        let is_done = dropped_after(polls, place.caught_up(&opened, &row)).await;
        let tables = place.caught_up(&opened, &row).await.unwrap().expect("it opens");
        assert_eq!(orders(&tables).await, 40, "dropped after {polls}");
        if is_done {
            assert!(polls > 2, "{polls}");
            return;
        }
    }
    panic!("it is never done");
}

#[tokio::test]
async fn a_copy_that_is_damaged_is_none_and_one_made_anew_opens() {
    let place = Place::open().await;
    let opened = closed();
    let damaged = place.of_image("damaged", 5, |image| _ = image.facts.pop()).await;
    for _ in 0..2 {
        assert!(place.caught_up(&opened, &damaged).await.unwrap().is_none());
    }
    // One id twice, which no table takes.
    let (whole, twice) = (change([1, 2]), change([3, 3]));
    let chunks: Vec<MirrorChunk> = (1..)
        .zip([&whole, &twice])
        .map(|(number, change)| place.chunk("twice", number, &change.opening().unwrap(), change))
        .collect();
    let damaged = place.begin("twice", &chunks).await;
    for _ in 0..2 {
        assert!(place.caught_up(&opened, &damaged).await.unwrap().is_none());
    }
    let whole = place.of_image("whole", 7, |_| {}).await;
    let tables = place.caught_up(&opened, &whole).await.unwrap().expect("it opens");
    assert_eq!(orders(&tables).await, 7);
}

#[tokio::test]
async fn who_comes_with_an_old_row_takes_nothing_from_who_works_on_the_new_one() {
    let place = Place::open().await;
    let opened = closed();
    let old = place.of_image("old", 5, |_| {}).await;
    let new = place.of_image("new", 7, |_| {}).await;
    let tables = place.caught_up(&opened, &new).await.unwrap().expect("it opens");
    assert!(
        place.caught_up(&opened, &old).await.unwrap().is_none(),
        "there is none any more"
    );
    let again = place.caught_up(&opened, &new).await.unwrap().expect("it is open");
    assert!(Arc::ptr_eq(&tables, &again));
}
