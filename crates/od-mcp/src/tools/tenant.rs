//! Signing in.

use serde_json::json;

use super::schema;
use crate::catalog::Toolset;
use crate::tool::{Access, Cost, Hints, ToolSpec, no_further_rules, no_question};

pub(super) fn tools() -> Vec<ToolSpec> {
    vec![use_master_key()]
}

fn use_master_key() -> ToolSpec {
    ToolSpec {
        name: "tenant.use_master_key",
        toolset: Toolset::Tenant,
        title: "Sign in with a master key",
        description: "Signs this connection in with the tenant's master key. Only needed over stdio when the server was \
                      started without one. Over HTTP the tenant comes from the Authorization header: the tool then \
                      confirms it, and refuses a key of another tenant. Never ask a person to paste the key into a chat \
                      that others can read.",
        operations: &[],
        input: schema::arguments(
            json!({
                "master_key": {
                    "type": "string",
                    "minLength": 16,
                    "maxLength": 256,
                    "description": "The tenant's master key, as printed once when the tenant was created.",
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
        cost: Cost::Read,
        example: json!({"master_key": "odmk_your-master-key-goes-here"}),
        check: no_further_rules,
        question: no_question,
    }
}
