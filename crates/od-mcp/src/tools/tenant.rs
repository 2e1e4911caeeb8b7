//! Signing in.

use od_engine::{AuthFailure, Error, Outcome};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::schema;
use crate::catalog::Toolset;
use crate::reply::Shape;
use crate::tool::{Access, Cost, Hints, Invocation, ToolSpec, no_further_rules};

/// The tool that signs a stdio process in.
pub(crate) const SIGN_IN: &str = "tenant.use_master_key";

pub(super) fn tools() -> Vec<ToolSpec> {
    vec![use_master_key()]
}

fn use_master_key() -> ToolSpec {
    ToolSpec {
        name: SIGN_IN,
        toolset: Toolset::Tenant,
        title: "Sign in",
        description: "Signs in: needed only over stdio when the server was started without a master key. Whoever is \
                      signed in, as always over HTTP, stays so: the tool confirms the tenant and refuses another's \
                      key. Never ask for the key in a chat that others can read.",
        operations: &[],
        input: schema::arguments(
            json!({
                "master_key": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 256,
                    "description": "As printed once when the tenant was created.",
                },
            }),
            &["master_key"],
        ),
        data: schema::data(json!({"tenant_id": {"type": "string"}, "stores_count": {"type": "integer"}})),
        hints: Hints {
            read_only: false,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
        access: Access::Context,
        permissions: &[],
        cost: Cost::Read,
        example: json!({"master_key": "odmk_your-master-key-goes-here"}),
        check: no_further_rules,
        shape: Shape::Record,
        handler: |call| Box::pin(confirm_tenant(call)),
    }
}

#[derive(Deserialize)]
struct UseMasterKey {
    master_key: SecretString,
}

/// Confirms that the key is one of the tenant this call is already signed in as. Over stdio a session that nobody signed in
/// to does so with the key first, so that the same confirmation then holds.
async fn confirm_tenant(call: Invocation) -> Result<Outcome<Value>, Error> {
    let (engine, scope, arguments) = call.decode::<UseMasterKey>()?;
    let proven = engine.auth().sign_in(&arguments.master_key).await?;
    if proven.tenant() != scope.tenant() {
        return Err(Error::Unauthenticated(AuthFailure::OtherTenant));
    }
    let stores = engine.stores().list(&scope).await?.data.len();
    Ok(Outcome::new(
        json!({"tenant_id": scope.tenant().as_str(), "stores_count": stores}),
    ))
}
