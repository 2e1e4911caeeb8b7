//! Whatever somebody does to the audit log who has the database and not the root key: it is found, and nothing else is.

mod restarts;

use std::time::Duration;

use od_db::testing::{PostgresServer, tamper};
use od_engine::audit::{Damage, Finding, Whose};
use od_engine::tenants::NewTenant;
use od_engine::{Call, Clock, DbOptions, Engine, Outcome, RootKey, Scope, StartError};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, options};

/// A database at `url` that is also open from behind.
struct Attacked {
    shop: Shop,
    db: od_db::Db,
    database: DbOptions,
    root_key: SecretString,
    tenant: String,
}

/// Makes `entries` entries of the scope's tenant.
pub async fn record(shop: &Shop, scope: &Scope, entries: usize) {
    for _ in 0..entries {
        let call = Call {
            tool: "orders.get".to_owned(),
            parameters: json!({ "source_id": "80012345" }),
            cost: 1,
            needs: None,
        };
        let work = Box::pin(async { Ok(Outcome::new(Value::Null)) });
        shop.engine.call(scope, call, work).await.unwrap();
    }
}

impl Attacked {
    /// A tenant with the entries 1 (its making) to 6, and one entry that belongs to no tenant.
    async fn open(url: String) -> Self {
        let database = DbOptions {
            url,
            ..DbOptions::default()
        };
        let setup = Setup {
            database: database.clone(),
            ..Setup::default()
        };
        let root_key = setup.root_key.to_base64();
        let shop = Shop::open_with(setup).await;
        record(&shop, &shop.scope(), 5).await;
        let gone = shop.engine.tenants().create(NewTenant::default()).await.unwrap();
        shop.engine.tenants().delete(gone.tenant_id.as_str()).await.unwrap();
        let attacked = Self {
            tenant: shop.identity.tenant().to_string(),
            db: od_db::Db::connect(&database).await.unwrap(),
            database,
            root_key,
            shop,
        };
        assert_eq!(attacked.found().await, [], "untouched");
        attacked
    }

    /// Another engine on the same database.
    async fn reopen(&self) -> Engine {
        self.start().await.unwrap()
    }

    /// The same, if it starts.
    async fn start(&self) -> Result<Engine, StartError> {
        let setup = Setup {
            database: self.database.clone(),
            root_key: self.root_key(),
            ..Setup::default()
        };
        Engine::open(options(setup, &self.shop.sim), Clock::system()).await
    }

    fn root_key(&self) -> RootKey {
        RootKey::from_base64(self.root_key.expose_secret()).unwrap()
    }

    /// Gives the database the check value of releases before, which does not say what was signed.
    async fn forget_what_was_signed(&self) {
        let old = self.root_key().check_value(0);
        self.run(&[&format!(
            "UPDATE vault_check SET ciphertext = '{}', tag = '{}', nonce = '{}'",
            old.ciphertext, old.tag, old.nonce
        )])
        .await;
    }

    async fn run(&self, statements: &[&str]) {
        for sql in statements {
            let sql = sql.replace("{tenant}", &self.tenant);
            assert!(tamper(&self.db, &sql).await.unwrap() > 0, "{sql} changed nothing");
        }
    }

    async fn found(&self) -> Vec<Finding> {
        self.shop.engine.audit_log().verify(&mut |_| {}).await.unwrap().findings
    }

    /// Does `statements`, compares what is found, and puts everything back.
    async fn check(&self, what: &str, statements: &[&str], expected: &[(Damage, Option<(i64, i64)>)]) {
        self.run(statements).await;
        let found: Vec<_> = self
            .found()
            .await
            .into_iter()
            .map(|finding| (finding.damage, finding.first_seq.zip(finding.last_seq)))
            .collect();
        assert_eq!(found, expected, "{what}");
        for table in ["audit_log", "audit_heads"] {
            tamper(&self.db, &format!("DELETE FROM {table}")).await.unwrap();
            self.run(&[&format!("INSERT INTO {table} SELECT * FROM {table}_copy")])
                .await;
        }
        assert_eq!(self.found().await, [], "put back after: {what}");
    }
}

#[tokio::test]
async fn everything_done_to_the_log_is_found_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    story(format!("sqlite://{}", folder.path().join("app.db").display())).await;
}

#[tokio::test]
async fn everything_done_to_the_log_is_found_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        story(server.new_database().await.unwrap()).await;
    }
}

async fn story(url: String) {
    let log = Attacked::open(url).await;
    for table in ["audit_log", "audit_heads"] {
        tamper(&log.db, &format!("CREATE TABLE {table}_copy AS SELECT * FROM {table}"))
            .await
            .unwrap();
    }
    edits(&log).await;
    removals(&log).await;
    forgeries(&log).await;
    purges(&log).await;
    log.shop.engine.shutdown(Duration::from_secs(5)).await;
    log.db.close().await;
}

async fn edits(log: &Attacked) {
    let edited = |seq| (Damage::Edited, Some((seq, seq)));
    let only = "WHERE chain = '{tenant}' AND seq";
    let set = |what: &str, seq: i64| format!("UPDATE audit_log SET {what} {only} = {seq}");
    log.check("another outcome", &[&set("status = 'error'", 3)], &[edited(3)])
        .await;
    log.check(
        "nothing made an empty text",
        &[&set("error_code = ''", 2)],
        &[edited(2)],
    )
    .await;
    log.check("the first entry", &[&set("actor = 'nobody'", 1)], &[edited(1)])
        .await;
    log.check("the last entry", &[&set("created_at = 0", 6)], &[edited(6)])
        .await;
    log.check(
        "the last digest",
        &[&set("digest = 'made up'", 6)],
        &[edited(6), edited(6)],
    )
    .await;
    log.check(
        "an entry with its digest",
        &[&set("parameters = '{}', digest = 'made up'", 3)],
        &[edited(3), edited(4)],
    )
    .await;
    let swapped = [set("seq = 99", 3), set("seq = 3", 4), set("seq = 4", 99)];
    log.check(
        "two entries that change places",
        &swapped.each_ref().map(String::as_str),
        &[edited(3), edited(4), edited(5)],
    )
    .await;
    log.check("an entry given to nobody", &[&set("tenant_id = NULL", 3)], &[edited(3)])
        .await;
    log.check(
        "an end given to another beginning",
        &["UPDATE audit_log SET begun_id = id WHERE chain = 'system' AND seq = 2"],
        &[edited(2)],
    )
    .await;
    log.check(
        "an act without a tenant",
        &["UPDATE audit_log SET status = 'error' WHERE chain = 'system' AND seq = 2"],
        &[edited(2)],
    )
    .await;
}

async fn removals(log: &Attacked) {
    let delete = |which: &str| format!("DELETE FROM audit_log WHERE chain = '{{tenant}}' AND seq {which}");
    let between = |first, last| Some((first, last));
    log.check("one is missing", &[&delete("= 3")], &[(Damage::Gap, between(3, 3))])
        .await;
    log.check(
        "two are missing",
        &[&delete("IN (3, 4)")],
        &[(Damage::Gap, between(3, 4))],
    )
    .await;
    log.check("the tail", &[&delete("> 4")], &[(Damage::TailCutOff, between(5, 6))])
        .await;
    log.check("all", &[&delete("> 0")], &[(Damage::TailCutOff, between(1, 6))])
        .await;
    log.check(
        "the beginning",
        &[&delete("< 3")],
        &[(Damage::BeginningRemoved, between(1, 2))],
    )
    .await;
    let ends = "DELETE FROM audit_heads WHERE chain = '{tenant}'";
    log.check("the ends", &[ends], &[(Damage::EndsLost, None)]).await;
    log.check("everything", &[&delete("> 0"), ends], &[(Damage::EndsLost, None)])
        .await;
    log.check(
        "the ends of what belongs to no tenant",
        &["DELETE FROM audit_heads WHERE chain = 'system'"],
        &[(Damage::EndsLost, None)],
    )
    .await;
}

async fn forgeries(log: &Attacked) {
    let delete = |which: &str| format!("DELETE FROM audit_log WHERE chain = '{{tenant}}' AND seq {which}");
    let digest = |seq: i64| format!("(SELECT digest FROM audit_log WHERE chain = '{{tenant}}' AND seq = {seq})");
    let ends = |what: &str| format!("UPDATE audit_heads SET {what} WHERE chain = '{{tenant}}'");
    let forged = (Damage::EndsForged, None);
    let set_back = ends(&format!("seq = 4, digest = {}", digest(4)));
    log.check(
        "the tail, and the ends set back",
        &[&set_back, &delete("> 4")],
        &[forged],
    )
    .await;
    let shortened = ends(&format!("purged_seq = 2, purged_digest = {}", digest(2)));
    let removed = (Damage::BeginningRemoved, Some((1, 2)));
    log.check(
        "the beginning, as if it were purged",
        &[&shortened, &delete("< 3")],
        &[forged, removed],
    )
    .await;
    let columns = "id, chain, seq, tenant_id, tool_name, parameters, status, duration_ms, request_id, source, actor, \
                   created_at, previous_digest, digest";
    let added = format!(
        "INSERT INTO audit_log ({columns}) SELECT 'forged', chain, 7, tenant_id, 'audit.purged', \
         '{{\"through_seq\":2,\"through_digest\":\"' || {} || '\"}}', status, duration_ms, request_id, source, actor, \
         created_at, digest, 'made up' FROM audit_log WHERE chain = '{{tenant}}' AND seq = 6",
        digest(2)
    );
    log.check("one more entry", &[&added], &[(Damage::Added, Some((7, 7)))])
        .await;
    let lengthened = ends("seq = 7, digest = 'made up'");
    log.check(
        "a purge with a marker",
        &[&added, &shortened, &lengthened, &delete("< 3")],
        &[forged, (Damage::Edited, Some((7, 7))), removed],
    )
    .await;
}

/// A purge by the operator is no damage; what is done to the log afterwards is.
async fn purges(log: &Attacked) {
    let audit = log.shop.engine.audit_log();
    assert_eq!(
        audit
            .purge(Whose::Everybody, Duration::from_hours(1))
            .await
            .unwrap()
            .entries,
        0
    );
    tokio::time::sleep(Duration::from_millis(5)).await;
    let purge = audit
        .purge(Whose::Tenant(log.tenant.clone()), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!((purge.chains, purge.entries), (1, 6));
    assert_eq!(log.found().await, [], "the marker vouches for the purge");
    record(&log.shop, &log.shop.scope(), 2).await;
    assert_eq!(log.found().await, []);

    log.run(&["DELETE FROM audit_log WHERE tool_name = 'audit.purged' AND chain = '{tenant}'"])
        .await;
    let found: Vec<_> = log.found().await.into_iter().map(|finding| finding.damage).collect();
    assert_eq!(found, [Damage::BeginningRemoved, Damage::BeginningRemoved]);
}

/// A log that was cut stays damaged, whatever is recorded after that.
#[tokio::test]
async fn a_cut_does_not_heal() {
    let folder = tempfile::tempdir().unwrap();
    let log = Attacked::open(format!("sqlite://{}", folder.path().join("app.db").display())).await;
    log.run(&[
        "UPDATE audit_heads SET seq = 4, digest = (SELECT digest FROM audit_log WHERE chain = '{tenant}' AND seq = 4) \
         WHERE chain = '{tenant}'",
        "DELETE FROM audit_log WHERE chain = '{tenant}' AND seq > 4",
    ])
    .await;
    record(&log.shop, &log.shop.scope(), 3).await;
    let found = log.found().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].damage, Damage::EndsForged);
    assert_eq!(found[0].tenant_id.as_ref(), Some(&log.tenant));
}

/// New entries and purges during a verification are no damage.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_use_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let log = Attacked::open(format!("sqlite://{}", folder.path().join("app.db").display())).await;
    let busy = async {
        for _ in 0..20 {
            record(&log.shop, &log.shop.scope(), 10).await;
            let audit = log.shop.engine.audit_log();
            audit.purge(Whose::Everybody, Duration::from_millis(20)).await.unwrap();
        }
    };
    let watch = async {
        for _ in 0..40 {
            assert_eq!(log.found().await, []);
        }
    };
    tokio::join!(busy, watch);
}

/// A log from before chains' ends had a proof is vouched for once, when its database is brought up to date.
#[tokio::test]
async fn a_log_of_an_older_version_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let log = Attacked::open(format!("sqlite://{}", folder.path().join("app.db").display())).await;
    log.forget_what_was_signed().await;
    log.run(&[
        "DELETE FROM audit_heads WHERE chain = 'system'",
        "DELETE FROM audit_log WHERE chain = 'system'",
        // And the later ones, which all have to run again: what one of them made anew must go here.
        "DELETE FROM _sqlx_migrations WHERE version >= 3",
    ])
    .await;
    for sql in [
        "ALTER TABLE audit_heads DROP COLUMN proof",
        "DROP INDEX audit_log_begun",
        "ALTER TABLE audit_log DROP COLUMN begun_id",
        "ALTER TABLE audit_log DROP COLUMN orders",
        "ALTER TABLE audit_log DROP COLUMN agreed_by",
        "ALTER TABLE audit_log DROP COLUMN difference_ciphertext",
        "ALTER TABLE audit_log DROP COLUMN difference_tag",
        "ALTER TABLE audit_log DROP COLUMN difference_nonce",
        "DROP TABLE answers",
        "DROP TABLE used_questions",
        "DROP TABLE declined_deeds",
        "DROP TABLE order_leases",
        "DROP TABLE live_processes",
        "DROP VIEW database_clock",
        "DROP TABLE audit_ends",
        "DROP TABLE audit_ends_head",
        "DROP TABLE newest_backup",
        "DROP TABLE tokens",
        "DROP TABLE oauth_grants",
        "DROP TABLE oauth_clients",
        "DROP TABLE console_templates",
        "ALTER TABLE master_key_metadata DROP COLUMN root_key",
        "ALTER TABLE sessions DROP COLUMN root_key",
        "ALTER TABLE sessions DROP COLUMN salt",
        "ALTER TABLE sessions DROP COLUMN prefix",
        "CREATE TABLE order_leases (name TEXT)",
    ] {
        tamper(&log.db, sql).await.unwrap();
    }
    let reopened = log.reopen().await;
    let verified = reopened.audit_log().verify(&mut |_| {}).await.unwrap();
    assert_eq!(
        (verified.findings, verified.chains, verified.entries),
        (Vec::new(), 2, 6)
    );
}
