-- Whose word an agreement to what cannot be taken back took: a person's who was asked, or the caller's own. Entries of before tell nothing.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

ALTER TABLE audit_log ADD COLUMN agreed_by TEXT;
