//! How a simulator is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;

use crate::chaos::Fault;
use crate::rules::Rule;

/// Everything that can be chosen. The default is two seeded shops, the documented rate limit and no faults, the same
/// to the last digit on every run but for the API keys.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// Where to listen; port 0 picks a free one. Default `127.0.0.1:0`.
    pub bind: SocketAddr,
    /// The simulated present: seeded orders lie in the weeks before it, and it moves on in real time.
    pub now: Timestamp,
    /// Decides the seeded orders and the faults that strike by chance.
    pub seed: u64,
    /// The stores. Their ids must differ.
    pub stores: Vec<SeedStore>,
    /// Whether the token bucket refuses. `X-Tokens-Remaining` is sent either way.
    pub rate_limit: bool,
    /// Tokens a store's bucket holds. Documented: 20.
    pub bucket_size: u32,
    /// Tokens a second. Documented: 3.
    pub refill_per_second: f64,
    /// Answers to the questions the public documentation leaves open.
    pub choices: Choices,
    /// The merchant's rules, run on imports, folder changes and new shipments.
    pub rules: Vec<Rule>,
    /// Faults to begin with; more can be injected later.
    pub faults: Vec<Fault>,
    /// Whether `/_sim/…` answers (to loopback callers only).
    pub control_plane: bool,
    /// How "Post Order JSON" deliveries are tried.
    pub webhook: WebhookOptions,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            // 2026-03-02 15:00:00 UTC, a Monday.
            now: Timestamp::constant(1_772_463_600, 0),
            seed: 1,
            stores: vec![
                SeedStore::new("90001", "Sample Goods", ShopKind::PrintOnDemand, 60),
                SeedStore::new("90002", "Sample Outlet", ShopKind::Outlet, 25),
            ],
            rate_limit: true,
            bucket_size: 20,
            refill_per_second: 3.0,
            choices: Choices::default(),
            rules: Vec::new(),
            faults: Vec::new(),
            control_plane: true,
            webhook: WebhookOptions::default(),
        }
    }
}

/// A store to begin with.
#[derive(Debug, Clone)]
pub struct SeedStore {
    /// Digits.
    pub store_id: String,
    /// Shown in `GET /store`.
    pub name: String,
    /// Generated at random on each start when not given.
    pub api_key: Option<String>,
    /// What it sells.
    pub kind: ShopKind,
    /// How many orders it has.
    pub orders: usize,
}

impl SeedStore {
    /// A store whose API key is made up at the start.
    pub fn new(store_id: &str, name: &str, kind: ShopKind, orders: usize) -> Self {
        Self {
            store_id: store_id.to_owned(),
            name: name.to_owned(),
            api_key: None,
            kind,
            orders,
        }
    }
}

/// What a seeded store sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShopKind {
    /// Mugs, tees and posters printed to order, with print metadata and six folders.
    PrintOnDemand,
    /// Remaindered household goods, with a Backorder folder.
    Outlet,
    /// Four folders and no inventory.
    Empty,
}

/// Where public knowledge ends, a choice: each default is the likelier or the harsher reading.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each read in one place"
)]
pub struct Choices {
    /// Refuse a GET that carries `Content-Type` or `Content-Length` (a GET with a body is always refused).
    pub strict_get: bool,
    /// `X-HTTP-Method-Override` on a POST is honoured, as in the oldest samples.
    pub method_override: bool,
    /// An order upload without the key `order_items` removes every item instead of leaving them alone.
    pub put_without_items_removes: bool,
    /// An order upload with another `folder_id` moves the order, whose rules run, instead of being ignored.
    pub put_moves_folder: bool,
    /// An order upload leaves an entry in the order's history.
    pub put_writes_history: bool,
    /// Creating an order in an unknown folder is refused instead of using the first folder.
    pub refuse_unknown_folder: bool,
    /// Name, address and phone filters match parts of the value instead of all of it (never minding case).
    pub substring_search: bool,
    /// `get_order_history` also works on a single order.
    pub history_on_single_read: bool,
    /// Creates answer 201 instead of 200.
    pub created_is_201: bool,
    /// Inventory filtered by code tells `total_records: "0"` in spite of its rows, as one client recorded.
    pub untrue_inventory_total: bool,
    /// `GET /store` gives the store id as a number instead of text.
    pub numeric_store_id: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            strict_get: false,
            method_override: true,
            put_without_items_removes: false,
            put_moves_folder: true,
            put_writes_history: true,
            refuse_unknown_folder: false,
            substring_search: false,
            history_on_single_read: true,
            created_is_201: true,
            untrue_inventory_total: false,
            numeric_store_id: false,
        }
    }
}

/// How deliveries are tried (help article 34: 30 s timeout, then at least 10 s, up to 5 tries within about 2 hours).
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// Tries in all.
    pub attempts: u32,
    /// How long one try may take.
    pub timeout: Duration,
    /// The pause after the first try; each further one is eight times as long.
    pub first_pause: Duration,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            attempts: 5,
            timeout: Duration::from_secs(30),
            first_pause: Duration::from_secs(10),
        }
    }
}
