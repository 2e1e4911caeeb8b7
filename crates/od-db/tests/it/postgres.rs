//! What only PostgreSQL can show, on a server of the test's own. Starting it takes a second or two, so the parts share
//! one and are one test.

use std::future::Future;
use std::net::TcpListener;
use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use od_db::testing::PostgresServer;
use od_db::{Backend, Contents, Db, DbError, DbOptions, Proofs};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::task::JoinSet;

use crate::rows::{self, NOW, PROOFS, digest, entry, new_tenant};
use crate::story;

fn at(url: String) -> DbOptions {
    DbOptions {
        url,
        ..DbOptions::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_on_postgresql() {
    let Some(server) = PostgresServer::start().unwrap() else {
        return;
    };
    let options = at(server.new_database().await.unwrap());
    let looked_at = DbOptions {
        create: false,
        ..options.clone()
    };
    let missing = Db::connect(&looked_at).await;
    assert!(matches!(missing, Err(DbError::Missing)), "{missing:?}");
    assert_eq!(
        Contents::of(&looked_at).await.unwrap(),
        Contents::default(),
        "no tables"
    );
    let db = Db::open(&options).await.unwrap();
    assert_eq!(db.backend(), Backend::Postgres);
    story::tell(&db).await;
    let tenants = db.tenants().count().await.unwrap();
    db.close().await;
    let whole = Contents { sealed: true, tenants };
    assert_eq!(Contents::of(&options).await.unwrap(), whole);

    many_may_open_one_fresh_database_at_once(&server).await;
    migrations_are_applied_once_and_only_as_released(&server).await;
    a_cancelled_begin_leaves_no_transaction_open(&server).await;
    a_pool_that_is_used_up_is_busy(&server).await;
    a_webhook_waits_for_a_key_that_is_being_changed(&server).await;
    waiting_is_short_for_a_server_that_is_gone_and_long_enough_for_a_burst(&server).await;
    a_server_that_takes_no_writes_is_found_by_a_trial(&server).await;
    a_missing_database_is_told(&server).await;
    a_server_that_is_gone_is_unavailable(server).await;
}

/// The pool answers a refused connection and an exhausted pool alike; callers must be able to tell them apart.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_or_is_mute_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://ada:hunter2@{}/app", listener.local_addr().unwrap());
    let options = DbOptions {
        max_wait: Duration::from_millis(200),
        ..at(url)
    };
    let mute = Db::open(&options).await.unwrap_err();
    assert!(matches!(mute, DbError::Unavailable(_)), "{mute:?}");
    drop(listener);
    let refused = Db::open(&options).await.unwrap_err();
    assert!(matches!(refused, DbError::Unavailable(_)), "{refused:?}");
    assert!(!format!("{mute} {mute:?} {refused} {refused:?}").contains("hunter2"));
}

async fn many_may_open_one_fresh_database_at_once(server: &PostgresServer) {
    let options = DbOptions {
        max_connections: 2,
        ..at(server.new_database().await.unwrap())
    };
    let mut starters = JoinSet::new();
    for _ in 0..8 {
        let options = options.clone();
        starters.spawn(async move {
            let db = Db::open(&options).await.unwrap();
            new_tenant(&db).await;
            db.close().await;
        });
    }
    starters.join_all().await;
    assert_eq!(Db::open(&options).await.unwrap().tenants().count().await.unwrap(), 8);
}

async fn migrations_are_applied_once_and_only_as_released(server: &PostgresServer) {
    let url = server.new_database().await.unwrap();
    let db = Db::connect(&at(url.clone())).await.unwrap();
    let report = db.migrate().await.unwrap();
    // Not every number was used.
    let most = usize::try_from(report.version).unwrap();
    assert!((17..=most).contains(&report.applied), "{report:?}");
    assert_eq!(db.migrate().await.unwrap().applied, 0);

    let mut conn = PgConnection::connect(&url).await.unwrap();
    let record = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)";
    let changes = format!("{record} VALUES (999, 'later', TRUE, ''::bytea, 0)");
    sqlx::query(AssertSqlSafe(changes)).execute(&mut conn).await.unwrap();
    let refused = db.migrate().await.unwrap_err();
    assert!(
        matches!(refused, DbError::NewerSchema { found: 999, known } if known == report.version),
        "{refused:?}"
    );

    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 999")
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET checksum = ''::bytea WHERE version = 1")
        .execute(&mut conn)
        .await
        .unwrap();
    let refused = db.migrate().await.unwrap_err();
    assert!(
        matches!(refused, DbError::ChangedMigration { version: 1 }),
        "{refused:?}"
    );
    db.close().await;
    conn.close().await.unwrap();
}

/// Drops a transaction's future after every number of polls, the one right after BEGIN was sent included.
async fn a_cancelled_begin_leaves_no_transaction_open(server: &PostgresServer) {
    let url = server.new_database().await.unwrap();
    let db = Db::open(&DbOptions {
        max_connections: 1,
        ..at(url.clone())
    })
    .await
    .unwrap();
    let mut witness = PgConnection::connect(&url).await.unwrap();
    for polls in 1..12 {
        {
            let mut begun = pin!(rows::first_start(&db));
            for _ in 0..polls {
                if begun.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
        let open: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'orderdesk-mcp' \
             AND datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .fetch_one(&mut witness)
        .await
        .unwrap();
        assert_eq!(open, 0, "after {polls} polls");
        db.ping().await.unwrap();
    }
    db.close().await;
    witness.close().await.unwrap();
}

async fn a_pool_that_is_used_up_is_busy(server: &PostgresServer) {
    let options = DbOptions {
        max_connections: 1,
        max_wait: Duration::from_millis(200),
        ..at(server.new_database().await.unwrap())
    };
    let db = Db::open(&options).await.unwrap();
    let (tenant, _) = new_tenant(&db).await;
    // Keeps the only connection inside a transaction until told to go on.
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let (started, has_started) = tokio::sync::oneshot::channel();
    let started = std::sync::Mutex::new(Some(started));
    let slow = tokio::spawn({
        let db = db.clone();
        async move {
            let slow_digest = |row: &od_db::AuditRow| {
                if let Some(started) = started.lock().unwrap().take() {
                    started.send(()).unwrap();
                }
                tokio::task::block_in_place(|| wait.lock().unwrap().recv_timeout(Duration::from_secs(10)).unwrap());
                digest(row)
            };
            db.audit()
                .append_batch(
                    &[entry(Some(&tenant.id), "slow", NOW)],
                    Proofs {
                        row: &slow_digest,
                        ..PROOFS
                    },
                )
                .await
                .unwrap()
        }
    });
    has_started.await.unwrap();
    let refusals = [db.ping().await, db.leases().begin("here", 1).await];
    for refused in refusals {
        assert!(matches!(refused, Err(DbError::Busy)), "{refused:?}");
    }
    go_on.send(()).unwrap();
    assert_eq!(slow.await.unwrap().written, 1);
    db.ping().await.unwrap();
    db.close().await;
}

/// Whoever changes the key has not committed yet: what he will have done counts, not what is there.
async fn a_webhook_waits_for_a_key_that_is_being_changed(server: &PostgresServer) {
    let url = server.new_database().await.unwrap();
    let db = Db::open(&at(url.clone())).await.unwrap();
    let (tenant, _) = new_tenant(&db).await;
    let store = rows::store(&tenant.id, "1001", "Shop");
    db.stores().insert(&tenant.id, &store).await.unwrap();
    let mut other = PgConnection::connect(&url).await.unwrap();
    for (committed, expected) in [("ROLLBACK", true), ("COMMIT", false)] {
        sqlx::query("BEGIN").execute(&mut other).await.unwrap();
        sqlx::query("UPDATE stores SET api_key_ciphertext = 'another', api_key_nonce = 'another'")
            .execute(&mut other)
            .await
            .unwrap();
        let (webhook, put) = (rows::webhook(&store), db.clone());
        let (tenant, key) = (tenant.id.clone(), store.api_key.clone());
        let put = tokio::spawn(async move { put.webhook_keys().put(&tenant, &webhook, &key, None).await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!put.is_finished(), "it did not wait");
        sqlx::query(committed).execute(&mut other).await.unwrap();
        assert_eq!(put.await.unwrap().unwrap(), expected, "{committed}");
    }
    other.close().await.unwrap();
    db.close().await;
}

/// A door to the server at a port of loopback: one that can be closed.
async fn door(server: &PostgresServer) -> (u16, JoinSet<()>) {
    let socket = server.socket();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut open = JoinSet::new();
    open.spawn(async move {
        let mut guests = JoinSet::new();
        loop {
            let (mut guest, _) = listener.accept().await.unwrap();
            let mut host = tokio::net::UnixStream::connect(&socket).await.unwrap();
            guests.spawn(async move { tokio::io::copy_bidirectional(&mut guest, &mut host).await });
        }
    });
    (port, open)
}

async fn waiting_is_short_for_a_server_that_is_gone_and_long_enough_for_a_burst(server: &PostgresServer) {
    let (port, open) = door(server).await;
    let url = server.new_database().await.unwrap();
    let name = url.split(['/', '?']).nth(3).unwrap();
    let options = DbOptions {
        max_connections: 2,
        ..at(format!("postgres://postgres@127.0.0.1:{port}/{name}"))
    };
    let db = Db::open(&options).await.unwrap();
    let (tenant, key) = new_tenant(&db).await;
    // Each holds its connection for a while, so that the last one waits for longer than it takes to look after the server.
    let mut burst = JoinSet::new();
    for _ in 0..30 {
        let (db, tenant) = (db.clone(), tenant.id.clone());
        burst.spawn(async move {
            let slow_digest = |row: &od_db::AuditRow| {
                std::thread::sleep(Duration::from_millis(100));
                digest(row)
            };
            let proofs = Proofs {
                row: &slow_digest,
                ..PROOFS
            };
            db.audit()
                .append_batch(&[entry(Some(&tenant), "slow", NOW)], proofs)
                .await
        });
    }
    let began = Instant::now();
    for done in burst.join_all().await {
        assert_eq!(done.unwrap().written, 1);
    }
    assert!(began.elapsed() > Duration::from_millis(1_200), "{:?}", began.elapsed());

    drop(open);
    for attempt in 0..3 {
        let began = Instant::now();
        let keys = db.master_keys();
        let refusals = tokio::join!(
            keys.find_by_lookup(&key.lookup),
            keys.touch(&tenant.id, &key.id, NOW),
            rows::first_start(&db),
        );
        let refusals = [refusals.0.map(drop), refusals.1, refusals.2.map(drop)];
        for refused in refusals {
            assert!(
                matches!(refused, Err(DbError::Unavailable(_))),
                "attempt {attempt}: {refused:?}"
            );
        }
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "attempt {attempt}: {:?}",
            began.elapsed()
        );
    }
    db.close().await;
}

async fn a_server_that_takes_no_writes_is_found_by_a_trial(server: &PostgresServer) {
    let url = server.new_database().await.unwrap();
    Db::open(&at(url.clone())).await.unwrap().close().await;
    let db = Db::connect(&at(format!("{url}&options=-c%20default_transaction_read_only%3Don")))
        .await
        .unwrap();
    db.ping().await.unwrap();
    let refused = db.try_write().await.unwrap_err();
    assert!(refused.to_string().ends_with("accepts no writes"), "{refused:?}");
    db.close().await;
}

async fn a_missing_database_is_told(server: &PostgresServer) {
    let url = server
        .new_database()
        .await
        .unwrap()
        .replace("postgres:///test", "postgres:///nothing");
    let refused = Db::open(&at(url)).await.unwrap_err();
    assert!(matches!(refused, DbError::Unusable(_)), "{refused:?}");
    assert!(refused.to_string().contains("no database of this name"), "{refused}");
}

async fn a_server_that_is_gone_is_unavailable(server: PostgresServer) {
    let options = DbOptions {
        max_wait: Duration::from_millis(300),
        ..at(server.new_database().await.unwrap())
    };
    let db = Db::open(&options).await.unwrap();
    let (tenant, key) = new_tenant(&db).await;
    server.stop();
    // The first may find a connection that has just died, the later ones none.
    for attempt in 0..3 {
        let refusals = [
            db.master_keys().find_by_lookup(&key.lookup).await.map(drop),
            db.master_keys().touch(&tenant.id, &key.id, NOW).await,
            rows::first_start(&db).await.map(drop),
        ];
        for refused in refusals {
            assert!(
                matches!(refused, Err(DbError::Unavailable(_))),
                "attempt {attempt}: {refused:?}"
            );
        }
    }
    let refused = Db::open(&options).await.unwrap_err();
    assert!(matches!(refused, DbError::Unavailable(_)), "{refused:?}");
}
