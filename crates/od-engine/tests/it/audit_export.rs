//! The audit log as its owner and the operator read it, and how it is shortened by itself.

use std::time::Duration;

use od_engine::audit::{AuditFilter, AuditPage, ExportFormat, Whose};
use od_engine::{AuditOptions, Call, Clock, DbOptions, Engine, Outcome};
use od_sim::{Fault, FaultKind, Simulator};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, new_tenant, options, scope};
use crate::tampering::record;

async fn exported(shop: &Shop, whose: Whose, filter: AuditFilter, format: ExportFormat) -> String {
    let mut export = shop.engine.audit_log().export(whose, filter, format).await.unwrap();
    let mut text = String::new();
    while let Some(part) = export.next().await.unwrap() {
        text.push_str(&part);
    }
    text
}

#[tokio::test]
async fn a_tenant_reads_its_own_entries_and_no_others() {
    let shop = Shop::open().await;
    let stranger = new_tenant(&shop.engine).await;
    record(&shop, &shop.scope(), 3).await;
    record(&shop, &scope(&stranger), 1).await;
    shop.engine
        .audit_log()
        .purge(Whose::Everybody, Duration::from_hours(1))
        .await
        .unwrap();
    let list = async |whom: &od_engine::Scope, tool: &str| {
        let filter = AuditFilter {
            tool_name: Some(tool.to_owned()),
            ..AuditFilter::default()
        };
        let page = AuditPage::default();
        shop.engine.audit_log().list(whom, &filter, page).await.unwrap()
    };
    let own = list(&shop.scope(), "orders.get").await;
    assert_eq!(own.len(), 3);
    assert!(own[0].seq > own[1].seq, "newest first");
    assert_eq!(own[0].parameters["source_id"], "80012345");
    assert_eq!(list(&scope(&stranger), "orders.get").await.len(), 1);
    assert_eq!(
        list(&shop.scope(), "audit.purge").await.len(),
        0,
        "the operator's acts are no tenant's"
    );
}

/// Whatever was tried with a store is found by its id, also what came to nothing.
#[tokio::test]
async fn the_entries_about_a_store_tell_of_failures_too() {
    let shop = Shop::open().await;
    // One scope for all calls: none may speak of the store of the one before.
    let scope = shop.scope();
    let test = async |tool: &str, store: Option<&'static str>| {
        let call = Call {
            tool: tool.to_owned(),
            parameters: json!({ "store": store }),
            cost: 1,
            needs: None,
        };
        let (engine, within) = (shop.engine.clone(), scope.clone());
        let work = async move { Ok(engine.stores().test(&within, store).await?.map(Value::Object)) };
        shop.engine.call(&scope, call, Box::pin(work)).await.is_ok()
    };
    let id: &'static str = shop.store.store_id.clone().leak();
    assert!(test("only", None).await && test("named", Some(id)).await);
    assert!(!test("unknown", Some("nowhere")).await);
    let refusal = FaultKind::ErrorInSuccess {
        message: "no".to_owned(),
    };
    shop.sim.inject(Fault::new(refusal).times(0));
    assert!(!test("refused.only", None).await && !test("refused.named", Some(id)).await);

    let filter = AuditFilter {
        store_id: Some(id.to_owned()),
        ..AuditFilter::default()
    };
    let about = exported(&shop, Whose::Everybody, filter, ExportFormat::Json).await;
    let about: Vec<Value> = serde_json::from_str(&about).unwrap();
    let tools: Vec<_> = about.iter().map(|entry| entry["tool_name"].as_str().unwrap()).collect();
    assert_eq!(tools, ["only", "named", "refused.only", "refused.named"]);
}

#[tokio::test]
async fn a_long_log_is_exported_whole_and_in_order() {
    let shop = Shop::open().await;
    let other = new_tenant(&shop.engine).await;
    record(&shop, &shop.scope(), 620).await;
    record(&shop, &scope(&other), 2).await;
    let tenant = shop.identity.tenant().to_string();
    let filter = AuditFilter {
        tool_name: Some("orders.get".to_owned()),
        ..AuditFilter::default()
    };
    let own = exported(&shop, Whose::Tenant(tenant.clone()), filter.clone(), ExportFormat::Json).await;
    let own: Vec<Value> = serde_json::from_str(&own).unwrap();
    assert_eq!(own.len(), 620);
    assert!(own.iter().all(|entry| entry["tenant_id"] == tenant.as_str()));
    let places: Vec<i64> = own.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    assert!(places.is_sorted());

    let all = exported(&shop, Whose::Everybody, filter, ExportFormat::Json).await;
    assert_eq!(serde_json::from_str::<Vec<Value>>(&all).unwrap().len(), 622);
    let none = AuditFilter {
        status: Some("no such".to_owned()),
        ..AuditFilter::default()
    };
    let empty = exported(&shop, Whose::Everybody, none.clone(), ExportFormat::Json).await;
    assert_eq!(serde_json::from_str::<Value>(&empty).unwrap(), json!([]));
    let heading = exported(&shop, Whose::Everybody, none, ExportFormat::Csv).await;
    assert_eq!(heading.lines().count(), 1, "{heading}");

    let unknown = shop
        .engine
        .audit_log()
        .export(
            Whose::Tenant("nobody".to_owned()),
            AuditFilter::default(),
            ExportFormat::Csv,
        )
        .await;
    assert_eq!(unknown.err().unwrap().code(), "NOT_FOUND");
}

/// Whoever they belong to, and however their chains are named.
#[tokio::test]
async fn entries_of_all_tenants_come_in_the_order_of_time() {
    let start: jiff::Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let clock = Clock::manual(start);
    let shop = Shop::open_at(Setup::default(), clock.clone()).await;
    let other = new_tenant(&shop.engine).await;
    for minute in 1..=6 {
        clock.set(start + jiff::SignedDuration::from_mins(minute));
        let whose = if minute % 2 == 0 { &other } else { &shop.identity };
        record(&shop, &scope(whose), 2).await;
    }
    let filter = AuditFilter {
        tool_name: Some("orders.get".to_owned()),
        since: Some(start.as_millisecond() + 1),
        ..AuditFilter::default()
    };
    let all = exported(&shop, Whose::Everybody, filter, ExportFormat::Json).await;
    let all: Vec<Value> = serde_json::from_str(&all).unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|entry| {
            (
                entry["created_at"].as_str().unwrap(),
                entry["tenant_id"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told.len(), 12);
    assert!(told.is_sorted_by_key(|(at, _)| *at), "{told:?}");
    let owners: Vec<_> = told.iter().step_by(2).map(|(_, owner)| *owner).collect();
    let (one, two) = (shop.identity.tenant().as_str(), other.tenant().as_str());
    assert_eq!(owners, [one, two, one, two, one, two]);
}

#[tokio::test]
async fn a_table_of_entries_runs_nothing_in_a_spreadsheet() {
    let shop = Shop::open().await;
    let call = Call {
        tool: "=cmd|' /C calc'!A0".to_owned(),
        parameters: json!({ "note": "a \"quoted\", long\nline" }),
        cost: 1,
        needs: None,
    };
    let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
    shop.engine.call(&shop.scope(), call, work).await.unwrap();
    let text = exported(&shop, Whose::Everybody, AuditFilter::default(), ExportFormat::Csv).await;
    assert!(
        text.starts_with("created_at,tenant_id,store_id,tool_name,status,"),
        "{text}"
    );
    assert!(text.contains(",'=cmd|' /C calc'!A0,success,"), "{text}");
    assert!(text.contains("\"\"note\"\""), "{text}");
    assert!(text.ends_with("\r\n"));
}

/// What is older than the retention time goes by itself, and so do leases that nobody gave back.
#[tokio::test]
async fn old_entries_go_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let setup = Setup {
        database: database.clone(),
        ..Setup::default()
    };
    let sim = Simulator::start(setup.sim.clone()).await.unwrap();
    let mut options = options(setup, &sim);
    options.audit = AuditOptions {
        retention: Duration::from_hours(24 * 30),
        tidy_every: Duration::from_millis(20),
        ..AuditOptions::default()
    };
    let start: jiff::Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let clock = Clock::manual(start);
    let engine = Engine::open(options, clock.clone()).await.unwrap();
    let identity = new_tenant(&engine).await;
    let behind = od_db::Db::connect(&database).await.unwrap();
    behind.leases().begin("crashed", 150).await.unwrap();
    assert!(behind.leases().acquire("order:1", "somebody", "crashed").await.unwrap());
    let listed = async || {
        let entries = engine
            .audit_log()
            .list(&scope(&identity), &AuditFilter::default(), AuditPage::default())
            .await
            .unwrap();
        entries.into_iter().map(|entry| entry.tool_name).collect::<Vec<_>>()
    };
    let until = async |expected: &[&str]| {
        for _ in 0..500 {
            if listed().await == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?} never became {expected:?}", listed().await);
    };
    until(&["tenant.create"]).await;
    clock.set(start + jiff::SignedDuration::from_hours(24 * 29));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(listed().await, ["tenant.create"], "not old enough");
    clock.set(start + jiff::SignedDuration::from_hours(24 * 31));
    until(&["audit.purged"]).await;
    // Longer than the life of the process that crashed.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!behind.leases().release("order:1", "somebody").await.unwrap());
    assert_eq!(engine.audit_log().verify(&mut |_| {}).await.unwrap().findings, []);
    assert!(
        engine.shutdown(Duration::from_secs(5)).await,
        "tidying does not keep the engine from ending"
    );
    sim.stop().await;
}
