//! What a tenant is proven with: one way to prove, to seal and to revoke.
//!
//! Each credential has its own sealed copy of the tenant's data key, which nothing opens but the credential's own text together
//! with the root key. Its row holds a keyed digest to find it by, what it may do, which stores it may see and when it ends.
//! Whatever replaces a credential seals a new copy from the old one in the same moment; whatever ends one overwrites its copy.

mod master;
mod named;
mod personal;
mod place;
mod tokens;

pub(crate) use master::{find_master, in_use, open_master, renew_master, seal_master};
pub(crate) use named::{Entry, Kind, named};
pub use personal::{CreatedToken, NewPersonalToken, PersonalTokens, TokenView};
pub(crate) use tokens::{NewToken, find_token, open, open_session, renew, renew_session, seal};
