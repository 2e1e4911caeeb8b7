//! The handle everything else hangs from.

use std::fmt;
use std::sync::Arc;

use crate::migrate::{self, MigrationReport, Schema};
use crate::pool::{Connections, Pool, read, transaction};
use crate::{
    ActiveStores, Answers, Audit, AuditEnds, Backups, CheckValue, Consents, ConsoleTemplates, DbError, DbOptions,
    Idempotency, Leases, MagicLinks, MasterKeys, Mirrors, OAuthClients, OAuthGrants, Reports, Sessions, Stores,
    Tenants, Tokens, WebhookEvents, WebhookKeys,
};

/// Which database is behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite, in a file or in memory.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// An open database. Cloning shares the pool.
#[derive(Clone)]
pub struct Db {
    pool: Arc<Pool>,
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.backend()).finish()
    }
}

impl Db {
    /// Opens the database and brings its tables up to date.
    ///
    /// A missing SQLite file is created with mode 0600, and its missing folders with mode 0700. Several processes may
    /// open one fresh database at the same moment.
    pub async fn open(options: &DbOptions) -> Result<Self, DbError> {
        let db = Self::connect(options).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens the database and leaves its tables as they are. Without [`DbOptions::create`] one that has none of ours is
    /// [`DbError::Missing`], like a file that is not there.
    pub async fn connect(options: &DbOptions) -> Result<Self, DbError> {
        let db = Self {
            pool: Arc::new(Pool::connect(options).await?),
        };
        if !options.create && !db.is_private() && db.schema().await?.found.is_none() {
            db.close().await;
            return Err(DbError::Missing);
        }
        Ok(db)
    }

    /// Applies the migrations that are missing, all of them or none.
    pub async fn migrate(&self) -> Result<MigrationReport, DbError> {
        migrate::run(self).await
    }

    /// Which version the tables are of. Changes nothing.
    pub async fn schema(&self) -> Result<Schema, DbError> {
        migrate::schema(self).await
    }

    /// One round trip to the database.
    pub async fn ping(&self) -> Result<(), DbError> {
        read!(self, conn => sqlx::query("SELECT 1").execute(conn).await.map(drop)?);
        Ok(())
    }

    /// Writes something and takes it away again, so that nothing has changed: finds a database that can only be read, and a
    /// full disk.
    ///
    /// Both in one transaction, which nobody sees half of. It is committed, for SQLite leaves the disk alone until then.
    pub async fn try_write(&self) -> Result<(), DbError> {
        const PUT: &str = "INSERT INTO vault_check (id, ciphertext, tag, nonce) VALUES ('trial', '', '', '') \
             ON CONFLICT (id) DO NOTHING";
        const TAKE_AWAY: &str = "DELETE FROM vault_check WHERE id = 'trial'";
        transaction!(self, conn => {
            sqlx::query(PUT).execute(&mut *conn).await?;
            sqlx::query(TAKE_AWAY).execute(&mut *conn).await?;
        });
        Ok(())
    }

    /// Brings what SQLite keeps in its log beside the file into the file itself, as far as nobody who reads stands in the
    /// way: until then a copy of the file alone lacks it. PostgreSQL needs no such thing.
    pub async fn checkpoint(&self) -> Result<(), DbError> {
        match self.pool() {
            Pool::Sqlite(sqlite) => sqlite.checkpoint().await,
            Pool::Postgres(_) => Ok(()),
        }
    }

    /// Waits for running work, then closes every connection. Later calls answer [`DbError::Unavailable`].
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self.pool() {
            Pool::Sqlite(_) => Backend::Sqlite,
            Pool::Postgres(_) => Backend::Postgres,
        }
    }

    /// Whether no other process can have it open: it is in memory.
    pub fn is_private(&self) -> bool {
        match self.pool() {
            Pool::Sqlite(sqlite) => sqlite.is_in_memory(),
            Pool::Postgres(_) => false,
        }
    }

    /// The pool's use at this moment.
    pub fn connections(&self) -> Connections {
        self.pool.connections()
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Tenants.
    pub fn tenants(&self) -> Tenants<'_> {
        Tenants { db: self }
    }

    /// Master keys, and finding a tenant by one.
    pub fn master_keys(&self) -> MasterKeys<'_> {
        MasterKeys { db: self }
    }

    /// Personal access tokens, and what OAuth hands out.
    pub fn tokens(&self) -> Tokens<'_> {
        Tokens { db: self }
    }

    /// Registered stores.
    pub fn stores(&self) -> Stores<'_> {
        Stores { db: self }
    }

    /// Which store each credential works on.
    pub fn active_stores(&self) -> ActiveStores<'_> {
        ActiveStores { db: self }
    }

    /// The audit log.
    pub fn audit(&self) -> Audit<'_> {
        Audit { db: self }
    }

    /// Where the audit chains of deleted tenants ended.
    pub fn audit_ends(&self) -> AuditEnds<'_> {
        AuditEnds { db: self }
    }

    /// Copies of the database.
    pub fn backups(&self) -> Backups<'_> {
        Backups { db: self }
    }

    /// Web sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { db: self }
    }

    /// Sign-in and sign-up links sent by e-mail.
    pub fn magic_links(&self) -> MagicLinks<'_> {
        MagicLinks { db: self }
    }

    /// Copies of stores' orders.
    pub fn mirrors(&self) -> Mirrors<'_> {
        Mirrors { db: self }
    }

    /// Reports that are kept as files.
    pub fn reports(&self) -> Reports<'_> {
        Reports { db: self }
    }

    /// Webhook deliveries already seen.
    pub fn webhook_events(&self) -> WebhookEvents<'_> {
        WebhookEvents { db: self }
    }

    /// What checks the posts of stores.
    pub fn webhook_keys(&self) -> WebhookKeys<'_> {
        WebhookKeys { db: self }
    }

    /// Creates that their caller named.
    pub fn idempotency(&self) -> Idempotency<'_> {
        Idempotency { db: self }
    }

    /// Writes at work, and answers that nobody could be given.
    pub fn answers(&self) -> Answers<'_> {
        Answers { db: self }
    }

    /// What persons answered when they were asked.
    pub fn consents(&self) -> Consents<'_> {
        Consents { db: self }
    }

    /// What is kept for the console.
    pub fn console_templates(&self) -> ConsoleTemplates<'_> {
        ConsoleTemplates { db: self }
    }

    /// Programs that registered themselves for OAuth.
    pub fn oauth_clients(&self) -> OAuthClients<'_> {
        OAuthClients { db: self }
    }

    /// The value that tells the right root key from a wrong one.
    pub fn check_value(&self) -> CheckValue<'_> {
        CheckValue { db: self }
    }

    /// What persons allowed the clients of OAuth.
    pub fn oauth_grants(&self) -> OAuthGrants<'_> {
        OAuthGrants { db: self }
    }

    /// One writer at a time per order, between processes.
    pub fn leases(&self) -> Leases<'_> {
        Leases { db: self }
    }
}
