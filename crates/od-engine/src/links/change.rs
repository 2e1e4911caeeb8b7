//! A tenant's owner is reached at another e-mail address: asked for with the master key, and done with the link that is sent to the
//! new address. The former address is told of both.

use std::net::IpAddr;

use od_db::TenantRow;
use secrecy::SecretString;
use serde_json::json;

use super::asked::{Asked, account, send};
use super::{Account, EmailError, LinkError, Links, Post, Posted, Purpose, new_link};
use crate::audit::{ASK_EMAIL, CHANGE_EMAIL, SEND_LINK};
use crate::calls::{Act, Anonymous, Call};
use crate::engine::Engine;
use crate::error::{AuthFailure, Error};
use crate::scope::{Identity, Scope, TenantId};
use crate::standing::was_alive;
use crate::tenants::check_address;

/// An address that a link was sent to and that is not the tenant's yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingEmail {
    /// The address.
    pub email: String,
    /// Until when its link is good: milliseconds since 1970, UTC.
    pub expires_at: i64,
}

impl Links<'_> {
    /// Has a link sent to an address that the tenant's owner wants to be reached at, in place of one that was sent before. Whose
    /// else that address is makes no difference, and nobody looks.
    ///
    /// # Errors
    /// [`EmailError`]; [`Error::OwnerOnly`], [`Error::Locked`]; [`Error::Invalid`] for a text that is no e-mail address, and for the
    /// tenant's own; [`Error::NotRecorded`].
    pub async fn ask_to_change(
        &self,
        scope: &Scope,
        entered: &SecretString,
        email: &str,
        from: Option<IpAddr>,
        post: Post,
    ) -> Result<(), EmailError> {
        const WHAT: &str = "change its e-mail address";
        scope.require_owner(WHAT)?;
        scope.require_unlocked()?;
        let email = email.trim();
        check_address(email)?;
        let (engine, who) = (self.0.clone(), Anonymous::of(scope));
        let by_key = engine
            .sessions()
            .prove(entered, &who, from, Some(scope.tenant()))
            .await?;
        let tenant = engine.tenants().row(scope.tenant().as_str()).await?;
        if tenant.email.as_deref() == Some(email) {
            return Err(Error::invalid("/email", "is the address of this account already").into());
        }
        let (email, room) = self.admit(email, Asked::Link, from).await?;
        let token = self.supersede(scope, by_key, &email).await?;
        let actor = scope.identity().actor().to_owned();
        engine.inner.work.clone().spawn(async move {
            tell_both(&engine, &tenant, &email, token, &who, actor, &post).await;
            drop(room);
        });
        Ok(())
    }

    /// Keeps a link to the address, made with the key that was entered, and answers with what it ends with.
    async fn supersede(&self, scope: &Scope, by_key: Identity, email: &str) -> Result<SecretString, Error> {
        let act = Act {
            name: ASK_EMAIL,
            parameters: json!({ "email": email }),
            owner: Some(scope.tenant().clone()),
            by: Some(scope.clone()),
            begins: true,
        };
        let (engine, email, ip) = (self.0.clone(), email.to_owned(), scope.client().ip.clone());
        let work = async move {
            let (inner, tenant) = (&engine.inner, by_key.tenant());
            let (row, token) = new_link(inner, Purpose::Email, Some(tenant), &email, ip.as_deref());
            let maker = by_key
                .maker(row.created_at)
                .ok_or(Error::OwnerOnly("be reached elsewhere"))?;
            let stored = inner.db.magic_links().supersede(tenant, &row, maker).await?;
            was_alive(stored, &by_key)?;
            Ok((token, None))
        };
        self.0.act(act, Box::pin(work)).await
    }

    /// The address that waits for its link to be used, if there is one.
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]; [`Error::Storage`].
    pub async fn pending_email(&self, scope: &Scope) -> Result<Option<PendingEmail>, Error> {
        scope.require_owner("see where it is to be reached")?;
        let inner = &self.0.inner;
        let links = inner.db.magic_links();
        let row = links.pending(scope.tenant(), Purpose::Email.as_str(), inner.clock.now_millis());
        Ok(row.await?.map(|row| PendingEmail {
            email: row.email,
            expires_at: row.expires_at,
        }))
    }

    /// Makes the address that a link was sent to its tenant's, and uses the link up. Links to the former address end with it, and
    /// sessions that such links began. Answers with the tenant's id.
    ///
    /// # Errors
    /// As for [`Links::sign_in`]; [`Error::NotRecorded`].
    pub async fn change_email(
        &self,
        link: &SecretString,
        who: &Anonymous,
        from: Option<IpAddr>,
        post: Post,
    ) -> Result<TenantId, LinkError> {
        let inner = &self.0.inner;
        let (links, now) = (inner.db.magic_links(), inner.clock.now_millis());
        let mut found = None;
        for digest in self.digests(link, from).await? {
            let row = links.find(&digest, Purpose::Email.as_str(), now).await;
            found = found.or(row.map_err(Error::from)?);
        }
        let Some((row, id)) = found.and_then(|row| row.tenant_id.clone().map(|id| (row, id))) else {
            return Err(self.not_good(who).await);
        };
        let former = self.0.tenants().row(id.as_str()).await?;
        let act = Act {
            name: CHANGE_EMAIL,
            parameters: json!({ "email": row.email, "was": former.email, "with": "link" }),
            owner: Some(id.clone()),
            by: None,
            begins: true,
        };
        let (engine, tenant) = (self.0.clone(), id.clone());
        let work = async move {
            let now = engine.inner.clock.now_millis();
            if engine.inner.db.tenants().confirm_email(&tenant, &row.id, now).await? {
                Ok(((), None))
            } else {
                // It was used or ended since it was found.
                Err(Error::Unauthenticated(AuthFailure::UnknownToken))
            }
        };
        match self.0.act_of(act, Some(who.clone()), Box::pin(work)).await {
            Ok(()) => {}
            Err(Error::Unauthenticated(_)) => return Err(LinkError::NotGood),
            Err(error) => return Err(error.into()),
        }
        let engine = self.0.clone();
        engine.inner.work.clone().spawn(async move {
            notify(&engine, &former, Posted::EmailChanged, &post).await;
        });
        Ok(id)
    }
}

/// Sends the link to the new address, and tells the present one.
async fn tell_both(
    engine: &Engine,
    tenant: &TenantRow,
    email: &str,
    token: SecretString,
    who: &Anonymous,
    actor: String,
    post: &Post,
) {
    let link = Posted::NewEmail {
        token,
        account: account(tenant),
    };
    // Neither waits for the other's mail server.
    let (sent, ()) = tokio::join!(
        send(engine, email, link, post),
        notify(engine, tenant, Posted::EmailAsked, post)
    );
    let call = Call {
        tool: SEND_LINK.to_owned(),
        parameters: json!({ "email": email }),
        cost: 0,
        needs: None,
    };
    let outcome = sent.as_ref().map_err(|_| "The mail could not be sent.").copied();
    engine.record_of_tenant(who, &tenant.id, actor, call, outcome).await;
}

/// Tells the tenant's present or former address. No limit of mails holds this back: whoever could use it up would not be noticed.
/// There are no more of these than proven keys and used links.
async fn notify(engine: &Engine, tenant: &TenantRow, what: fn(Account) -> Posted, post: &Post) {
    if let Some(email) = &tenant.email {
        // Why it was not sent was logged.
        let _ = send(engine, email, what(account(tenant)), post).await;
    }
}
