-- Times are UTC milliseconds since the epoch, ids are UUIDv7 text, sealed values are base64 in three columns.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE tenants (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    email TEXT,
    email_folded TEXT,
    master_key_hash TEXT NOT NULL,
    master_key_salt TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;
CREATE INDEX tenants_email ON tenants (email_folded);

-- One row per master key ever issued. Revocation empties the three data_key columns.
CREATE TABLE master_key_metadata (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    prefix TEXT NOT NULL,
    label TEXT,
    lookup_index TEXT NOT NULL,
    hash TEXT NOT NULL,
    salt TEXT NOT NULL,
    data_key_ciphertext TEXT NOT NULL,
    data_key_tag TEXT NOT NULL,
    data_key_nonce TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER,
    reason TEXT,
    CONSTRAINT master_key_lookup_unique UNIQUE (lookup_index)
) STRICT;
CREATE INDEX master_key_tenant ON master_key_metadata (tenant_id, created_at);
CREATE INDEX master_key_expiry ON master_key_metadata (expires_at);

-- store_name_folded is store_name without case: what uniqueness and look-ups compare.
CREATE TABLE stores (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    store_id TEXT NOT NULL,
    store_name TEXT NOT NULL,
    store_name_folded TEXT NOT NULL,
    label TEXT,
    api_key_ciphertext TEXT NOT NULL,
    api_key_tag TEXT NOT NULL,
    api_key_nonce TEXT NOT NULL,
    settings TEXT,
    settings_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT stores_store_id_unique UNIQUE (tenant_id, store_id),
    CONSTRAINT stores_store_name_unique UNIQUE (tenant_id, store_name_folded),
    CONSTRAINT stores_owner_unique UNIQUE (tenant_id, id)
) STRICT;

-- The store a credential works on. credential_id names a row of any credential table, so it has no foreign key:
-- revoking a credential deletes its row here. The composite key keeps out another tenant's store.
CREATE TABLE active_stores (
    tenant_id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    store_row_id TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, credential_id),
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX active_stores_store ON active_stores (tenant_id, store_row_id);

-- chain is the tenant's id, or 'system' for acts that belong to no tenant (tenant_id NULL).
CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    tenant_id TEXT REFERENCES tenants (id) ON DELETE CASCADE,
    store_id TEXT,
    tool_name TEXT NOT NULL,
    parameters TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code TEXT,
    error_message TEXT,
    duration_ms INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    source TEXT NOT NULL,
    actor TEXT NOT NULL,
    client_name TEXT,
    ip_address TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    previous_digest TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT audit_log_position_unique UNIQUE (chain, seq)
) STRICT;
CREATE INDEX audit_log_tenant ON audit_log (tenant_id);
CREATE INDEX audit_log_time ON audit_log (chain, created_at);
CREATE INDEX audit_log_request ON audit_log (chain, request_id);
CREATE INDEX audit_log_tool ON audit_log (chain, tool_name, seq);
CREATE INDEX audit_log_store ON audit_log (chain, store_id, seq);

-- Where each chain ends, kept apart from the log so that a cut-off tail shows; purged_* is where it now begins.
CREATE TABLE audit_heads (
    chain TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT REFERENCES tenants (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    digest TEXT NOT NULL,
    purged_seq INTEGER NOT NULL,
    purged_digest TEXT NOT NULL
) STRICT;
CREATE INDEX audit_heads_tenant ON audit_heads (tenant_id);

-- delivery is the sender's delivery id or a digest of the body.
CREATE TABLE webhook_events (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    store_row_id TEXT NOT NULL,
    delivery TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    processed_at INTEGER,
    outcome TEXT,
    attempts INTEGER NOT NULL,
    CONSTRAINT webhook_events_delivery_unique UNIQUE (tenant_id, store_row_id, delivery),
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX webhook_events_time ON webhook_events (received_at);

-- The data_key columns are empty while the session is locked and after revocation.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    token_digest TEXT NOT NULL,
    data_key_ciphertext TEXT NOT NULL,
    data_key_tag TEXT NOT NULL,
    data_key_nonce TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    CONSTRAINT sessions_token_unique UNIQUE (token_digest)
) STRICT;
CREATE INDEX sessions_tenant ON sessions (tenant_id, created_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- tenant_id is NULL for a sign-up, whose tenant does not exist yet.
CREATE TABLE magic_links (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT REFERENCES tenants (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    purpose TEXT NOT NULL,
    ip_address TEXT,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    expires_at INTEGER NOT NULL,
    CONSTRAINT magic_links_token_unique UNIQUE (token_digest)
) STRICT;
CREATE INDEX magic_links_tenant ON magic_links (tenant_id);
CREATE INDEX magic_links_expiry ON magic_links (expires_at);

-- One sealed value that only the right root key opens.
CREATE TABLE vault_check (
    id TEXT NOT NULL PRIMARY KEY,
    ciphertext TEXT NOT NULL,
    tag TEXT NOT NULL,
    nonce TEXT NOT NULL
) STRICT;

-- Who may change an order right now, when several processes share this database.
CREATE TABLE order_leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX order_leases_expiry ON order_leases (expires_at);
