-- What became of a refresh token. used_at is when its present window opened: when it was first used, or used again after an
-- answer that never arrived. answered_at is when something that it gave was first used. superseded_at is when another refresh
-- token of its grant was used; a minute later it is good no more.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

ALTER TABLE tokens ADD COLUMN answered_at INTEGER;
ALTER TABLE tokens ADD COLUMN superseded_at INTEGER;

UPDATE tokens SET answered_at = used_at WHERE kind = 'refresh' AND used_at IS NOT NULL AND EXISTS
    (SELECT 1 FROM tokens s WHERE s.parent_id = tokens.id AND
        ((s.kind = 'refresh' AND s.used_at IS NOT NULL) OR (s.kind = 'access' AND s.last_used_at IS NOT NULL)));
UPDATE tokens SET superseded_at = used_at WHERE kind = 'refresh' AND used_at IS NOT NULL AND EXISTS
    (SELECT 1 FROM tokens s WHERE s.parent_id = tokens.id AND s.kind = 'refresh' AND s.used_at IS NOT NULL);

-- The refresh tokens of a grant that something still opens with: few, however many it has had.
CREATE INDEX tokens_open ON tokens (tenant_id, grant_id) WHERE kind = 'refresh' AND data_key_ciphertext <> '';
