//! Keys, sealing, hashing and tokens. No IO, no clock.
//!
//! ```text
//! root key (configured, never stored) + master key (typed, never stored) + salt (stored)
//!     -> HKDF-SHA256  -> tenant key (memory only)             derive_tenant_key
//!     -> AES-256-GCM  -> data key (stored sealed)             TenantKey::wrap, TenantKey::unwrap
//!     -> AES-256-GCM  -> API keys, customer data (stored)     DataKey::seal, DataKey::open
//! ```
//!
//! Each live credential of a tenant keeps its own sealed copy of the tenant's data key: losing or revoking one
//! credential says nothing about the others. A database together with the root key opens nothing.
//!
//! Secret types here have no `Display`, `Serialize`, `Clone` or `PartialEq`, their `Debug` shows the type's name only,
//! and their bytes are wiped when they are dropped. Randomness comes from the operating system.

mod client_secret;
mod derive;
mod expand;
#[cfg(test)]
mod fixtures;
mod forms;
mod guessable;
mod kept;
mod key_text;
mod lookup;
mod master_key;
mod number;
pub mod password;
mod pkce;
mod root_key;
mod seal;
mod secret;
mod session_cookie;
mod tenant_key;
mod token;
mod token_kind;
mod webhook_key;
mod webhook_token;

pub use client_secret::ClientSecret;
pub use derive::{Salt, SaltError, derive_tenant_key, derive_token_key};
pub use forms::{FormTokens, is_browser, new_browser};
pub use lookup::{Fingerprints, LookupIndex};
pub use master_key::{MasterKey, MasterKeyError};
pub use number::number_of;
pub use pkce::{code_is_proven, is_code_challenge};
pub use root_key::{RootKey, RootKeyError};
pub use seal::{DataKey, OpenError, Place, Sealed};
pub use secret::{Key32, same};
pub use session_cookie::{CookieSigner, OpenedCookie};
pub use tenant_key::TenantKey;
pub use token::{Token, TokenError};
pub use token_kind::TokenKind;
pub use webhook_key::WebhookKey;
pub use webhook_token::WebhookToken;
