//! A tenant that is closed or deleted, and a store that is removed or gets another key, by another process: it holds within a
//! second for whatever comes and for whatever waits, a change under way ends as it would have, and what is left tells of it.

use std::time::{Duration, Instant};

use od_db::testing::{PostgresServer, tamper};
use od_engine::audit::{AuditFilter, AuditPage, Damage, Verification};
use od_engine::orders::{CreateHistory, GetOrder};
use od_engine::stores::UpdateStore;
use od_engine::tenants::NewTenant;
use od_engine::{Call, Clock, DbOptions, Engine, Error, Identity, Outcome, RootKey, Scope};
use od_sim::{Fault, FaultKind};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Setup, Shop, note_of, options, scope};

/// How soon what another process did must hold.
const SOON: Duration = Duration::from_secs(1);
/// Longer than any of it may take, so that nothing ends by itself meanwhile.
const SLOW: u64 = 4_000;

/// A shop whose server runs, and a shell on the same database.
struct Place {
    shop: Shop,
    shell: Engine,
    db: od_db::Db,
}

impl Place {
    async fn open(url: &str) -> Self {
        let database = DbOptions {
            url: url.to_owned(),
            ..DbOptions::default()
        };
        let setup = Setup {
            database: database.clone(),
            timeout: Duration::from_secs(20),
            ..Setup::default()
        };
        let root_key = setup.root_key.to_base64();
        let shop = Shop::open_with(setup).await;
        let setup = Setup {
            database: database.clone(),
            root_key: RootKey::from_base64(root_key.expose_secret()).unwrap(),
            ..Setup::default()
        };
        let shell = Engine::open(options(setup, &shop.sim), Clock::system()).await.unwrap();
        let db = od_db::Db::connect(&database).await.unwrap();
        Self { shop, shell, db }
    }

    fn tenant(&self) -> &str {
        self.shop.identity.tenant().as_str()
    }

    /// A call of the running server, through the choke point.
    fn call<F>(
        &self,
        tool: &str,
        identity: &Identity,
        work: impl FnOnce(Engine, Scope) -> F,
    ) -> tokio::task::JoinHandle<(Result<Outcome<Value>, Error>, Instant)>
    where
        F: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
    {
        let (engine, scope) = (self.shop.engine.clone(), scope(identity));
        let call = Call {
            tool: tool.to_owned(),
            parameters: json!({}),
            cost: 1,
            needs: None,
        };
        let work = Box::pin(work(engine.clone(), scope.clone()));
        tokio::spawn(async move { (engine.call(&scope, call, work).await, Instant::now()) })
    }

    fn note(&self, order: &str, text: &str) -> tokio::task::JoinHandle<(Result<Outcome<Value>, Error>, Instant)> {
        let input = note_of(order, text);
        self.call("orders.add_note", &self.shop.identity, |engine, scope| async move {
            engine.orders().mutate(&scope, input).await
        })
    }

    fn read(&self, order: &str) -> tokio::task::JoinHandle<(Result<Outcome<Value>, Error>, Instant)> {
        let input = GetOrder {
            order_id: order.to_owned(),
            fresh: true,
            ..GetOrder::default()
        };
        self.call("orders.get", &self.shop.identity, |engine, scope| async move {
            let outcome = engine.orders().get(&scope, input).await?;
            Ok(outcome.map(|data| json!(data)))
        })
    }

    fn append(&self, order: &str) -> tokio::task::JoinHandle<(Result<Outcome<Value>, Error>, Instant)> {
        let input = CreateHistory {
            store: None,
            order_id: order.to_owned(),
            message: "never appended".to_owned(),
            dry_run: false,
        };
        self.call(
            "orders.create_history",
            &self.shop.identity,
            |engine, scope| async move {
                let outcome = engine.orders().create_history(&scope, input).await?;
                Ok(outcome.map(|data| json!(data)))
            },
        )
    }

    fn slow(&self, method: &str, path: &str) {
        self.shop
            .sim
            .inject(Fault::new(FaultKind::Slow { ms: SLOW }).on(method, path));
    }

    async fn until_sent(&self, method: &str) {
        for _ in 0..2_000 {
            if !self.shop.sent(method).is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("no {method} was sent");
    }
}

/// A change is under way, another waits behind it for the same order, a third for its turn, and a read for its answer.
async fn what_waits(place: &Place, act: impl AsyncFnOnce(), code: &str) {
    let order = place.shop.order_ids().remove(0);
    let other = place.shop.order_ids().remove(1);
    place.slow("PUT", "/orders/*");
    let text = format!("under way until {code}");
    let under_way = place.note(&order, &text);
    place.until_sent("PUT").await;
    place.slow("GET", "/orders/*");
    let read = place.read(&other);
    let behind = place.note(&order, "never written");
    let in_turn = place.append(&order);
    tokio::time::sleep(Duration::from_millis(300)).await;

    act().await;
    let ended_at = Instant::now();
    for (what, waiting) in [("read", read), ("behind", behind), ("in turn", in_turn)] {
        let (outcome, at) = waiting.await.unwrap();
        let told = outcome.map(drop).unwrap_err();
        assert_eq!(told.code(), code, "{what}: {told}");
        let after = at.duration_since(ended_at);
        assert!(after < SOON + Duration::from_millis(500), "{what}: {after:?}");
    }
    let (outcome, _) = under_way.await.unwrap();
    outcome.expect("what was under way goes on to its end");
    let stored = json!(place.shop.stored(&order)).to_string();
    assert!(stored.contains(&text), "{stored}");
    assert!(!stored.contains("never"), "{stored}");
}

async fn a_closed_tenant_has_no_access_and_keeps_everything(url: &str) {
    let place = Place::open(url).await;
    let created = place.shop.engine.tenants().create(NewTenant::default()).await.unwrap();
    let bystander = place.shop.engine.auth().sign_in(&created.master_key).await.unwrap();
    let (engine, tenant) = (&place.shop.engine, place.tenant());
    what_waits(
        &place,
        async || {
            let (view, turned) = place.shell.tenants().close(tenant).await.unwrap();
            assert!(turned && view.state == "closed" && view.closed_at.is_some());
        },
        "AUTH_ERROR",
    )
    .await;
    // A process over stdio proved its key long ago.
    let order = place.shop.order_ids().remove(0);
    let told = place.read(&order).await.unwrap().0.map(drop).unwrap_err();
    assert_eq!(told.code(), "AUTH_ERROR");
    let others = place.call("stores.list", &bystander, |engine, scope| async move {
        let outcome = engine.stores().list(&scope).await?;
        Ok(outcome.map(|data| json!(data)))
    });
    others.await.unwrap().0.unwrap();
    assert!(!place.shell.tenants().close(tenant).await.unwrap().1, "closed before");

    let (view, turned) = place.shell.tenants().reopen(tenant).await.unwrap();
    assert!(turned && view.state == "active" && view.stores_count == 1);
    place.read(&order).await.unwrap().0.unwrap();
    let log = engine.audit_log();
    let entries = log
        .list(&place.shop.scope(), &AuditFilter::default(), AuditPage::default())
        .await
        .unwrap();
    let of = |tool: &str| entries.iter().filter(|entry| entry.tool_name == tool).count();
    assert_eq!((of("tenant.close"), of("tenant.reopen")), (1, 1));
    let note = entries
        .iter()
        .find(|entry| entry.tool_name == "orders.add_note" && entry.status == "success");
    assert!(note.is_some(), "the entry of what was under way is there");
    assert_eq!(log.verify(&mut |_| {}).await.unwrap().findings, []);
}

async fn a_deleted_tenant_leaves_the_end_of_its_log(url: &str) {
    let place = Place::open(url).await;
    let tenant = place.tenant().to_owned();
    let leaving = place.shell.tenants().leaving(&tenant).await.unwrap();
    assert_eq!((leaving.stores, leaving.keys), (1, 1));
    assert!(leaving.audit_entries > 0 && leaving.first_at.is_some());
    let head = place.db.audit().heads().await.unwrap();
    let mut ended = None;
    what_waits(
        &place,
        async || ended = Some(place.shell.tenants().delete(&tenant).await.unwrap()),
        "AUTH_ERROR",
    )
    .await;
    let ended = ended.unwrap();
    assert_eq!(ended.tenant_id, tenant);
    assert!(ended.intact && ended.entries >= leaving.audit_entries.cast_signed());
    let last = head
        .iter()
        .find(|head| head.tenant_id.as_ref().is_some_and(|id| id.as_str() == tenant));
    assert!(ended.last_seq >= last.unwrap().seq && !ended.last_digest.is_empty());

    // The change that was under way was made, and is told of where nothing goes with a tenant.
    let verified = place.shell.audit_log().verify(&mut |_| {}).await.unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(verified.ended, std::slice::from_ref(&ended));
    let acts = place.db.audit().walk(None, 0, 100).await.unwrap();
    let note = |status: &str| {
        let mut rows = acts.iter().map(|row| &row.entry);
        rows.any(|entry| {
            entry.tool_name == "orders.add_note" && entry.status == status && entry.parameters.contains(&tenant)
        })
    };
    assert!(note("success") && note("error"), "{acts:?}");

    // Further ends come behind it.
    let next = place.shell.tenants().create(NewTenant::default()).await.unwrap();
    let next = place.shell.tenants().delete(next.tenant_id.as_str()).await.unwrap();
    assert_eq!(verify(&place.shell).await.ended, [ended, next]);
    what_is_done_to_ends_is_found(&place).await;
}

async fn verify(engine: &Engine) -> Verification {
    engine.audit_log().verify(&mut |_| {}).await.unwrap()
}

/// What is done, the statements, and what is found: with the place among all ends.
type Case = (&'static str, &'static [&'static str], &'static [(Damage, Option<i64>)]);

/// Two tenants were deleted.
async fn what_is_done_to_ends_is_found(place: &Place) {
    for table in ["audit_ends", "audit_ends_head"] {
        let copy = format!("CREATE TABLE {table}_copy AS SELECT * FROM {table}");
        tamper(&place.db, &copy).await.unwrap();
    }
    let cases: [Case; 8] = [
        (
            "another number of entries",
            &["UPDATE audit_ends SET entries = 0 WHERE position = 1"],
            &[(Damage::EndedForged, Some(1)), (Damage::EndedRemoved, None)],
        ),
        (
            "another name",
            &["UPDATE audit_ends SET name = 'somebody' WHERE position = 2"],
            &[(Damage::EndedForged, Some(2)), (Damage::EndedRemoved, None)],
        ),
        (
            "the first is gone",
            &["DELETE FROM audit_ends WHERE position = 1"],
            &[(Damage::EndedRemoved, Some(1)), (Damage::EndedRemoved, None)],
        ),
        (
            "the last is gone",
            &["DELETE FROM audit_ends WHERE position = 2"],
            &[(Damage::EndedRemoved, Some(2)), (Damage::EndedRemoved, None)],
        ),
        (
            "the last is gone, and counted out",
            &[
                "DELETE FROM audit_ends WHERE position = 2",
                "UPDATE audit_ends_head SET ends = 1",
            ],
            &[(Damage::EndedForged, None), (Damage::EndedRemoved, None)],
        ),
        (
            "another digest",
            &["UPDATE audit_ends SET digest = 'abc' WHERE position = 1"],
            &[(Damage::EndedForged, Some(1)), (Damage::EndedRemoved, None)],
        ),
        (
            "the number is gone",
            &["DELETE FROM audit_ends_head"],
            &[(Damage::EndedRemoved, None)],
        ),
        (
            "one is made up",
            &[
                "INSERT INTO audit_ends (position, tenant_id, deleted_at, entries, seq, digest, intact, proof) \
               SELECT 3, '0198c0de-0000-7000-8000-000000000001', 1, 1, 1, '', 1, proof FROM audit_ends WHERE position = 2",
            ],
            &[(Damage::EndedForged, Some(3))],
        ),
    ];
    for (what, statements, expected) in cases {
        for sql in statements {
            assert!(tamper(&place.db, sql).await.unwrap() > 0, "{sql} changed nothing");
        }
        let told: Vec<_> = verify(&place.shell)
            .await
            .findings
            .into_iter()
            .map(|finding| (finding.damage, finding.first_seq))
            .collect();
        assert_eq!(told, expected, "{what}");
        for table in ["audit_ends", "audit_ends_head"] {
            tamper(&place.db, &format!("DELETE FROM {table}")).await.unwrap();
            let back = format!("INSERT INTO {table} SELECT * FROM {table}_copy");
            tamper(&place.db, &back).await.unwrap();
        }
        assert_eq!(verify(&place.shell).await.findings, [], "put back after: {what}");
    }
}

async fn a_removed_store_and_a_replaced_key_hold_for_what_waits(url: &str) {
    let place = Place::open(url).await;
    let scope = place.shop.scope();
    let store = place.shop.store.clone();
    what_waits(
        &place,
        async || {
            let change = UpdateStore {
                api_key: Some(store.api_key.clone().into()),
                ..UpdateStore::default()
            };
            place
                .shell
                .stores()
                .update(&scope, &store.store_id, change)
                .await
                .unwrap();
        },
        "UPSTREAM_BUSY",
    )
    .await;
    let order = place.shop.order_ids().remove(0);
    place
        .read(&order)
        .await
        .unwrap()
        .0
        .expect("the new key is used at once");
    let change = UpdateStore {
        store_name: Some("Another name".to_owned()),
        ..UpdateStore::default()
    };
    place.slow("GET", "/orders/*");
    let read = place.read(&order);
    tokio::time::sleep(Duration::from_millis(100)).await;
    place
        .shell
        .stores()
        .update(&scope, &store.store_id, change)
        .await
        .unwrap();
    read.await.unwrap().0.expect("a new name takes nothing away");
    place.shop.sim.clear_requests();
    what_waits(
        &place,
        async || {
            place.shell.stores().delete(&scope, &store.store_id).await.unwrap();
        },
        "NOT_FOUND",
    )
    .await;
}

async fn a_revoked_key_ends_its_own_calls_only(url: &str) {
    let place = Place::open(url).await;
    let order = place.shop.order_ids().remove(0);
    let revoked = place.shop.identity.clone();
    place.slow("PUT", "/orders/*");
    let under_way = place.note(&order, "under way");
    place.until_sent("PUT").await;
    let behind = place.note(&order, "never written");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let keys = place.db.master_keys();
    assert!(
        keys.revoke(revoked.tenant(), revoked.credential(), 1, None)
            .await
            .unwrap()
            .has_ended()
    );
    let (outcome, _) = behind.await.unwrap();
    assert_eq!(outcome.map(drop).unwrap_err().code(), "AUTH_ERROR");
    under_way.await.unwrap().0.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_holds_everywhere_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let [closed, deleted, store, key] = ["closed", "deleted", "store", "key"]
        .map(|name| format!("sqlite://{}", folder.path().join(name).with_extension("db").display()));
    tokio::join!(
        a_closed_tenant_has_no_access_and_keeps_everything(&closed),
        a_deleted_tenant_leaves_the_end_of_its_log(&deleted),
        a_removed_store_and_a_replaced_key_hold_for_what_waits(&store),
        a_revoked_key_ends_its_own_calls_only(&key),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_holds_everywhere_on_postgresql() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let (closed, deleted, store, key) = (
        server.new_database().await.unwrap(),
        server.new_database().await.unwrap(),
        server.new_database().await.unwrap(),
        server.new_database().await.unwrap(),
    );
    tokio::join!(
        a_closed_tenant_has_no_access_and_keeps_everything(&closed),
        a_deleted_tenant_leaves_the_end_of_its_log(&deleted),
        a_removed_store_and_a_replaced_key_hold_for_what_waits(&store),
        a_revoked_key_ends_its_own_calls_only(&key),
    );
}

#[tokio::test]
async fn tenants_are_named_by_id_or_name() {
    let shop = Shop::open().await;
    let tenants = shop.engine.tenants();
    let new = |name: &str| NewTenant {
        name: Some(name.to_owned()),
        ..NewTenant::default()
    };
    let blue = tenants.create(new("Blue Harbor")).await.unwrap().tenant_id.to_string();
    for named in [blue.as_str(), "Blue Harbor", " blue harbor "] {
        assert_eq!(tenants.show(named).await.unwrap().tenant_id, blue);
    }
    let slip = tenants.show("Blue Habor").await.unwrap_err();
    assert!(
        slip.code() == "NOT_FOUND" && slip.to_string().contains("Blue Harbor"),
        "{slip}"
    );
    let second = tenants.create(new("blue harbor")).await.unwrap().tenant_id.to_string();
    let two = tenants.close("Blue Harbor").await.unwrap_err();
    assert!(
        two.to_string().contains(&blue) && two.to_string().contains(&second),
        "{two}"
    );
    let renamed = tenants.rename(&second, "Red Harbor").await.unwrap();
    assert_eq!(renamed.name.as_deref(), Some("Red Harbor"));
    assert_eq!(tenants.show("Blue Harbor").await.unwrap().tenant_id, blue);
    assert_eq!(
        tenants.rename(&second, "\n").await.unwrap_err().code(),
        "VALIDATION_ERROR"
    );
}
