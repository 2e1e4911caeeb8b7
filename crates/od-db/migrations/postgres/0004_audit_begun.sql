-- A change has two rows: one from before its first request to Order Desk, of status 'begun', and one of its end, which names
-- the first in begun_id. A first row without an end tells of a change that nobody saw the end of.
-- The SQLite twin of this file differs in column types only (a test compares them).

ALTER TABLE audit_log ADD COLUMN begun_id TEXT;

CREATE INDEX audit_log_begun ON audit_log (begun_id) WHERE begun_id IS NOT NULL;
