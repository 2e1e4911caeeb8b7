//! Processes killed in the middle of their writes leave a database that opens and is consistent.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use od_db::{Db, DbOptions, TenantId};
use sqlx::{Connection, SqliteConnection};

use crate::rows::{self, NOW, PROOFS, assert_chain_is_whole, entry, new_tenant};

/// Set for the child: the file it writes to until it is killed.
const TARGET: &str = "OD_DB_TEST_WRITE_TO";
const WRITERS: usize = 3;
/// Acknowledged writes of each child before it is killed.
const WRITES: usize = 25;

/// Starts itself several times at once on one fresh file, and kills each child while it writes.
#[tokio::test(flavor = "multi_thread")]
async fn killed_writers_lose_nothing_they_were_told_is_done() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the child is this test again, told apart by a variable"
    )]
    if let Some(path) = std::env::var_os(TARGET) {
        write_until_killed(Path::new(&path)).await;
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut acknowledged = Vec::new();
    for round in 0..2 {
        let children: Vec<_> = (0..WRITERS).map(|_| spawn(&path)).collect();
        let readers: Vec<_> = children
            .into_iter()
            .map(|child| tokio::task::spawn_blocking(move || read_then_kill(child)))
            .collect();
        for reader in readers {
            acknowledged.extend(reader.await.unwrap());
        }

        let db = Db::open(&options(&path)).await.unwrap();
        assert_eq!(acknowledged.len(), (round + 1) * WRITERS * WRITES);
        for id in &acknowledged {
            assert!(db.tenants().get(id).await.unwrap().is_some(), "{id} was acknowledged");
        }
        for tenant in db.tenants().list(u32::MAX, None).await.unwrap() {
            assert_eq!(
                db.master_keys().list(&tenant.id).await.unwrap().len(),
                1,
                "both or neither"
            );
            assert_chain_is_whole(&db, Some(&tenant.id)).await;
        }
        assert_chain_is_whole(&db, None).await;
        db.close().await;

        let mut raw = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
            .await
            .unwrap();
        for check in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
            let complaints: Vec<String> = sqlx::query_scalar(check).fetch_all(&mut raw).await.unwrap();
            assert!(complaints.is_empty() || complaints == ["ok"], "{check}: {complaints:?}");
        }
        raw.close().await.unwrap();
    }
}

fn options(path: &Path) -> DbOptions {
    DbOptions {
        url: format!("sqlite://{}", path.display()),
        ..DbOptions::default()
    }
}

fn spawn(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::killed_writers_lose_nothing_they_were_told_is_done",
            "--nocapture",
        ])
        .env(TARGET, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn read_then_kill(mut child: Child) -> Vec<TenantId> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ids = lines
        .filter_map(|line| TenantId::parse(line.unwrap().strip_prefix("done ")?).ok())
        .take(WRITES)
        .collect();
    child.kill().unwrap();
    child.wait().unwrap();
    ids
}

#[expect(clippy::print_stdout, reason = "this is how the parent learns what is done")]
async fn write_until_killed(path: &Path) {
    let db = Db::open(&options(path)).await.unwrap();
    rows::first_start(&db).await.unwrap();
    loop {
        let (tenant, _) = new_tenant(&db).await;
        db.stores()
            .insert(&tenant.id, &rows::store(&tenant.id, "1001", "Shop"))
            .await
            .unwrap();
        let batch = [
            entry(Some(&tenant.id), "orders.get", NOW),
            entry(None, "tenant.create", NOW),
        ];
        db.audit().append_batch(&batch, PROOFS).await.unwrap();
        println!("\ndone {}", tenant.id);
    }
}
