-- Sets of arguments that a tenant's people keep for the console. What one is called, its tool and its arguments may tell of a
-- shopper, so all of it is sealed with the tenant's data key.
-- The PostgreSQL twin of this file differs in column types only (a test compares them).

CREATE TABLE console_templates (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    template_ciphertext TEXT NOT NULL,
    template_tag TEXT NOT NULL,
    template_nonce TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX console_templates_tenant ON console_templates (tenant_id);
