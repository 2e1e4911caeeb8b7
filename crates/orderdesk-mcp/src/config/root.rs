//! Settings of the root key.

use secrecy::SecretString;

section! {
    /// The root key is one half of what opens a tenant's data; the other half is the tenant's master key. Without it
    /// nothing that is stored can be read, so keep a copy apart from the database.
    Root, "Root key";

    /// The root key: base64 of at least 32 random bytes, as `orderdesk-mcp keygen` prints it. Sample values published
    /// in documentation are refused. `demo` makes its own and forgets it.
    MCP_KMS_KEY => kms_key: Option<SecretString>,
        otherwise "the key file that `orderdesk-mcp setup` wrote in the platform's configuration directory",
        within "43" to "1024",
        example "(the output of orderdesk-mcp keygen)";

    /// The root key before the present one, while the database goes over: both open what is stored, and what is used goes over to
    /// MCP_KMS_KEY. `orderdesk-mcp kms rotate --status` counts what still needs it; at 0, leave it out again.
    MCP_KMS_KEY_PREVIOUS => kms_key_previous: Option<SecretString>,
        within "43" to "1024",
        example "(the former value of MCP_KMS_KEY)";
}
