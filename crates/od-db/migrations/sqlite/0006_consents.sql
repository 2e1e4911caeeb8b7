-- What persons said when they were asked, as long as it counts. An answered question stands here until it would be too old
-- anyhow, so that its answer counts once on every replica and after a restart. A no stands here for each record that it was
-- said of; credential_id names a row of any credential table, so it has no foreign key.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE used_questions (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX used_questions_tenant ON used_questions (tenant_id);
CREATE INDEX used_questions_expiry ON used_questions (expires_at);

CREATE TABLE declined_deeds (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL,
    deed TEXT NOT NULL,
    target TEXT NOT NULL,
    declined_until INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, credential_id, deed, target)
) STRICT;
CREATE INDEX declined_deeds_expiry ON declined_deeds (declined_until);
