//! Tenants: made, listed, closed and deleted by the operator.

use email_address::EmailAddress;
use od_db::{AuditHead, TenantRow, fold_name};
use od_vault::{DataKey, MasterKey};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::audit::{CREATE_TENANT, SIGN_UP};
use crate::calls::{Act, Anonymous};
use crate::clock::timestamp;
use crate::credentials::{in_use, seal_master};
use crate::engine::Engine;
use crate::error::Error;
use crate::scope::TenantId;

mod email;
mod leaving;

pub use leaving::Leaving;

/// What a new tenant may bring along.
#[derive(Debug, Default)]
pub struct NewTenant {
    /// For people to recognise it by.
    pub name: Option<String>,
    /// Where its owner can be reached.
    pub email: Option<String>,
    /// The owner's own key, 16 to 256 bytes that are not easily guessed; a key is generated without one.
    pub master_key: Option<SecretString>,
}

/// A tenant just made. The master key is in no other place: it is shown once.
#[derive(Debug)]
pub struct CreatedTenant {
    /// The tenant's id.
    pub tenant_id: TenantId,
    /// The key its owner signs in with.
    pub master_key: SecretString,
    /// What listings show of the key: its beginning, or a digest's for an own key.
    pub prefix: String,
}

/// A tenant as listings show it.
#[derive(Clone, Debug, Serialize)]
pub struct TenantView {
    /// UUIDv7.
    pub tenant_id: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where its owner can be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// `active`, or `closed` while none of its keys opens anything.
    pub state: &'static str,
    /// When it was closed: RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<String>,
    /// Registered stores.
    pub stores_count: u64,
}

/// Tenant operations.
pub struct Tenants<'a>(&'a Engine);

impl Engine {
    /// Tenant operations: for the operator, not for tenants themselves.
    pub fn tenants(&self) -> Tenants<'_> {
        Tenants(self)
    }
}

/// Longest name or e-mail address, in characters.
const MAX_TEXT: usize = 200;

impl Tenants<'_> {
    /// Makes a tenant and its first master key.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a key that is too short, easily guessed or mistyped, or an e-mail address that is none;
    /// [`Error::Duplicate`] for a key already in use.
    pub async fn create(&self, new: NewTenant) -> Result<CreatedTenant, Error> {
        self.make(CREATE_TENANT, new, None).await
    }

    /// Makes a tenant for whoever came through the pages, as [`Tenants::create`] does for the operator.
    pub(crate) async fn sign_up(&self, new: NewTenant, who: &Anonymous) -> Result<CreatedTenant, Error> {
        self.make(SIGN_UP, new, Some(who)).await
    }

    async fn make(&self, name: &'static str, new: NewTenant, who: Option<&Anonymous>) -> Result<CreatedTenant, Error> {
        check_new(&new)?;
        let tenant_name = new.name.map(|name| name.trim().to_owned());
        let master = match new.master_key {
            Some(key) => MasterKey::choose(key).map_err(|error| Error::invalid("/master_key", error.to_string()))?,
            None => MasterKey::generate(),
        };
        let act = Act {
            name,
            parameters: json!({ "tenant_name": tenant_name, "email": new.email }),
            owner: None,
            // It has no entries of its own before it is there, and nobody has its key before it is answered.
            by: None,
            begins: false,
        };
        let engine = self.0.clone();
        let work = async move {
            let created = engine.insert_tenant(tenant_name, new.email, master).await?;
            let tenant = created.tenant_id.clone();
            Ok((created, Some(tenant)))
        };
        self.0.act_of(act, who.cloned(), Box::pin(work)).await
    }

    /// All tenants, oldest first.
    pub async fn list(&self) -> Result<Vec<TenantView>, Error> {
        let mut views = Vec::new();
        let mut after = None;
        loop {
            let page = self.0.inner.db.tenants().list(LIST_PAGE, after.as_ref()).await?;
            let Some(last) = page.last().map(|row| row.id.clone()) else {
                return Ok(views);
            };
            for row in page {
                views.push(self.view(row).await?);
            }
            after = Some(last);
        }
    }

    /// One tenant, by its id or its name.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have.
    pub async fn show(&self, tenant: &str) -> Result<TenantView, Error> {
        let row = self.row(tenant).await?;
        self.view(row).await
    }

    /// The ids of the tenants of this name, oldest first. Names are compared without case.
    pub async fn named(&self, name: &str) -> Result<Vec<TenantId>, Error> {
        let (found, _) = self.by_name(name).await?;
        Ok(found.into_iter().map(|row| row.id).collect())
    }

    /// The tenant of an id or a name. Names are compared without case.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name that several have.
    pub(crate) async fn row(&self, tenant: &str) -> Result<TenantRow, Error> {
        let tenants = self.0.inner.db.tenants();
        if let Ok(id) = TenantId::parse(tenant) {
            return tenants.get(&id).await?.ok_or_else(|| not_found(tenant));
        }
        let (mut found, names) = self.by_name(tenant).await?;
        match found.len() {
            0 => Err(Error::NotFound {
                what: "Tenant",
                name: od_record::text::quoted(tenant),
                nearest: od_record::nearest(tenant, names.iter().map(String::as_str)).map(str::to_owned),
                hint: "`tenant list` shows all tenants.",
            }),
            1 => Ok(found.swap_remove(0)),
            _ => {
                let ids: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
                let told = format!(
                    "is the name of several tenants: give the id of one, {}",
                    ids.join(" or ")
                );
                Err(Error::invalid("/tenant", told))
            }
        }
    }

    /// The tenants of a name, and the names of the others.
    async fn by_name(&self, name: &str) -> Result<(Vec<TenantRow>, Vec<String>), Error> {
        let tenants = self.0.inner.db.tenants();
        let wanted = fold_name(name.trim());
        let (mut found, mut others, mut after) = (Vec::new(), Vec::new(), None);
        loop {
            let page = tenants.list(LIST_PAGE, after.as_ref()).await?;
            let Some(last) = page.last() else {
                return Ok((found, others));
            };
            after = Some(last.id.clone());
            for row in page {
                let Some(name) = &row.name else { continue };
                if fold_name(name.trim()) == wanted {
                    found.push(row);
                } else {
                    others.push(name.clone());
                }
            }
        }
    }

    async fn view(&self, row: TenantRow) -> Result<TenantView, Error> {
        let stores = self.0.inner.db.stores().list(&row.id).await?;
        Ok(TenantView {
            tenant_id: row.id.to_string(),
            name: row.name,
            email: row.email,
            created_at: timestamp(row.created_at),
            state: if row.disabled_at.is_some() { "closed" } else { "active" },
            closed_at: row.disabled_at.map(timestamp),
            stores_count: stores.len() as u64,
        })
    }
}

const LIST_PAGE: u32 = 500;

impl Engine {
    pub(crate) async fn insert_tenant(
        &self,
        name: Option<String>,
        email: Option<String>,
        master: MasterKey,
    ) -> Result<CreatedTenant, Error> {
        let inner = &self.inner;
        let now = inner.clock.now_millis();
        let tenant_id = TenantId::from(Uuid::now_v7());
        let (master, key) = seal_master(inner, &tenant_id, master, &DataKey::generate(), now).await?;
        let tenant = TenantRow {
            id: tenant_id.clone(),
            name,
            email,
            master_key_hash: key.hash.clone(),
            master_key_salt: key.salt.clone(),
            created_at: now,
            updated_at: now,
            disabled_at: None,
        };
        let proof = inner.prover.proof(&AuditHead::start(Some(tenant_id.clone())));
        inner.db.tenants().create(&tenant, &key, &proof).await.map_err(in_use)?;
        Ok(CreatedTenant {
            tenant_id,
            master_key: master.expose(),
            prefix: key.prefix,
        })
    }
}

/// What a new tenant is said to be.
///
/// # Errors
/// [`Error::Invalid`].
pub(crate) fn check_new(new: &NewTenant) -> Result<(), Error> {
    check_text("name", new.name.as_deref())?;
    new.email.as_deref().map_or(Ok(()), check_address)
}

pub(crate) fn check_text(field: &str, text: Option<&str>) -> Result<(), Error> {
    let Some(text) = text else { return Ok(()) };
    if text.trim().is_empty() || text.chars().count() > MAX_TEXT || text.chars().any(char::is_control) {
        let rule = format!("must be 1 to {MAX_TEXT} characters without control characters");
        return Err(Error::invalid(format!("/{field}"), rule));
    }
    Ok(())
}

/// Whether mail could be sent there, as far as the text tells: one plain address (RFC 5321), without a name before it.
///
/// # Errors
/// [`Error::Invalid`].
pub(crate) fn check_address(text: &str) -> Result<(), Error> {
    check_text("email", Some(text))?;
    let options = email_address::Options::default()
        .without_display_text()
        .without_domain_literal()
        .with_required_tld();
    match EmailAddress::parse_with_options(text, options) {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::invalid(
            "/email",
            "must be an e-mail address: a name, an @ and a domain",
        )),
    }
}

pub(crate) fn not_found(tenant_id: &str) -> Error {
    Error::NotFound {
        what: "Tenant",
        name: tenant_id.to_owned(),
        nearest: None,
        hint: "`tenant list` shows all tenants.",
    }
}
