//! Read-through memory cache.
//!
//! A key names the tenant, the store, the resource and everything that shaped the answer. Keys also carry the
//! *generation* of what they depend on: a write gives the touched order and the store's lists new generations, so
//! that older entries are out of reach at once, and a read that began before the write cannot put stale data back.
//!
//! Answers are kept as what they are: copying a record costs a quarter of reading it from text, and whoever wants three
//! fields of it copies only those.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::policy::EvictionPolicy;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::error::Error;
use crate::meter::{CacheResult, Counters};
use crate::outcome::CacheInfo;
use crate::scope::TenantId;

mod changed;
mod key;
mod read;
mod readings;
#[cfg(test)]
mod tests;
mod weight;
mod written;

use changed::Listeners;
pub(crate) use key::Key;
pub(crate) use read::{Portable, Read};
use readings::{Part, Readings};

pub(crate) use changed::{Changed, Said};
pub(crate) use weight::Weigh;
pub(crate) use written::{Taken, Written};

/// How long answers are kept, and how much memory they may take.
#[derive(Clone, Copy, Debug)]
pub struct CacheOptions {
    /// Orders, order items, shipments and their lists.
    pub orders: Duration,
    /// Inventory items and their lists.
    pub products: Duration,
    /// Store settings and folders.
    pub store_settings: Duration,
    /// Upper bound for all kept answers together, in bytes.
    pub max_bytes: u64,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            orders: Duration::from_secs(15),
            products: Duration::from_mins(1),
            store_settings: Duration::from_mins(5),
            max_bytes: 64 * 1024 * 1024,
        }
    }
}

/// What an answer is about: decides its lifetime and what makes it stale.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resource<'a> {
    /// One order.
    Order(&'a str),
    /// A list of orders.
    OrderList,
    /// One inventory item.
    Product(&'a str),
    /// A list of inventory items.
    ProductList,
    /// Settings and folders.
    StoreSettings,
}

/// The store whose data is cached: a row of the tenant, so that two tenants of one shop never share an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub tenant: &'a TenantId,
    pub store_row: &'a str,
}

#[derive(Clone, Debug)]
struct Entry {
    answer: Arc<dyn Any + Send + Sync>,
    bytes: u32,
    stored: Instant,
    lifetime: Duration,
}

struct Lifetime;

impl Expiry<Key, Entry> for Lifetime {
    fn expire_after_create(&self, _: &Key, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.lifetime)
    }

    /// An answer that was read anew is as young as any other.
    fn expire_after_update(&self, _: &Key, entry: &Entry, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(entry.lifetime)
    }
}

/// How many orders may be remembered as changed; each for longer than any answer lives.
const GENERATIONS: u64 = 100_000;

pub(crate) struct Cache {
    options: CacheOptions,
    entries: moka::sync::Cache<Key, Entry>,
    readings: Readings,
    generations: moka::sync::Cache<String, u64>,
    next_generation: AtomicU64,
    requests: Counters<4>,
    listeners: Listeners,
    written: Written,
}

impl Cache {
    pub(crate) fn new(options: CacheOptions, clock: Clock) -> Self {
        Self {
            options,
            entries: moka::sync::Cache::builder()
                .max_capacity(options.max_bytes)
                .weigher(|_, entry: &Entry| entry.bytes)
                .expire_after(Lifetime)
                .build(),
            readings: Readings::default(),
            generations: moka::sync::Cache::builder()
                .max_capacity(GENERATIONS)
                // The newest are what counts: by how often they are asked for, new ones would not be let in.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(memory_of_changes(options))
                .build(),
            next_generation: AtomicU64::new(1),
            requests: Counters::of(CacheResult::NAMES),
            listeners: Listeners::default(),
            written: Written::since_now(clock),
        }
    }

    /// The key of an answer. `shape` is everything beside the resource that shaped it: parameters, view, fields.
    pub(crate) fn key(&self, owner: Owner<'_>, resource: Resource<'_>, shape: &str) -> Key {
        let subject = subject(owner, resource);
        let generation = self.generations.get(&subject).unwrap_or(0);
        Key::new(&subject, format_args!("{generation}"), shape)
    }

    /// The answer kept for a key, if it is still good. One resource with one shape has one type.
    pub(crate) fn get<T: Weigh>(&self, key: &Key) -> Option<(Arc<T>, CacheInfo)> {
        let entry = self.entries.get(key)?;
        let answer = entry.answer.downcast().ok()?;
        Some((answer, CacheInfo::hit(entry.stored.elapsed())))
    }

    /// Keeps an answer, unless its resource's lifetime is zero.
    pub(crate) fn put<T: Weigh>(&self, key: Key, resource: Resource<'_>, answer: Arc<T>) {
        self.put_aged(key, resource, answer, Duration::ZERO);
    }

    /// The same for an answer that was read so long ago.
    fn put_aged<T: Weigh>(&self, key: Key, resource: Resource<'_>, answer: Arc<T>, age: Duration) {
        let lifetime = self.lifetime(resource).saturating_sub(age);
        if lifetime.is_zero() || !key.is_kept {
            return;
        }
        let bytes = weight::entry(key.text.len(), &*answer);
        let stored = Instant::now().checked_sub(age).unwrap_or_else(Instant::now);
        let entry = Entry {
            answer,
            bytes,
            stored,
            lifetime,
        };
        self.entries.insert(key, entry);
    }

    /// The answer kept for a key, or what `read` finds, which is then kept. Who wants the same meanwhile waits for that
    /// answer, its failure included. `read` is given what says that nobody waits for it any more; `wanted` says so of this
    /// caller.
    ///
    /// # Errors
    /// Those of `read`; [`od_client::Error::Abandoned`] when `wanted` is cancelled and others go on waiting.
    pub(crate) async fn read_through<T, F>(
        &self,
        key: Key,
        resource: Resource<'_>,
        wanted: Option<&CancellationToken>,
        read: impl FnOnce(CancellationToken) -> F,
    ) -> Result<(Arc<T>, CacheInfo), Error>
    where
        T: Weigh,
        F: Future<Output = Result<Read<T>, Error>>,
    {
        loop {
            if let Some(found) = self.get(&key) {
                self.counted(CacheResult::Hit);
                return Ok(found);
            }
            match self.readings.join(&key) {
                Part::Lead(mut leader) => {
                    // The one before may have ended between the two looks.
                    if let Some(found) = self.get(&key) {
                        self.counted(CacheResult::Hit);
                        return Ok(found);
                    }
                    let all_gone = leader.all_gone();
                    // On the heap, so that the many answers from memory carry none of what asking takes.
                    let reading = Box::pin(read(all_gone));
                    let read = leader.lead(wanted, reading).await;
                    let read = read.map(|read| (Arc::new(read.answer), read.age));
                    let elsewhere = matches!(&read, Ok((_, Some(_))));
                    self.counted(if elsewhere { CacheResult::Hit } else { CacheResult::Miss });
                    if let Ok((answer, age)) = &read {
                        self.put_aged(key, resource, answer.clone(), age.unwrap_or_default());
                    }
                    leader.tell(match &read {
                        Ok((answer, _)) => Ok(answer.clone()),
                        Err(error) => Err(error.clone()),
                    });
                    return read.map(|(answer, age)| (answer, age.map_or(CacheInfo::FRESH, CacheInfo::hit)));
                }
                Part::Follow(follower) => match follower.wait(wanted).await? {
                    Some(Ok(answer)) => {
                        self.counted(CacheResult::Shared);
                        let answer = answer
                            .downcast()
                            .map_err(|_| Error::Internal("two answers share a key"))?;
                        return Ok((answer, CacheInfo::FRESH));
                    }
                    // Given up for those before, a moment before this one came.
                    Some(Err(Error::Upstream(od_client::Error::Abandoned))) | None => {}
                    Some(Err(error)) => return Err(error),
                },
            }
        }
    }

    /// Counts how a read ended.
    pub(crate) fn counted(&self, result: CacheResult) {
        self.requests.add(result as usize);
    }

    /// Which orders were written, for copies of orders.
    pub(crate) fn written(&self) -> &Written {
        &self.written
    }

    /// How many reads ended in which way.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.requests.read()
    }

    /// Tells whoever listens that an order changed. After it was forgotten: who is told reads it again.
    pub(crate) fn tell(&self, changed: Changed) {
        self.listeners.tell(changed);
    }

    /// Another process changed an order.
    pub(crate) fn heard(&self, changed: Changed) {
        self.written.note(&changed.store_row, Some(&changed.order_id));
        self.listeners.tell(changed);
    }

    /// Another process added an order.
    pub(crate) fn heard_of_addition(&self, store_row: &str) {
        self.written.note(store_row, None);
    }

    /// Others may have changed what nobody heard of: tells whoever listens, and copies of orders.
    pub(crate) fn tell_of_gap(&self) {
        self.written.note_gap();
        self.listeners.missed();
    }

    /// From now on, what [`Self::tell`] is told.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Said> {
        self.listeners.join()
    }

    /// Forgets one order and every list of orders of its store.
    pub(crate) fn order_changed(&self, owner: Owner<'_>, order_id: &str) {
        self.renew(owner, Resource::Order(order_id));
        self.renew(owner, Resource::OrderList);
        self.written.note(owner.store_row, Some(order_id));
    }

    /// Forgets every list of orders of a store: none of them holds an order that was just created.
    pub(crate) fn order_added(&self, owner: Owner<'_>) {
        self.renew(owner, Resource::OrderList);
        self.written.note(owner.store_row, None);
    }

    /// Forgets these inventory items and every list of inventory items of their store.
    pub(crate) fn products_changed<'a>(&self, owner: Owner<'_>, ids: impl IntoIterator<Item = &'a str>) {
        for id in ids {
            self.renew(owner, Resource::Product(id));
        }
        self.renew(owner, Resource::ProductList);
    }

    /// Forgets a store's settings: somebody asks for them anew.
    pub(crate) fn settings_overtaken(&self, owner: Owner<'_>) {
        self.renew(owner, Resource::StoreSettings);
    }

    fn renew(&self, owner: Owner<'_>, resource: Resource<'_>) {
        let generation = self.next_generation.fetch_add(1, Ordering::Relaxed);
        self.generations.insert(subject(owner, resource), generation);
    }

    /// How long it is remembered that something changed: longer than any answer about it lives.
    pub(crate) fn memory_of_changes(&self) -> Duration {
        memory_of_changes(self.options)
    }

    /// How long such answers are kept.
    pub(crate) fn lifetime(&self, resource: Resource<'_>) -> Duration {
        match resource {
            Resource::Order(_) | Resource::OrderList => self.options.orders,
            Resource::Product(_) | Resource::ProductList => self.options.products,
            Resource::StoreSettings => self.options.store_settings,
        }
    }
}

fn memory_of_changes(options: CacheOptions) -> Duration {
    let longest = options.orders.max(options.products).max(options.store_settings);
    longest * 2 + Duration::from_mins(1)
}

/// What an answer is about, as a text.
pub(crate) fn subject(owner: Owner<'_>, resource: Resource<'_>) -> String {
    let Owner { tenant, store_row } = owner;
    match resource {
        Resource::Order(id) => format!("{tenant}/{store_row}/order/{id}"),
        Resource::OrderList => format!("{tenant}/{store_row}/orders"),
        Resource::Product(id) => format!("{tenant}/{store_row}/product/{id}"),
        Resource::ProductList => format!("{tenant}/{store_row}/products"),
        Resource::StoreSettings => format!("{tenant}/{store_row}/settings"),
    }
}
