//! Tokens of every kind: made, and opened again.

use std::sync::Arc;

use od_db::{DbError, FoundToken, MadeWith, SealedColumns, SessionRow, TokenRow};
use od_vault::{DataKey, RootKey, Salt, Token, TokenKind, derive_token_key};
use uuid::Uuid;

use super::place::place;
use crate::engine::Inner;
use crate::error::Error;
use crate::roots::Roots;
use crate::scope::{Grants, StoreSet, TenantId};
use crate::sealed::{IntoColumns as _, IntoSealed as _};

/// The purpose a token's key is derived for.
const PURPOSE: &str = "token key";

/// What a token is to be.
pub(crate) struct NewToken<'a> {
    pub kind: TokenKind,
    pub tenant: &'a TenantId,
    pub grants: Grants,
    pub stores: &'a StoreSet,
    /// UTC milliseconds.
    pub created_at: i64,
    /// UTC milliseconds; never without.
    pub expires_at: Option<i64>,
}

/// Makes a token, and its row with a copy of the data key that only its text opens. What a kind has beside that is the caller's
/// to add to the row, but for the id, which the copy is bound to.
pub(crate) fn seal(root: &RootKey, data_key: &DataKey, new: &NewToken<'_>) -> (Token, TokenRow) {
    let token = Token::generate(new.kind);
    let (id, salt) = (Uuid::now_v7().to_string(), Salt::generate());
    let sealed = derive_token_key(root, &token, &salt, PURPOSE).wrap(data_key, &place(new.tenant, &id));
    let row = TokenRow {
        tenant_id: new.tenant.clone(),
        kind: name_of(new.kind).to_owned(),
        grant_id: None,
        parent_id: None,
        prefix: token.prefix(),
        label: None,
        digest: token.digest(root),
        salt: salt.to_base64(),
        data_key: sealed.into_columns(),
        scopes: new.grants.to_scope(),
        stores: new.stores.to_column(),
        redirect_uri: None,
        code_challenge: None,
        resource: None,
        root_key: root.id(),
        created_at: new.created_at,
        last_used_at: None,
        expires_at: new.expires_at,
        used_at: None,
        answered_at: None,
        superseded_at: None,
        revoked_at: None,
        reason: None,
        id,
    };
    (token, row)
}

/// A token's row with its tenant's and its grant's state, by the digests that the root keys at hand make of it, in one query.
pub(crate) async fn find_token(inner: &Inner, token: &Token) -> Result<Option<FoundToken>, DbError> {
    let (tokens, digest) = (inner.db.tokens(), token.digest(&inner.root));
    match &inner.roots.previous {
        None => tokens.find(&digest).await,
        Some(previous) => tokens.find_by_either(&digest, &token.digest(previous)).await,
    }
}

/// Opens the data key with a token that has this row, under the root key that it was made with.
///
/// # Errors
/// [`Error::Internal`] for a row that is damaged, or was made with a root key that is not at hand.
pub(crate) fn open(roots: &Roots, row: &TokenRow, token: &Token) -> Result<DataKey, Error> {
    open_copy(roots, &copy_of(row), token)
}

/// As [`open`], with a session's text.
///
/// # Errors
/// As for [`open`].
pub(crate) fn open_session(roots: &Roots, row: &SessionRow, token: &Token) -> Result<DataKey, Error> {
    open_copy(roots, &copy_of_session(row), token)
}

/// A sealed copy of a tenant's data key, in whatever table it stands.
struct SealedCopy<'a> {
    tenant: &'a TenantId,
    row: &'a str,
    /// What its row is found by, which tells the root key that it was made with.
    digest: &'a str,
    salt: &'a str,
    data_key: &'a SealedColumns,
}

fn copy_of(row: &TokenRow) -> SealedCopy<'_> {
    SealedCopy {
        tenant: &row.tenant_id,
        row: &row.id,
        digest: &row.digest,
        salt: &row.salt,
        data_key: &row.data_key,
    }
}

fn copy_of_session(row: &SessionRow) -> SealedCopy<'_> {
    SealedCopy {
        tenant: &row.tenant_id,
        row: &row.id,
        digest: &row.token_digest,
        salt: &row.salt,
        data_key: &row.data_key,
    }
}

/// Opens the data key with the token that this copy was sealed for.
fn open_copy(roots: &Roots, copy: &SealedCopy<'_>, token: &Token) -> Result<DataKey, Error> {
    let salt = Salt::from_base64(copy.salt).map_err(|_| Error::Internal("a stored salt is damaged"))?;
    derive_token_key(root_of(roots, copy.digest, token), token, &salt, PURPOSE)
        .unwrap(&copy.data_key.clone().into_sealed(), &place(copy.tenant, copy.row))
        .map_err(|_| Error::Internal("a tenant's data key does not open"))
}

/// Makes a proven token's row one of the root key in use, if it is not. When it has ended meanwhile, or somebody else was
/// quicker, nothing changes.
pub(crate) async fn renew(inner: &Inner, row: &TokenRow, token: &Token, data_key: &DataKey) {
    if let Some(renewed) = renewed(inner, &copy_of(row), token, data_key) {
        tell(inner.db.tokens().make_anew(row, renewed.made_with()).await);
    }
}

/// As [`renew`], for a session's row.
pub(crate) async fn renew_session(inner: &Inner, row: &SessionRow, token: &Token, data_key: &DataKey) {
    if let Some(renewed) = renewed(inner, &copy_of_session(row), token, data_key) {
        tell(inner.db.sessions().make_anew(row, renewed.made_with()).await);
    }
}

/// Whoever proved a credential is served, also when its row could not go over to the root key in use: the next use tries again.
pub(super) fn tell<E: std::fmt::Display>(renewed: Result<bool, E>) {
    if let Err(error) = renewed {
        tracing::warn!(%error, "a credential could not be taken over to the root key in use");
    }
}

/// What a proven token's row has from the root key in use; nothing when it has that already.
fn renewed(inner: &Inner, copy: &SealedCopy<'_>, token: &Token, data_key: &DataKey) -> Option<Renewed> {
    if Arc::ptr_eq(root_of(&inner.roots, copy.digest, token), &inner.root) {
        return None;
    }
    let salt = Salt::generate();
    let key = derive_token_key(&inner.root, token, &salt, PURPOSE);
    Some(Renewed {
        digest: token.digest(&inner.root),
        salt: salt.to_base64(),
        data_key: key.wrap(data_key, &place(copy.tenant, copy.row)).into_columns(),
        root_key: inner.root.id(),
    })
}

/// What a row has from the root key in use.
struct Renewed {
    digest: String,
    salt: String,
    data_key: SealedColumns,
    root_key: String,
}

impl Renewed {
    fn made_with(&self) -> MadeWith<'_> {
        MadeWith {
            digest: &self.digest,
            salt: &self.salt,
            data_key: &self.data_key,
            root_key: &self.root_key,
        }
    }
}

/// The root key that a row was made with which was found by this token.
fn root_of<'r>(roots: &'r Roots, digest: &str, token: &Token) -> &'r Arc<RootKey> {
    let made_with = |root: &&Arc<RootKey>| token.digest(root) == digest;
    roots.all().find(made_with).unwrap_or(&roots.current)
}

/// A kind as rows name it.
pub(crate) fn name_of(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Personal => "personal",
        TokenKind::Code => "code",
        TokenKind::Access => "access",
        TokenKind::Refresh => "refresh",
        TokenKind::Session => "session",
        TokenKind::Link => "link",
    }
}

#[cfg(test)]
mod tests;
