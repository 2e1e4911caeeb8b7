//! How a simulator is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::Timestamp;

use crate::chaos::Fault;
use crate::choices::Choices;
pub use crate::kind::ShopKind;
use crate::rules::Rule;
use crate::tls::Tls;

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
    /// Speak TLS with this certificate, and nothing else.
    pub tls: Option<Tls>,
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
            tls: None,
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
    /// Opens this store and nothing else in the world.
    pub api_key: String,
    /// What it sells.
    pub kind: ShopKind,
    /// How many orders it has.
    pub orders: usize,
    /// How many older ones it has beside these, which take no memory until they are asked for.
    pub made: u64,
    /// How far back its own orders go, in days.
    pub days: u32,
    /// Whether the newest order came twice, and a service could not take another one.
    pub incidents: bool,
    /// Its time zone, as IANA names it.
    pub timezone: String,
    /// What it is paid in; without it the settings do not say.
    pub currency: Option<String>,
}

impl SeedStore {
    /// A store whose API key is the same at each start, so that a script can hold it: `simulated-key-of-store-{store_id}`.
    pub fn new(store_id: &str, name: &str, kind: ShopKind, orders: usize) -> Self {
        Self {
            store_id: store_id.to_owned(),
            name: name.to_owned(),
            api_key: format!("simulated-key-of-store-{store_id}"),
            kind,
            orders,
            made: 0,
            days: 30,
            incidents: false,
            timezone: "America/Denver".to_owned(),
            currency: Some("USD".to_owned()),
        }
    }

    /// Lets it have so many orders in all: those beyond its own are made when they are asked for.
    pub fn hold(&mut self, orders: u64) {
        // One of them comes twice, where there is one beside it.
        self.incidents &= orders > 1;
        let orders = orders - u64::from(self.incidents);
        let own = u64::try_from(self.orders).unwrap_or(u64::MAX).min(orders);
        self.orders = usize::try_from(own).unwrap_or(usize::MAX);
        self.made = orders - own;
    }

    /// The same store elsewhere: its time zone, and what it is paid in.
    pub fn in_zone(self, timezone: &str, currency: Option<&str>) -> Self {
        Self {
            timezone: timezone.to_owned(),
            currency: currency.map(str::to_owned),
            ..self
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

impl WebhookOptions {
    /// The pause before the next try after so many; none before the first.
    pub(crate) fn pause_after(&self, tries: usize) -> Option<Duration> {
        let longer = u32::try_from(tries.checked_sub(1)?).unwrap_or(u32::MAX);
        Some(self.first_pause.saturating_mul(8_u32.saturating_pow(longer)))
    }
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
