-- What a change altered, sealed with its tenant's data key, in the row of its end: it is written, signed and removed with
-- the row. Empty where nothing is kept. orders holds Order Desk's ids of the orders that an entry is about, with blanks
-- between them; NULL where it is about none, and in the rows of before.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

ALTER TABLE audit_log ADD COLUMN orders TEXT;
ALTER TABLE audit_log ADD COLUMN difference_tag TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_log ADD COLUMN difference_nonce TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_log ADD COLUMN difference_ciphertext TEXT NOT NULL DEFAULT '';
