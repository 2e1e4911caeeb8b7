//! A stranger makes a tenant.

use std::net::IpAddr;

use od_db::{DbError, MagicLinkRow};
use od_vault::{Token, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::options::millis;
use super::{LinkError, Links, Purpose, SignUps};
use crate::calls::Anonymous;
use crate::error::Error;
use crate::meter::Limit;
use crate::replicas::SharedLimit;
use crate::tenants::{CreatedTenant, NewTenant, check_address, check_new};

/// How long a form is remembered that was sent, so that it makes one tenant however often it is sent again.
const FORM_KNOWN: std::time::Duration = std::time::Duration::from_hours(24);

/// What a stranger says who makes a tenant.
#[derive(Clone, Debug, Default)]
pub struct SignUp {
    /// Where they can be reached.
    pub email: String,
    /// What they call it.
    pub name: Option<String>,
}

impl Links<'_> {
    /// What makes a form good for one sign-up: [`Links::sign_up`] takes it once. Nothing is kept of it until then.
    pub fn new_form(&self) -> String {
        Token::generate(TokenKind::Link).expose().expose_secret().to_owned()
    }

    /// Makes a tenant at once, with its first master key. A form that came to nothing may be sent again.
    ///
    /// # Errors
    /// [`LinkError::Closed`]; [`LinkError::NotGood`] for a form that was sent before; [`Error::Invalid`] for what was entered;
    /// [`LinkError::TooMany`].
    pub async fn sign_up(
        &self,
        form: &SecretString,
        new: SignUp,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<CreatedTenant, LinkError> {
        let inner = &self.0.inner;
        if self.options().sign_ups != SignUps::AtOnce {
            return Err(LinkError::Closed);
        }
        let sign_ups = &inner.links.sign_ups;
        self.spend_of_address(sign_ups, SharedLimit::SignUpAddress, Limit::SignUps, from)
            .await?;
        let new = checked(new)?;
        let form = Token::parse(form.clone()).map_err(|_| LinkError::NotGood)?;
        let now = inner.clock.now_millis();
        let used = MagicLinkRow {
            id: Uuid::now_v7().to_string(),
            tenant_id: None,
            email: new.email.clone().unwrap_or_default(),
            token_digest: form.digest(&inner.root),
            purpose: Purpose::SignUp.as_str().to_owned(),
            ip_address: who.client.ip.clone(),
            created_at: now,
            used_at: Some(now),
            expires_at: now.saturating_add(millis(FORM_KNOWN)),
        };
        match inner.db.magic_links().insert(&used).await {
            Err(DbError::Duplicate(_)) => return Err(LinkError::NotGood),
            inserted => inserted.map_err(Error::from)?,
        }
        let made = self.0.tenants().sign_up(new, who).await;
        if made.is_err()
            && let Err(error) = inner.db.magic_links().remove(&used.id).await
        {
            tracing::warn!(%error, "a form of a sign-up that came to nothing counts as sent");
        }
        Ok(made?)
    }

    /// Makes a tenant with a link that was sent to its e-mail address, and uses the link up. Other links that were sent there
    /// for the same make no second one. The link stays good when it came to nothing.
    ///
    /// # Errors
    /// As for [`Links::sign_in`]; [`LinkError::Closed`]; [`Error::Invalid`] for a name that is none, which leaves the link good.
    pub async fn confirm(
        &self,
        link: &SecretString,
        name: Option<String>,
        who: &Anonymous,
        from: Option<IpAddr>,
    ) -> Result<CreatedTenant, LinkError> {
        if self.options().sign_ups != SignUps::Verified {
            return Err(LinkError::Closed);
        }
        let mut new = NewTenant {
            name,
            ..NewTenant::default()
        };
        check_new(&new)?;
        let row = self.consume(link, Purpose::SignUp, who, from).await?;
        new.email = Some(row.email.clone());
        let made = async {
            self.0.inner.db.magic_links().forget_sign_ups(&row.email).await?;
            self.0.tenants().sign_up(new, who).await
        };
        Ok(self.unless_in_vain(&row, made).await?)
    }
}

fn checked(new: SignUp) -> Result<NewTenant, Error> {
    let email = new.email.trim();
    check_address(email)?;
    let new = NewTenant {
        email: Some(email.to_owned()),
        name: new.name,
        master_key: None,
    };
    check_new(&new)?;
    Ok(new)
}
