//! Which tenant a command is about.

use od_engine::tenants::TenantView;

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

/// A tenant as sentences name it.
pub fn named(tenant: &TenantView) -> String {
    match &tenant.name {
        Some(name) => format!("{} ({name})", tenant.tenant_id),
        None => tenant.tenant_id.clone(),
    }
}
