-- Where the audit chains of deleted tenants ended. The rows are signed with the root key and stay when everything else of the
-- tenant goes. intact is 1 when the chain's own ends were as this server had signed them.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE audit_ends (
    position INTEGER NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    name TEXT,
    deleted_at INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    digest TEXT NOT NULL,
    intact INTEGER NOT NULL,
    proof TEXT NOT NULL,
    CONSTRAINT audit_ends_tenant_unique UNIQUE (tenant_id)
) STRICT;

-- How many of them there are, and the proof of the newest: with it, rows that were removed show.
CREATE TABLE audit_ends_head (
    id TEXT NOT NULL PRIMARY KEY,
    ends INTEGER NOT NULL,
    last_proof TEXT NOT NULL,
    proof TEXT NOT NULL
) STRICT;
INSERT INTO audit_ends_head (id, ends, last_proof, proof) VALUES ('ends', 0, '', '');

-- The newest backup that is known of. bytes is NULL for one that was made by other means.
CREATE TABLE newest_backup (
    id TEXT NOT NULL PRIMARY KEY,
    made_at INTEGER NOT NULL,
    bytes INTEGER
) STRICT;
