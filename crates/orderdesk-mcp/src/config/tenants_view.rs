//! The settings that concern whoever has an account on a server, and are told to everybody who has.
//!
//! An account is not the operator. It is told what it meets: how much it may do, how long things are kept, what agents are
//! offered, who is asked before something is deleted, when sessions and sign-ins end. Secrets, addresses, paths, hosts, the database,
//! logs and whatever tells how the server is built and guarded are the operator's alone. A setting is listed here or it is not
//! told: what is new is not told by itself.

use super::{
    Setting, Settings, cache, limits, mcp, mutation, oauth, observability, server, table::Effective, tenants, upstream,
    web_ui,
};

/// The settings that are told.
const TOLD: [&Setting; 32] = [
    &server::MAX_REQUEST_BYTES,
    &server::REQUEST_TIMEOUT,
    &tenants::ALLOW_MASTER_KEY_BEARER,
    &limits::RATE_LIMIT_RPM,
    &limits::RATE_LIMIT_BURST,
    &limits::WEBUI_RATE_LIMIT_LOGIN,
    &cache::CACHE_TTL_ORDERS,
    &cache::CACHE_TTL_PRODUCTS,
    &cache::CACHE_TTL_STORE_SETTINGS,
    &upstream::HTTP_TIMEOUT,
    &upstream::HTTP_MAX_RETRIES,
    &upstream::ORDERDESK_HEADROOM,
    &upstream::ORDERDESK_MAX_WAIT,
    &upstream::ORDERDESK_MAX_REPLY_MB,
    &mutation::MUTATION_MAX_RETRIES,
    &mutation::MUTATION_VERIFY,
    &mcp::MCP_TOOLSETS,
    &mcp::MCP_READ_ONLY,
    &mcp::MCP_TOOL_NAMES,
    &mcp::MCP_CONFIRM,
    &mcp::MCP_REPLY,
    &mcp::MCP_MAX_RESPONSE_BYTES,
    &web_ui::SESSION_TIMEOUT,
    &web_ui::MAGIC_LINK_EXPIRY,
    &web_ui::ENABLE_TRACE_VIEWER,
    &oauth::ENABLE_OAUTH,
    &oauth::OAUTH_ACCESS_TOKEN_TTL,
    &oauth::OAUTH_REFRESH_TOKEN_TTL,
    &oauth::OAUTH_CLIENT_METADATA,
    &observability::ENABLE_AUDIT_LOG,
    &observability::AUDIT_LOG_RETENTION_DAYS,
    &web_ui::ENABLE_WEBUI,
];

/// The settings that concern an account, with the heading that each stands under, in the order of the table.
pub fn told_to_tenants(settings: &Settings) -> Vec<(&'static str, Effective)> {
    let is_told = |row: &Effective| TOLD.iter().any(|told| told.name == row.setting.name);
    let rows = settings.effective().into_iter().filter(is_told);
    rows.map(|row| (heading(row.setting), row)).collect()
}

fn heading(setting: &Setting) -> &'static str {
    let is_in = |rows: &[&Setting]| rows.iter().any(|row| row.name == setting.name);
    let section = super::table().into_iter().find(|section| is_in(section.rows));
    section.map_or("", |section| section.title)
}

#[cfg(test)]
mod tests;
