-- Writes at work, and answers to writes that nobody could be given: kept for a few minutes for whoever repeats the call.
-- One row per credential and digest of tool and arguments. The result columns are empty while the write is at work;
-- expires_at is then the end of a short lease that its process renews, and afterwards the end of the keeping. shared is 1
-- when the answer was given, and stays only for those who came while the write was at work; wanted is 1 when there are such.
-- credential_id names a row of any credential table, so it has no foreign key: revoking a credential deletes its rows here.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE answers (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    records TEXT NOT NULL,
    result_ciphertext TEXT NOT NULL,
    result_tag TEXT NOT NULL,
    result_nonce TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT answers_call_unique UNIQUE (tenant_id, credential_id, digest)
) STRICT;
CREATE INDEX answers_expiry ON answers (expires_at);
