//! A database goes over from one root key to the next: everything that was signed counts as before, nothing that was forged
//! does, and nothing that is found by a digest gets lost.

use std::time::Duration;

use od_db::testing::{PostgresServer, tamper};
use od_engine::audit::{Damage, Whose};
use od_engine::tenants::NewTenant;
use od_engine::{Clock, DbOptions, Engine, RootKey, StartError};
use od_sim::Simulator;
use secrecy::{ExposeSecret, SecretString};

use crate::support::{Setup, options};

/// A database, and the root keys it may be opened with.
pub struct Vault {
    pub sim: Simulator,
    pub database: DbOptions,
    /// The Redis that its processes share, if they do.
    pub redis: Option<SecretString>,
    old: SecretString,
    new: SecretString,
}

/// Which of its root keys a process has: the one in use, and the one before.
#[derive(Clone, Copy)]
pub enum Has {
    Old,
    New,
    NewAndOld,
    OldAndNew,
}

impl Vault {
    pub async fn at(url: String) -> Self {
        Self {
            sim: Simulator::start(Setup::default().sim).await.unwrap(),
            database: DbOptions {
                url,
                ..DbOptions::default()
            },
            redis: None,
            old: RootKey::generate().to_base64(),
            new: RootKey::generate().to_base64(),
        }
    }

    pub async fn open(&self, has: Has) -> Engine {
        self.start(has).await.unwrap()
    }

    pub async fn open_at(&self, has: Has, clock: Clock) -> Engine {
        let (root_key, previous) = self.keys(has);
        self.start_at(root_key, previous, clock).await.unwrap()
    }

    pub async fn start(&self, has: Has) -> Result<Engine, StartError> {
        let (root_key, previous) = self.keys(has);
        self.start_with(root_key, previous).await
    }

    fn keys(&self, has: Has) -> (RootKey, Option<RootKey>) {
        let key = |text: &SecretString| RootKey::from_base64(text.expose_secret()).unwrap();
        match has {
            Has::Old => (key(&self.old), None),
            Has::New => (key(&self.new), None),
            Has::NewAndOld => (key(&self.new), Some(key(&self.old))),
            Has::OldAndNew => (key(&self.old), Some(key(&self.new))),
        }
    }

    pub fn both_root_keys(&self) -> Vec<RootKey> {
        let keys = [&self.old, &self.new];
        keys.map(|key| RootKey::from_base64(key.expose_secret()).unwrap())
            .into()
    }

    pub async fn start_with(&self, root_key: RootKey, previous: Option<RootKey>) -> Result<Engine, StartError> {
        self.start_at(root_key, previous, Clock::system()).await
    }

    async fn start_at(&self, root_key: RootKey, previous: Option<RootKey>, clock: Clock) -> Result<Engine, StartError> {
        let setup = Setup {
            database: self.database.clone(),
            root_key,
            previous_root_key: previous,
            ..Setup::default()
        };
        let mut options = options(setup, &self.sim);
        options.replicas.redis.clone_from(&self.redis);
        Engine::open(options, clock).await
    }
}

/// A folder that goes with its database.
pub async fn in_a_file() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::at(format!("sqlite://{}", folder.path().join("app.db").display())).await;
    (folder, vault)
}

pub async fn close(engine: &Engine) {
    engine.shutdown(Duration::from_secs(5)).await;
}

pub async fn found(engine: &Engine) -> Vec<Damage> {
    let verified = engine.audit_log().verify(&mut |_| {}).await.unwrap();
    assert!(verified.entries > 0);
    verified.findings.into_iter().map(|finding| finding.damage).collect()
}

/// A tenant with three entries of its own, one that is gone, and a chain that was shortened.
async fn history(engine: &Engine) -> String {
    let tenant = engine
        .tenants()
        .create(NewTenant::default())
        .await
        .unwrap()
        .tenant_id
        .to_string();
    for name in ["one", "two"] {
        engine.tenants().rename(&tenant, name).await.unwrap();
    }
    let gone = engine.tenants().create(NewTenant::default()).await.unwrap();
    engine.tenants().delete(gone.tenant_id.as_str()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let log = engine.audit_log();
    let purge = log
        .purge(Whose::Tenant(tenant.clone()), Duration::from_millis(1))
        .await
        .unwrap();
    assert!(purge.entries > 0);
    engine.tenants().rename(&tenant, "three").await.unwrap();
    tenant
}

#[tokio::test]
async fn what_was_signed_goes_over_on_sqlite() {
    let (_folder, vault) = in_a_file().await;
    what_was_signed_goes_over(&vault).await;
}

#[tokio::test]
async fn what_was_signed_goes_over_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        let vault = Vault::at(server.new_database().await.unwrap()).await;
        what_was_signed_goes_over(&vault).await;
    }
}

async fn what_was_signed_goes_over(vault: &Vault) {
    let engine = vault.open(Has::Old).await;
    let tenant = history(&engine).await;
    close(&engine).await;

    let engine = vault.open(Has::NewAndOld).await;
    assert_eq!(found(&engine).await, []);
    engine.tenants().rename(&tenant, "four").await.unwrap();
    let gone = engine.tenants().create(NewTenant::default()).await.unwrap();
    engine.tenants().delete(gone.tenant_id.as_str()).await.unwrap();
    assert_eq!(found(&engine).await, []);
    close(&engine).await;

    assert!(matches!(
        vault.start(Has::Old).await.err(),
        Some(StartError::WrongRootKey)
    ));
    let engine = vault.open(Has::New).await;
    assert_eq!(found(&engine).await, [], "the old root key is needed for nothing");
    let verified = engine.audit_log().verify(&mut |_| {}).await.unwrap();
    assert_eq!(verified.ended.len(), 2);
    assert!(verified.ended.iter().all(|ended| ended.intact));
    engine.tenants().rename(&tenant, "five").await.unwrap();
    close(&engine).await;

    // And back, and on to a third one: what the first chained is still known.
    for has in [Has::OldAndNew, Has::NewAndOld] {
        let engine = vault.open(has).await;
        engine.tenants().rename(&tenant, "six").await.unwrap();
        assert_eq!(found(&engine).await, []);
        close(&engine).await;
    }
    let third = RootKey::generate().to_base64();
    let third = || RootKey::from_base64(third.expose_secret()).unwrap();
    let new = RootKey::from_base64(vault.new.expose_secret()).unwrap();
    let engine = vault.start_with(third(), Some(new)).await.unwrap();
    close(&engine).await;
    let engine = vault.start_with(third(), None).await.unwrap();
    assert_eq!(found(&engine).await, []);
    close(&engine).await;
}

#[tokio::test]
async fn a_forged_chain_is_not_signed_by_going_over() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = history(&engine).await;
    close(&engine).await;
    let db = od_db::Db::connect(&vault.database).await.unwrap();
    let cut = [
        format!(
            "UPDATE audit_heads SET seq = seq - 1, digest = (SELECT digest FROM audit_log WHERE chain = '{tenant}' AND \
             audit_log.seq = audit_heads.seq - 1) WHERE chain = '{tenant}'"
        ),
        format!(
            "DELETE FROM audit_log WHERE chain = '{tenant}' AND seq > (SELECT seq FROM audit_heads WHERE chain = '{tenant}')"
        ),
        "UPDATE audit_ends SET entries = 0".to_owned(),
    ];
    for sql in cut {
        assert!(tamper(&db, &sql).await.unwrap() > 0, "{sql}");
    }
    for has in [Has::NewAndOld, Has::New] {
        let engine = vault.open(has).await;
        engine.tenants().rename(&tenant, "again").await.unwrap();
        assert_eq!(
            found(&engine).await,
            [Damage::EndsForged, Damage::EndedForged, Damage::EndedRemoved]
        );
        close(&engine).await;
    }
}

/// What the root key before signed counts until the database has gone over and that key is not at hand any more: a thief of it
/// who can write to the database forges nothing then.
#[tokio::test]
async fn the_old_root_key_forges_nothing_afterwards() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = history(&engine).await;
    close(&engine).await;
    let db = od_db::Db::connect(&vault.database).await.unwrap();
    let head = db
        .audit()
        .head(Some(&od_engine::TenantId::parse(&tenant).unwrap()))
        .await
        .unwrap()
        .unwrap();
    close(&vault.open(Has::NewAndOld).await).await;
    let sql = format!(
        "UPDATE audit_heads SET proof = '{}' WHERE chain = '{tenant}'",
        head.proof
    );
    assert_eq!(tamper(&db, &sql).await.unwrap(), 1);
    let engine = vault.open(Has::New).await;
    assert_eq!(found(&engine).await, [Damage::EndsForged]);
    close(&engine).await;
}

#[tokio::test]
async fn a_start_with_root_keys_of_another_database_is_refused() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    history(&engine).await;
    close(&engine).await;
    let refused = vault
        .start_with(RootKey::generate(), Some(RootKey::generate()))
        .await
        .err();
    assert!(matches!(refused, Some(StartError::NeitherRootKey)), "{refused:?}");
    // A key before that is none does no harm.
    let old = RootKey::from_base64(vault.old.expose_secret()).unwrap();
    let engine = vault.start_with(old, Some(RootKey::generate())).await.unwrap();
    assert_eq!(found(&engine).await, []);
    close(&engine).await;
}

/// A process that has the old root key alone goes on running when another one takes the database over. What it wrote then
/// could not be told from a forgery, so it writes nothing.
#[tokio::test]
async fn a_process_that_was_left_behind_damages_no_chain() {
    for (has, is_refused) in [(Has::Old, true), (Has::OldAndNew, false)] {
        let (_folder, vault) = in_a_file().await;
        let behind = vault.open(has).await;
        let tenant = history(&behind).await;
        let engine = vault.open(Has::NewAndOld).await;
        let written = behind.tenants().rename(&tenant, "behind").await;
        assert_eq!(written.is_err(), is_refused, "{written:?}");
        let gone = behind.tenants().delete(&tenant).await;
        assert_eq!(gone.is_err(), is_refused, "{gone:?}");
        assert_eq!(found(&engine).await, []);
        close(&behind).await;
        close(&engine).await;
        // What a process signed that has both goes over at the next start.
        close(&vault.open(Has::NewAndOld).await).await;
        let engine = vault.open(Has::New).await;
        assert_eq!(found(&engine).await, []);
        close(&engine).await;
    }
}
