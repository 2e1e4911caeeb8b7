-- What checks the posts of a store, one row for each store whose webhook is switched on. The token in its address is found by a
-- keyed digest, and shown again to whoever has the tenant's data key; the key is sealed with the root key, because a post brings
-- nothing that opens the data key.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE IF NOT EXISTS webhook_keys (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    store_row_id TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    token_ciphertext TEXT NOT NULL,
    token_tag TEXT NOT NULL,
    token_nonce TEXT NOT NULL,
    key_ciphertext TEXT NOT NULL,
    key_tag TEXT NOT NULL,
    key_nonce TEXT NOT NULL,
    root_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT webhook_keys_token_unique UNIQUE (token_digest),
    CONSTRAINT webhook_keys_store_unique UNIQUE (tenant_id, store_row_id),
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
) STRICT;
