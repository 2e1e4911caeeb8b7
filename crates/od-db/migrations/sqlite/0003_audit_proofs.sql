-- The key's holder vouches for where each chain begins and ends: without the key, nobody can set the ends back after cutting
-- off a tail or a beginning. Every chain has its ends from its tenant's beginning on, so that one that lost them shows.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

ALTER TABLE audit_heads ADD COLUMN proof TEXT NOT NULL DEFAULT '';

INSERT INTO audit_heads (chain, tenant_id, seq, digest, purged_seq, purged_digest)
SELECT id, id, 0, '', 0, '' FROM tenants WHERE TRUE
ON CONFLICT (chain) DO NOTHING;

INSERT INTO audit_heads (chain, tenant_id, seq, digest, purged_seq, purged_digest)
VALUES ('system', NULL, 0, '', 0, '')
ON CONFLICT (chain) DO NOTHING;
