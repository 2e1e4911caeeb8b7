//! What is remembered for a credential, and goes with it. Rows of other tables name any kind of credential, so no foreign key
//! does it.

/// Its active stores. Parameters: tenant, credential.
pub(crate) const ACTIVE_STORES: &str = "DELETE FROM active_stores WHERE tenant_id = $1 AND credential_id = $2";
/// What its calls left. Parameters: tenant, credential.
pub(crate) const ANSWERS: &str = "DELETE FROM answers WHERE tenant_id = $1 AND credential_id = $2";
/// All of it: run by whatever ends a credential. Parameters: tenant, credential.
pub(crate) const CREDENTIAL: [&str; 2] = [ACTIVE_STORES, ANSWERS];

/// The columns of a sealed copy as an ended credential has them: nothing opens a data key with it any more.
macro_rules! emptied {
    () => {
        "data_key_ciphertext = '', data_key_tag = '', data_key_nonce = ''"
    };
}
pub(crate) use emptied;

/// What is remembered for the credentials whose ids a query gives, with the query's parameters.
macro_rules! all_of {
    ($($ids:expr),+) => {
        [
            concat!("DELETE FROM active_stores WHERE credential_id IN (", $($ids),+, ")"),
            concat!("DELETE FROM answers WHERE credential_id IN (", $($ids),+, ")"),
        ]
    };
}
pub(crate) use all_of;

const OF_SESSIONS: [&str; 2] = all_of!("SELECT id FROM sessions WHERE tenant_id = $1");
/// All links that were sent by e-mail for a tenant. Parameter: tenant.
pub(crate) const LINKS: &str = "DELETE FROM magic_links WHERE tenant_id = $1";
/// Those that make its e-mail address another one. Parameter: tenant.
pub(crate) const EMAIL_LINKS: &str = "DELETE FROM magic_links WHERE tenant_id = $1 AND purpose = 'email'";
/// All of a tenant's web sessions, what is remembered for them, the links that would begin others, and the codes made in them
/// that nobody came for yet: their grants go with the next sweep. Parameter: tenant.
pub(crate) const SESSIONS: [&str; 5] = [
    OF_SESSIONS[0],
    OF_SESSIONS[1],
    "DELETE FROM sessions WHERE tenant_id = $1",
    LINKS,
    "DELETE FROM tokens WHERE tenant_id = $1 AND kind = 'code' AND used_at IS NULL",
];
