//! Tokens of every kind: made, and opened again.

use od_db::{SealedColumns, TokenRow};
use od_vault::{DataKey, Place, RootKey, Salt, Token, TokenKind, derive_token_key};
use uuid::Uuid;

use crate::error::Error;
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
        revoked_at: None,
        reason: None,
        id,
    };
    (token, row)
}

/// Opens the data key with a token that has this row.
///
/// # Errors
/// [`Error::Internal`] for a row that is damaged, or was made with another root key.
pub(crate) fn open(root: &RootKey, row: &TokenRow, token: &Token) -> Result<DataKey, Error> {
    let copy = SealedCopy {
        tenant: &row.tenant_id,
        row: &row.id,
        salt: &row.salt,
        data_key: &row.data_key,
    };
    open_copy(root, &copy, token)
}

/// A sealed copy of a tenant's data key, in whatever table it stands.
pub(crate) struct SealedCopy<'a> {
    pub tenant: &'a TenantId,
    pub row: &'a str,
    pub salt: &'a str,
    pub data_key: &'a SealedColumns,
}

/// Opens the data key with the token that this copy was sealed for.
///
/// # Errors
/// As for [`open`].
pub(crate) fn open_copy(root: &RootKey, copy: &SealedCopy<'_>, token: &Token) -> Result<DataKey, Error> {
    let salt = Salt::from_base64(copy.salt).map_err(|_| Error::Internal("a stored salt is damaged"))?;
    derive_token_key(root, token, &salt, PURPOSE)
        .unwrap(&copy.data_key.clone().into_sealed(), &place(copy.tenant, copy.row))
        .map_err(|_| Error::Internal("a tenant's data key does not open"))
}

fn place<'a>(tenant: &'a TenantId, row: &'a str) -> Place<'a> {
    Place {
        tenant: tenant.as_str(),
        row,
        field: "data_key",
    }
}

/// A kind as rows name it.
pub(crate) fn name_of(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Personal => "personal",
        TokenKind::Code => "code",
        TokenKind::Access => "access",
        TokenKind::Refresh => "refresh",
        TokenKind::Session => "session",
    }
}

#[cfg(test)]
mod tests;
