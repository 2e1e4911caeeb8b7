-- What a page of the audit log is looked up by has an index that ends in the time: without it a planner rather reads the whole log
-- in the order of time than sort the few entries of a request.
-- The SQLite twin of this file differs in column types only (a test compares them).

DROP INDEX IF EXISTS audit_log_request;
CREATE INDEX IF NOT EXISTS audit_log_request ON audit_log (chain, request_id, created_at, seq);
-- Failures are few, and the dashboard asks for the newest of them every few seconds.
CREATE INDEX IF NOT EXISTS audit_log_errors ON audit_log (chain, created_at, seq) WHERE status = 'error';
