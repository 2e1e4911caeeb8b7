//! Links that are sent by e-mail. One signs a tenant's owner in, who then sees what there is and opens nothing without a master
//! key; one lets a stranger make a tenant; one shows that the address which an owner wants to be reached at is the owner's.
//!
//! A link is good once and for a short time. Whoever asks for one is answered before anybody looks whether the address is
//! known, so that nothing about the answer tells.

use std::net::IpAddr;
use std::time::Duration;

use od_db::MagicLinkRow;
use od_vault::{Token, TokenKind};
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use crate::audit::SIGN_IN;
use crate::calls::{Anonymous, Call};
use crate::engine::{Engine, Inner};
use crate::error::Error;
use crate::limits::AddressLimiter;
use crate::meter::{AuthReason, Limit};
use crate::replicas::SharedLimit;
use crate::scope::TenantId;
use crate::sessions::SessionCookie;

mod asked;
mod change;
mod error;
mod kept;
mod options;
mod posting;
mod sign_up;

pub use change::PendingEmail;
pub use error::{EmailError, LinkError};
pub(crate) use kept::Kept;
pub use options::{LinkOptions, SignUps};
pub use posting::{Account, Post, Posted, Posting, SignInLink};
pub use sign_up::SignUp;

/// Links by e-mail, and sign-up.
pub struct Links<'a>(&'a Engine);

impl Engine {
    /// Links by e-mail, and sign-up.
    pub fn links(&self) -> Links<'_> {
        Links(self)
    }
}

/// What a link is for, as its row names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    SignIn,
    SignUp,
    Email,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "login",
            Self::SignUp => "signup",
            Self::Email => "email",
        }
    }
}

impl Links<'_> {
    /// How they are configured.
    pub fn options(&self) -> LinkOptions {
        self.0.inner.links.options
    }

    /// Signs in with a link, which is used up by it, and begins a session that is locked: it cannot open the tenant's keys.
    ///
    /// # Errors
    /// [`LinkError::NotGood`] for a link that is unknown, too old or was used; [`LinkError::TooMany`]; [`LinkError::Engine`].
    pub async fn sign_in(
        &self,
        link: &SecretString,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<SessionCookie, LinkError> {
        let row = self.consume(link, Purpose::SignIn, who, from).await?;
        let tenant = row
            .tenant_id
            .clone()
            .ok_or(Error::Internal("a sign-in link is nobody's"))?;
        let begun = async { self.0.sessions().begin_locked(&tenant, who).await };
        let session = self.unless_in_vain(&row, begun).await?;
        let call = Call {
            tool: SIGN_IN.to_owned(),
            parameters: json!({ "with": "link" }),
            cost: 0,
            needs: None,
        };
        self.0
            .record_of_tenant(who, &tenant, "link".to_owned(), call, Ok(()))
            .await;
        Ok(session)
    }

    /// Uses a link up. Tries are limited by address, refused ones are recorded.
    async fn consume(
        &self,
        link: &SecretString,
        purpose: Purpose,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<MagicLinkRow, LinkError> {
        let inner = &self.0.inner;
        let (links, now) = (inner.db.magic_links(), inner.clock.now_millis());
        for digest in self.digests(link, from).await? {
            let found = links.consume(&digest, purpose.as_str(), now).await;
            if let Some(row) = found.map_err(Error::from)? {
                return Ok(row);
            }
        }
        Err(self.not_good(who).await)
    }

    /// What a link was used up for; when that fails for no fault of the link's, it is good again.
    async fn unless_in_vain<T>(
        &self,
        link: &MagicLinkRow,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let outcome = work.await;
        if let Err(error) = &outcome
            && !matches!(error, Error::Unauthenticated(_))
            && let Err(error) = self.0.inner.db.magic_links().give_back(&link.id).await
        {
            tracing::warn!(%error, "a link that came to nothing counts as used");
        }
        outcome
    }

    /// What a link that is tried may be found by; nothing when it cannot be one. Tries are limited by address.
    async fn digests(&self, link: &SecretString, from: Option<IpAddr>) -> Result<Vec<String>, LinkError> {
        let inner = &self.0.inner;
        let uses = &inner.links.uses;
        self.spend_of_address(uses, SharedLimit::LinkUse, Limit::PageSignIns, from)
            .await?;
        let token = Token::parse(link.clone()).ok();
        let token = token.filter(|token| token.kind() == TokenKind::Link);
        // It may have been sent before the root key changed.
        let digests = token.map(|token| inner.roots.all().map(|root| token.digest(root)).collect());
        Ok(digests.unwrap_or_default())
    }

    /// Records that a link was tried that is not good.
    async fn not_good(&self, who: &Anonymous) -> LinkError {
        self.0.inner.meter.not_signed_in(AuthReason::Unknown);
        let refusal = LinkError::NotGood;
        self.0.record_refused_sign_in(who, &refusal.to_string()).await;
        refusal
    }

    /// Spends one of whoever stands behind an address, for all processes together where they share limits.
    async fn spend_of_address(
        &self,
        limiter: &AddressLimiter,
        kind: SharedLimit,
        limit: Limit,
        from: Option<IpAddr>,
    ) -> Result<(), LinkError> {
        let spent = self.0.spend_of_address(kind, limiter, from).await;
        self.spend(spent, limit)
    }

    /// Counts what a limit refused.
    fn spend(&self, spent: Result<(), Duration>, limit: Limit) -> Result<(), LinkError> {
        spent.map_err(|retry_after| {
            self.0.inner.meter.refused(limit);
            LinkError::TooMany { retry_after }
        })
    }
}

/// Makes a link.
async fn make(
    inner: &Inner,
    purpose: Purpose,
    tenant: Option<&TenantId>,
    email: &str,
    ip_address: Option<&str>,
) -> Result<SecretString, Error> {
    let (row, token) = new_link(inner, purpose, tenant, email, ip_address);
    inner.db.magic_links().insert(&row).await?;
    Ok(token)
}

/// A link that is not kept yet, and what it ends with.
fn new_link(
    inner: &Inner,
    purpose: Purpose,
    tenant: Option<&TenantId>,
    email: &str,
    ip_address: Option<&str>,
) -> (MagicLinkRow, SecretString) {
    let token = Token::generate(TokenKind::Link);
    let now = inner.clock.now_millis();
    let row = MagicLinkRow {
        id: Uuid::now_v7().to_string(),
        tenant_id: tenant.cloned(),
        email: email.to_owned(),
        token_digest: token.digest(&inner.root),
        purpose: purpose.as_str().to_owned(),
        ip_address: ip_address.map(str::to_owned),
        created_at: now,
        used_at: None,
        expires_at: now.saturating_add(options::millis(inner.links.options.good_for)),
    };
    (row, token.expose())
}

/// Removes the links whose time is over, and says how many that were.
pub(crate) async fn remove_expired(inner: &Inner) -> Result<u64, Error> {
    Ok(inner.db.magic_links().remove_expired(inner.clock.now_millis()).await?)
}
