use std::time::Duration;

use super::*;
use crate::Db;

/// Two handles do not share a queue, as two processes would not.
#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_transaction_that_reads_first_may_still_write() {
    const COUNT: &str = "SELECT COUNT(*) FROM live_processes";
    let folder = tempfile::tempdir().unwrap();
    let options = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let one = Db::open(&options).await.unwrap();
    let other = Db::open(&options).await.unwrap();
    let result: Result<_, DbError> = async {
        Ok(transaction!(one, conn => {
            let before: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut *conn).await?;
            let meanwhile = tokio::spawn(async move { other.leases().begin("other", 1).await });
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert!(!meanwhile.is_finished(), "the write lock was taken when the transaction began");
            sqlx::query("INSERT INTO live_processes (id, expires_at) VALUES ('one', 1)").execute(&mut *conn).await?;
            (before, meanwhile)
        }))
    }
    .await;
    let (before, meanwhile) = result.unwrap();
    meanwhile.await.unwrap().expect("the other one only had to wait");
    let after: Result<i64, DbError> =
        async { Ok(read!(one, conn => sqlx::query_scalar(COUNT).fetch_one(conn).await?)) }.await;
    assert_eq!((before, after.unwrap()), (0, 2));
}

#[tokio::test]
async fn a_body_that_fails_leaves_nothing_behind() {
    let db = Db::open(&DbOptions::default()).await.unwrap();
    let failed: Result<(), DbError> = async {
        transaction!(db, conn => {
            for _ in 0..2 {
                sqlx::query("INSERT INTO live_processes (id, expires_at) VALUES ('one', 1)").execute(&mut *conn).await?;
            }
        });
        Ok(())
    }
    .await;
    assert!(matches!(failed, Err(DbError::Duplicate(_))), "{failed:?}");
    db.leases().begin("one", 1).await.expect("the row was rolled back");
}

/// As SQLite does it when the disk is full at the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_sqlite_ends_by_itself_stands_in_nobodys_way() {
    const OR_NONE: &str = "INSERT OR ROLLBACK INTO live_processes (id, expires_at) VALUES ('one', 1)";
    let folder = tempfile::tempdir().unwrap();
    let options = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let db = Db::open(&options).await.unwrap();
    let insert_twice = async || -> Result<(), DbError> {
        transaction!(db, conn => {
            sqlx::query(OR_NONE).execute(&mut *conn).await?;
            sqlx::query(OR_NONE).execute(&mut *conn).await?;
        });
        Ok(())
    };
    for _ in 0..2 {
        let failed = insert_twice().await;
        assert!(matches!(failed, Err(DbError::Duplicate(_))), "{failed:?}");
    }
    db.leases().begin("one", 1).await.expect("the row was rolled back");
}

/// Writers are one connection, whatever there are at once, and only it keeps many pages.
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_changes_its_file_through_one_connection() {
    const PAGES: &str = "PRAGMA cache_size";
    let folder = tempfile::tempdir().unwrap();
    let options = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        max_connections: 4,
        ..DbOptions::default()
    };
    let db = Db::open(&options).await.unwrap();
    let result: Result<_, DbError> = async {
        let read: i64 = read!(db, conn => sqlx::query_scalar(PAGES).fetch_one(conn).await?);
        let written: i64 = transaction!(db, conn => sqlx::query_scalar(PAGES).fetch_one(&mut *conn).await?);
        Ok((read, written))
    }
    .await;
    assert_eq!(result.unwrap(), (-128, -1024));

    let mut writes = tokio::task::JoinSet::new();
    for number in 0..16 {
        let db = db.clone();
        writes.spawn(async move { db.leases().begin(&number.to_string(), 1).await });
    }
    for written in writes.join_all().await {
        written.unwrap();
    }
    let Connections { open, max, .. } = db.connections();
    assert_eq!((open, max), (2, 4), "one that reads and one that writes");
}

/// The writer counts among the connections that are asked for; there is always one to read with.
#[tokio::test]
async fn connections_of_sqlite_are_as_many_as_were_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (asked, most) in [(0, 4), (1, 2), (2, 2), (7, 7)] {
        let options = DbOptions {
            url: format!("sqlite://{}", folder.path().join("app.db").display()),
            max_connections: asked,
            ..DbOptions::default()
        };
        let db = Db::open(&options).await.unwrap();
        assert_eq!(db.connections().max, most, "{asked}");
        db.close().await;
    }
    let in_memory = Db::open(&DbOptions::default()).await.unwrap();
    assert_eq!(in_memory.connections().max, 1);
}
