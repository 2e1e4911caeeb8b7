//! Two engines that share a database, as replicas do, and a write that counts how often it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use od_db::testing::tamper;
use od_db::{Db, DbOptions};
use od_engine::tenants::NewTenant;
use od_engine::{Call, Clock, Delivery, Engine, Error, Identity, Lost, NoAnswer, Outcome, RootKey, Write};
use od_sim::Simulator;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Setup, options, scope};

/// What no row may show.
const CUSTOMER: &str = "Ann-Marie Featherstonehaugh";
pub(super) const AT_ONCE: Duration = Duration::ZERO;
/// Long enough for what happens meanwhile on a busy machine.
pub(super) const A_WHILE: Duration = Duration::from_millis(600);

/// Two engines on one database, and a count of what was done.
pub(super) struct Replicas {
    pub(super) engines: [Engine; 2],
    pub(super) url: String,
    pub(super) root: String,
    pub(super) sim: Simulator,
    pub(super) identity: Identity,
    pub(super) other: Identity,
    pub(super) clock: Clock,
    pub(super) done: Arc<AtomicU32>,
    pub(super) db: Db,
}

impl Replicas {
    pub(super) async fn open(url: String) -> Self {
        let sim = Simulator::start(Setup::default().sim).await.unwrap();
        let root = RootKey::generate().to_base64().expose_secret().to_owned();
        let clock = Clock::manual("2026-11-28T12:00:00Z".parse().unwrap());
        let engines = [
            engine(&url, &root, &sim, &clock).await,
            engine(&url, &root, &sim, &clock).await,
        ];
        let identity = new_identity(&engines[0]).await;
        let other = new_identity(&engines[0]).await;
        let options = DbOptions {
            url: url.clone(),
            ..DbOptions::default()
        };
        let db = Db::connect(&options).await.unwrap();
        Self {
            db,
            engines,
            url,
            root,
            sim,
            identity,
            other,
            clock,
            done: Arc::default(),
        }
    }

    /// Lets time pass for all that was kept: answers are kept by the database's clock.
    pub(super) async fn pass(&self, time: Duration) {
        let sql = format!("UPDATE answers SET expires_at = expires_at - {}", time.as_millis());
        tamper(&self.db, &sql).await.unwrap();
    }

    pub(super) fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }

    /// A call on a replica whose answer is told through `delivery`.
    pub(super) async fn call(
        &self,
        replica: usize,
        what: &str,
        takes: Duration,
        delivery: &Delivery,
    ) -> Result<Outcome<Value>, Error> {
        let call = Add {
            identity: &self.identity,
            what,
            takes,
            repeatable: false,
        };
        call.on(&self.engines[replica], &self.done, delivery).await
    }

    /// A call whose answer is taken.
    pub(super) async fn answered(&self, replica: usize, what: &str) -> Result<Outcome<Value>, Error> {
        let delivery = Delivery::default();
        let outcome = self.call(replica, what, AT_ONCE, &delivery).await;
        delivery.delivered();
        outcome
    }

    /// A call whose client is gone when the answer comes.
    pub(super) async fn dropped(&self, replica: usize, what: &str, why: Lost) {
        let delivery = Delivery::default();
        delivery.lose(why);
        let _ = self.call(replica, what, AT_ONCE, &delivery).await;
    }

    pub(super) async fn close(self) {
        self.db.close().await;
        for engine in self.engines {
            assert!(engine.shutdown(Duration::from_secs(5)).await, "all work ended");
        }
    }
}

pub(super) async fn engine(url: &str, root: &str, sim: &Simulator, clock: &Clock) -> Engine {
    let setup = Setup {
        root_key: RootKey::from_base64(root).unwrap(),
        database: DbOptions {
            url: url.to_owned(),
            ..DbOptions::default()
        },
        ..Setup::default()
    };
    Engine::open(options(setup, sim), clock.clone()).await.unwrap()
}

async fn new_identity(engine: &Engine) -> Identity {
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    engine.auth().sign_in(&tenant.master_key).await.unwrap()
}

/// A write that counts how often it is done. One whose name begins so adds something.
pub(super) struct Add<'a> {
    pub(super) identity: &'a Identity,
    pub(super) what: &'a str,
    pub(super) takes: Duration,
    pub(super) repeatable: bool,
}

impl Add<'_> {
    pub(super) async fn on(
        &self,
        engine: &Engine,
        done: &Arc<AtomicU32>,
        delivery: &Delivery,
    ) -> Result<Outcome<Value>, Error> {
        let scope = scope(self.identity).with_delivery(delivery.clone());
        let (what, takes, repeatable, done) = (self.what.to_owned(), self.takes, self.repeatable, done.clone());
        let (within, write_scope) = (engine.clone(), scope.clone());
        let work = Box::pin(async move {
            let mut arguments = json!({"what": what, "customer": CUSTOMER}).as_object().unwrap().clone();
            if let Some((_, order)) = what.split_once(" on order ") {
                arguments.insert("order_id".to_owned(), order.into());
            }
            let write = Write {
                tool: "orders.add_items",
                arguments: &arguments,
                in_store: true,
                repeatable,
                adds: what.starts_with("add"),
            };
            let work = Box::pin(async move {
                tokio::time::sleep(takes).await;
                let count = done.fetch_add(1, Ordering::SeqCst) + 1;
                match what.as_str() {
                    "refused" => Err(Error::invalid("/what", "cannot be added")),
                    "declined" => Err(Error::Declined {
                        until: "2026-11-28T12:10:00Z".parse().unwrap(),
                    }),
                    "unanswered" => Err(Error::NobodyAnswered(NoAnswer::NotGiven)),
                    "uncertain" => Err(Error::uncertain("the reply was lost.", "Look.")),
                    _ => Ok(Outcome::new(json!({"count": count, "customer": CUSTOMER}))),
                }
            });
            within.once(&write_scope, write, work).await
        });
        let call = Call {
            tool: "orders.add_items".to_owned(),
            parameters: json!({}),
            cost: 2,
            needs: None,
        };
        engine.call(&scope, call, work).await
    }
}

/// What becomes of an answer that is certainly taken.
pub(super) fn given() -> Delivery {
    let delivery = Delivery::default();
    delivery.delivered();
    delivery
}

pub(super) fn count(outcome: &Result<Outcome<Value>, Error>) -> i64 {
    outcome.as_ref().unwrap().data["count"].as_i64().unwrap()
}

pub(super) fn warning(outcome: &Result<Outcome<Value>, Error>) -> String {
    outcome.as_ref().unwrap().warnings.join(" ")
}
