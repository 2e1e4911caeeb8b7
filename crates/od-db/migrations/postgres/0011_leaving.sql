-- Where the audit chains of deleted tenants ended. The rows are signed with the root key and stay when everything else of the
-- tenant goes. intact is 1 when the chain's own ends were as this server had signed them.
-- The SQLite twin of this file differs in column types only (a test compares them).

CREATE TABLE audit_ends (
    position BIGINT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    name TEXT,
    deleted_at BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    digest TEXT NOT NULL,
    intact BIGINT NOT NULL,
    proof TEXT NOT NULL,
    CONSTRAINT audit_ends_tenant_unique UNIQUE (tenant_id)
);

-- How many of them there are, and the proof of the newest: with it, rows that were removed show.
CREATE TABLE audit_ends_head (
    id TEXT NOT NULL PRIMARY KEY,
    ends BIGINT NOT NULL,
    last_proof TEXT NOT NULL,
    proof TEXT NOT NULL
);
INSERT INTO audit_ends_head (id, ends, last_proof, proof) VALUES ('ends', 0, '', '');

-- The newest backup that is known of. bytes is NULL for one that was made by other means.
CREATE TABLE newest_backup (
    id TEXT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    bytes BIGINT
);
