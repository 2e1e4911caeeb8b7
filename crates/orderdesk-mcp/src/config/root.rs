//! Settings of the root key.

use od_engine::RootKey;
use secrecy::{ExposeSecret, SecretString};

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

/// Said where MCP_KMS_KEY_PREVIOUS is the key in use.
pub const SAME_TWICE: &str = "is the same as MCP_KMS_KEY. Leave it out, or set it to the root key before.";

impl Root {
    /// Whether the key in use and the one before are one.
    pub fn is_same_twice(&self) -> bool {
        let key = |text: &Option<SecretString>| RootKey::from_base64(text.as_ref()?.expose_secret()).ok();
        let (current, previous) = (key(&self.kms_key), key(&self.kms_key_previous));
        current
            .zip(previous)
            .is_some_and(|(current, previous)| previous.is_same(&current))
    }
}
