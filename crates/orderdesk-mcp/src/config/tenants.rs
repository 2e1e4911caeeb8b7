//! Settings of tenants and their master keys.

use secrecy::SecretString;

section! {
    /// A tenant is whoever owns a set of stores. It is known by its master key, which is never stored.
    Tenants, "Tenants";

    /// Whether an unknown master key of at least 16 bytes, if it is not easily guessed, makes its own tenant. Over stdio
    /// only, never over HTTP, and not in a process that only reads (`MCP_READ_ONLY`).
    AUTO_PROVISION_TENANT => auto_provision: bool = "false", example "true";

    /// The master key that `stdio` and the commands act for.
    MCP_MASTER_KEY => master_key: Option<SecretString>,
        within "16" to "256",
        example "(a master key, as tenant create prints it)";

    /// The store that is active when `stdio` starts or a command runs: its name or its Order Desk id.
    MCP_DEFAULT_STORE => default_store: Option<String>, within "1" to "200", example "Blue Harbor Prints";

    /// Whether a master key is accepted as a bearer token over HTTP.
    ALLOW_MASTER_KEY_BEARER => allow_master_key_bearer: bool = "true", restricts true, example "false";

    /// The cost of hashing a master key with bcrypt. Each step doubles the work; a value below 10 is for tests.
    BCRYPT_COST => bcrypt_cost: u32 = "12", within "4" to "15", restricts true, example "13";
}
