//! The engine itself: what all operations share, its start and its end.

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use od_client::Client;
use od_db::{Connections, Db, DbError, DbOptions, Vouchers};
use od_shared::Trouble;
use od_vault::{CookieSigner, FormTokens, RootKey};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::answers::Flights;
use crate::audit::{Audit, AuditOptions, EndSigner, Prover, Signed, sign_anew};
use crate::auth::SignIns;
use crate::cache::{Cache, CacheOptions};
use crate::calls::RefusedCalls;
use crate::clock::Clock;
use crate::housekeeping;
use crate::insight::{MirrorOptions, Mirrors};
use crate::limits::{COMPLETIONS, FAILED_KEYS, LimitOptions, Limiter};
use crate::links::{self, LinkOptions};
use crate::lock::Locks;
use crate::meter::Meter;
use crate::oauth::{Kept, OAuthOptions};
use crate::orders::Groups;
use crate::replicas::{Budgets, ReplicaHealth, ReplicaOptions, Replicas};
use crate::roots::{Lasting, Roots, Settled, settle};
use crate::sessions::{SessionOptions, SignInLimits, cookie_signer, form_tokens};
use crate::start_error::StartError;
use crate::stores::Directory;
use crate::webhooks::{self, WebhookOptions};

/// What an engine did when it opened the database with two root keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HandedOver {
    /// The database was under the root key before until then.
    pub went_over: bool,
    /// What was signed anew.
    pub signed: Signed,
    /// Webhooks whose keys were sealed anew.
    pub webhooks: u64,
}

/// How the engine runs.
#[derive(Debug)]
pub struct EngineOptions {
    /// Opens everything sealed, together with a master key.
    pub root_key: RootKey,
    /// The root key before, while what was made with it goes over to the one in use.
    pub previous_root_key: Option<RootKey>,
    /// Where rows are kept.
    pub database: DbOptions,
    /// How Order Desk is asked.
    pub upstream: od_client::ClientOptions,
    /// What is kept in memory.
    pub cache: CacheOptions,
    /// What a tenant may ask for.
    pub limits: LimitOptions,
    /// What a tenant may run by hand. It is charged to its other limit too.
    pub runs: LimitOptions,
    /// How order changes are made.
    pub mutation: MutationOptions,
    /// How copies of stores' orders are kept.
    pub mirror: MirrorOptions,
    /// What is recorded.
    pub audit: AuditOptions,
    /// How programs are connected with OAuth.
    pub oauth: OAuthOptions,
    /// How links are sent by e-mail, and how strangers make a tenant.
    pub links: LinkOptions,
    /// How web sessions are kept.
    pub sessions: SessionOptions,
    /// How what Order Desk posts is taken.
    pub webhooks: WebhookOptions,
    /// Cost of a master key's bcrypt hash, 4 to 15.
    pub bcrypt_cost: u32,
    /// Whether there are others beside this process.
    pub replicas: ReplicaOptions,
}

/// After the grace period changes that are under way are waited for so long: as long as Order Desk may take for an upload, and
/// for the reads that find out what became of it.
const LATE: Duration = Duration::from_mins(1);
/// Then their callers are told within so long.
const TOLD: Duration = Duration::from_secs(2);
/// And so long the database may take for the end of the audit log.
const WRITTEN: Duration = Duration::from_secs(10);

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

/// What the product does. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub root: Arc<RootKey>,
    pub roots: Roots,
    pub lasting: Arc<Lasting>,
    pub handed_over: HandedOver,
    pub db: Db,
    pub replicas: Arc<Replicas>,
    pub client: Client,
    pub clock: Clock,
    pub cache: Cache,
    pub limiter: Limiter,
    pub runs: Limiter,
    pub failed_keys: Limiter,
    pub completions: Limiter,
    pub streams: Arc<webhooks::Streams>,
    pub refused_calls: RefusedCalls,
    pub audit: Audit,
    pub audit_options: AuditOptions,
    pub prover: Arc<Prover>,
    pub signer: Arc<EndSigner>,
    pub sign_ins: SignIns,
    pub sign_in_limits: SignInLimits,
    pub session_options: SessionOptions,
    pub cookies: CookieSigner,
    pub forms: FormTokens,
    pub directory: Directory,
    pub locks: Locks,
    pub groups: Groups,
    pub flights: Flights,
    pub meter: Meter,
    pub mutation: MutationOptions,
    pub mirrors: Mirrors,
    pub oauth: Kept,
    pub links: links::Kept,
    pub webhooks: webhooks::Kept,
    pub bcrypt_cost: u32,
    pub work: TaskTracker,
    /// Calls and acts that have begun to change something and are not on record as ended.
    pub changes: TaskTracker,
    /// Until when these are waited for at the end.
    pub late: OnceLock<Instant>,
    /// Ends what the engine does by itself.
    pub stop: CancellationToken,
}

/// What the engine depends on, as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Health {
    /// How long the database took to answer; nothing when it did not.
    pub database: Option<Duration>,
    /// How much of the database's pool is in use.
    pub connections: Connections,
    /// What is known of Order Desk, of all stores together.
    pub upstream: UpstreamHealth,
    /// The other processes of this service, and what they share.
    pub replicas: ReplicaHealth,
    /// Audit entries that wait to be written.
    pub audit_entries_queued: u64,
    /// Whether the database takes no audit entries, as on a full disk: no change is made then.
    pub audit_is_refused: bool,
    /// Audit entries lost since the start.
    pub audit_entries_lost: u64,
}

/// What is known of Order Desk without asking it.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamHealth {
    /// Stores for which it is not asked now, because it has not been answering.
    pub breakers_open: usize,
    /// Calls that wait for tokens of a store's request budget.
    pub calls_waiting: usize,
    /// Tokens left to the store that has the fewest.
    pub fewest_tokens: f64,
}

impl Engine {
    /// What tells the engine the time.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Opens the database, brings its schema up to date, and refuses a root key that does not belong to it.
    pub async fn open(options: EngineOptions, clock: Clock) -> Result<Self, StartError> {
        let roots = Roots::new(options.root_key, options.previous_root_key);
        let shared = options.replicas.open().await?;
        let signer = Arc::new(EndSigner::new(&roots));
        let db = Db::connect(&options.database).await?;
        let migrated = db.migrate().await?.applied > 0;
        let vouching = Prover::new(&roots, Vec::new());
        let vouchers = Vouchers {
            head: vouching.of_heads(),
            ends: signer.of_number(),
        };
        let Settled { kept, went_over } = settle(&roots, &db, vouchers).await?;
        let (lasting, former) = kept.into_former();
        let lasting = Arc::new(lasting);
        let replicas = Replicas::new(shared, lasting.clone());
        let client = Client::sharing(&options.upstream, Arc::new(Budgets(replicas.clone())))?;
        let prover = Arc::new(Prover::new(&roots, former));
        let mut handed_over = HandedOver {
            went_over,
            signed: Signed::default(),
            webhooks: 0,
        };
        if roots.previous.is_some() {
            handed_over.signed = sign_anew(&db, &prover, &signer).await?;
            handed_over.webhooks = webhooks::seal_anew(&db, &roots).await?;
        }
        if went_over {
            tracing::info!(
                chains = handed_over.signed.chains,
                ended = handed_over.signed.ended,
                webhooks = handed_over.webhooks,
                "the database went over to another root key"
            );
        }
        if migrated {
            // A copy of a new file alone has its tables.
            db.checkpoint().await?;
        }
        let inner = Inner {
            audit: Audit::start(options.audit, db.clone(), prover.clone()),
            audit_options: options.audit,
            prover,
            signer,
            cache: Cache::new(options.cache, clock.clone()),
            limiter: Limiter::new(options.limits),
            runs: Limiter::new(options.runs),
            failed_keys: Limiter::new(FAILED_KEYS),
            completions: Limiter::new(COMPLETIONS),
            streams: Arc::default(),
            refused_calls: RefusedCalls::new(),
            sign_ins: SignIns::new(db.connections().max),
            sign_in_limits: SignInLimits::new(options.oauth.sign_ins_per_minute),
            cookies: cookie_signer(&options.sessions, &roots),
            forms: form_tokens(&options.sessions, &roots),
            session_options: options.sessions,
            directory: Directory::default(),
            locks: Locks::default(),
            groups: Groups::default(),
            flights: Flights::default(),
            meter: Meter::new(),
            mutation: options.mutation,
            mirrors: Mirrors::new(options.mirror),
            oauth: Kept::new(options.oauth)?,
            links: links::Kept::new(options.links),
            webhooks: webhooks::Kept::new(options.webhooks, db.connections().max),
            bcrypt_cost: options.bcrypt_cost,
            work: TaskTracker::new(),
            changes: TaskTracker::new(),
            late: OnceLock::new(),
            stop: CancellationToken::new(),
            root: roots.current.clone(),
            roots,
            lasting,
            handed_over,
            db,
            replicas,
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
        // What was sent to Order Desk is known and on record before the database is closed.
        self.changes_end().await;
        self.inner.audit.close(WRITTEN).await;
        self.inner.db.close().await;
        finished
    }

    /// Whether anything is being changed.
    pub fn is_changing(&self) -> bool {
        !self.inner.changes.is_empty()
    }

    /// For a door that was stopped: waits for `answered`, which comes when all its callers have been answered, at most for `grace`;
    /// as long as something is being changed beyond it ([`Engine::changes_end`]), and then for a moment until that was told.
    ///
    /// Returns false when callers were left without an answer.
    pub async fn until_answered(&self, answered: impl Future<Output = ()>, grace: Duration) -> bool {
        let mut answered = pin!(answered);
        if tokio::time::timeout(grace, &mut answered).await.is_ok() {
            return true;
        }
        if !self.is_changing() {
            return false;
        }
        tracing::warn!("changes are under way at the end of the grace period: they are waited for");
        self.changes_end().await;
        tokio::time::timeout(TOLD, answered).await.is_ok()
    }

    /// Waits until all that is being changed has been changed and is on record: for a minute at most, whoever waits. Nothing else
    /// begins from here on.
    pub async fn changes_end(&self) {
        let changes = &self.inner.changes;
        changes.close();
        let until = *self.inner.late.get_or_init(|| Instant::now() + LATE);
        if tokio::time::timeout_at(until.into(), changes.wait()).await.is_err() {
            tracing::error!(
                changes = changes.len(),
                "changes were cut off; the audit log has their beginning"
            );
        }
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
    /// any more, and its first result would be an answer about nothing. Nor are the orders that were copied.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn forget_shops(&self) -> Result<(), DbError> {
        self.inner.db.mirrors().remove_all().await?;
        self.inner.db.idempotency().remove_expired(i64::MAX).await.map(drop)
    }

    /// What keeps Redis from being used. Asks nobody.
    pub fn redis_trouble(&self) -> Option<Trouble> {
        self.inner.replicas.redis_trouble()
    }

    /// Asks what the engine depends on.
    pub async fn health(&self) -> Health {
        let inner = &self.inner;
        let asked = Instant::now();
        let database = inner.db.ping().await.is_ok().then(|| asked.elapsed());
        let upstream = inner.client.measures();
        Health {
            database,
            connections: inner.db.connections(),
            upstream: UpstreamHealth {
                breakers_open: upstream.open_breakers,
                calls_waiting: upstream.waiting,
                fewest_tokens: upstream.fewest_tokens,
            },
            replicas: inner.replicas.health(inner.client.shares()),
            audit_entries_queued: inner.audit.queued(),
            audit_is_refused: inner.audit.is_refused(),
            audit_entries_lost: inner.audit.lost(),
        }
    }
}
