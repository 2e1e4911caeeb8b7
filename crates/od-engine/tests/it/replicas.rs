//! Three processes of one service on PostgreSQL, with and without Redis.

use std::time::{Duration, Instant};

use od_db::testing::PostgresServer;
use od_engine::orders::GetOrder;
use od_engine::stores::Register;
use od_engine::tenants::NewTenant;
use od_engine::webhooks::News;
use od_engine::{
    Call, Clock, DbOptions, Engine, Error, Identity, LimitOptions, Outcome, ReplicaOptions, RootKey, Work,
};
use od_shared::testing::RedisServer;
use od_sim::{SimOptions, Simulator};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use way::Way;

use crate::support::{Setup, mutation_of, note_of, options, scope};

mod cut_off;
mod going_over;
mod strangers;
mod troubles;
mod way;

const REPLICAS: usize = 3;

/// A service, and one of its tenants with a store.
struct Service {
    postgres: Option<PostgresServer>,
    /// Of its database.
    url: String,
    redis: Option<RedisServer>,
    /// How the first process reaches Redis.
    way: Option<Way>,
    sim: Simulator,
    engines: Vec<Engine>,
    identities: Vec<Identity>,
    ids: Vec<String>,
}

/// What a story wants.
#[derive(Default)]
struct Wanted {
    redis: bool,
    rate_limit: bool,
    limits: Option<LimitOptions>,
}

impl Service {
    /// None where there is no PostgreSQL.
    async fn open(wanted: Wanted) -> Option<Self> {
        Box::pin(Self::build(wanted)).await
    }

    async fn build(wanted: Wanted) -> Option<Self> {
        let postgres = PostgresServer::start().unwrap()?;
        let redis = wanted.redis.then(|| RedisServer::start().unwrap());
        let url = postgres.new_database().await.unwrap();
        let sim_options = SimOptions {
            rate_limit: wanted.rate_limit,
            ..Setup::default().sim
        };
        let sim_options = if wanted.rate_limit {
            SimOptions::default()
        } else {
            sim_options
        };
        let sim = Simulator::start(sim_options.clone()).await.unwrap();
        let root = RootKey::generate().to_base64().expose_secret().to_owned();
        let way = match &redis {
            Some(redis) => Some(Way::to(redis.address()).await),
            None => None,
        };
        let (lone, others) = (way.as_ref().map(Way::url), redis.as_ref().map(RedisServer::url));
        let open = async |redis| replica(&url, &root, &sim, sim_options.clone(), redis, wanted.limits).await;
        // Each waits until those that are there have noticed it.
        let (one, two, three) = tokio::join!(open(lone), open(others.clone()), open(others));
        let engines = vec![one, two, three];
        let created = engines[0].tenants().create(NewTenant::default()).await.unwrap();
        let mut identities = Vec::new();
        for engine in &engines {
            identities.push(engine.auth().sign_in(&created.master_key).await.unwrap());
        }
        let store = sim.stores()[0].clone();
        let register = Register {
            store_id: store.store_id.clone(),
            api_key: store.api_key.into(),
            store_name: None,
            label: None,
            verify: false,
        };
        let registered = engines[0].stores().register(&scope(&identities[0]), register).await;
        registered.unwrap();
        let orders = sim.orders(&sim.stores()[0].store_id);
        let ids = orders
            .iter()
            .map(|order| order["id"].as_str().unwrap().to_owned())
            .collect();
        let service = Self {
            postgres: Some(postgres),
            url,
            redis,
            way,
            sim,
            engines,
            identities,
            ids,
        };
        service.counted(REPLICAS).await;
        Some(service)
    }

    /// Waits until every process knows of so many.
    async fn counted(&self, count: usize) {
        let began = Instant::now();
        loop {
            let mut all = true;
            for engine in &self.engines {
                all &= engine.health().await.replicas.alive as usize == count;
            }
            if all {
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "not all of them know of {count}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn notes(&self, replica: usize, id: &str) -> Result<(String, bool), Error> {
        let get = GetOrder {
            order_id: id.to_owned(),
            ..GetOrder::default()
        };
        let order = self.engines[replica]
            .orders()
            .get(&scope(&self.identities[replica]), get)
            .await?;
        Ok((
            order.data["order_notes"].to_string(),
            order.cache.is_some_and(|cache| cache.hit),
        ))
    }

    async fn note(&self, replica: usize, id: &str, content: &str) -> Result<(), Error> {
        let orders = self.engines[replica].orders();
        let done = orders
            .mutate(&scope(&self.identities[replica]), note_of(id, content))
            .await;
        done.map(drop)
    }

    /// What one changes, the others see at their next read.
    async fn check_coherence(&self, writes: usize) -> usize {
        let id = &self.ids[0];
        let mut hits = 0;
        for write in 0..writes {
            let content = format!("written {write}");
            self.note(write % REPLICAS, id, &content).await.unwrap();
            for replica in 0..REPLICAS {
                for _ in 0..2 {
                    let (notes, hit) = self.notes(replica, id).await.unwrap();
                    assert!(
                        notes.contains(&content),
                        "replica {replica} has not seen {content}: {notes}"
                    );
                    hits += usize::from(hit);
                }
            }
        }
        hits
    }
}

async fn replica(
    url: &str,
    root: &str,
    sim: &Simulator,
    sim_options: SimOptions,
    redis: Option<SecretString>,
    limits: Option<LimitOptions>,
) -> Engine {
    let setup = Setup {
        sim: sim_options,
        database: DbOptions {
            url: url.to_owned(),
            max_connections: 8,
            ..DbOptions::default()
        },
        root_key: RootKey::from_base64(root).unwrap(),
        ..Setup::default()
    };
    let limits = limits.unwrap_or(setup.limits);
    let mut options = options(Setup { limits, ..setup }, sim);
    options.replicas = ReplicaOptions { redis };
    let engine = Engine::open(options, Clock::system()).await.unwrap();
    engine.serve_among_others().await.unwrap();
    engine
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn with_redis_a_write_is_seen_by_all_at_once_and_read_once_for_all() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    service.sim.clear_requests();
    // Of the six reads after a write one asks Order Desk, and the other processes are given its reply; a second one, when it
    // came between the writer's answer and its last word to the others.
    let hits = service.check_coherence(10).await;
    assert!(
        (40..=50).contains(&hits),
        "{hits} of 60 reads were answered from memory"
    );
    let gets = service
        .sim
        .requests()
        .into_iter()
        .filter(|request| request.method == "GET")
        .count();
    let of_changes = 2 * 10;
    assert!(gets <= of_changes + 20, "{gets} reads of 10 changes and 60 reads");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_redis_a_write_is_seen_by_all_at_once_because_nothing_is_kept() {
    let Some(service) = Service::open(Wanted::default()).await else {
        return;
    };
    assert_eq!(service.check_coherence(5).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn when_redis_goes_and_comes_nobody_is_given_what_was_before() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(mut service) = Service::open(wanted).await else {
        return;
    };
    assert!(service.check_coherence(1).await >= 4);
    let mut redis = service.redis.take().unwrap();
    redis.stop();
    assert_eq!(service.check_coherence(2).await, 0);
    assert_eq!(service.engines[0].health().await.replicas.redis, Some(false));
    redis.start_again().unwrap();
    let began = Instant::now();
    for engine in &service.engines {
        while engine.health().await.replicas.redis != Some(true) {
            assert!(began.elapsed() < Duration::from_secs(10));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    // Each has to see first that the others can tell it again what they change.
    while service.check_coherence(2).await < 8 {
        assert!(began.elapsed() < Duration::from_secs(10), "nothing is shared again");
    }
    // One that hangs delays a call and no more.
    redis.hang().unwrap();
    let began = Instant::now();
    assert_eq!(service.check_coherence(1).await, 0);
    assert!(
        began.elapsed() < Duration::from_secs(9),
        "{:?} for 7 calls",
        began.elapsed()
    );
    redis.go_on().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_reads_all_of_redis_reads_nothing_of_an_order() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    for id in service.ids.iter().take(5) {
        service.note(0, id, "the parcel of Mrs Quillfeather").await.unwrap();
        service.notes(0, id).await.unwrap();
        service.notes(1, id).await.unwrap();
    }
    let dump = service.redis.as_ref().unwrap().dump().await.unwrap();
    assert!(dump.contains("odm:r:") && dump.contains("odm:g:"), "{dump}");
    let order = &service.sim.orders(&service.sim.stores()[0].store_id)[0];
    let email = order["email"].as_str().unwrap();
    let key = &service.sim.stores()[0].api_key;
    let tenant = service.identities[0].tenant().to_string();
    for word in [
        "Quillfeather",
        "parcel",
        email,
        key,
        &tenant,
        &service.ids[0],
        "order_notes",
    ] {
        assert!(!dump.contains(word), "{word} can be read");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_tenants_limit_is_one_for_all() {
    let wanted = Wanted {
        redis: true,
        limits: Some(LimitOptions {
            per_minute: 6,
            burst: 30,
        }),
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    let call = async |replica: usize| {
        let call = Call {
            tool: "stores.list".to_owned(),
            parameters: json!({}),
            cost: 1,
            needs: None,
        };
        let work: Work<Outcome<Value>> = Box::pin(async { Ok(Outcome::new(Value::Null)) });
        let scope = scope(&service.identities[replica]);
        service.engines[replica].call(&scope, call, work).await
    };
    for done in 0..30 {
        call(done % REPLICAS).await.unwrap();
    }
    for replica in 0..REPLICAS {
        let refused = call(replica).await;
        assert!(
            matches!(refused, Err(Error::RateLimited { .. })),
            "replica {replica}: {refused:?}"
        );
        let limit = service.engines[replica].limit_of(&scope(&service.identities[replica]));
        assert_eq!(limit.budget.left, 0, "replica {replica}");
    }
    let dump = service.redis.as_ref().unwrap().dump().await.unwrap();
    assert!(dump.contains("odm:l:") && !dump.contains(&service.identities[0].tenant().to_string()));
}

/// What three busy processes get out of a store, and how often Order Desk refuses.
async fn keep_busy(service: &Service, time: Duration) -> (usize, usize) {
    service.sim.clear_requests();
    let until = Instant::now() + time;
    let mut agents = JoinSet::new();
    for agent in 0..30 {
        let replica = agent % REPLICAS;
        let (engine, scope) = (service.engines[replica].clone(), scope(&service.identities[replica]));
        let id = service.ids[agent].clone();
        agents.spawn(tokio::time::timeout_at(until.into(), async move {
            for n in 0.. {
                let outcome = if (agent / REPLICAS + n).is_multiple_of(2) {
                    let get = GetOrder {
                        order_id: id.clone(),
                        fresh: true,
                        ..GetOrder::default()
                    };
                    engine.orders().get(&scope, get).await.map(drop)
                } else {
                    let change = mutation_of(&id, json!({ "order_metadata": { "turn": n } }));
                    engine.orders().mutate(&scope, change).await.map(drop)
                };
                if let Err(error) = outcome {
                    assert_eq!(error.code(), "UPSTREAM_BUSY", "{error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }));
    }
    while let Some(agent) = agents.join_next().await {
        assert!(agent.unwrap().is_err(), "an agent works until its time is up");
    }
    let requests = service.sim.requests();
    let refused = requests.iter().filter(|request| request.status == Some(429)).count();
    (requests.len(), refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_processes_spend_one_budget_and_all_of_it() {
    let wanted = Wanted {
        redis: true,
        rate_limit: true,
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    let time = Duration::from_secs(12);
    let (sent, refused) = keep_busy(&service, time).await;
    assert_eq!(refused, 0, "of {sent} requests");
    // Three a second; the bucket begins empty, because the Redis is new.
    let refill = 3 * 12;
    assert!(sent * 10 >= refill * 9, "{sent} of {refill}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_redis_each_keeps_to_its_share() {
    let wanted = Wanted {
        rate_limit: true,
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    let (sent, refused) = keep_busy(&service, Duration::from_secs(6)).await;
    assert_eq!(refused, 0, "of {sent} requests");
    assert!(sent >= 10, "{sent}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_budget_survives_redis_going_and_coming() {
    let wanted = Wanted {
        redis: true,
        rate_limit: true,
        ..Wanted::default()
    };
    let Some(mut service) = Service::open(wanted).await else {
        return;
    };
    let mut redis = service.redis.take().unwrap();
    let busy = keep_busy(&service, Duration::from_secs(14));
    let trouble = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        redis.stop();
        tokio::time::sleep(Duration::from_secs(4)).await;
        redis.start_again().unwrap();
    };
    let ((sent, refused), ()) = tokio::join!(busy, trouble);
    assert_eq!(refused, 0, "of {sent} requests");
    assert!(sent >= 20, "{sent}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_changes_of_one_order_lose_nothing() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    let mut changes = JoinSet::new();
    for number in 0..200 {
        let replica = number % REPLICAS;
        let (engine, scope) = (service.engines[replica].clone(), scope(&service.identities[replica]));
        let change = mutation_of(
            &service.ids[0],
            json!({ "order_metadata": { format!("c{number}"): 1 } }),
        );
        changes.spawn(async move { engine.orders().mutate(&scope, change).await });
    }
    while let Some(change) = changes.join_next().await {
        change.unwrap().unwrap();
    }
    let order = service
        .sim
        .order(&service.sim.stores()[0].store_id, &service.ids[0])
        .unwrap();
    for number in 0..200 {
        assert_eq!(order["order_metadata"][format!("c{number}")], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_process_that_ends_is_counted_no_longer() {
    let Some(mut service) = Service::open(Wanted::default()).await else {
        return;
    };
    let gone = service.engines.pop().unwrap();
    assert!(gone.shutdown(Duration::from_secs(5)).await);
    drop(gone);
    service.counted(REPLICAS - 1).await;
    drop(service.postgres.take());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_listens_to_one_process_is_told_what_another_changed() {
    let wanted = Wanted {
        redis: true,
        ..Wanted::default()
    };
    let Some(service) = Service::open(wanted).await else {
        return;
    };
    let (id, scope_of_listener) = (&service.ids[0], scope(&service.identities[2]));
    let webhooks = service.engines[2].webhooks();
    let store = &service.sim.stores()[0].store_id;
    let listened = webhooks.listened(&scope_of_listener, store, id).await.unwrap().unwrap();
    let mut changes = webhooks.changes(scope_of_listener);
    service.notes(2, id).await.unwrap();
    service.note(0, id, "told to all").await.unwrap();
    let told = async {
        loop {
            if changes.next().await == Some(News::Order(listened.clone())) {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(2), told).await.unwrap();
    let (notes, _) = service.notes(2, id).await.unwrap();
    assert!(
        notes.contains("told to all"),
        "who was told read what was before: {notes}"
    );
}
