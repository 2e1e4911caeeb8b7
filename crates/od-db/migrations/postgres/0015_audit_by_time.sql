-- Entries are listed by the time they happened, whatever they are chosen by: the indexes by which they are chosen end in the
-- time and the position, so that a page is read from its first entry on and nothing is sorted.
-- The SQLite twin of this file differs in column types only (a test compares them).

DROP INDEX audit_log_time;
DROP INDEX audit_log_tool;
DROP INDEX audit_log_store;
CREATE INDEX audit_log_time ON audit_log (chain, created_at, seq);
CREATE INDEX audit_log_tool ON audit_log (chain, tool_name, created_at, seq);
CREATE INDEX audit_log_store ON audit_log (chain, store_id, created_at, seq);
