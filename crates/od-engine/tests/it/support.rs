//! A shop to tell stories about: a simulated Order Desk, an engine, a tenant with one registered store.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use od_engine::insight::MirrorOptions;
use od_engine::orders::{Change, MutateOrder};
use od_engine::stores::Register;
use od_engine::tenants::NewTenant;
use od_engine::{
    CacheOptions, Clock, DbOptions, Engine, EngineOptions, Error, Identity, LimitOptions, MutationOptions, Outcome,
    ReplicaOptions, RequestId, RootKey, Scope, Source, UpstreamOptions,
};
use od_sim::{FaultKind, Recorded, SimOptions, SimStore, Simulator};
use serde_json::{Map, Value};

pub struct Shop {
    pub sim: Simulator,
    pub engine: Engine,
    pub identity: Identity,
    pub store: SimStore,
}

/// What a story may want otherwise.
pub struct Setup {
    pub sim: SimOptions,
    pub database: DbOptions,
    pub root_key: RootKey,
    pub previous_root_key: Option<RootKey>,
    pub limits: LimitOptions,
    pub runs: LimitOptions,
    pub cache: CacheOptions,
    pub mutation: MutationOptions,
    pub mirror: MirrorOptions,
    pub timeout: Duration,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            sim: SimOptions {
                rate_limit: false,
                // What it says is left must not be less than what our own budget believes.
                bucket_size: 1_000_000,
                ..SimOptions::default()
            },
            database: DbOptions::default(),
            root_key: RootKey::generate(),
            previous_root_key: None,
            limits: LimitOptions {
                per_minute: 1_000_000,
                burst: 1_000_000,
            },
            runs: LimitOptions::a_minute(30),
            cache: CacheOptions::default(),
            mutation: MutationOptions::default(),
            mirror: MirrorOptions::default(),
            timeout: Duration::from_secs(5),
        }
    }
}

pub fn options(setup: Setup, sim: &Simulator) -> EngineOptions {
    // Without the simulator's rate limit the client's own budget must not slow the stories down.
    let (bucket_size, refill_per_second) = if setup.sim.rate_limit {
        (20, 3.0)
    } else {
        (1_000_000, 1_000_000.0)
    };
    EngineOptions {
        root_key: setup.root_key,
        previous_root_key: setup.previous_root_key,
        database: setup.database,
        upstream: UpstreamOptions {
            base_url: sim.base_url(),
            bucket_size,
            refill_per_second,
            timeout: setup.timeout,
            ..UpstreamOptions::default()
        },
        cache: setup.cache,
        limits: setup.limits,
        runs: setup.runs,
        mutation: setup.mutation,
        mirror: setup.mirror,
        audit: od_engine::AuditOptions::default(),
        sessions: od_engine::SessionOptions::default(),
        oauth: od_engine::OAuthOptions::default(),
        links: od_engine::LinkOptions::default(),
        webhooks: od_engine::WebhookOptions::default(),
        bcrypt_cost: 4,
        replicas: ReplicaOptions::default(),
    }
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(Setup::default()).await
    }

    pub async fn open_with(setup: Setup) -> Self {
        Self::open_at(setup, Clock::system()).await
    }

    pub async fn open_at(setup: Setup, clock: Clock) -> Self {
        let sim = Simulator::start(setup.sim.clone()).await.unwrap();
        let engine = Engine::open(options(setup, &sim), clock).await.unwrap();
        let identity = new_tenant(&engine).await;
        let store = sim.stores()[0].clone();
        let shop = Self {
            sim,
            engine,
            identity,
            store,
        };
        shop.register(&shop.scope(), 0, None).await.unwrap();
        shop.sim.clear_requests();
        shop
    }

    pub fn scope(&self) -> Scope {
        scope(&self.identity)
    }

    pub async fn register(
        &self,
        scope: &Scope,
        index: usize,
        name: Option<&str>,
    ) -> Result<Outcome<od_engine::stores::StoreView>, Error> {
        let store = self.sim.stores()[index].clone();
        let register = Register {
            store_id: store.store_id,
            api_key: store.api_key.into(),
            store_name: name.map(str::to_owned),
            label: None,
            verify: true,
        };
        self.engine.stores().register(scope, register).await
    }

    /// The ids of all orders, in the simulator's order.
    pub fn order_ids(&self) -> Vec<String> {
        let ids = self
            .sim
            .orders(&self.store.store_id)
            .into_iter()
            .map(|order| order["id"].as_str().unwrap().to_owned());
        ids.collect()
    }

    /// The record as the simulator holds it.
    pub fn stored(&self, id: &str) -> Map<String, Value> {
        self.sim
            .order(&self.store.store_id, id)
            .unwrap()
            .as_object()
            .unwrap()
            .clone()
    }

    pub async fn change(&self, id: &str, mutation: Value) -> Result<Outcome<Value>, Error> {
        self.engine
            .orders()
            .mutate(&self.scope(), mutation_of(id, mutation))
            .await
    }

    pub async fn note(&self, id: &str, content: &str) -> Result<Outcome<Value>, Error> {
        self.engine.orders().mutate(&self.scope(), note_of(id, content)).await
    }

    /// Every request so far, as `GET /orders/80012345`.
    pub fn calls(&self) -> Vec<String> {
        let requests = self.sim.requests();
        requests
            .iter()
            .map(|call| format!("{} {}", call.method, call.path))
            .collect()
    }

    pub fn sent(&self, method: &str) -> Vec<Recorded> {
        self.sim
            .requests()
            .into_iter()
            .filter(|request| request.method == method)
            .collect()
    }
}

pub fn scope(identity: &Identity) -> Scope {
    Scope::new(identity.clone(), RequestId::generate(), Source::Mcp)
}

pub async fn new_tenant(engine: &Engine) -> Identity {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("tenant {}", COUNT.fetch_add(1, Ordering::Relaxed));
    let created = engine
        .tenants()
        .create(NewTenant {
            name: Some(name),
            ..NewTenant::default()
        })
        .await
        .unwrap();
    engine.auth().sign_in(&created.master_key).await.unwrap()
}

pub fn mutation_of(id: &str, mutation: Value) -> MutateOrder {
    MutateOrder {
        store: None,
        order_id: id.to_owned(),
        change: Change::parse(Some(&mutation), None).unwrap(),
        dry_run: false,
        confirmed: false,
    }
}

pub fn ops_of(id: &str, ops: Value) -> MutateOrder {
    let change = Change::parse(None, Some(&ops)).unwrap();
    MutateOrder {
        store: None,
        order_id: id.to_owned(),
        change,
        dry_run: false,
        confirmed: false,
    }
}

pub fn note_of(id: &str, content: &str) -> MutateOrder {
    ops_of(id, serde_json::json!([{ "op": "add_note", "content": content }]))
}

/// The ids of records.
pub fn ids_of(records: &[Value]) -> Vec<String> {
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    records.iter().map(id).collect()
}

/// Ways to lose the answer to a write, and what a write that must not be repeated then ends as. Without any answer the
/// request may still be at work although reading does not show it.
pub fn lost_answers() -> [(FaultKind, &'static str); 6] {
    [
        (
            FaultKind::ErrorAfterCommit {
                status: 502,
                html: true,
            },
            "success",
        ),
        (FaultKind::DropAfterCommit, "success"),
        (FaultKind::Truncate, "success"),
        (FaultKind::Html, "success"),
        (
            FaultKind::ErrorBeforeCommit {
                status: 503,
                html: true,
            },
            "ORDERDESK_API_ERROR",
        ),
        (FaultKind::DropBeforeCommit, "UNCERTAIN_OUTCOME"),
    ]
}
