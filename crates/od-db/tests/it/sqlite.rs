//! What only SQLite can show: the file, its mode, and the one write lock.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use od_db::{Backend, Contents, Db, DbError, DbOptions};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tokio::task::JoinSet;

use crate::rows::{self, new_tenant};
use crate::story;

fn at(path: &Path) -> DbOptions {
    DbOptions {
        url: format!("sqlite://{}", path.display()),
        ..DbOptions::default()
    }
}

/// A connection that od-db knows nothing about, as another program would have.
async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap()
}

async fn change(path: &Path, sql: &str) {
    let mut conn = raw(path).await;
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_in_memory() {
    let db = Db::open(&DbOptions::default()).await.unwrap();
    assert_eq!(db.backend(), Backend::Sqlite);
    assert_eq!(db.connections().max, 1);
    story::tell(&db).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let db = Db::open(&at(&path)).await.unwrap();
    story::tell(&db).await;
    db.close().await;

    let tenants = Db::open(&at(&path)).await.unwrap().tenants().count().await.unwrap();
    assert!(tenants > 300, "the file keeps what was written: {tenants}");
}

#[tokio::test]
async fn what_is_in_a_file_is_seen_and_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let look = async || Contents::of(&at(&path)).await;
    let nothing = Contents::default();
    assert_eq!(look().await.unwrap(), nothing);
    assert!(!path.exists());
    std::fs::write(&path, "").unwrap();
    assert_eq!(look().await.unwrap(), nothing);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    assert_eq!(Contents::of(&DbOptions::default()).await.unwrap(), nothing);

    let db = Db::open(&at(&path)).await.unwrap();
    assert_eq!(look().await.unwrap(), nothing, "tables alone are not sealed");
    new_tenant(&db).await;
    rows::first_start(&db).await.unwrap();
    let expected = Contents {
        sealed: true,
        tenants: 1,
    };
    assert_eq!(look().await.unwrap(), expected);
    db.close().await;
    assert_eq!(look().await.unwrap(), expected);

    std::fs::write(
        &path,
        "a text, and longer than the header of a database is: ".repeat(20),
    )
    .unwrap();
    assert!(matches!(look().await, Err(DbError::Corrupt(_))));
}

#[tokio::test]
async fn after_a_checkpoint_a_copy_of_the_file_alone_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("app.db"), folder.path().join("copy.db"));
    let db = Db::open(&at(&path)).await.unwrap();
    new_tenant(&db).await;
    rows::first_start(&db).await.unwrap();
    let copied = async || {
        std::fs::copy(&path, &copy).unwrap();
        Contents::of(&at(&copy)).await.unwrap()
    };
    assert_eq!(copied().await, Contents::default(), "all of it is in the log");
    db.checkpoint().await.unwrap();
    let whole = Contents {
        sealed: true,
        tenants: 1,
    };
    assert_eq!(copied().await, whole);
}

#[tokio::test]
async fn databases_in_memory_are_apart() {
    let one = Db::open(&DbOptions::default()).await.unwrap();
    let other = Db::open(&DbOptions::default()).await.unwrap();
    new_tenant(&one).await;
    assert_eq!(
        (
            one.tenants().count().await.unwrap(),
            other.tenants().count().await.unwrap()
        ),
        (1, 0)
    );
}

#[tokio::test]
async fn file_and_folders_are_the_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("deep").join("app.db");
    let db = Db::open(&at(&path)).await.unwrap();
    new_tenant(&db).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(mode(path.parent().unwrap().parent().unwrap()), 0o700);
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(
            mode(Path::new(&format!("{}{suffix}", path.display()))),
            0o600,
            "{suffix}"
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_made_is_told_without_its_path() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let refused = Db::open(&at(&folder.path().join("file").join("app.db")))
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.starts_with("cannot create the database"), "{refused}");
    assert!(!refused.contains(&folder.path().display().to_string()), "{refused}");
}

#[tokio::test]
async fn urls_that_are_not_ours_are_refused() {
    let check = async |url: &str| {
        let refused = Db::connect(&DbOptions {
            url: url.to_owned(),
            ..DbOptions::default()
        })
        .await
        .unwrap_err();
        assert!(matches!(refused, DbError::InvalidUrl(_)), "{url}: {refused:?}");
        assert!(!refused.to_string().contains("hunter2"), "{refused}");
    };
    check("").await;
    check("app.db").await;
    check("mysql://root:hunter2@localhost/app").await;
    check("sqlite:///tmp/app.db?mode=memory").await;
    check("postgres://ada:hunter2@localhost:notaport/app").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_open_one_fresh_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    // Several files, for it is a race.
    for round in 0..6 {
        let options = at(&folder.path().join(format!("{round}.db")));
        let mut starters = JoinSet::new();
        for _ in 0..8 {
            let options = options.clone();
            starters.spawn(async move { new_tenant(&Db::open(&options).await.unwrap()).await });
        }
        starters.join_all().await;
        let db = Db::open(&options).await.unwrap();
        assert_eq!(db.tenants().count().await.unwrap(), 8);
        assert_eq!(db.migrate().await.unwrap().applied, 0);
    }
}

/// Switching to write-ahead mode needs the file for itself, and another program may be using it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_locked_while_it_is_opened_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    std::fs::write(&path, "").unwrap();
    let mut holder = raw(&path).await;
    for sql in ["CREATE TABLE something (id TEXT)", "BEGIN EXCLUSIVE"] {
        sqlx::query(sql).execute(&mut holder).await.unwrap();
    }
    let patient = tokio::spawn(async move { Db::open(&at(&path)).await.unwrap().ping().await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!patient.is_finished());
    sqlx::query("COMMIT").execute(&mut holder).await.unwrap();
    patient.await.unwrap().unwrap();
}

#[tokio::test]
async fn migrations_are_applied_once_and_only_as_released() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let db = Db::connect(&at(&path)).await.unwrap();
    assert!(db.tenants().count().await.is_err(), "connecting makes no tables");
    let report = db.migrate().await.unwrap();
    // Not every number was used.
    let most = usize::try_from(report.version).unwrap();
    assert!((17..=most).contains(&report.applied), "{report:?}");
    assert_eq!(db.migrate().await.unwrap().applied, 0);
    db.close().await;

    let record = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)";
    change(&path, &format!("{record} VALUES (999, 'later', TRUE, x'00', 0)")).await;
    let refused = Db::open(&at(&path)).await.unwrap_err();
    assert!(
        matches!(refused, DbError::NewerSchema { found: 999, known } if known == report.version),
        "{refused:?}"
    );

    change(&path, "DELETE FROM _sqlx_migrations WHERE version = 999").await;
    change(&path, "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").await;
    let refused = Db::open(&at(&path)).await.unwrap_err();
    assert!(
        matches!(refused, DbError::ChangedMigration { version: 1 }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_file_of_another_kind_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    std::fs::write(&path, "This is a letter and not a database. ".repeat(200)).unwrap();
    let refused = Db::open(&at(&path)).await.unwrap_err();
    assert!(matches!(refused, DbError::Corrupt(_)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_lock_held_elsewhere_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let db = Db::open(&at(&path)).await.unwrap();
    let mut holder = raw(&path).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut holder).await.unwrap();
    let writers = tokio::spawn({
        let db = db.clone();
        async move {
            new_tenant(&db).await;
            db.leases().begin("here", 1).await.unwrap();
        }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!writers.is_finished());
    db.ping().await.unwrap();
    assert_eq!(db.tenants().count().await.unwrap(), 0, "readers are not kept waiting");
    sqlx::query("COMMIT").execute(&mut holder).await.unwrap();
    writers.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_lock_that_stays_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let patience = Duration::from_millis(200);
    let db = Db::open(&DbOptions {
        max_wait: patience,
        ..at(&path)
    })
    .await
    .unwrap();
    let mut holder = raw(&path).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut holder).await.unwrap();

    let begun = Instant::now();
    let (one, other) = (rows::tenant(), rows::tenant());
    let (one_key, other_key) = (rows::key(&one.id), rows::key(&other.id));
    let (tenants, leases, proof) = (db.tenants(), db.leases(), rows::empty_chain());
    let (first, second, third) = tokio::join!(
        tenants.create(&one, &one_key, &proof),
        tenants.create(&other, &other_key, &proof),
        leases.begin("here", 1),
    );
    for refused in [first, second, third] {
        assert!(matches!(refused, Err(DbError::Busy)), "{refused:?}");
    }
    assert!(begun.elapsed() >= patience, "it was waited for");

    sqlx::query("ROLLBACK").execute(&mut holder).await.unwrap();
    new_tenant(&db).await;
    assert_eq!(db.tenants().count().await.unwrap(), 1);
}

/// A caller that goes away in the middle leaves neither an open transaction nor a writer's turn behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_writer_is_not_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&DbOptions {
        max_wait: Duration::from_secs(2),
        ..at(&folder.path().join("app.db"))
    })
    .await
    .unwrap();
    for micros in (0..2_000).step_by(40) {
        let (tenant, key) = (rows::tenant(), rows::key(&rows::tenant().id));
        let key = od_db::MasterKeyRow {
            tenant_id: tenant.id.clone(),
            ..key
        };
        let (tenants, proof) = (db.tenants(), rows::empty_chain());
        let create = tenants.create(&tenant, &key, &proof);
        let finished = tokio::time::timeout(Duration::from_micros(micros), create).await;
        assert!(finished.is_err() || matches!(finished, Ok(Ok(()))), "{finished:?}");
    }
    new_tenant(&db).await;
    for tenant in db.tenants().list(u32::MAX, None).await.unwrap() {
        assert_eq!(
            db.master_keys().list(&tenant.id).await.unwrap().len(),
            1,
            "both or neither"
        );
    }
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let db = Db::open(&DbOptions::default()).await.unwrap();
    db.close().await;
    let refused = db.ping().await;
    assert!(matches!(refused, Err(DbError::Unavailable(_))), "{refused:?}");
    let refused = db.leases().begin("here", 1).await;
    assert!(matches!(refused, Err(DbError::Unavailable(_))), "{refused:?}");
}

/// Version 3 of writing, in the file's header, tells SQLite that it may only read; a file mode would not stop root.
#[tokio::test]
async fn a_file_that_can_only_be_read_is_found_by_a_trial() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    Db::open(&at(&path)).await.unwrap().close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[18] = 3;
    std::fs::write(&path, bytes).unwrap();

    let db = Db::connect(&at(&path)).await.unwrap();
    db.ping().await.unwrap();
    let refused = db.try_write().await.unwrap_err();
    let told = "the file is read-only, or one of those beside it (-wal, -shm), or their folder";
    assert!(refused.to_string().ends_with(told), "{refused:?}");
}

/// Records are logged with `{:?}` sooner or later.
#[tokio::test]
async fn debug_hides_what_opens_things() {
    let tenant = od_db::TenantRow {
        email: Some("ada@example.com".to_owned()),
        master_key_hash: "SECRET".to_owned(),
        master_key_salt: "SECRET".to_owned(),
        ..rows::tenant()
    };
    let key = od_db::MasterKeyRow {
        lookup: "SECRET".to_owned(),
        hash: "SECRET".to_owned(),
        salt: "SECRET".to_owned(),
        data_key: rows::sealed("SECRET"),
        ..rows::key(&tenant.id)
    };
    let store = od_db::StoreRow {
        api_key: rows::sealed("SECRET"),
        ..rows::store(&tenant.id, "1", "Shop")
    };
    let session = od_db::SessionRow {
        token_digest: "SECRET".to_owned(),
        data_key: rows::sealed("SECRET"),
        ..rows::session(&tenant.id)
    };
    let link = od_db::MagicLinkRow {
        token_digest: "SECRET".to_owned(),
        ..rows::link(None)
    };
    let options = DbOptions {
        url: "postgres://ada:SECRET@host/app".to_owned(),
        ..DbOptions::default()
    };
    let shown = format!("{tenant:?} {key:?} {store:?} {session:?} {link:?} {options:?}");
    assert!(!shown.contains("SECRET") && !shown.contains("example.com"), "{shown}");
    assert!(
        shown.contains(tenant.id.as_str()) && shown.contains("odmk_abc"),
        "{shown}"
    );
}
