//! A change is on record before Order Desk hears of it and before it is answered, whatever becomes of this process.

use std::time::Duration;

use od_db::testing::tamper;
use od_engine::audit::{AuditFilter, AuditPage, EntryView};
use od_engine::stores::UpdateStore;
use od_engine::{
    Anonymous, Call, ClientInfo, Clock, DbOptions, Engine, Error, LimitOptions, Outcome, RequestId, Scope, Source,
};
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, note_of};

/// A shop whose database is also open from behind.
struct Watched {
    shop: Shop,
    db: od_db::Db,
    clock: Clock,
    _folder: tempfile::TempDir,
}

impl Watched {
    async fn open() -> Self {
        Self::open_with(Setup::default()).await
    }

    async fn open_with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = DbOptions {
            url: format!("sqlite://{}", folder.path().join("app.db").display()),
            ..DbOptions::default()
        };
        let clock = Clock::manual("2026-03-02T15:00:00Z".parse().unwrap());
        let setup = Setup {
            database: database.clone(),
            ..setup
        };
        let shop = Shop::open_at(setup, clock.clone()).await;
        Self {
            shop,
            db: od_db::Db::connect(&database).await.unwrap(),
            clock,
            _folder: folder,
        }
    }

    /// The tenant's newest entry that is in the database now, past everything that waits.
    async fn newest(&self) -> EntryView {
        self.listed(AuditFilter::default()).await.remove(0)
    }

    async fn listed(&self, filter: AuditFilter) -> Vec<EntryView> {
        let log = self.shop.engine.audit_log();
        let scope = self.shop.scope();
        log.list(&scope, &filter, AuditPage::default()).await.unwrap()
    }

    async fn run(&self, sql: &str) {
        tamper(&self.db, sql).await.unwrap();
    }

    async fn until_asked(&self) {
        while self.shop.sim.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// A note, through the choke point.
fn note(
    engine: &Engine,
    scope: &Scope,
    order: &str,
    text: &str,
) -> impl Future<Output = Result<Outcome<Value>, Error>> + use<> {
    let call = Call {
        tool: "orders.add_note".to_owned(),
        parameters: json!({ "order_id": order, "content": text }),
        cost: 2,
        needs: None,
    };
    let (engine, scope, input) = (engine.clone(), scope.clone(), note_of(order, text));
    async move {
        let (within, inner) = (scope.clone(), engine.clone());
        let work = async move { inner.orders().mutate(&within, input).await };
        engine.call(&scope, call, Box::pin(work)).await
    }
}

#[tokio::test]
async fn a_change_is_on_record_before_its_first_request_and_before_its_answer() {
    let watched = Watched::open().await;
    let (shop, id) = (&watched.shop, watched.shop.order_ids().remove(0));
    for round in 0..5 {
        shop.sim.clear_requests();
        shop.sim
            .inject(Fault::new(FaultKind::Slow { ms: 150 }).on("GET", "/orders/*"));
        let scope = shop.scope();
        let change = tokio::spawn(note(&shop.engine, &scope, &id, &format!("note {round}")));
        watched.until_asked().await;
        let begun = watched.newest().await;
        assert_eq!(
            (begun.status.as_str(), begun.tool_name.as_str()),
            ("begun", "orders.add_note")
        );
        assert_eq!(begun.request_id, scope.request_id().to_string());
        assert_eq!(begun.store_id.as_deref(), Some("90001"));
        assert_eq!(begun.parameters["order_id"], id.as_str());

        let verified = shop.engine.audit_log().verify(&mut |_| {}).await.unwrap();
        assert_eq!(verified.findings, []);
        assert_eq!(verified.unfinished_count, 1);
        let [unfinished] = verified.unfinished.as_slice() else {
            panic!("{verified:?}")
        };
        assert_eq!(unfinished.request_id, begun.request_id);
        assert!(unfinished.may_be_at_work && unfinished.to_string().contains("may still be at work"));

        change.await.unwrap().unwrap();
        let ended = watched.newest().await;
        assert_eq!((ended.status.as_str(), ended.seq), ("success", begun.seq + 1));
        assert_eq!(
            (&ended.request_id, &ended.created_at),
            (&begun.request_id, &begun.created_at)
        );
    }
    let verified = shop.engine.audit_log().verify(&mut |_| {}).await.unwrap();
    assert_eq!((verified.findings.len(), verified.unfinished_count), (0, 0));
    let filter = AuditFilter {
        tool_name: Some("orders.add_note".to_owned()),
        ..AuditFilter::default()
    };
    let listed = watched.listed(filter).await;
    assert_eq!(listed.len(), 5, "each call once");
}

/// Long after, nothing can be at work any more.
#[tokio::test]
async fn a_change_that_has_no_end_for_long_is_called_dead() {
    let watched = Watched::open().await;
    let (shop, id) = (&watched.shop, watched.shop.order_ids().remove(0));
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 400 }).on("GET", "/orders/*"));
    let change = tokio::spawn(note(&shop.engine, &shop.scope(), &id, "late"));
    watched.until_asked().await;
    watched.clock.set("2026-03-02T15:20:00Z".parse().unwrap());
    let verified = shop.engine.audit_log().verify(&mut |_| {}).await.unwrap();
    assert!(!verified.unfinished[0].may_be_at_work);
    assert!(
        verified.unfinished[0].to_string().contains("its process died"),
        "{verified:?}"
    );
    change.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_change_that_outlasts_the_grace_period_ends_on_record() {
    let watched = Watched::open().await;
    let (shop, id) = (&watched.shop, watched.shop.order_ids().remove(0));
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 1_500 }).on("PUT", "/orders/*"));
    let change = tokio::spawn(note(&shop.engine, &shop.scope(), &id, "late"));
    while shop.sent("PUT").is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(shop.engine.is_changing());
    shop.engine.shutdown(Duration::from_millis(50)).await;
    assert!(!shop.engine.is_changing());
    change.await.unwrap().unwrap();
    let tenant = shop.scope().tenant().clone();
    let rows = watched.db.audit().walk(Some(&tenant), 0, 1_000).await.unwrap();
    let ended = rows.iter().find(|row| row.entry.begun_id.is_some()).unwrap();
    assert_eq!(ended.entry.status, "success");
}

#[tokio::test]
async fn what_cannot_be_recorded_first_is_not_done() {
    let watched = Watched::open().await;
    let (shop, id) = (&watched.shop, watched.shop.order_ids().remove(0));
    let before = shop.stored(&id);
    watched.run("ALTER TABLE audit_log RENAME TO audit_log_away").await;
    let refused = note(&shop.engine, &shop.scope(), &id, "unheard").await.unwrap_err();
    assert_eq!(refused.code(), "INTERNAL_ERROR");
    assert!(refused.to_string().ends_with("Nothing was done."), "{refused}");
    assert_eq!(shop.calls(), [] as [&str; 0]);
    assert_eq!(shop.stored(&id), before);

    // So are changes of what is ours.
    let scope = shop.scope();
    let (engine, within) = (shop.engine.clone(), scope.clone());
    let rename = UpdateStore {
        store_name: Some("Unheard".to_owned()),
        ..UpdateStore::default()
    };
    let work = async move {
        engine.stores().update(&within, "90001", rename).await?;
        engine.stores().delete(&within, "90001").await?;
        Ok(Outcome::new(Value::Null))
    };
    let call = Call {
        tool: "stores.update".to_owned(),
        parameters: json!({}),
        cost: 2,
        needs: None,
    };
    assert!(matches!(
        shop.engine.call(&scope, call, Box::pin(work)).await,
        Err(Error::NotRecorded(_))
    ));
    assert_eq!(
        shop.engine.stores().list(&shop.scope()).await.unwrap().data[0].store_name,
        "Sample Goods"
    );

    watched.run("ALTER TABLE audit_log_away RENAME TO audit_log").await;
    note(&shop.engine, &shop.scope(), &id, "heard").await.unwrap();
    assert_eq!(shop.engine.audit_log().verify(&mut |_| {}).await.unwrap().findings, []);
}

/// What is done is told, and the loss with it.
#[tokio::test]
async fn an_end_that_cannot_be_recorded_is_counted_and_the_answer_given() {
    let watched = Watched::open().await;
    let (shop, id) = (&watched.shop, watched.shop.order_ids().remove(0));
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 200 }).on("GET", "/orders/*"));
    let change = tokio::spawn(note(&shop.engine, &shop.scope(), &id, "told"));
    watched.until_asked().await;
    watched.run("ALTER TABLE audit_log RENAME TO audit_log_away").await;
    change.await.unwrap().unwrap();
    assert_eq!(shop.engine.health().await.audit_entries_lost, 1);
    watched.run("ALTER TABLE audit_log_away RENAME TO audit_log").await;
    assert_eq!(watched.newest().await.status, "begun");
}

/// Strangers get no say in how much is written.
#[tokio::test]
async fn refused_credentials_are_recorded_within_bounds() {
    let watched = Watched::open().await;
    let shop = &watched.shop;
    for n in 0..500 {
        let who = Anonymous {
            request_id: RequestId::generate(),
            source: Source::Mcp,
            client: ClientInfo {
                ip: Some(format!("192.0.2.{}", n % 2)),
                ..ClientInfo::default()
            },
        };
        shop.engine
            .record_refused_sign_in(&who, "The credential is unknown.")
            .await;
    }
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
    let rows = watched.db.audit().walk(None, 0, 1000).await.unwrap();
    assert_eq!(rows.len(), 61);
    let first = &rows[0].entry;
    assert_eq!(
        (first.tool_name.as_str(), first.actor.as_str()),
        ("auth.sign_in", "anonymous")
    );
    assert_eq!(first.error_message.as_deref(), Some("The credential is unknown."));
    assert_eq!(first.ip_address.as_deref(), Some("192.0.2.0"));
    let last = &rows[60].entry;
    assert_eq!(
        last.error_message.as_deref(),
        Some("440 more credentials were refused.")
    );
    let told: Value = serde_json::from_str(&last.parameters).unwrap();
    assert_eq!(
        told,
        json!({ "refused": 440, "addresses": { "192.0.2.0": 220, "192.0.2.1": 220 } })
    );
}

/// What a used-up limit refuses costs nothing, so it gets no say in how much is written either.
#[tokio::test]
async fn calls_that_the_limit_refuses_are_recorded_within_bounds() {
    let setup = Setup {
        limits: LimitOptions {
            per_minute: 1,
            burst: 3,
        },
        ..Setup::default()
    };
    let watched = Watched::open_with(setup).await;
    let shop = &watched.shop;
    for n in 0..500 {
        let call = Call {
            tool: if n % 2 == 0 { "orders.list" } else { "orders.get" }.to_owned(),
            parameters: json!({}),
            cost: 1,
            needs: None,
        };
        let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
        let outcome = shop.engine.call(&shop.scope(), call, work).await;
        assert_eq!(outcome.is_ok(), n < 3);
    }
    let tenant = shop.scope().tenant().clone();
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
    let rows = watched.db.audit().walk(Some(&tenant), 0, 1000).await.unwrap();
    let entries: Vec<_> = rows.iter().map(|row| &row.entry).collect();
    let done = entries
        .iter()
        .filter(|entry| entry.tool_name.starts_with("orders.") && entry.status == "success");
    assert_eq!(done.count(), 3);
    let refused = entries
        .iter()
        .filter(|entry| entry.error_code.as_deref() == Some("RATE_LIMIT_EXCEEDED"));
    assert_eq!(refused.count(), 21);
    let last = entries.last().unwrap();
    assert_eq!(
        (last.tool_name.as_str(), last.error_message.as_deref()),
        ("calls.refused", Some("477 more calls were refused."))
    );
    let told: Value = serde_json::from_str(&last.parameters).unwrap();
    assert_eq!(
        told,
        json!({ "refused": 477, "tools": { "orders.get": 239, "orders.list": 238 } })
    );
}

#[tokio::test]
async fn what_a_client_says_of_itself_is_recorded_without_its_secrets() {
    let watched = Watched::open().await;
    let shop = &watched.shop;
    let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let client = ClientInfo {
        name: Some("agent api_key=planted-secret-value 1.0".to_owned()),
        user_agent: Some(format!("{browser} api_key=planted-secret-value")),
        ..ClientInfo::default()
    };
    let call = Call {
        tool: "orders.list".to_owned(),
        parameters: json!({}),
        cost: 1,
        needs: None,
    };
    let scope = shop.scope().with_client(client.clone());
    let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
    shop.engine.call(&scope, call, work).await.unwrap();
    let who = Anonymous {
        request_id: RequestId::generate(),
        source: Source::Mcp,
        client,
    };
    shop.engine
        .record_refused_sign_in(&who, "The credential is unknown.")
        .await;
    let tenant = shop.scope().tenant().clone();
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
    let mut seen = 0;
    for whose in [Some(&tenant), None] {
        for row in watched.db.audit().walk(whose, 0, 1000).await.unwrap() {
            let Some(user_agent) = &row.entry.user_agent else {
                continue;
            };
            let name = row.entry.client_name.as_deref().unwrap();
            assert!(
                !user_agent.contains("planted") && !name.contains("planted"),
                "{user_agent} {name}"
            );
            assert!(
                user_agent.starts_with(browser) && name.starts_with("agent "),
                "{user_agent} {name}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 2);
}

/// What changes nothing leaves nothing that could be taken for a change that was cut.
#[tokio::test]
async fn a_dry_run_begins_nothing() {
    let watched = Watched::open().await;
    let (shop, id) = (&watched.shop, watched.shop.order_ids().remove(0));
    let add = async |is_dry: bool| {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let call = Call {
            tool: "orders.add_note".to_owned(),
            parameters: json!({ "order_id": id, "content": "tried", "dry_run": is_dry }),
            cost: 2,
            needs: None,
        };
        let mut input = note_of(&id, "tried");
        input.dry_run = is_dry;
        let within = scope.clone();
        let work = async move { engine.orders().mutate(&within, input).await };
        shop.engine.call(&scope, call, Box::pin(work)).await.unwrap();
        scope.request_id().to_string()
    };
    let (dry, done) = (add(true).await, add(false).await);
    // Which writes out what waits.
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
    let tenant = shop.identity.tenant();
    let rows = watched.db.audit().walk(Some(tenant), 0, 1000).await.unwrap();
    let told = |request: &str| {
        rows.iter()
            .map(|row| &row.entry)
            .filter(|entry| entry.request_id == request)
            .map(|entry| entry.status.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&dry), ["success"]);
    assert_eq!(told(&done), ["begun", "success"]);
}
