//! The audit log as its tenant looks through it: page by page, by words, request by request, as a file, and shortened.

use std::time::Duration;

use od_db::testing::{PostgresServer, tamper};
use od_engine::audit::{AuditFilter, Browsed, ExportFormat, Look, Told, words};
use od_engine::{Call, Clock, DbOptions, Error, Grants, NewPersonalToken, Outcome, Scope};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, new_tenant, scope};
use crate::tampering::record;

const GLANCE: Look = Look {
    before: None,
    limit: 50,
    patience: Duration::from_mins(1),
};

#[tokio::test]
async fn a_tenant_looks_through_its_own_log() {
    let folder = tempfile::tempdir().unwrap();
    story(format!("sqlite://{}", folder.path().join("app.db").display())).await;
}

#[tokio::test]
async fn a_tenant_looks_through_its_own_log_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        story(server.new_database().await.unwrap()).await;
    }
}

async fn story(url: String) {
    let database = DbOptions {
        url,
        ..DbOptions::default()
    };
    let setup = Setup {
        database: database.clone(),
        ..Setup::default()
    };
    let start: jiff::Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let clock = Clock::manual(start);
    let shop = Shop::open_at(setup, clock.clone()).await;
    pages_hold_every_entry_once(&shop).await;
    a_search_goes_on_where_it_was_left_off(&shop).await;
    a_request_is_shown_with_what_it_altered_to_its_tenant_alone(&shop).await;
    what_matches_is_exported(&shop).await;
    clock.set(start + jiff::SignedDuration::from_hours(24 * 10));
    old_entries_are_deleted_by_their_tenant(&shop).await;
    what_is_damaged_is_said_to_be(&shop, &database).await;
    nobody_but_the_owner_looks(&shop).await;
    shop.engine.shutdown(Duration::from_secs(5)).await;
}

async fn browse(shop: &Shop, scope: &Scope, filter: &AuditFilter, look: Look) -> Browsed {
    shop.engine.audit_log().browse(scope, filter, look).await.unwrap()
}

fn searching(text: &str) -> AuditFilter {
    AuditFilter {
        words: words(text).unwrap(),
        ..AuditFilter::default()
    }
}

async fn pages_hold_every_entry_once(shop: &Shop) {
    record(shop, &shop.scope(), 12).await;
    let (mut before, mut seen) = (None, Vec::new());
    for _ in 0..20 {
        let look = Look {
            before,
            limit: 5,
            ..GLANCE
        };
        let page = browse(shop, &shop.scope(), &AuditFilter::default(), look).await;
        assert!(page.entries.len() <= 5);
        assert_eq!(page.searched_back_to, None);
        seen.extend(page.entries.into_iter().map(|entry| entry.seq));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    assert!(seen.len() >= 13, "{seen:?}");
    assert!(
        seen.is_sorted_by(|one, next| one > next),
        "newest first, each once: {seen:?}"
    );
    assert_eq!(seen.last(), Some(&1), "to the end");
}

/// Without any patience one stride is looked at, and it is said how far that came.
async fn a_search_goes_on_where_it_was_left_off(shop: &Shop) {
    let other = new_tenant(&shop.engine).await;
    call(
        shop,
        &scope(&other),
        "orders.update",
        json!({ "folder": "A needle, Ångström!" }),
    )
    .await;
    let scope = scope(&other);
    record(shop, &scope, 1200).await;
    let impatient = Look {
        patience: Duration::ZERO,
        ..GLANCE
    };
    let needle = searching("NEEDLE, ångström!");
    let first = browse(shop, &scope, &needle, impatient).await;
    assert_eq!(first.entries.len(), 0);
    assert!(first.searched_back_to.is_some(), "it came somewhere");
    let on = Look {
        before: first.older,
        ..impatient
    };
    let second = browse(shop, &scope, &needle, on).await;
    assert_eq!(second.entries.len(), 1);
    assert_eq!((second.older, second.searched_back_to), (None, None), "nothing is left");
    let patient = browse(shop, &scope, &needle, GLANCE).await;
    assert_eq!(patient.entries[0].id, second.entries[0].id);

    // A whole request id is looked up, however far back it is.
    let id = patient.entries[0].request_id.clone();
    let at_once = browse(shop, &scope, &searching(&id.to_uppercase()), impatient).await;
    assert_eq!(at_once.entries.len(), 1);
    assert_eq!(at_once.searched_back_to, None);
    let foreign = browse(shop, &shop.scope(), &searching(&id), GLANCE).await;
    assert_eq!(foreign.entries.len(), 0, "another tenant's request");

    let recorded = shop.engine.audit_log().recorded(&scope).await.unwrap();
    assert_eq!(recorded.tools, ["orders.get", "orders.update", "tenant.create"]);
    assert_eq!(recorded.stores, [""; 0]);
}

async fn call(shop: &Shop, scope: &Scope, tool: &str, parameters: Value) {
    let call = Call {
        tool: tool.to_owned(),
        parameters,
        cost: 1,
        needs: None,
    };
    let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
    shop.engine.call(scope, call, work).await.unwrap();
}

/// A change of an order through the choke point; its request id.
async fn change(shop: &Shop, note: &str) -> String {
    let scope = shop.scope();
    let id = shop.order_ids()[0].clone();
    let call = Call {
        tool: "orders.mutate".to_owned(),
        parameters: json!({ "order_id": id }),
        cost: 2,
        needs: None,
    };
    let (engine, within) = (shop.engine.clone(), scope.clone());
    let input = crate::support::note_of(&id, note);
    let work = async move { engine.orders().mutate(&within, input).await };
    shop.engine.call(&scope, call, Box::pin(work)).await.unwrap();
    scope.request_id().to_string()
}

async fn a_request_is_shown_with_what_it_altered_to_its_tenant_alone(shop: &Shop) {
    let id = change(shop, "planted note").await;
    let log = shop.engine.audit_log();
    let seen = shop.scope();
    let traces = log.trace(&seen, &id).await.unwrap();
    assert_eq!(traces.len(), 1, "a change is shown once");
    assert_eq!(traces[0].entry.request_id, id);
    let Told::Opened(difference) = &traces[0].altered else {
        panic!("{:?}", traces[0].altered)
    };
    assert!(serde_json::to_string(difference).unwrap().contains("planted note"));
    let found = browse(shop, &shop.scope(), &searching("planted"), GLANCE).await;
    assert_eq!(found.entries.len(), 0, "what is sealed is not searched");
    let shown = browse(shop, &shop.scope(), &searching(&seen.request_id().to_string()), GLANCE).await;
    assert_eq!(shown.entries[0].tool_name, "audit.show", "looking is recorded");
    assert_eq!(shown.entries[0].parameters, json!({ "request": id }));

    let stranger = scope(&new_tenant(&shop.engine).await);
    let foreign = log.trace(&stranger, &id).await.unwrap_err().to_string();
    let never = "0198c0de-0000-7000-8000-00000000ffff";
    let unknown = log.trace(&stranger, never).await.unwrap_err();
    assert_eq!(unknown.code(), "NOT_FOUND");
    assert_eq!(foreign.replace(&id, never), unknown.to_string(), "as if it never was");
    assert_eq!(log.trace(&stranger, "no id").await.unwrap_err().code(), "NOT_FOUND");
}

async fn what_matches_is_exported(shop: &Shop) {
    let other = scope(&new_tenant(&shop.engine).await);
    call(shop, &other, "orders.update", json!({ "folder": "=HYPERLINK(1)" })).await;
    let export = async |filter: &AuditFilter, format| {
        let log = shop.engine.audit_log();
        let mut export = log.export_own(&other, filter.clone(), format).await.unwrap();
        let mut text = String::new();
        while let Some(part) = export.next().await.unwrap() {
            text.push_str(&part);
        }
        text
    };
    let tools = |text: &str| {
        let entries: Vec<Value> = serde_json::from_str(text).unwrap();
        let tools = entries
            .iter()
            .map(|entry| entry["tool_name"].as_str().unwrap().to_owned());
        tools.collect::<Vec<_>>()
    };
    let all = export(&AuditFilter::default(), ExportFormat::Json).await;
    assert_eq!(tools(&all)[..2], ["tenant.create", "orders.update"], "its own alone");
    let some = export(&searching("hyperlink"), ExportFormat::Json).await;
    assert_eq!(tools(&some), ["orders.update"]);
    let exports = browse(shop, &other, &searching("audit.export"), GLANCE).await.entries;
    assert_eq!(exports.len(), 2, "an export is recorded");
    assert_eq!(exports[0].actor, other.identity().actor());
    assert!(
        !exports[0].parameters.to_string().contains("hyperlink"),
        "what people search for is not written down: {}",
        exports[0].parameters
    );
    let table = export(&searching("hyperlink update"), ExportFormat::Csv).await;
    assert!(table.starts_with("created_at,tenant_id,"), "{table}");
    assert!(table.contains("orders.update"), "{table}");
}

async fn old_entries_are_deleted_by_their_tenant(shop: &Shop) {
    let stranger = scope(&new_tenant(&shop.engine).await);
    let log = shop.engine.audit_log();
    let of_today = change(shop, "of today").await;
    let before = browse(shop, &shop.scope(), &AuditFilter::default(), GLANCE).await;
    assert!(before.entries.len() > 10);
    assert_eq!(
        log.purge_own(&shop.scope(), 0).await.unwrap_err().code(),
        "VALIDATION_ERROR",
        "what was done today stays"
    );
    assert_eq!(log.purge_own(&shop.scope(), 11).await.unwrap().entries, 0);
    let purge = log.purge_own(&shop.scope(), 9).await.unwrap();
    assert!(purge.entries > 10, "{purge:?}");
    let left = browse(shop, &shop.scope(), &AuditFilter::default(), GLANCE).await;
    let tools: Vec<_> = left.entries.iter().map(|entry| &*entry.tool_name).collect();
    assert_eq!(
        tools,
        ["audit.purge", "audit.purged", "audit.purge", "orders.mutate"],
        "the purge and its marker are there"
    );
    assert_eq!(left.entries[1].actor, shop.identity.actor());
    assert_eq!(left.entries[3].request_id, of_today);
    let theirs = browse(shop, &stranger, &AuditFilter::default(), GLANCE).await;
    assert_eq!(theirs.entries.len(), 1, "another tenant's entries stay");
    let verified = log.verify(&mut |_| {}).await.unwrap();
    assert_eq!(verified.findings, []);
}

async fn what_is_damaged_is_said_to_be(shop: &Shop, database: &DbOptions) {
    let id = change(shop, "to be damaged").await;
    let log = shop.engine.audit_log();
    log.trace(&shop.scope(), &id).await.unwrap();
    let db = od_db::Db::connect(database).await.unwrap();
    let set = "UPDATE audit_log SET difference_tag = difference_nonce WHERE begun_id IS NOT NULL AND request_id";
    assert_eq!(tamper(&db, &format!("{set} = '{id}'")).await.unwrap(), 1);
    db.close().await;
    let traces = log.trace(&shop.scope(), &id).await.unwrap();
    assert_eq!(traces[0].altered, Told::Damaged);
}

async fn nobody_but_the_owner_looks(shop: &Shop) {
    let wanted = NewPersonalToken {
        label: "colleague".to_owned(),
        scopes: Grants::ALL,
        stores: None,
        expires_in: None,
    };
    let made = shop.engine.tokens().create(&shop.scope(), wanted).await.unwrap();
    let colleague = scope(&shop.engine.auth().sign_in(&made.token).await.unwrap());
    let log = shop.engine.audit_log();
    let filter = AuditFilter::default();
    let denied = [
        log.browse(&colleague, &filter, GLANCE).await.err(),
        log.recorded(&colleague).await.err(),
        log.trace(&colleague, &colleague.request_id().to_string()).await.err(),
        log.export_own(&colleague, filter, ExportFormat::Csv).await.err(),
        log.purge_own(&colleague, 30).await.err(),
    ];
    for error in denied {
        assert!(matches!(error, Some(Error::OwnerOnly(_))), "{error:?}");
    }
}
