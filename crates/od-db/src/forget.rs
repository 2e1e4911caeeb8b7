//! What is remembered for a credential, and goes with it. Rows of other tables name any kind of credential, so no foreign key
//! does it.

/// Its active stores. Parameters: tenant, credential.
pub(crate) const ACTIVE_STORES: &str = "DELETE FROM active_stores WHERE tenant_id = $1 AND credential_id = $2";
/// What its calls left. Parameters: tenant, credential.
pub(crate) const ANSWERS: &str = "DELETE FROM answers WHERE tenant_id = $1 AND credential_id = $2";
/// All of it: run by whatever ends a credential. Parameters: tenant, credential.
pub(crate) const CREDENTIAL: [&str; 2] = [ACTIVE_STORES, ANSWERS];

/// All of a tenant's web sessions, and what is remembered for them. Parameter: tenant.
pub(crate) const SESSIONS: [&str; 3] = [
    "DELETE FROM active_stores WHERE tenant_id = $1 AND credential_id IN (SELECT id FROM sessions WHERE tenant_id = $1)",
    "DELETE FROM answers WHERE tenant_id = $1 AND credential_id IN (SELECT id FROM sessions WHERE tenant_id = $1)",
    "DELETE FROM sessions WHERE tenant_id = $1",
];
