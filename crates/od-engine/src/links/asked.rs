//! Asking for a link. The caller is answered at once; whether there is anything to send is found out afterwards.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use od_db::{TenantRow, fold_name};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::{Account, LinkError, Links, Post, Posted, Posting, Purpose, SignInLink, SignUps, make};
use crate::audit::SEND_LINK;
use crate::calls::{Anonymous, Call};
use crate::clock::timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::meter::Limit;
use crate::replicas::SharedLimit;
use crate::tenants::check_address;

/// Tenants of one address that get a link, the oldest.
const MOST_TENANTS: usize = 10;
/// When somebody may come again for whom no mail could be begun.
const COME_AGAIN: Duration = Duration::from_secs(30);

impl Links<'_> {
    /// Has a link sent to every tenant with this e-mail address that is not closed. The answer is the same when there is none,
    /// and comes before anybody looked.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a text that is no e-mail address; [`LinkError::TooMany`]; [`Error::ShuttingDown`].
    pub async fn ask(&self, email: &str, who: &Anonymous, from: Option<IpAddr>, post: Post) -> Result<(), LinkError> {
        let (email, room) = self.admit(email, Asked::Link, from).await?;
        let (engine, who) = (self.0.clone(), who.clone());
        self.0.inner.work.spawn(async move {
            let sent = send_sign_in(&engine, &email, &who, &post).await;
            tell(sent);
            drop(room);
        });
        Ok(())
    }

    /// Has the link sent that makes a tenant with this e-mail address.
    ///
    /// # Errors
    /// As for [`Links::ask`]; [`LinkError::Closed`].
    pub async fn ask_to_sign_up(
        &self,
        email: &str,
        who: &Anonymous,
        from: Option<IpAddr>,
        post: Post,
    ) -> Result<(), LinkError> {
        if self.options().sign_ups != SignUps::Verified {
            return Err(LinkError::Closed);
        }
        let (email, room) = self.admit(email, Asked::SignUp, from).await?;
        let (engine, who) = (self.0.clone(), who.clone());
        self.0.inner.work.spawn(async move {
            let sent = send_sign_up(&engine, &email, &who, &post).await;
            tell(sent);
            drop(room);
        });
        Ok(())
    }

    /// What somebody asks for who is within the limits: a mail to one address.
    pub(super) async fn admit(
        &self,
        email: &str,
        asked: Asked,
        from: Option<IpAddr>,
    ) -> Result<(String, OwnedSemaphorePermit), LinkError> {
        let inner = &self.0.inner;
        if inner.work.is_closed() {
            return Err(Error::ShuttingDown.into());
        }
        let (of_address, kind, limit) = match asked {
            Asked::Link => (&inner.links.asks, SharedLimit::LinkAddress, Limit::PageSignIns),
            Asked::SignUp => (&inner.links.sign_ups, SharedLimit::SignUpAddress, Limit::SignUps),
        };
        self.spend_of_address(of_address, kind, limit, from).await?;
        let email = email.trim();
        check_address(email)?;
        let mailbox = fold_name(email);
        let everywhere = [(mailbox.clone(), inner.links.emails.options())];
        let spent = match inner.replicas.spend(SharedLimit::Mailbox, everywhere, 1).await {
            Some(spent) => spent.outcome,
            None => inner.links.emails.spend(&mailbox, 1, Instant::now()),
        };
        self.spend(spent, Limit::Mails)?;
        let room = inner.links.room.clone().try_acquire_owned();
        let room = room.map_err(|_| {
            inner.meter.refused(Limit::Mails);
            LinkError::TooMany {
                retry_after: COME_AGAIN,
            }
        })?;
        Ok((email.to_owned(), room))
    }
}

/// What a mail is asked for.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    /// To sign in, or to another address.
    Link,
    SignUp,
}

/// Nobody waits for the answer any more.
fn tell(sent: Result<(), Error>) {
    if let Err(error) = sent {
        tracing::error!(%error, "a link could not be made");
    }
}

async fn send_sign_in(engine: &Engine, email: &str, who: &Anonymous, post: &Post) -> Result<(), Error> {
    let found = engine.inner.db.tenants().find_by_email(email).await?;
    let open = found.into_iter().filter(|tenant| tenant.disabled_at.is_none());
    // Addresses that differ in case alone may be two mailboxes, and what was entered may only look like one of them: each tenant's
    // link goes where that tenant is reached.
    let mut mailboxes: BTreeMap<String, Vec<TenantRow>> = BTreeMap::new();
    for tenant in open.take(MOST_TENANTS) {
        if let Some(email) = tenant.email.clone() {
            mailboxes.entry(email).or_default().push(tenant);
        }
    }
    if mailboxes.is_empty() {
        let told = "A sign-in link was asked for at an e-mail address that no tenant has.";
        engine.record_refused_sign_in(who, told).await;
    }
    for (email, tenants) in mailboxes {
        let mut links = Vec::new();
        for tenant in &tenants {
            links.push(SignInLink {
                token: make(&engine.inner, Purpose::SignIn, Some(&tenant.id), &email, ip(who)).await?,
                account: account(tenant),
            });
        }
        let sent = send(engine, &email, Posted::SignIn(links), post).await;
        for tenant in &tenants {
            let call = Call {
                tool: SEND_LINK.to_owned(),
                parameters: json!({ "email": email }),
                cost: 0,
                needs: None,
            };
            let outcome = sent.as_ref().map_err(|_| "The mail could not be sent.").copied();
            engine
                .record_of_tenant(who, &tenant.id, "anonymous".to_owned(), call, outcome)
                .await;
        }
    }
    Ok(())
}

async fn send_sign_up(engine: &Engine, email: &str, who: &Anonymous, post: &Post) -> Result<(), Error> {
    let found = engine.inner.db.tenants().find_by_email(email).await?;
    let has_one = found.iter().any(|tenant| tenant.disabled_at.is_none());
    let token = make(&engine.inner, Purpose::SignUp, None, email, ip(who)).await?;
    // Why it was not sent was logged.
    let _ = send(engine, email, Posted::SignUp { token, has_one }, post).await;
    Ok(())
}

pub(super) async fn send(engine: &Engine, email: &str, what: Posted, post: &Post) -> Result<(), String> {
    let posting = Posting {
        email: email.to_owned(),
        what,
        good_for: engine.inner.links.options.good_for,
    };
    let sent = post(posting).await;
    if let Err(error) = &sent {
        tracing::error!(error, "a mail could not be sent");
    }
    sent
}

/// A tenant, as a mail tells it from others.
pub(super) fn account(tenant: &TenantRow) -> Account {
    Account {
        name: tenant.name.clone(),
        created_at: timestamp(tenant.created_at),
    }
}

fn ip(who: &Anonymous) -> Option<&str> {
    who.client.ip.as_deref()
}
