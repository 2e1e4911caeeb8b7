-- Creates that their caller named, kept for a day: a row stands here before the record is sent to Order Desk, so that
-- neither a repetition nor a crash in between makes a second record. attempted_at is NULL until the record is about to be
-- sent; the result columns are empty until it is done.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE idempotency (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    store_row_id TEXT NOT NULL,
    client_request_id TEXT NOT NULL,
    body_digest TEXT NOT NULL,
    result_ciphertext TEXT NOT NULL,
    result_tag TEXT NOT NULL,
    result_nonce TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempted_at INTEGER,
    done_at INTEGER,
    CONSTRAINT idempotency_request_unique UNIQUE (tenant_id, store_row_id, client_request_id),
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX idempotency_time ON idempotency (created_at);
