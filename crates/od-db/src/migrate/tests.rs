use super::*;

/// SQLite has one integer type, STRICT tables and another way to tell the time; all else must be the same on both.
#[test]
fn the_two_dialects_differ_in_types_only() {
    for (version, _, sqlite, postgres) in MIGRATIONS {
        let translated = sqlite
            .replace(
                "ROUND((julianday('now') - 2440587.5) * 86400000)",
                "EXTRACT(EPOCH FROM clock_timestamp()) * 1000",
            )
            .replace(" INTEGER", " BIGINT")
            .replace("\n) STRICT;", "\n);")
            .replace("The PostgreSQL twin", "The SQLite twin");
        assert_eq!(&translated, postgres, "migration {version}");
    }
}

/// Numbers are given out before what they are for is done, so one may stay unused.
#[test]
fn versions_ascend_from_one() {
    let versions: Vec<_> = MIGRATIONS.iter().map(|(version, ..)| *version).collect();
    assert_eq!(versions[0], 1);
    assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?}");
}

#[test]
fn every_file_is_listed() {
    for folder in ["sqlite", "postgres"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(folder);
        let mut files: Vec<_> = std::fs::read_dir(path)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<_> = MIGRATIONS
            .iter()
            .map(|(version, description, ..)| format!("{version:04}_{description}.sql"))
            .collect();
        assert_eq!(files, listed, "{folder}");
    }
}

/// A database in memory with the tables of the first version.
async fn first_version() -> sqlx::SqliteConnection {
    use sqlx::Connection as _;
    let mut conn = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    execute(&mut conn, sql(1)).await;
    execute(&mut conn, "PRAGMA foreign_keys = OFF").await;
    conn
}

/// The SQLite text of a version.
fn sql(wanted: i64) -> &'static str {
    let migration = MIGRATIONS.iter().find(|(version, ..)| *version == wanted);
    migration.unwrap().2
}

async fn execute(conn: &mut sqlx::SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(conn).await.unwrap();
}

/// Rows of before belong to connections that leave everything.
#[tokio::test]
async fn active_stores_of_before_are_those_of_the_widest_connection() {
    let mut conn = first_version().await;
    execute(
        &mut conn,
        "INSERT INTO active_stores (tenant_id, credential_id, store_row_id, set_at) VALUES ('t', 'c', 's', 5)",
    )
    .await;
    execute(&mut conn, sql(7)).await;
    let rows: Vec<(String, String, String, String, i64)> =
        sqlx::query_as("SELECT tenant_id, credential_id, narrowing, store_row_id, set_at FROM active_stores")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    assert_eq!(rows, [("t".into(), "c".into(), String::new(), "s".into(), 5)]);
}

#[tokio::test]
async fn the_beginnings_of_own_keys_of_before_are_unreadable_and_those_of_generated_ones_stay() {
    let mut conn = first_version().await;
    for insert in [
        "INSERT INTO master_key_metadata (id, tenant_id, prefix, lookup_index, hash, salt, data_key_ciphertext, \
         data_key_tag, data_key_nonce, created_at) VALUES ('1', 't', 'password', '0123456789abcdef', '', '', '', '', '', 1)",
        "INSERT INTO master_key_metadata (id, tenant_id, prefix, lookup_index, hash, salt, data_key_ciphertext, \
         data_key_tag, data_key_nonce, created_at) VALUES ('2', 't', 'odmk_AAE', 'fedcba9876543210', '', '', '', '', '', 1)",
    ] {
        execute(&mut conn, insert).await;
    }
    execute(&mut conn, sql(9)).await;
    let prefixes: Vec<String> = sqlx::query_scalar("SELECT prefix FROM master_key_metadata ORDER BY id")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert_eq!(prefixes, ["01234567", "odmk_AAE"]);
}
