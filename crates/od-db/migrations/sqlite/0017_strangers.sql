-- What strangers make is found without looking through all of it.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

-- Registered programs that nobody agreed to yet, the oldest first: there is a bound to how many stay.
CREATE INDEX IF NOT EXISTS oauth_clients_unused ON oauth_clients (created_at) WHERE last_grant_at IS NULL;
-- Links that were sent to an address.
CREATE INDEX IF NOT EXISTS magic_links_email ON magic_links (email);
