-- The active store belongs to the credential and to what the connection leaves of the catalog: what a connection may not
-- write it cannot steer. narrowing is empty for a connection that leaves everything; the rows of before are of those.

CREATE TABLE active_stores_by_narrowing (
    tenant_id TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    narrowing TEXT NOT NULL,
    store_row_id TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, credential_id, narrowing),
    FOREIGN KEY (tenant_id, store_row_id) REFERENCES stores (tenant_id, id) ON DELETE CASCADE
) STRICT;
INSERT INTO active_stores_by_narrowing (tenant_id, credential_id, narrowing, store_row_id, set_at)
    SELECT tenant_id, credential_id, '', store_row_id, set_at FROM active_stores;
DROP TABLE active_stores;
ALTER TABLE active_stores_by_narrowing RENAME TO active_stores;
CREATE INDEX active_stores_store ON active_stores (tenant_id, store_row_id);
