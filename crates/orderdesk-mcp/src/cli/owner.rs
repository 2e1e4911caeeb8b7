//! For whom a command on a tenant's credentials is: for its owner, or for the operator, who may look at them and end them.

use od_engine::{Engine, Scope};
use secrecy::SecretString;

use super::{Context, Failure};
use crate::app::App;

/// What the operator says in place of a master key.
#[derive(Debug, clap::Args)]
pub struct Operator {
    /// For the operator, without a master key: the tenant, by id or name, as `tenant list` prints them.
    #[arg(long, value_name = "TENANT")]
    pub tenant: Option<String>,
}

/// Whose credentials are meant.
pub enum Owner {
    /// Those of the tenant that was proven.
    Itself(Box<Scope>),
    /// Those of the tenant that the operator named.
    Named(String),
}

/// Does something on the configured database, for the tenant that the operator names or else for the one whose master key is
/// given.
pub async fn act(
    context: &Context,
    tenant: Option<String>,
    work: impl AsyncFnOnce(&Engine, Owner) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let key = match tenant {
        Some(_) => None,
        None => Some(Context::master_key(&settings)?),
    };
    let app = App::open(settings, &Context::paths()).await?;
    let outcome = match prove(&app, key, tenant).await {
        Ok(owner) => work(&app.engine, owner).await,
        Err(failure) => Err(failure),
    };
    app.end_after(outcome).await
}

async fn prove(app: &App, key: Option<SecretString>, tenant: Option<String>) -> Result<Owner, Failure> {
    match (tenant, key) {
        (Some(tenant), _) => Ok(Owner::Named(tenant)),
        (None, Some(key)) => Ok(Owner::Itself(Box::new(app.sign_in_plainly(&key).await?))),
        (None, None) => Err(Failure::usage("neither a tenant nor a master key was given")),
    }
}
