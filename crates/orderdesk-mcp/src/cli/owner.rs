//! For whom a command on a tenant's credentials is: for its owner, or for the operator, who may look at them and end them.

use od_engine::Scope;
use secrecy::SecretString;

use super::Failure;
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

impl Owner {
    /// The tenant that was named, else the one that the key opens.
    pub async fn of(app: &App, key: Option<SecretString>, tenant: Option<String>) -> Result<Self, Failure> {
        match (tenant, key) {
            (Some(tenant), _) => Ok(Self::Named(tenant)),
            (None, Some(key)) => Ok(Self::Itself(Box::new(app.sign_in_plainly(&key).await?))),
            (None, None) => Err(Failure::usage("neither a tenant nor a master key was given")),
        }
    }
}
