//! What every route has at hand.

use std::{ops::Deref, sync::Arc};

use od_engine::{Engine, Identity};

use crate::{
    WebOptions,
    desk::{Desk, Naming},
};

/// What every route has at hand. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Web(Arc<Parts>);

/// See [`Web`].
pub(crate) struct Parts {
    /// What the product does.
    pub engine: Engine,
    /// What is said about this server.
    pub options: WebOptions,
}

impl Web {
    pub(crate) fn new(engine: Engine, options: WebOptions) -> Self {
        Self(Arc::new(Parts { engine, options }))
    }

    /// Whether mail stands where this server runs and in nobody's mailbox.
    pub(crate) fn prints_mail(&self) -> bool {
        self.options.pages.as_ref().is_some_and(|pages| pages.mail_is_printed)
    }

    /// How a tool's name is spelled: as clients see it, and as the console names it.
    pub(crate) fn naming(&self) -> Arc<Naming> {
        let pages = self.options.pages.as_ref();
        pages.map_or_else(|| Desk::default().listed, |pages| pages.desk.listed.clone())
    }

    /// What whoever is signed in is called; by an id where it has no name, or its name cannot be looked up.
    pub(crate) async fn tenant_name(&self, identity: Option<&Identity>) -> String {
        let Some(tenant) = identity.map(Identity::tenant) else {
            return "nobody".to_owned();
        };
        match self.engine.tenants().show(tenant.as_str()).await {
            Ok(shown) => shown.name.unwrap_or(shown.tenant_id),
            Err(error) => {
                tracing::warn!(%error, "a tenant's name could not be looked up");
                tenant.to_string()
            }
        }
    }
}

impl Deref for Web {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
