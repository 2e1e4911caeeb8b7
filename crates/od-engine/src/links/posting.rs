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
    /// The link that makes this address its tenant's.
    NewEmail {
        /// What the link ends with.
        token: SecretString,
        /// Whose it is.
        account: Account,
    },
    /// To the present address: that another one is to take its place, once the link sent there is used.
    EmailAsked(Account),
    /// To the former address: that another one has taken its place.
    EmailChanged(Account),
}

/// A tenant, as a mail tells it from others.
#[derive(Debug)]
pub struct Account {
    /// What people call it.
    pub name: Option<String>,
    /// When it was made: RFC 3339, UTC.
    pub created_at: String,
}

/// A link that signs in.
#[derive(Debug)]
pub struct SignInLink {
    /// What the link ends with.
    pub token: SecretString,
    /// Whose it is.
    pub account: Account,
}
