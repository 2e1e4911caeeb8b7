//! What Order Desk says about a store.

use serde_json::json;

use crate::catalog::Toolset;
use crate::tool::{Access, Cost, Hints, ToolSpec, no_further_rules, no_question};
use crate::tools::schema;

pub(super) fn test() -> ToolSpec {
    ToolSpec {
        name: "stores.test",
        toolset: Toolset::Stores,
        title: "Test a store's connection",
        description: "Asks Order Desk whether the store's credentials work, and tells Order Desk's clock (UTC). Use it when \
                      other calls answer AUTH_ERROR.",
        operations: &["GET /test"],
        input: schema::arguments(json!({"store": schema::store()}), &[]),
        data: schema::data(json!({"connected": {"type": "boolean"}})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        question: no_question,
    }
}

pub(super) fn get_settings() -> ToolSpec {
    ToolSpec {
        name: "store.get_settings",
        toolset: Toolset::Stores,
        title: "Read a store's settings",
        description: "Reads the store's name, time zone, locale, formats and other harmless settings, and its folders. \
                      Credentials that Order Desk keeps among the settings (API key, mail server) never pass.",
        operations: &["GET /store"],
        input: schema::arguments(json!({"store": schema::store(), "fresh": schema::fresh()}), &[]),
        data: schema::data(json!({})),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        question: no_question,
    }
}

pub(super) fn folders() -> ToolSpec {
    ToolSpec {
        name: "folders.list",
        toolset: Toolset::Stores,
        title: "List a store's folders",
        description: "Lists the store's order folders with id and name. An order is in exactly one folder, and the folder is \
                      its state: there is no other status. Folders themselves can only be made and renamed in Order Desk.",
        operations: &["GET /store"],
        input: schema::arguments(json!({"store": schema::store(), "fresh": schema::fresh()}), &[]),
        data: schema::rows("folders"),
        hints: Hints::REMOTE_READ,
        access: Access::Read,
        cost: Cost::Read,
        example: json!({}),
        check: no_further_rules,
        question: no_question,
    }
}
