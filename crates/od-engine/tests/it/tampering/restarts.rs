//! A start signs what has no proof once in a database's life: nobody can make it do so again without the root key.

use od_db::testing::{PostgresServer, tamper};
use od_engine::StartError;
use od_engine::audit::Damage;

use super::Attacked;

const NO_CHECK_VALUE: &str = "DELETE FROM vault_check";
const CUT_TAIL: [&str; 2] = [
    "UPDATE audit_heads SET seq = 2, proof = '', \
     digest = (SELECT digest FROM audit_log WHERE chain = '{tenant}' AND seq = 2) WHERE chain = '{tenant}'",
    "DELETE FROM audit_log WHERE chain = '{tenant}' AND seq > 2",
];
const NO_SYSTEM_CHAIN: [&str; 2] = [
    "DELETE FROM audit_log WHERE chain = 'system'",
    "UPDATE audit_heads SET seq = 0, digest = '', purged_seq = 0, purged_digest = '', proof = '' WHERE chain = 'system'",
];
const NO_ENDS: [&str; 2] = [
    "DELETE FROM audit_ends",
    "UPDATE audit_ends_head SET ends = 0, last_proof = '', proof = ''",
];

/// What a new engine finds.
async fn found_after_a_start(log: &Attacked) -> Vec<Damage> {
    let verified = log.reopen().await.audit_log().verify(&mut |_| {}).await.unwrap();
    verified.findings.into_iter().map(|finding| finding.damage).collect()
}

/// Without the check value no server starts; once it is back, what was done is found.
async fn check(log: &Attacked, statements: &[&str], expected: &[Damage]) {
    tamper(&log.db, "CREATE TABLE kept AS SELECT * FROM vault_check")
        .await
        .unwrap();
    log.run(statements).await;
    log.run(&[NO_CHECK_VALUE]).await;
    for _ in 0..2 {
        let started = log.start().await;
        assert!(matches!(started, Err(StartError::CheckValueLost)), "{statements:?}");
    }
    log.run(&["INSERT INTO vault_check SELECT * FROM kept"]).await;
    assert_eq!(found_after_a_start(log).await, expected, "{statements:?}");
}

async fn a_cut_tail(url: String) {
    let log = Attacked::open(url).await;
    check(&log, &CUT_TAIL, &[Damage::EndsForged]).await;
}

async fn no_ends(url: String) {
    let log = Attacked::open(url).await;
    let all = [NO_ENDS, NO_SYSTEM_CHAIN].concat();
    check(&log, &all, &[Damage::EndsForged, Damage::EndedForged]).await;
}

async fn a_provoked_migration(url: String) {
    let log = Attacked::open(url).await;
    // And what later ones made, which run again too.
    for table in [
        "audit_ends",
        "audit_ends_head",
        "newest_backup",
        "tokens",
        "oauth_grants",
        "oauth_clients",
        "console_templates",
    ] {
        tamper(&log.db, &format!("DROP TABLE {table}")).await.unwrap();
    }
    for column in [
        "master_key_metadata DROP COLUMN root_key",
        "sessions DROP COLUMN root_key",
        "sessions DROP COLUMN salt",
        "sessions DROP COLUMN prefix",
        "live_processes DROP COLUMN cut_off",
        "audit_log DROP COLUMN agreed_by",
    ] {
        tamper(&log.db, &format!("ALTER TABLE {column}")).await.unwrap();
    }
    log.run(&["DELETE FROM _sqlx_migrations WHERE version >= 11"]).await;
    log.run(&NO_SYSTEM_CHAIN).await;
    let expected = [Damage::EndsForged, Damage::EndedForged];
    assert_eq!(found_after_a_start(&log).await, expected);
    assert_eq!(found_after_a_start(&log).await, expected, "whatever starts");
}

/// A database of a release that did not remember what was signed: whatever has no proof then is signed, and never again.
async fn taken_over_once(url: String) {
    let log = Attacked::open(url).await;
    let unsigned = "UPDATE audit_heads SET proof = ''";
    log.forget_what_was_signed().await;
    log.run(&[unsigned]).await;
    assert_eq!(found_after_a_start(&log).await, [], "taken over");
    assert_eq!(found_after_a_start(&log).await, []);
    log.run(&[unsigned]).await;
    let forged = [Damage::EndsForged, Damage::EndsForged];
    assert_eq!(found_after_a_start(&log).await, forged, "once");
}

macro_rules! on_both {
    ($($story:ident),+) => {$(
        mod $story {
            #[tokio::test]
            async fn on_sqlite() {
                let folder = tempfile::tempdir().unwrap();
                super::$story(format!("sqlite://{}", folder.path().join("app.db").display())).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                if let Some(server) = super::PostgresServer::start().unwrap() {
                    super::$story(server.new_database().await.unwrap()).await;
                }
            }
        }
    )+};
}

on_both!(a_cut_tail, no_ends, a_provoked_migration, taken_over_once);
