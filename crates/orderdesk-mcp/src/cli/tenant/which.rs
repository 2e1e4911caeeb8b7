//! Which tenant a command is about.

use od_engine::{Engine, tenants::TenantView};

use crate::cli::Failure;

/// Which tenant is meant.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The tenant's id or name, as `tenant list` prints them.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,

    /// The same without the option, as earlier versions took it.
    #[arg(value_name = "TENANT", hide = true)]
    named: Option<String>,
}

impl Which {
    /// What was given.
    pub fn text(&self) -> &str {
        // One of them is there: the command line was refused otherwise.
        self.tenant.as_deref().or(self.named.as_deref()).unwrap_or_default()
    }
}

/// Which tenant is meant; the only one when that is not said. Not for what ends or deletes something.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub struct WhichOrOnly {
    /// The tenant's id or name, as `tenant list` prints them; may be left out where there is only one.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,

    /// The same without the option, as earlier versions took it.
    #[arg(value_name = "TENANT", hide = true)]
    named: Option<String>,
}

impl WhichOrOnly {
    /// What was given.
    pub fn given(&self) -> Option<&str> {
        self.tenant.as_deref().or(self.named.as_deref())
    }

    /// What was given, or the id of the only tenant.
    pub async fn text(&self, engine: &Engine) -> Result<String, Failure> {
        if let Some(given) = self.given() {
            return Ok(given.to_owned());
        }
        let tenants = engine.tenants().list().await?;
        match &tenants[..] {
            [only] => Ok(only.tenant_id.clone()),
            [] => Err(Failure::failed("there is no tenant in this database")
                .with_hint("`orderdesk-mcp setup` or `orderdesk-mcp tenant create` makes one.")),
            several => Err(Failure::usage(format!(
                "there are {} tenants, and which one is meant was not said",
                several.len()
            ))
            .with_hint("Add --tenant with an id or a name: `orderdesk-mcp tenant list` prints them.")),
        }
    }
}

/// A tenant as sentences name it.
pub fn named(tenant: &TenantView) -> String {
    match &tenant.name {
        Some(name) => format!("{} ({name})", tenant.tenant_id),
        None => tenant.tenant_id.clone(),
    }
}
