//! The server is killed again and again while agents change and create orders, and started anew each time.
//!
//! Whoever got no answer repeats the call, as agents do. What has to hold at the end: what was acknowledged is there,
//! nothing is there twice, the database opens, and the audit log's chains are whole.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use crate::{
    program::{Home, Running},
    simulated::home_without_limits,
    stored::Upstream,
    wire::Client,
};

const AGENTS: u64 = 20;
const DEEDS: usize = 6;
/// When so many deeds out of ten are done, the server is killed, and once more while it finds its way back.
const KILLED_AT: [usize; 3] = [1, 4, 7];
/// For the whole story: what a killed process held is free again after a few seconds.
const PATIENCE: Duration = Duration::from_mins(3);

#[test]
fn a_server_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice() {
    for seed in 0..rounds() {
        round(seed);
    }
}

/// How many seeds to play: one in every test run, more on demand.
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
fn rounds() -> u64 {
    std::env::var("ORDERDESK_KILL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(1)
}

fn round(seed: u64) {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    // Slow calls, so that a kill finds changes in every stage.
    upstream.inject(&json!({ "kind": { "slow": { "ms": 30 } }, "probability": 0.7, "times": 0 }));
    let orders: Vec<String> = upstream.orders().iter().map(|order| text(&order["id"])).collect();

    let mut server = serve(&home);
    let url = Mutex::new(server.told("url").to_owned());
    let mut rng = StdRng::seed_from_u64(seed);
    let answered = AtomicUsize::new(0);
    let (server, done) = std::thread::scope(|scope| {
        let agents: Vec<_> = (0..AGENTS)
            .map(|agent| {
                let (home, url, answered, deeds) = (&home, &url, &answered, deeds(seed, agent, &orders));
                let act = move |deed| {
                    let ending = act(home, url, deed);
                    answered.fetch_add(1, Ordering::Relaxed);
                    ending
                };
                scope.spawn(move || deeds.into_iter().map(act).collect::<Vec<_>>())
            })
            .collect();
        for tenths in KILLED_AT {
            while answered.load(Ordering::Relaxed) * 10 < agents.len() * DEEDS * tenths {
                sleep(Duration::from_millis(5));
            }
            for _ in 0..2 {
                sleep(Duration::from_millis(rng.random_range(0..300)));
                server.kill();
                server = serve(&home);
                server.told("url").clone_into(&mut url.lock().unwrap());
            }
        }
        let endings = agents.into_iter().flat_map(|agent| agent.join().unwrap());
        (server, endings.collect::<Vec<Ending>>())
    });
    server.terminate();
    assert_eq!(server.ended().0, Some(0));

    judge(seed, &done, &upstream.orders());
    home.run(&["audit", "verify"]).ok();
}

fn serve(home: &Home) -> Running {
    Running::start(home, &["serve", "--port", "0", "--output", "json"])
}

/// One thing an agent wants done, recognisable in the store by its mark.
#[derive(Debug)]
struct Deed {
    kind: Kind,
    mark: String,
    order: String,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Note,
    Metadata,
    /// A new order, found again by an id of the agent's own.
    Create,
    /// A new order without one: only the request's id makes the call repeatable.
    CreateUnnamed,
}

fn deeds(seed: u64, agent: u64, orders: &[String]) -> Vec<Deed> {
    let mut rng = StdRng::seed_from_u64(seed * 1000 + agent);
    let kinds = [Kind::Note, Kind::Metadata, Kind::Create, Kind::CreateUnnamed];
    let deed = |n: usize| Deed {
        kind: *kinds.choose(&mut rng).unwrap(),
        mark: format!("a{agent}d{n}"),
        order: orders.choose(&mut rng).unwrap().clone(),
    };
    (0..DEEDS).map(deed).collect()
}

impl Deed {
    fn call(&self) -> (&'static str, Value) {
        let Self { mark, order, .. } = self;
        match self.kind {
            Kind::Note => ("orders_add_note", json!({ "order_id": order, "content": mark })),
            Kind::Metadata => (
                "orders_mutate_full",
                json!({ "order_id": order, "mutation": { "order_metadata": { mark: "yes" } } }),
            ),
            Kind::Create => (
                "orders_create",
                self.create(&json!({ "source_id": mark, "source_name": "Fair" })),
            ),
            Kind::CreateUnnamed => ("orders_create", self.create(&json!({}))),
        }
    }

    fn create(&self, named: &Value) -> Value {
        let mut order = json!({
            "email": format!("{}@example.test", self.mark),
            "shipping": { "first_name": "Ada", "last_name": "Moor", "address1": "1 Quay", "city": "Leith", "country": "GB" },
            "order_items": [{ "name": "Mug", "code": "MUG", "quantity": 1, "price": 9.5 }],
        });
        order
            .as_object_mut()
            .unwrap()
            .extend(named.as_object().unwrap().clone());
        json!({ "order": order, "client_request_id": format!("request-{}", self.mark) })
    }

    /// How often it was done.
    fn count(&self, orders: &[Value]) -> usize {
        let target = || orders.iter().find(|order| order["id"] == self.order.as_str()).unwrap();
        match self.kind {
            Kind::Note => {
                let notes = target()["order_notes"].as_array().unwrap();
                notes
                    .iter()
                    .filter(|note| note["content"] == self.mark.as_str())
                    .count()
            }
            Kind::Metadata => usize::from(target()["order_metadata"].get(&self.mark).is_some()),
            Kind::Create | Kind::CreateUnnamed => {
                let email = format!("{}@example.test", self.mark);
                orders.iter().filter(|order| order["email"] == email.as_str()).count()
            }
        }
    }
}

/// What became of a deed.
#[derive(Debug)]
struct Ending {
    deed: Deed,
    /// Calls that got no answer.
    unanswered: u32,
    envelope: Value,
}

/// Calls until there is an answer.
fn act(home: &Home, url: &Mutex<String>, deed: Deed) -> Ending {
    let (tool, arguments) = deed.call();
    let params = json!({ "name": tool, "arguments": arguments });
    let (mut unanswered, deadline) = (0, Instant::now() + PATIENCE);
    loop {
        let client = Client {
            url: url.lock().unwrap().clone(),
            key: Some(home.value("MCP_MASTER_KEY")),
        };
        if let Ok(reply) = client.try_to_send("tools/call", &params) {
            let envelope = reply.json()["result"]["structuredContent"].clone();
            return Ending {
                deed,
                unanswered,
                envelope,
            };
        }
        assert!(Instant::now() < deadline, "{deed:?} was never answered");
        unanswered += 1;
        sleep(Duration::from_millis(30));
    }
}

#[expect(clippy::print_stdout, reason = "shown with --no-capture, and when the test fails")]
fn judge(seed: u64, endings: &[Ending], orders: &[Value]) {
    let mut acknowledged = 0;
    let mut refusals = BTreeMap::<&str, u32>::new();
    for ending in endings {
        let count = ending.deed.count(orders);
        assert!(count <= 1, "seed {seed}: done {count} times: {ending:?}");
        if ending.envelope["status"] == "success" {
            acknowledged += 1;
            assert_eq!(count, 1, "seed {seed}: acknowledged and gone: {ending:?}");
            continue;
        }
        let code = ending.envelope["error"]["code"].as_str().unwrap();
        *refusals.entry(code).or_default() += 1;
        if ending.unanswered == 0 && code != "UNCERTAIN_OUTCOME" {
            assert_eq!(count, 0, "seed {seed}: refused and done: {ending:?}");
        }
    }
    let repeated = endings.iter().filter(|ending| ending.unanswered > 0).count();
    println!(
        "seed {seed}: {acknowledged} of {} done, {repeated} after a kill, refused: {refusals:?}",
        endings.len()
    );
    assert!(repeated > 0, "seed {seed}: no kill hit a call");
    assert!(
        acknowledged * 4 > endings.len() * 3,
        "seed {seed}: only {acknowledged} deeds were done"
    );
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The server is killed between the read and the upload of a change: the order's next change need not wait for long.
#[test]
fn an_order_that_a_killed_server_held_is_writable_within_five_seconds() {
    let (home, simulator) = home_without_limits();
    let upstream = Upstream::new(&simulator);
    let order = text(&upstream.orders()[0]["id"]);
    let client = |server: &Running| Client {
        url: server.told("url").to_owned(),
        key: Some(home.value("MCP_MASTER_KEY")),
    };
    let note =
        |content: &str| json!({ "name": "orders_add_note", "arguments": { "order_id": order, "content": content } });
    // A first change, so that the server has found its way before it is timed.
    let server = serve(&home);
    assert!(client(&server).try_to_send("tools/call", &note("before")).is_ok());
    upstream.inject(&json!({ "kind": "hang_before_commit", "method": "PUT" }));
    std::thread::scope(|scope| {
        let client = client(&server);
        let params = note("never made");
        scope.spawn(move || assert!(client.try_to_send("tools/call", &params).is_err(), "it was killed"));
        sleep(Duration::from_millis(700));
        server.kill();
    });
    let killed = Instant::now();
    let server = serve(&home);
    let reply = client(&server).try_to_send("tools/call", &note("after"));
    let waited = killed.elapsed();
    let envelope = reply.unwrap().json()["result"]["structuredContent"].clone();
    assert_eq!(envelope["status"], "success", "{envelope}");
    assert!(waited < Duration::from_secs(5), "{waited:?}");
}
