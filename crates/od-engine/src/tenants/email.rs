//! Where a tenant is reached, as the operator says.

use serde_json::json;

use super::{TenantView, Tenants, check_address, not_found};
use crate::audit::CHANGE_EMAIL;
use crate::calls::Act;
use crate::error::Error;

impl Tenants<'_> {
    /// Reaches a tenant at another e-mail address from now on. Links that were sent to the former one end with it, and the sessions
    /// that such links began. Nobody is told, and nothing shows that the address is the owner's: the operator knows.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have, and for a text that is no e-mail address;
    /// [`Error::NotRecorded`].
    pub async fn set_email(&self, tenant: &str, email: &str) -> Result<TenantView, Error> {
        let email = email.trim();
        check_address(email)?;
        let row = self.row(tenant).await?;
        let (id, email) = (row.id, email.to_owned());
        let act = Act {
            name: CHANGE_EMAIL,
            parameters: json!({ "tenant_id": id.as_str(), "email": email, "was": row.email }),
            owner: Some(id.clone()),
            by: None,
            begins: true,
        };
        let (engine, tenant) = (self.0.clone(), id.clone());
        let work = async move {
            let now = engine.inner.clock.now_millis();
            if engine.inner.db.tenants().set_email(&tenant, &email, now).await? {
                Ok(((), None))
            } else {
                Err(not_found(tenant.as_str()))
            }
        };
        self.0.act(act, Box::pin(work)).await?;
        self.show(id.as_str()).await
    }
}
