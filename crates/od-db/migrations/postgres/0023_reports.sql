-- Reports that were asked for as a file, each kept for an hour. What is in one is sealed with the tenant's data key; beside it is
-- nothing but dates and sizes.
-- The SQLite twin of this file differs in column types only (a test compares them).

-- stores is of how many stores it was made: with one of them gone it is not given out any more.
CREATE TABLE IF NOT EXISTS reports (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    stores BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    report_ciphertext TEXT NOT NULL,
    report_tag TEXT NOT NULL,
    report_nonce TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS reports_owner ON reports (tenant_id, expires_at);
CREATE INDEX IF NOT EXISTS reports_end ON reports (expires_at);

-- From which stores a report was made.
CREATE TABLE IF NOT EXISTS report_stores (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    store_row_id TEXT NOT NULL,
    PRIMARY KEY (report_id, store_row_id),
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS report_stores_store ON report_stores (tenant_id, store_row_id);
