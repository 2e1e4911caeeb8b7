-- Credentials beside master keys. root_key tells which root key a row was made with ('' in rows of before, until the next start
-- names it). The PostgreSQL twin of this file differs in column types only (a test compares them).

-- What a person allowed a client. Its tokens hang on it.
CREATE TABLE oauth_grants (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    client_name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    stores TEXT,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    reason TEXT,
    CONSTRAINT oauth_grants_owner_unique UNIQUE (tenant_id, id)
) STRICT;
CREATE INDEX oauth_grants_tenant ON oauth_grants (tenant_id, created_at);

-- Personal access tokens, and what OAuth hands out. scopes are separated by blanks; stores is a JSON list of Order Desk's store
-- ids, NULL for all. A refresh token's parent is the one it was given for. used_at is when a code was exchanged, or a refresh
-- token first used. The end of a token empties its data_key columns.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    grant_id TEXT,
    parent_id TEXT,
    prefix TEXT NOT NULL,
    label TEXT,
    digest TEXT NOT NULL,
    salt TEXT NOT NULL,
    data_key_ciphertext TEXT NOT NULL,
    data_key_tag TEXT NOT NULL,
    data_key_nonce TEXT NOT NULL,
    scopes TEXT NOT NULL,
    stores TEXT,
    redirect_uri TEXT,
    code_challenge TEXT,
    resource TEXT,
    root_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    used_at INTEGER,
    revoked_at INTEGER,
    reason TEXT,
    CONSTRAINT tokens_digest_unique UNIQUE (digest),
    FOREIGN KEY (tenant_id, grant_id) REFERENCES oauth_grants (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX tokens_tenant ON tokens (tenant_id, kind, created_at);
CREATE INDEX tokens_grant ON tokens (tenant_id, grant_id);
CREATE INDEX tokens_parent ON tokens (parent_id);
CREATE INDEX tokens_expiry ON tokens (expires_at);

ALTER TABLE master_key_metadata ADD COLUMN root_key TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN root_key TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN prefix TEXT NOT NULL DEFAULT '';
