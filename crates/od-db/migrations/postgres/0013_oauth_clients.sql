-- Programs that registered themselves for OAuth (RFC 7591). They belong to no tenant: anybody may register, and a
-- registration opens nothing. redirect_uris is a JSON array of texts. secret_digest is NULL for a program that keeps no
-- secret. repeat_digest finds a registration that is sent again within minutes; NULL once that time is over.
-- last_grant_at is NULL as long as nobody agreed to the program.
-- The SQLite twin of this file differs in column types only (a test compares them).

CREATE TABLE oauth_clients (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    secret_digest TEXT,
    repeat_digest TEXT,
    created_at BIGINT NOT NULL,
    last_grant_at BIGINT,
    CONSTRAINT oauth_clients_repeat_unique UNIQUE (repeat_digest)
);
CREATE INDEX oauth_clients_created ON oauth_clients (created_at);
