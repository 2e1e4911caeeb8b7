//! The engine itself: what all operations share, its start and its end.

use std::sync::Arc;
use std::time::Duration;

use od_client::Client;
use od_db::{Db, DbError, DbOptions, SealedColumns, Vouchers};
use od_vault::RootKey;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::answers::Flights;
use crate::audit::{Audit, AuditOptions, EndSigner, Prover};
use crate::auth::SignIns;
use crate::cache::{Cache, CacheOptions};
use crate::calls::RefusedCalls;
use crate::clock::Clock;
use crate::housekeeping;
use crate::limits::{COMPLETIONS, FAILED_KEYS, LimitOptions, Limiter};
use crate::lock::Locks;
use crate::oauth::{Kept, OAuthOptions};
use crate::orders::Groups;
use crate::sealed::{IntoColumns as _, IntoSealed as _};
use crate::sessions::SignInLimits;
use crate::stores::Directory;

/// How the engine runs.
#[derive(Debug)]
pub struct EngineOptions {
    /// Opens everything sealed, together with a master key.
    pub root_key: RootKey,
    /// Where rows are kept.
    pub database: DbOptions,
    /// How Order Desk is asked.
    pub upstream: od_client::ClientOptions,
    /// What is kept in memory.
    pub cache: CacheOptions,
    /// What a tenant may ask for.
    pub limits: LimitOptions,
    /// How order changes are made.
    pub mutation: MutationOptions,
    /// What is recorded.
    pub audit: AuditOptions,
    /// How programs are connected with OAuth.
    pub oauth: OAuthOptions,
    /// Cost of a master key's bcrypt hash, 4 to 15.
    pub bcrypt_cost: u32,
}

/// How order changes are made.
#[derive(Clone, Copy, Debug)]
pub struct MutationOptions {
    /// How often a change is tried again because the order changed under it.
    pub max_retries: u32,
    /// Whether the record is read back after its upload.
    pub verify: bool,
}

impl Default for MutationOptions {
    fn default() -> Self {
        Self {
            max_retries: 5,
            verify: true,
        }
    }
}

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database was made under another root key: its secrets would not open.
    #[error("this database was made with another root key than the one configured; nothing was changed")]
    WrongRootKey,
    /// Somebody removed what the database remembers of its root key.
    #[error(
        "this database has tenants or an audit log, and the value that its root key is checked with was removed; nothing \
         was signed"
    )]
    CheckValueLost,
    /// The database could not be opened.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The client of Order Desk could not be built from its options.
    #[error(transparent)]
    Upstream(#[from] od_client::BuildError),
}

/// What the product does. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub root: Arc<RootKey>,
    pub db: Db,
    pub client: Client,
    pub clock: Clock,
    pub cache: Cache,
    pub limiter: Limiter,
    pub failed_keys: Limiter,
    pub completions: Limiter,
    pub refused_calls: RefusedCalls,
    pub audit: Audit,
    pub audit_options: AuditOptions,
    pub prover: Arc<Prover>,
    pub signer: Arc<EndSigner>,
    pub sign_ins: SignIns,
    pub sign_in_limits: SignInLimits,
    pub directory: Directory,
    pub locks: Locks,
    pub groups: Groups,
    pub flights: Flights,
    pub mutation: MutationOptions,
    pub oauth: Kept,
    pub bcrypt_cost: u32,
    pub work: TaskTracker,
    /// Ends what the engine does by itself.
    pub stop: CancellationToken,
}

/// What the engine depends on, as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    /// The database answers.
    pub database: bool,
    /// Audit entries lost since the start.
    pub audit_entries_lost: u64,
}

impl Engine {
    /// Opens the database, brings its schema up to date, and refuses a root key that does not belong to it.
    pub async fn open(options: EngineOptions, clock: Clock) -> Result<Self, StartError> {
        let root = Arc::new(options.root_key);
        let client = Client::new(&options.upstream)?;
        let prover = Arc::new(Prover::new(&root));
        let signer = Arc::new(EndSigner::new(&root));
        let db = Db::connect(&options.database).await?;
        let migrated = db.migrate().await?.applied > 0;
        let vouchers = Vouchers {
            head: prover.of_heads(),
            ends: signer.of_number(),
        };
        settle_check_value(&root, &db, vouchers).await?;
        if migrated {
            // A copy of a new file alone has its tables.
            db.checkpoint().await?;
        }
        let inner = Inner {
            audit: Audit::start(options.audit, db.clone(), prover.clone()),
            audit_options: options.audit,
            prover,
            signer,
            cache: Cache::new(options.cache),
            limiter: Limiter::new(options.limits),
            failed_keys: Limiter::new(FAILED_KEYS),
            completions: Limiter::new(COMPLETIONS),
            refused_calls: RefusedCalls::new(),
            sign_ins: SignIns::new(db.connections().max),
            sign_in_limits: SignInLimits::new(options.oauth.sign_ins_per_minute),
            directory: Directory::default(),
            locks: Locks::default(),
            groups: Groups::default(),
            flights: Flights::default(),
            mutation: options.mutation,
            oauth: Kept::new(options.oauth)?,
            bcrypt_cost: options.bcrypt_cost,
            work: TaskTracker::new(),
            stop: CancellationToken::new(),
            root,
            db,
            client,
            clock,
        };
        let inner = Arc::new(inner);
        housekeeping::start(&inner);
        Ok(Self { inner })
    }

    /// Takes no new work, waits at most `grace` for the running work, writes the audit log out and closes the database.
    ///
    /// Returns false when work was still running at the end of the grace period.
    pub async fn shutdown(&self, grace: Duration) -> bool {
        self.inner.work.close();
        self.inner.stop.cancel();
        let finished = tokio::time::timeout(grace, self.inner.work.wait()).await.is_ok();
        self.inner.audit.flush().await;
        self.inner.db.close().await;
        finished
    }

    /// For the operator: whether the database takes what is written to it. Nothing is changed.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn try_write(&self) -> Result<(), DbError> {
        self.inner.db.try_write().await
    }

    /// For the operator: brings what was written into the database's own file, so that a copy of it has that too.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn checkpoint(&self) -> Result<(), DbError> {
        self.inner.db.checkpoint().await
    }

    /// For shops that began anew, as those of a demo do: what was created in them under a `client_request_id` is not there
    /// any more, and its first result would be an answer about nothing.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn forget_named_creates(&self) -> Result<(), DbError> {
        self.inner.db.idempotency().remove_expired(i64::MAX).await.map(drop)
    }

    /// Asks what the engine depends on.
    pub async fn health(&self) -> Health {
        Health {
            database: self.inner.db.ping().await.is_ok(),
            audit_entries_lost: self.inner.audit.lost(),
        }
    }
}

/// The newest migration that makes something which only the root key can sign: 3 made the ends of chains, 11 the number of
/// deleted tenants. A later one of that kind raises this, and has nothing signed but its own in a database that has this mark.
const SIGNED: i64 = 11;

/// A database remembers a value sealed with its root key, and in it up to which migration everything was signed. A new
/// database gets it from its first start, one of releases before from its first start with this one; whatever has no proof is
/// signed then and never again. Neither the version of the tables nor a missing value says that it is time for that: both can
/// be made to say so without the key.
async fn settle_check_value(root: &RootKey, db: &Db, vouchers: Vouchers<'_>) -> Result<(), StartError> {
    let check = db.check_value();
    let mut stored = check.get().await?;
    if stored.is_none() && check.is_needed().await? {
        // Another process may have started meanwhile for the first time, and made the first tenant.
        stored = Some(check.get().await?.ok_or(StartError::CheckValueLost)?);
    }
    if let Some(stored) = &stored
        && signed_until(root, stored.clone())? >= SIGNED
    {
        return Ok(());
    }
    let value = root.check_value(SIGNED).into_columns();
    // Whoever comes second gets the first one's value.
    let counts = check.put(&value, stored.as_ref(), vouchers).await?;
    signed_until(root, counts).map(drop)
}

/// Whether a database, which is left as it is and may be of an older version, was made with this root key.
pub(crate) async fn check_root_key(root: &RootKey, db: &Db) -> Result<(), StartError> {
    match db.check_value().get().await? {
        Some(stored) => signed_until(root, stored).map(drop),
        None if db.tenants().count().await? > 0 => Err(StartError::CheckValueLost),
        None => Ok(()),
    }
}

/// The mark of a check value.
fn signed_until(root: &RootKey, stored: SealedColumns) -> Result<i64, StartError> {
    root.open_check_value(&stored.into_sealed())
        .map_err(|_| StartError::WrongRootKey)
}
