-- Copies of stores' orders, from which questions about many of them are answered. Orders stand in chunks that are sealed with
-- the tenant's data key; beside them is nothing but dates and counts.
-- The SQLite twin of this file differs in column types only (a test compares them).

-- How far each copy is. edition is another one whenever the chunks were written anew; begins and ends bound the orders'
-- dates; reached is how many of the fill's orders are read.
CREATE TABLE IF NOT EXISTS mirrors (
    store_row_id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    edition TEXT NOT NULL,
    last_chunk BIGINT NOT NULL,
    begins BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    reached BIGINT NOT NULL,
    expected BIGINT NOT NULL,
    filled_at BIGINT,
    seen BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    audited_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS mirrors_owner ON mirrors (tenant_id, store_row_id);

-- Later chunks overrule earlier ones.
CREATE TABLE IF NOT EXISTS mirror_chunks (
    store_row_id TEXT NOT NULL REFERENCES mirrors (store_row_id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    orders BIGINT NOT NULL,
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    chunk_ciphertext TEXT NOT NULL,
    chunk_tag TEXT NOT NULL,
    chunk_nonce TEXT NOT NULL,
    PRIMARY KEY (store_row_id, number)
);
