//! The one table of settings, and all of them typed.

use std::collections::HashMap;

use super::{
    cache, fault::Origin, limits, live_tests, mail, mcp, mirror, mutation, oauth, observability, reader::Reader, root,
    server, setting::Setting, storage, tenants, upstream, web_ui, webhooks,
};

sections! {
    /// The root key.
    root: root::Root,
    /// The HTTP server.
    server: server::Server,
    /// The database.
    storage: storage::Storage,
    /// Tenants and their master keys.
    tenants: tenants::Tenants,
    /// How much a tenant, an address or a person may do.
    limits: limits::Limits,
    /// Cached replies.
    cache: cache::Cache,
    /// Order Desk.
    upstream: upstream::Upstream,
    /// Changes to orders.
    mutation: mutation::Mutation,
    /// Copies of orders.
    mirror: mirror::Mirror,
    /// What agents are offered.
    mcp: mcp::Mcp,
    /// Order Desk's webhooks.
    webhooks: webhooks::Webhooks,
    /// The web pages.
    web_ui: web_ui::WebUi,
    /// Outgoing mail.
    mail: mail::Mail,
    /// Sign-in for remote clients.
    oauth: oauth::OAuth,
    /// Logs, metrics, audit.
    observability: observability::Observability,
    /// Tests against a real account.
    live_tests: live_tests::LiveTests,
}

/// One section of the table.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// What the section is about.
    pub intro: &'static str,
    /// Its settings.
    pub rows: &'static [&'static Setting],
}

/// A setting as it stands: for `config show`.
#[derive(Debug)]
pub struct Effective {
    /// The row.
    pub setting: &'static Setting,
    /// The value, masked where it is secret; `None` when it is not set.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

impl Effective {
    /// The value as people read it; in parentheses what applies when none is set.
    pub fn shown(&self) -> String {
        match (self.value.as_deref(), self.setting.otherwise) {
            (None | Some(""), None) => "(not set)".to_owned(),
            (None | Some(""), Some(otherwise)) => format!("({otherwise})"),
            (Some(value), _) => value.to_owned(),
        }
    }
}

impl Settings {
    /// Every setting that this version has, with its origin, in the order of the table.
    pub fn effective(&self) -> Vec<Effective> {
        let told = self.show().into_iter().map(|(setting, value)| Effective {
            setting,
            value,
            origin: self.origins.get(setting.name).cloned().unwrap_or(Origin::Default),
        });
        told.collect()
    }
}

/// Whether a variable of this name is read.
pub fn is_setting(name: &str) -> bool {
    let base = name.strip_suffix("_FILE").unwrap_or(name);
    table()
        .iter()
        .flat_map(|section| section.rows)
        .any(|row| row.name == name || (row.secret && row.name == base))
}
