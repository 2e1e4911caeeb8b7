//! What is to be sent, as the door puts it into words.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use secrecy::SecretString;

/// Words and sends what is to be sent; the error says why it was not, without naming the address.
pub type Post = Arc<dyn Fn(Posting) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What is to be sent.
#[derive(Debug)]
pub struct Posting {
    /// To whom: one plain address.
    pub email: String,
    /// What.
    pub what: Posted,
    /// How long its links are good.
    pub good_for: Duration,
}

/// What is sent.
#[derive(Debug)]
pub enum Posted {
    /// A link for each tenant that has this address.
    SignIn(Vec<SignInLink>),
    /// The link that makes a tenant.
    SignUp {
        /// What the link ends with.
        token: SecretString,
        /// Whether this address has a tenant already.
        has_one: bool,
    },
}

/// A link that signs in.
#[derive(Debug)]
pub struct SignInLink {
    /// What the link ends with.
    pub token: SecretString,
    /// What people call the tenant.
    pub name: Option<String>,
    /// When the tenant was made: RFC 3339, UTC.
    pub created_at: String,
}
