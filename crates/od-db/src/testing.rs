//! Throw-away PostgreSQL servers, and hands that are not supposed to be there, for tests (feature `testing`).
//!
//! The server comes from the system's own package and lives in a temporary folder behind a Unix socket, so it needs no
//! port, no container and no configuration. It ends, and its folder with it, when the [`PostgresServer`] is dropped and
//! also when the test process dies in any other way.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, QueryBuilder};
use tempfile::TempDir;

use crate::audit::{OF_REQUEST, listing, reaching};
use crate::master_keys::FIND_BY_LOOKUP;
use crate::oauth_grants::{EMPTY, SUPERSEDE};
use crate::pool::{read, write_one};
use crate::tokens::FIND as FIND_TOKEN;
use crate::{AuditFilter, AuditPage, Backend, Db, DbError, TenantId};

/// Set to `skip` to run the tests without PostgreSQL, on a machine that has none.
pub const SWITCH: &str = "ORDERDESK_TEST_POSTGRES";

const START_LIMIT: Duration = Duration::from_secs(30);

/// Runs the server as a child, and ends it and removes the folder it runs in when the pipe to the test process closes, for
/// whatever reason.
const KEEPER: &str = r#"trap '' INT TERM HUP
"$@" &
server=$!
read -r _
kill -QUIT "$server" 2>/dev/null
wait "$server"
folder=$(pwd) && cd / && rm -rf "$folder""#;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The package is missing.
    #[error(
        "PostgreSQL is not installed: install the package `postgresql` (Debian: apt-get install postgresql), \
         or set {SWITCH}=skip to leave these tests out"
    )]
    NotInstalled,
    /// A step failed.
    #[error("cannot start PostgreSQL: {0}")]
    Io(#[from] io::Error),
    /// A step said why it failed.
    #[error("cannot start PostgreSQL: {0}")]
    Refused(String),
}

/// A running PostgreSQL server of this test's own.
#[derive(Debug)]
pub struct PostgresServer {
    // Where the server lives; removed by whichever of the two ends first looks after it.
    folder: TempDir,
    keeper: Child,
    databases: AtomicU32,
}

impl PostgresServer {
    /// Starts a server and waits until it answers (a second or two). `None` when [`SWITCH`] says to skip.
    ///
    /// PostgreSQL refuses to run as root, so root starts it as the user `postgres`, which the package creates.
    pub fn start() -> Result<Option<Self>, StartError> {
        if variable(SWITCH).is_some_and(|value| value == "skip") {
            return Ok(None);
        }
        let programs = programs().ok_or(StartError::NotInstalled)?;
        let folder = tempfile::Builder::new().prefix("od-db-postgres-").tempdir()?;
        let user = if id(&["-u"])? == 0 {
            let user = (id(&["-u", "postgres"])?, id(&["-g", "postgres"])?);
            chown(folder.path(), Some(user.0), Some(user.1))?;
            Some(user)
        } else {
            None
        };
        let data = folder.path().join("data");
        let mut initdb = as_user(programs.join("initdb"), user, folder.path());
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        let made = initdb.arg(&data).output()?;
        if !made.status.success() {
            return Err(StartError::Refused(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        let mut keeper = as_user("/bin/sh", user, folder.path());
        keeper.args(["-c", KEEPER, "keeper"]);
        keeper
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path());
        // Nothing here outlives the test, so nothing needs to reach the disk.
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=50",
        ] {
            keeper.args(["-c", setting]);
        }
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn()?;
        let server = Self {
            folder,
            keeper,
            databases: AtomicU32::new(0),
        };
        server.wait_until_ready(&data)?;
        Ok(Some(server))
    }

    /// The URL of a new, empty database on this server.
    pub async fn new_database(&self) -> Result<String, DbError> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::connect(&self.url("postgres")).await?;
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut conn)
            .await?;
        conn.close().await?;
        Ok(self.url(&name))
    }

    /// Ends the server now, as a crash would.
    pub fn stop(self) {
        drop(self);
    }

    /// The Unix socket that it listens at.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=postgres",
            self.folder.path().display()
        )
    }

    /// The server writes `ready` into its lock file when it accepts connections.
    fn wait_until_ready(&self, data: &Path) -> Result<(), StartError> {
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if std::fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|state| state.contains("ready")) {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        Err(StartError::Refused(std::fs::read_to_string(
            self.folder.path().join("log"),
        )?))
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            tracing::warn!(%error, "the test's PostgreSQL server could not be waited for");
        }
    }
}

/// Runs a statement behind the methods' backs, as somebody with access to the database would; says how many rows it changed.
pub async fn tamper(db: &Db, sql: &str) -> Result<u64, DbError> {
    let sql = AssertSqlSafe(sql.to_owned());
    Ok(write_one!(db, conn => sqlx::query(sql).execute(conn).await?.rows_affected()))
}

/// How the database would find a tenant by its key's digest, in its own words: for tests that no table is scanned.
pub async fn plan_of_find_by_lookup(db: &Db) -> Result<String, DbError> {
    plan_of(db, FIND_BY_LOOKUP).await
}

/// How the database would find a token by its digest, likewise.
pub async fn plan_of_find_token(db: &Db) -> Result<String, DbError> {
    plan_of(db, FIND_TOKEN).await
}

/// How the database would find the other refresh tokens of a grant when one of them is used, likewise.
pub async fn plans_of_refresh(db: &Db) -> Result<[String; 2], DbError> {
    let supersede = SUPERSEDE.replace("$2", "'g'").replace("$3", "0").replace("$4", "'t'");
    let empty = EMPTY.replace("$1", "0").replace("$2", "$1").replace("$3", "'g'");
    Ok([plan_of(db, &supersede).await?, plan_of(db, &empty).await?])
}

/// How the database would read a page of a tenant's audit log: the list, how far it looks, and the entries of a request.
pub async fn plans_of_browsing(db: &Db, tenant: &TenantId, filter: &AuditFilter) -> Result<[String; 3], DbError> {
    const EXPLAIN: [&str; 2] = ["EXPLAIN QUERY PLAN ", "EXPLAIN "];
    let is_sqlite = db.backend() == Backend::Sqlite;
    let (beginning, column) = if is_sqlite {
        (EXPLAIN[0], "detail")
    } else {
        (EXPLAIN[1], "QUERY PLAN")
    };
    let of_request = OF_REQUEST
        .replace("$1", &format!("'{tenant}'"))
        .replace("$2", "'r'")
        .replace("$3", "9");
    Ok(read!(db, conn: Driver => {
        use sqlx::Row as _;
        let mut requests = QueryBuilder::<Driver>::new(beginning);
        requests.push(of_request);
        let mut plans = [String::new(), String::new(), String::new()];
        let queries = [
            listing::<Driver>(beginning, tenant, filter, AuditPage::default()),
            reaching::<Driver>(beginning, tenant, filter, None, 1000),
            requests,
        ];
        for (plan, mut query) in plans.iter_mut().zip(queries) {
            let rows = query.build().fetch_all(&mut *conn).await?;
            let lines: Vec<String> = rows.iter().map(|row| row.try_get(column)).collect::<Result<_, _>>()?;
            *plan = lines.join("\n");
        }
        plans
    }))
}

async fn plan_of(db: &Db, query: &str) -> Result<String, DbError> {
    let explain = match db.backend() {
        Backend::Sqlite => "EXPLAIN QUERY PLAN ",
        Backend::Postgres => "EXPLAIN ",
    };
    let sql = format!("{explain}{query}");
    let column = match db.backend() {
        Backend::Sqlite => "detail",
        Backend::Postgres => "QUERY PLAN",
    };
    let lines: Vec<String> = read!(db, conn => {
        use sqlx::Row as _;
        let rows = sqlx::query(AssertSqlSafe(sql)).bind("none").fetch_all(conn).await?;
        rows.iter().map(|row| row.try_get(column)).collect::<Result<_, _>>()?
    });
    Ok(lines.join("\n"))
}

/// The folder with `initdb` and `postgres`: on the search path, or where Debian keeps them, the newest version first.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = variable("PATH").iter().flat_map(std::env::split_paths).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        let mut versions: Vec<_> = versions
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .collect();
        versions.sort_by_key(|folder| std::cmp::Reverse(folder.clone()));
        folders.extend(versions);
    }
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test's helper looks for programs and for its switch itself"
)]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

fn id(args: &[&str]) -> Result<u32, StartError> {
    let output = Command::new("id").args(args).output()?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| StartError::Refused(format!("`id {}` knows no such user", args.join(" "))))
}

fn as_user(program: impl AsRef<OsStr>, user: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// A row of some table, as whoever has the database reads it.
#[derive(Debug, Clone)]
pub struct DumpedRow {
    /// Its table.
    pub table: String,
    /// The row as a JSON object: every column by its name.
    pub json: String,
}

/// All rows of all tables.
pub async fn dump(db: &Db) -> Result<Vec<DumpedRow>, DbError> {
    let is_sqlite = db.backend() == Backend::Sqlite;
    let tables = if is_sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    };
    let tables: Vec<String> = read!(db, conn => sqlx::query_scalar(tables).fetch_all(conn).await?);
    let mut rows = Vec::new();
    for table in tables {
        let sql = if is_sqlite {
            let columns = format!("SELECT name FROM pragma_table_info('{table}')");
            let columns: Vec<String> =
                read!(db, conn => sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(conn).await?);
            // What is no text, such as a migration's checksum, is shown as its hexadecimal digits.
            let members = columns
                .iter()
                .map(|name| format!("'{name}', CASE WHEN typeof({name}) = 'blob' THEN hex({name}) ELSE {name} END"));
            format!(
                "SELECT json_object({}) FROM {table}",
                members.collect::<Vec<_>>().join(", ")
            )
        } else {
            format!("SELECT row_to_json(t)::text FROM {table} t")
        };
        let found: Vec<String> = read!(db, conn => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(conn).await?);
        rows.extend(found.into_iter().map(|json| DumpedRow {
            table: table.clone(),
            json,
        }));
    }
    Ok(rows)
}
