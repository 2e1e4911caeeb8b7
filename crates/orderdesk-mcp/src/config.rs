//! Configuration: one table of settings, read from the environment over `.env` over a file over defaults.
//!
//! Only the program reads these places; every crate below takes a small `Options` struct.

#[macro_use]
mod setting;

mod awaited;
mod cross;
mod fault;
mod file;
mod names;
mod paths;
mod reader;
mod reference;
mod sources;
mod value;

pub mod cache;
pub mod limits;
pub mod live_tests;
pub mod mail;
pub mod mcp;
pub mod mutation;
pub mod oauth;
pub mod observability;
pub mod root;
pub mod server;
pub mod storage;
pub mod tenants;
pub mod upstream;
pub mod web_ui;
pub mod webhooks;

use self::reader::Reader;
pub use self::{
    fault::{ConfigError, Fault, Origin},
    paths::{Paths, root_key, write_key_file},
    reference::{environment_file, markdown},
    setting::Setting,
    sources::{Sources, secret_file},
    value::{ClientIpHeader, ConfirmBy, DatabaseUrl, FromText, LogFormat, LogLevel, Networks, ServiceUrl, ToolNames},
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

/// A configuration that was understood.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Every setting with its origin, in the order of the table.
    pub effective: Vec<Effective>,
    /// What is odd but does not stop the program.
    pub warnings: Vec<String>,
}

/// Understands what was given, or says everything that is wrong with it.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    let rows: Vec<&'static Setting> = table().iter().flat_map(|section| section.rows).copied().collect();
    let mut reader = Reader::new(sources.resolve(&rows, &mut faults, &mut warnings));
    let settings = Settings::read(&mut reader);
    let origins = reader.origins();
    faults.extend(reader.into_faults());
    let combined = cross::faults(&settings).into_iter().chain(awaited::faults(&settings));
    // A faulty value stands at its default, so what follows from it would be a second report of the same fault.
    let follow_ups: Vec<Fault> = combined
        .filter(|fault| faults.iter().all(|earlier| earlier.subject != fault.subject))
        .collect();
    faults.extend(follow_ups);
    if !faults.is_empty() {
        return Err(ConfigError(faults));
    }
    warnings.extend(cross::warnings(&settings));
    let effective = settings.show().into_iter().map(|(setting, value)| Effective {
        setting,
        value,
        origin: origins.get(setting.name).cloned().unwrap_or(Origin::Default),
    });
    let effective: Vec<Effective> = effective.collect();
    warnings.extend(awaited::warnings(&effective));
    Ok(Loaded {
        settings,
        effective,
        warnings,
    })
}

/// Whether a variable of this name is read.
fn is_setting(name: &str) -> bool {
    let base = name.strip_suffix("_FILE").unwrap_or(name);
    table()
        .iter()
        .flat_map(|section| section.rows)
        .any(|row| row.name == name || (row.secret && row.name == base))
}

#[cfg(test)]
mod tests;
