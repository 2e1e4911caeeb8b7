//! Master keys: sealed, opened, and made anew under another root key.

use std::sync::Arc;

use od_db::{DbError, MadeWith, MasterKeyRow, TenantRow};
use od_vault::{DataKey, MasterKey, RootKey, Salt, derive_tenant_key, password};
use uuid::Uuid;

use super::place::place;
use super::tokens::tell;
use crate::engine::Inner;
use crate::error::{Error, Existing};
use crate::scope::TenantId;
use crate::sealed::{IntoColumns as _, IntoSealed as _};

/// The purpose a master key's tenant key is derived for.
const PURPOSE: &str = "tenant key";

/// Makes the row of a new master key, with a copy of the data key that only its text opens.
///
/// # Errors
/// [`Error::Duplicate`] for a key that is somebody's already, under another root key. Under the present one the database says so
/// when the row is stored ([`in_use`]).
pub(crate) async fn seal_master(
    inner: &Inner,
    tenant: &TenantId,
    master: MasterKey,
    data_key: &DataKey,
    now: i64,
) -> Result<(MasterKey, MasterKeyRow), Error> {
    if inner.roots.previous.is_some() && find_master(inner, &master).await?.is_some() {
        return Err(in_use(DbError::Duplicate(od_db::Unique::MasterKey)));
    }
    let id = Uuid::now_v7().to_string();
    let prefix = inner.root.prefix(&master);
    let (master, made) = make(inner, tenant, &id, master, data_key).await?;
    let row = MasterKeyRow {
        id,
        tenant_id: tenant.clone(),
        prefix,
        label: None,
        lookup: made.lookup,
        hash: made.hash,
        salt: made.salt.to_base64(),
        data_key: made.data_key,
        created_at: now,
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
        reason: None,
        root_key: inner.root.id(),
    };
    Ok((master, row))
}

/// A key's row with its tenant, by the digests that the root keys at hand make of it, in one query.
pub(crate) async fn find_master(
    inner: &Inner,
    master: &MasterKey,
) -> Result<Option<(TenantRow, MasterKeyRow)>, DbError> {
    let lookup = inner.root.lookup(master);
    let keys = inner.db.master_keys();
    match &inner.roots.previous {
        None => keys.find_by_lookup(lookup.as_str()).await,
        Some(previous) => {
            keys.find_by_either(lookup.as_str(), previous.lookup(master).as_str())
                .await
        }
    }
}

/// Opens the data key with a master key that has this row; nothing when it is not that key. Costs a hash.
///
/// # Errors
/// [`Error::Internal`] for a row that is damaged.
pub(crate) async fn open_master(
    inner: &Inner,
    row: &MasterKeyRow,
    master: MasterKey,
) -> Result<Option<(MasterKey, DataKey)>, Error> {
    let root = root_of(inner, row, &master);
    let (verifying, hash) = (root.clone(), row.hash.clone());
    let (verified, master) =
        tokio::task::spawn_blocking(move || (password::verify(&verifying, &master, &hash), master))
            .await
            .map_err(|_| Error::Internal("the key could not be checked"))?;
    if !verified {
        return Ok(None);
    }
    let salt = Salt::from_base64(&row.salt).map_err(|_| Error::Internal("a stored salt is damaged"))?;
    let data_key = derive_tenant_key(&root, &master, &salt, PURPOSE)
        .unwrap(&row.data_key.clone().into_sealed(), &place(&row.tenant_id, &row.id))
        .map_err(|_| Error::Internal("a tenant's data key does not open"))?;
    Ok(Some((master, data_key)))
}

/// Makes a proven key's row one of the root key in use, if it is not. When it has ended meanwhile, or somebody else was
/// quicker, nothing changes.
pub(crate) async fn renew_master(inner: &Inner, row: &MasterKeyRow, master: MasterKey, data_key: &DataKey) {
    if !Arc::ptr_eq(&root_of(inner, row, &master), &inner.root) {
        tell(renewed(inner, row, master, data_key).await);
    }
}

async fn renewed(inner: &Inner, row: &MasterKeyRow, master: MasterKey, data_key: &DataKey) -> Result<bool, Error> {
    let (_, made) = make(inner, &row.tenant_id, &row.id, master, data_key).await?;
    let with = MadeWith {
        digest: &made.lookup,
        salt: &made.salt.to_base64(),
        data_key: &made.data_key,
        root_key: &inner.root.id(),
    };
    Ok(inner.db.master_keys().make_anew(row, with, &made.hash).await?)
}

/// A key that was to be new, and is not.
pub(crate) fn in_use(error: DbError) -> Error {
    match error {
        DbError::Duplicate(_) => Error::Duplicate(Existing {
            what: "This master key is already in use.".to_owned(),
            instead: "Give another key, or none: then a new one is made.",
        }),
        other => other.into(),
    }
}

/// What a row has from the root key.
struct Made {
    lookup: String,
    hash: String,
    salt: Salt,
    data_key: od_db::SealedColumns,
}

async fn make(
    inner: &Inner,
    tenant: &TenantId,
    id: &str,
    master: MasterKey,
    data_key: &DataKey,
) -> Result<(MasterKey, Made), Error> {
    let salt = Salt::generate();
    let sealed = derive_tenant_key(&inner.root, &master, &salt, PURPOSE).wrap(data_key, &place(tenant, id));
    let lookup = inner.root.lookup(&master).as_str().to_owned();
    let (root, cost) = (inner.root.clone(), inner.bcrypt_cost);
    let (hash, master) = tokio::task::spawn_blocking(move || (password::hash(&root, &master, cost), master))
        .await
        .map_err(|_| Error::Internal("the key could not be hashed"))?;
    let made = Made {
        lookup,
        hash: hash.map_err(|_| Error::Internal("the key could not be hashed"))?,
        salt,
        data_key: sealed.into_columns(),
    };
    Ok((master, made))
}

/// The root key that a row was made with which was found by this key.
fn root_of(inner: &Inner, row: &MasterKeyRow, master: &MasterKey) -> Arc<RootKey> {
    let made_with = |root: &&Arc<RootKey>| root.lookup(master).as_str() == row.lookup;
    inner.roots.all().find(made_with).unwrap_or(&inner.root).clone()
}
