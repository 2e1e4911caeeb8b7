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
            sqlx::query("INSERT INTO live_processes VALUES ('one', 1)").execute(&mut *conn).await?;
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
                sqlx::query("INSERT INTO live_processes VALUES ('one', 1)").execute(&mut *conn).await?;
            }
        });
        Ok(())
    }
    .await;
    assert!(matches!(failed, Err(DbError::Duplicate(_))), "{failed:?}");
    db.leases().begin("one", 1).await.expect("the row was rolled back");
}
