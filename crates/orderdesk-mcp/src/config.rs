//! Configuration: one table of settings, read from the environment over `.env` over a file over defaults.
//!
//! Only the program reads these places; every crate below takes a small `Options` struct.

#[macro_use]
mod setting;

mod cross;
mod fault;
mod file;
mod names;
mod paths;
mod reader;
mod reference;
mod secret_file;
mod sources;
mod table;
mod tenants_view;
mod value;

pub mod cache;
pub mod limits;
pub mod live_tests;
pub mod mail;
pub mod mcp;
pub mod mirror;
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

use std::net::IpAddr;

use self::reader::Reader;
pub use self::{
    cross::closed_pages,
    fault::{ConfigError, Fault, Origin},
    paths::{Paths, root_key, write_key_file},
    reference::{environment_file, listed, markdown},
    secret_file::secret_file,
    setting::Setting,
    sources::Sources,
    table::{Effective, Settings, table},
    tenants_view::told_to_tenants,
    value::RedisUrl,
    value::{
        ClientIpHeader, ConfirmBy, DatabaseUrl, EmailProvider, FromText, LogFormat, LogLevel, Networks, PublicUrl,
        ReplyMode, SameSite, ServiceUrl, Switch, ToolNames, place,
    },
};

/// A configuration that was understood.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// Every setting that this version has, with its origin, in the order of the table.
    pub effective: Vec<Effective>,
    /// What is odd but does not stop the program.
    pub warnings: Vec<String>,
    /// What is told of files of secrets that others on this machine may read; it is among the warnings too.
    pub open_files: Vec<String>,
}

/// Understands what was given, or says everything that is wrong with it.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let (mut faults, mut warnings, mut open_files) = (Vec::new(), Vec::new(), Vec::new());
    let rows: Vec<&'static Setting> = table().iter().flat_map(|section| section.rows).copied().collect();
    let mut reader = Reader::new(sources.resolve(&rows, &mut faults, &mut warnings, &mut open_files));
    let mut settings = Settings::read(&mut reader);
    settings.origins = reader.origins();
    faults.extend(reader.into_faults());
    warnings.extend(cache::excused(
        &mut faults,
        settings.cache.backend,
        settings.storage.database_url.as_ref(),
    ));
    warnings.extend(observability::excused(&mut faults));
    warnings.extend(mail::excused(&mut faults, settings.web_ui.enabled));
    let combined = cross::faults(&settings).into_iter();
    // A faulty value stands at its default, so what follows from it would be a second report of the same fault.
    let follow_ups: Vec<Fault> = combined
        .filter(|fault| faults.iter().all(|earlier| earlier.subject != fault.subject))
        .collect();
    faults.extend(follow_ups);
    if !faults.is_empty() {
        return Err(ConfigError(faults));
    }
    warnings.extend(open_files.iter().cloned());
    warnings.extend(cross::warnings(&settings));
    if sources.unused.iter().all(|row| row.name != server::HOST.name) {
        warnings.extend(closed_pages(&settings));
    }
    let effective = settings.effective();
    Ok(Loaded {
        settings,
        effective,
        warnings,
        open_files,
    })
}

/// Where a server of this configuration listens. Nothing else that was given is read, or can be at fault.
pub fn listener(sources: &Sources) -> Result<(IpAddr, u16), ConfigError> {
    let rows = [&server::HOST, &server::PORT];
    let mut others = Vec::new();
    let given = sources.resolve(&rows, &mut others, &mut Vec::new(), &mut Vec::new());
    let mut reader = Reader::new(given);
    let listener = (reader.read(&server::HOST), reader.read(&server::PORT));
    let faults = reader.into_faults();
    if faults.is_empty() {
        Ok(listener)
    } else {
        Err(ConfigError(faults))
    }
}

#[cfg(test)]
mod tests;
