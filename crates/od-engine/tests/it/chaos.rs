//! Twenty agents change ten orders at once while everything that can go wrong goes wrong.
//!
//! What has to hold at the end, whatever happened: a change that was acknowledged is there, once; a change that was
//! refused is not there; one of unknown outcome said so and is there at most once; and what the other writer did, an edit,
//! a tag or a move, is lost only if it fell between our last read and our upload, and then somebody was told.

use std::sync::Arc;
use std::time::Duration;

use od_engine::items::CreatePart;
use od_engine::orders::CreateOrder;
use od_engine::{Engine, Error, Outcome, Scope};
use od_sim::{Fault, FaultKind, Recorded, SimOptions};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, mutation_of, note_of, ops_of};

const AGENTS: usize = 20;
const CHANGES_PER_AGENT: usize = 15;
const ORDERS: usize = 10;
/// How often an agent that was told when to come back does so.
const PATIENCE: usize = 10;

/// One change of one agent, recognisable in the record by its tag.
#[derive(Clone, Debug)]
struct Planned {
    order: String,
    kind: Kind,
    tag: String,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Note,
    CheckoutData,
    Metadata,
    Line,
    Item,
    Shipment,
    Order,
}

const KINDS: [Kind; 7] = [
    Kind::Note,
    Kind::CheckoutData,
    Kind::Metadata,
    Kind::Line,
    Kind::Item,
    Kind::Shipment,
    Kind::Order,
];

impl Planned {
    async fn make(&self, engine: &Engine, scope: &Scope) -> Result<Outcome<Value>, Error> {
        let (order, tag) = (&self.order, &self.tag);
        let line = json!({ "name": "Extra", "code": tag, "quantity": 1, "price": 2 });
        let change = match self.kind {
            Kind::Note => note_of(order, tag),
            Kind::CheckoutData => mutation_of(order, json!({ "checkout_data": { tag: "y" } })),
            Kind::Metadata => mutation_of(order, json!({ "order_metadata": { tag: 1 } })),
            Kind::Line => ops_of(order, json!([{ "op": "add_items", "items": [line] }])),
            Kind::Item => return engine.order_items().create(scope, self.part(line)).await,
            Kind::Shipment => {
                let shipment = json!({ "tracking_number": tag, "carrier_code": "UPS" });
                return engine.shipments().create(scope, self.part(shipment)).await;
            }
            Kind::Order => return engine.orders().create(scope, self.new_order(line)).await,
        };
        engine.orders().mutate(scope, change).await
    }

    fn part(&self, fields: Value) -> CreatePart {
        let fields = fields.as_object().unwrap().clone();
        CreatePart {
            order_id: self.order.clone(),
            fields,
            ..CreatePart::default()
        }
    }

    fn new_order(&self, line: Value) -> CreateOrder {
        let order = json!({ "source_name": "Chaos", "customer": { "company": "Acme" }, "order_items": [line] });
        CreateOrder {
            store: None,
            order: order.as_object().unwrap().clone(),
            client_request_id: Some(self.request_id()),
            dry_run: false,
        }
    }

    /// The name of a create; the order's `source_id` too.
    fn request_id(&self) -> String {
        format!("chaos-{}", self.tag)
    }

    /// How often the change is in the shop.
    fn count(&self, shop: &Shop) -> usize {
        if let Kind::Order = self.kind {
            let orders = shop.sim.orders(&shop.store.store_id);
            return orders
                .iter()
                .filter(|order| order["source_id"] == self.request_id())
                .count();
        }
        let record = shop.stored(&self.order);
        let rows = |list: &str, key: &str| {
            let rows = record[list].as_array().unwrap();
            rows.iter().filter(|row| row[key] == self.tag.as_str()).count()
        };
        match self.kind {
            Kind::Note => rows("order_notes", "content"),
            Kind::Line | Kind::Item => rows("order_items", "code"),
            Kind::Shipment => rows("order_shipments", "tracking_number"),
            Kind::CheckoutData => usize::from(record["checkout_data"].get(&self.tag).is_some()),
            Kind::Metadata | Kind::Order => usize::from(record["order_metadata"].get(&self.tag).is_some()),
        }
    }
}

/// Something that the other writer did.
struct Foreign {
    order: String,
    act: Act,
    /// Between which two moments it was done.
    between: (u64, u64),
}

#[derive(Debug)]
enum Act {
    /// A key of its own in the order's metadata.
    Metadata(String),
    Tag(&'static str),
    Move(u64),
    /// An entry in the history.
    History(String),
}

const TAGS: [&str; 3] = ["success", "error", "info"];
const FOLDERS: [u64; 4] = [71001, 71002, 71003, 71004];

impl Act {
    fn any(rng: &mut StdRng, n: usize) -> Self {
        match rng.random_range(0..6) {
            0 => Self::Move(*FOLDERS.choose(rng).unwrap()),
            1 => Self::Tag(TAGS.choose(rng).unwrap()),
            2 => Self::History(format!("f{n}")),
            _ => Self::Metadata(format!("f{n}")),
        }
    }

    fn run(&self, shop: &Shop, order: &str) {
        let store = &shop.store.store_id;
        if let Self::History(note) = self {
            assert!(shop.sim.add_history(store, order, "Somebody", note));
            return;
        }
        shop.sim.edit_order(store, order, |record| match self {
            Self::Metadata(key) => match record.get_mut("order_metadata").and_then(Value::as_object_mut) {
                Some(metadata) => drop(metadata.insert(key.clone(), true.into())),
                None => drop(record.insert("order_metadata".to_owned(), json!({ key: true }))),
            },
            Self::Tag(tag) => drop(record.insert("tag_name".to_owned(), (*tag).into())),
            Self::Move(folder) => drop(record.insert("folder_id".to_owned(), (*folder).into())),
            Self::History(_) => {}
        });
    }

    /// Whether it is still to be seen, had nobody done the like after it.
    fn holds(&self, shop: &Shop, order: &str) -> bool {
        let record = shop.stored(order);
        match self {
            Self::Metadata(key) => record["order_metadata"].get(key).is_some(),
            Self::Tag(tag) => record["tag_name"] == *tag,
            Self::Move(folder) => record["folder_id"] == *folder,
            Self::History(note) => {
                let history = shop.sim.history(&shop.store.store_id, order);
                history.iter().filter(|entry| entry["note"] == note.as_str()).count() == 1
            }
        }
    }

    /// Whether a later act of the other writer sets the same.
    fn is_replaced_by(&self, later: &Self) -> bool {
        matches!(
            (self, later),
            (Self::Tag(_), Self::Tag(_)) | (Self::Move(_), Self::Move(_))
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_done_twice_when_everything_goes_wrong() {
    for seed in 0..rounds() {
        round(seed).await;
    }
}

/// How many seeds to play: a few in every test run, more on demand.
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
fn rounds() -> u64 {
    std::env::var("ORDERDESK_CHAOS_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(2)
}

async fn round(seed: u64) {
    let setup = Setup {
        sim: SimOptions {
            rate_limit: false,
            seed,
            ..SimOptions::default()
        },
        timeout: Duration::from_millis(400),
        ..Setup::default()
    };
    let shop = Arc::new(Shop::open_with(setup).await);
    let orders: Vec<String> = shop.order_ids().into_iter().take(ORDERS).collect();
    for order in &orders {
        shop.sim.edit_order(&shop.store.store_id, order, |record| {
            for list in ["order_notes", "checkout_data", "order_metadata"] {
                record.insert(list.to_owned(), json!([]));
            }
        });
    }
    shop.sim.set_faults(faults());

    let mut agents = tokio::task::JoinSet::new();
    for agent in 0..AGENTS {
        let plans = plans(seed, agent, &orders);
        agents.spawn(act(shop.clone(), plans));
    }
    let (mut outcomes, edits) = other_writer(&shop, seed, &orders, &mut agents).await;
    shop.sim.set_faults(Vec::new());
    repeat_named_creates(&shop, &mut outcomes).await;

    judge_changes(seed, &shop, &outcomes);
    judge_edits(seed, &shop, edits, &outcomes);
}

type Outcomes = Vec<Made>;

/// What became of a change.
struct Made {
    plan: Planned,
    outcome: Result<Outcome<Value>, Error>,
    /// When it was asked for and when it was answered.
    span: (u64, u64),
}

impl Made {
    /// Whether the caller was told that somebody's act may be undone, or that nobody could look.
    fn warns(&self) -> bool {
        let told = |warning: &String| warning.contains("acted on this order") || warning.contains("be read back");
        match &self.outcome {
            Ok(done) => done.data["verified"] == false && done.warnings.iter().any(told),
            Err(_) => true,
        }
    }
}

/// An agent's changes, one after the other.
async fn act(shop: Arc<Shop>, plans: Vec<Planned>) -> Outcomes {
    let (engine, scope) = (&shop.engine, shop.scope());
    let mut outcomes = Vec::new();
    for plan in plans {
        let asked = shop.sim.elapsed_ms();
        let mut outcome = plan.make(engine, &scope).await;
        // Failures in a row, and be it that this machine stood still, have Order Desk left alone for seconds. Whoever then
        // waits and calls again, as the error says, gets on; nothing was done before.
        for _ in 0..PATIENCE {
            let Some(wait) = outcome.as_ref().err().and_then(Error::retry_after) else {
                break;
            };
            tokio::time::sleep(wait).await;
            outcome = plan.make(engine, &scope).await;
        }
        let span = (asked, shop.sim.elapsed_ms());
        outcomes.push(Made { plan, outcome, span });
    }
    outcomes
}

/// Whoever named a create may repeat it: it gives the order back, makes it, or says again that nobody knows.
async fn repeat_named_creates(shop: &Shop, outcomes: &mut Outcomes) {
    for made in outcomes.iter_mut().filter(|made| matches!(made.plan.kind, Kind::Order)) {
        if made.outcome.is_err() {
            made.outcome = made.plan.make(&shop.engine, &shop.scope()).await;
        }
    }
}

fn plans(seed: u64, agent: usize, orders: &[String]) -> Vec<Planned> {
    let mut rng = StdRng::seed_from_u64(seed * 1000 + agent as u64);
    let plan = |n: usize| Planned {
        order: orders.choose(&mut rng).unwrap().clone(),
        kind: *KINDS.choose(&mut rng).unwrap(),
        tag: format!("a{agent}c{n}"),
    };
    (0..CHANGES_PER_AGENT).map(plan).collect()
}

/// Everything that really happens between two computers, each now and then.
fn faults() -> Vec<Fault> {
    let now_and_then = |kind, method: &str, chance| Fault::new(kind).on(method, "/orders/*").with_probability(chance);
    let adding = |kind| Fault::new(kind).on("POST", "/**").with_probability(0.04);
    vec![
        now_and_then(FaultKind::RateLimited { retry_after: 0.1 }, "GET", 0.02),
        now_and_then(FaultKind::RateLimited { retry_after: 0.1 }, "PUT", 0.04),
        now_and_then(
            FaultKind::ErrorBeforeCommit {
                status: 503,
                html: true,
            },
            "PUT",
            0.04,
        ),
        now_and_then(
            FaultKind::ErrorAfterCommit {
                status: 502,
                html: false,
            },
            "PUT",
            0.04,
        ),
        now_and_then(
            FaultKind::ErrorBeforeCommit {
                status: 500,
                html: false,
            },
            "GET",
            0.02,
        ),
        now_and_then(FaultKind::DropBeforeCommit, "PUT", 0.04),
        now_and_then(FaultKind::DropAfterCommit, "PUT", 0.04),
        now_and_then(FaultKind::Truncate, "PUT", 0.04),
        now_and_then(FaultKind::HangAfterCommit, "PUT", 0.02),
        now_and_then(FaultKind::Truncate, "GET", 0.02),
        now_and_then(FaultKind::Slow { ms: 60 }, "GET", 0.1),
        adding(FaultKind::ErrorBeforeCommit {
            status: 503,
            html: true,
        }),
        adding(FaultKind::ErrorAfterCommit {
            status: 502,
            html: false,
        }),
        adding(FaultKind::DropBeforeCommit),
        adding(FaultKind::DropAfterCommit),
        adding(FaultKind::Truncate),
        adding(FaultKind::HangAfterCommit),
    ]
}

/// Edits orders behind our back until the agents are done.
async fn other_writer(
    shop: &Shop,
    seed: u64,
    orders: &[String],
    agents: &mut tokio::task::JoinSet<Outcomes>,
) -> (Outcomes, Vec<Foreign>) {
    let mut rng = StdRng::seed_from_u64(seed ^ 0xF0E1);
    let (mut outcomes, mut edits) = (Vec::new(), Vec::new());
    loop {
        let pause = Duration::from_millis(rng.random_range(5..60));
        match tokio::time::timeout(pause, agents.join_next()).await {
            Ok(Some(done)) => outcomes.extend(done.unwrap()),
            Ok(None) => return (outcomes, edits),
            Err(_) => {
                let order = orders.choose(&mut rng).unwrap().clone();
                let act = Act::any(&mut rng, edits.len());
                let before = shop.sim.elapsed_ms();
                act.run(shop, &order);
                let between = (before, shop.sim.elapsed_ms());
                edits.push(Foreign { order, act, between });
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "shown with --no-capture, and when the test fails")]
fn judge_changes(seed: u64, shop: &Shop, outcomes: &Outcomes) {
    let mut acknowledged = 0;
    for Made { plan, outcome, .. } in outcomes {
        let count = plan.count(shop);
        match outcome {
            Ok(_) => {
                acknowledged += 1;
                assert_eq!(count, 1, "seed {seed}: {plan:?} was acknowledged");
            }
            Err(Error::Uncertain { .. }) => assert!(count <= 1, "seed {seed}: {plan:?} is there {count} times"),
            Err(error) => assert_eq!(count, 0, "seed {seed}: {plan:?} was refused: {error}"),
        }
    }
    assert_eq!(outcomes.len(), AGENTS * CHANGES_PER_AGENT);
    let refused = outcomes.iter().filter_map(|made| made.outcome.as_ref().err());
    let refused: Vec<&str> = refused.map(Error::code).collect();
    assert!(
        acknowledged * 2 > outcomes.len(),
        "seed {seed}: only {acknowledged} changes were made at all: {refused:?}"
    );
    println!(
        "seed {seed}: {acknowledged} of {} changes made, {} calls",
        outcomes.len(),
        shop.sim.requests().len()
    );
}

/// What the other writer did may be missing only if it came after a read and before the upload that followed it, and then
/// not all who changed the order at that time were told that all is well.
#[expect(clippy::print_stdout, reason = "shown with --no-capture, and when the test fails")]
fn judge_edits(seed: u64, shop: &Shop, edits: Vec<Foreign>, outcomes: &Outcomes) {
    let requests = shop.sim.requests();
    let all = edits.len();
    let stands = |at: usize| {
        let Foreign { order, act, .. } = &edits[at];
        let mut later = edits[at + 1..].iter().filter(|other| other.order == *order);
        later.any(|later| act.is_replaced_by(&later.act)) || act.holds(shop, order)
    };
    let missing: Vec<&Foreign> = (0..all).filter(|at| !stands(*at)).map(|at| &edits[at]).collect();
    for Foreign { order, act, between } in &missing {
        let path = format!("/orders/{order}");
        let on_order: Vec<&Recorded> = requests.iter().filter(|request| request.path == path).collect();
        let in_window = on_order.windows(2).any(|pair| {
            let [read, upload] = pair else { return false };
            (read.method.as_str(), upload.method.as_str()) == ("GET", "PUT")
                && read.received_at <= between.1
                && upload.replied_at.unwrap_or(upload.received_at + 20) >= between.0
        });
        let calls = || {
            let line = |r: &&Recorded| format!("{} {}..{:?} {:?}", r.method, r.received_at, r.replied_at, r.fault);
            on_order.iter().map(line).collect::<Vec<_>>().join("\n")
        };
        assert!(
            in_window,
            "seed {seed}: {act:?} at {between:?} was reverted\n{}",
            calls()
        );
        let mut then = outcomes.iter().filter(|made| {
            let (asked, answered) = made.span;
            made.plan.order == *order && asked <= between.1 && answered >= between.0
        });
        assert!(
            then.any(Made::warns),
            "seed {seed}: nobody was told of {act:?} at {between:?} on order {order}\n{}",
            calls()
        );
    }
    println!(
        "seed {seed}: {} of {all} acts of the other writer fell into the window, all told",
        missing.len()
    );
}
