//! Root key and master keys are replaced while agents work: no call fails for it, and nothing is done twice or lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use od_db::testing::PostgresServer;
use od_engine::keys::{GRACE, NewMasterKey};
use od_engine::orders::{CreateOrder, GetOrder};
use od_engine::stores::Register;
use od_engine::tenants::NewTenant;
use od_engine::{Call, CredentialKind, Engine, Grants, NewPersonalToken, Outcome};
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::RwLock;

use crate::keys::signed_in;
use crate::root_keys::{Has, Vault, close, found, in_a_file};
use crate::support::note_of;

const AGENTS: usize = 50;
const TENANTS: usize = 10;

/// What an agent works with: the engines it may be led to, and the credentials it knows of now.
/// Rounds in which an agent writes a note.
const NOTES: usize = 8;

struct Floor {
    engines: RwLock<Vec<Engine>>,
    credentials: RwLock<Vec<SecretString>>,
    orders: Vec<String>,
    over: AtomicBool,
    calls: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_agents_work_on_while_every_key_is_replaced_on_sqlite() {
    let (_folder, vault) = in_a_file().await;
    agents_work_on(&vault).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_agents_work_on_while_every_key_is_replaced_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        agents_work_on(&Vault::at(server.new_database().await.unwrap()).await).await;
    }
}

async fn agents_work_on(vault: &Vault) {
    let first = vault.open(Has::OldAndNew).await;
    let mut credentials = Vec::new();
    for _ in 0..TENANTS {
        let tenant = first.tenants().create(NewTenant::default()).await.unwrap();
        let scope = signed_in(&first, &tenant.master_key).await.unwrap();
        let store = vault.sim.stores()[0].clone();
        let register = Register {
            store_id: store.store_id,
            api_key: store.api_key.into(),
            store_name: None,
            label: None,
            verify: false,
        };
        first.stores().register(&scope, register).await.unwrap();
        let token = NewPersonalToken {
            label: "agent".to_owned(),
            scopes: Grants::ALL,
            stores: None,
            expires_in: None,
        };
        credentials.push(first.tokens().create(&scope, token).await.unwrap().token);
        credentials.push(tenant.master_key);
    }
    let store = vault.sim.stores()[0].store_id.clone();
    let orders = vault
        .sim
        .orders(&store)
        .iter()
        .map(|order| order["id"].as_str().unwrap().to_owned())
        .collect();
    let floor = Arc::new(Floor {
        engines: RwLock::new(vec![first.clone()]),
        credentials: RwLock::new(credentials),
        orders,
        over: AtomicBool::new(false),
        calls: AtomicUsize::new(0),
    });
    let agents: Vec<_> = (0..AGENTS)
        .map(|agent| tokio::spawn(work(floor.clone(), agent)))
        .collect();
    some_calls(&floor).await;
    // Another server takes the database over; agents are led to both.
    let second = vault.open(Has::NewAndOld).await;
    floor.engines.write().await.push(second.clone());
    some_calls(&floor).await;
    replace_master_keys(&floor, &second).await;
    some_calls(&floor).await;
    // The first one ends, once its calls have.
    floor.engines.write().await.remove(0);
    close(&first).await;
    some_calls(&floor).await;
    second.root_keys().sign_anew().await.unwrap();
    floor.over.store(true, Ordering::Relaxed);
    let mut notes = Vec::new();
    for agent in agents {
        notes.extend(agent.await.unwrap());
    }
    let credentials = floor.credentials.read().await;
    close(&second).await;
    // One that remembers nobody: what a server remembers it does not look at, and the first one may have moved a row back.
    let last = vault.open(Has::NewAndOld).await;
    for credential in credentials.iter() {
        signed_in(&last, credential).await.unwrap();
    }
    let remaining = last.root_keys().remaining().await.unwrap();
    assert_eq!(remaining.count(), 0, "{remaining:?}");
    close(&last).await;
    let third = vault.open(Has::New).await;
    for credential in credentials.iter() {
        let scope = signed_in(&third, credential).await.unwrap();
        third.stores().test(&scope, None).await.unwrap();
    }
    assert_eq!(found(&third).await, []);
    close(&third).await;
    everything_was_done_once(vault, &store, &notes);
}

/// Lets the agents make a few dozen calls, all of which must succeed.
async fn some_calls(floor: &Floor) {
    let until = floor.calls.load(Ordering::Relaxed) + 50;
    let enough = async {
        while floor.calls.load(Ordering::Relaxed) < until {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), enough)
        .await
        .expect("the agents go on");
}

async fn replace_master_keys(floor: &Floor, engine: &Engine) {
    let known: Vec<SecretString> = floor.credentials.read().await.clone();
    let mut now = Vec::new();
    for credential in known {
        let scope = signed_in(engine, &credential).await.unwrap();
        if scope.identity().kind() != CredentialKind::MasterKey {
            now.push(credential);
            continue;
        }
        let new = NewMasterKey {
            grace: GRACE,
            ..NewMasterKey::default()
        };
        // Both work now; agents know both until the owner has told all of them.
        now.push(engine.keys().rotate(&scope, new).await.unwrap().master_key);
        now.push(credential);
    }
    *floor.credentials.write().await = now;
}

/// An agent: a note on an order, an order that it makes twice under one name, a read. Returns the marks of what it did.
async fn work(floor: Arc<Floor>, agent: usize) -> Vec<String> {
    let mut marks = Vec::new();
    let mut round = 0;
    while !floor.over.load(Ordering::Relaxed) {
        // As slow as agents are, so that there are changes as long as keys are replaced.
        tokio::time::sleep(Duration::from_millis(300)).await;
        round += 1;
        let mark = format!("agent {agent} round {round}");
        let credential = {
            let credentials = floor.credentials.read().await;
            credentials[(agent + round) % credentials.len()].clone()
        };
        let order = &floor.orders[(agent + round) % floor.orders.len()];
        if agent.is_multiple_of(10) && round <= 3 {
            for _ in 0..2 {
                let made = create(&floor, &credential, &mark).await;
                made.unwrap_or_else(|error| panic!("{mark}: {error}"));
            }
            marks.push(mark);
        } else if round > NOTES {
            // The notes of an order share 2000 characters.
            let get = GetOrder {
                order_id: order.clone(),
                ..GetOrder::default()
            };
            let read = call(&floor, &credential, round, "orders.get", async move |engine, scope| {
                let found = engine.orders().get(&scope, get).await?;
                Ok(found.map(serde_json::Value::Object))
            });
            read.await.unwrap_or_else(|error| panic!("{mark}: {error}"));
        } else {
            let change = note_of(order, &mark);
            let noted = call(
                &floor,
                &credential,
                round,
                "orders.add_note",
                async move |engine, scope| engine.orders().mutate(&scope, change).await,
            );
            noted.await.unwrap_or_else(|error| panic!("{mark}: {error}"));
            marks.push(mark);
        }
    }
    marks
}

async fn create(floor: &Floor, credential: &SecretString, mark: &str) -> Result<(), od_engine::Error> {
    let name = mark.replace(' ', "-");
    let order: CreateOrder = serde_json::from_value(json!({
        "client_request_id": name,
        "order": {
            "email": "agent@example.test", "shipping": { "last_name": "Quince" },
            "order_items": [{ "name": "Mug", "code": "M", "quantity": 1, "price": 5 }],
        },
    }))
    .unwrap();
    let turn = floor.calls.load(Ordering::Relaxed);
    call(floor, credential, turn, "orders.create", async move |engine, scope| {
        engine.orders().create(&scope, order).await
    })
    .await
}

/// One call, as a door would make it: signed in with the text, through one of the engines.
async fn call<F>(
    floor: &Floor,
    credential: &SecretString,
    turn: usize,
    tool: &str,
    work: F,
) -> Result<(), od_engine::Error>
where
    F: AsyncFnOnce(Engine, od_engine::Scope) -> Result<Outcome<serde_json::Value>, od_engine::Error>,
{
    // The engine is not ended before the call is.
    let engines = floor.engines.read().await;
    let engine = engines[turn % engines.len()].clone();
    let scope = signed_in(&engine, credential).await?;
    work(engine.clone(), scope.clone()).await?;
    let record = Call {
        tool: tool.to_owned(),
        parameters: json!({}),
        cost: 0,
        needs: None,
    };
    engine
        .call(
            &scope,
            record,
            Box::pin(async { Ok(Outcome::new(serde_json::Value::Null)) }),
        )
        .await?;
    floor.calls.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn everything_was_done_once(vault: &Vault, store: &str, marks: &[String]) {
    let all = serde_json::to_string(&vault.sim.orders(store)).unwrap();
    for mark in marks {
        let name = mark.replace(' ', "-");
        let quoted = |text: &str| all.matches(&format!("\"{text}\"")).count();
        assert_eq!(quoted(mark) + quoted(&name), 1, "{mark}");
    }
}

#[tokio::test]
async fn a_named_create_is_known_again_under_another_root_key() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let scope = signed_in(&engine, &tenant.master_key).await.unwrap();
    let store = vault.sim.stores()[0].clone();
    let register = Register {
        store_id: store.store_id.clone(),
        api_key: store.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    };
    engine.stores().register(&scope, register).await.unwrap();
    let create = || {
        let order = json!({
            "client_request_id": "spring-order-1",
            "order": { "shipping": { "last_name": "Quince" }, "order_items": [{ "name": "Mug", "code": "M", "quantity": 1, "price": 5 }] },
        });
        serde_json::from_value::<CreateOrder>(order).unwrap()
    };
    let made = engine.orders().create(&scope, create()).await.unwrap();
    close(&engine).await;
    let before = vault.sim.orders(&store.store_id).len();
    for has in [Has::NewAndOld, Has::New, Has::OldAndNew] {
        let engine = vault.open(has).await;
        let scope = signed_in(&engine, &tenant.master_key).await.unwrap();
        let again = engine.orders().create(&scope, create()).await.unwrap();
        assert_eq!(again.data["order"]["id"], made.data["order"]["id"]);
        close(&engine).await;
    }
    assert_eq!(vault.sim.orders(&store.store_id).len(), before);
}
