//! The configuration of an MCP client: the `mcpServers` map that most desktop clients share.

mod entry;
mod file;
mod tokens;

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use self::file::unusable;
use crate::{
    cli::{Context, Failure, output},
    config::{
        FromText, Paths, Settings,
        root::MCP_KMS_KEY,
        storage::DATABASE_URL,
        tenants::MCP_MASTER_KEY,
        upstream::{ORDERDESK_ALLOW_PLAIN_HTTP, ORDERDESK_API_BASE_URL, Upstream},
    },
};

/// The name this server goes by in a client.
const NAME: &str = "orderdesk";

/// How a client starts this very program over stdio for one tenant. A client knows nothing of this shell's environment, so
/// what differs from the defaults goes along.
pub struct Launch {
    program: PathBuf,
    /// For the client's file.
    environment: Map<String, Value>,
    /// The same for standard output, which ends in scrollbacks and logs: secrets that were given are not repeated there.
    shown: Map<String, Value>,
    /// What setup uses because nothing was given: left out of a new entry, which comes to the same.
    defaults: Map<String, Value>,
}

impl Launch {
    /// What the settings say, apart from the key of a tenant that is only made.
    pub fn new(context: &Context, settings: &Settings, paths: &Paths) -> Result<Self, Failure> {
        let mut launch = Self {
            program: std::env::current_exe()?,
            environment: Map::new(),
            shown: Map::new(),
            defaults: Map::new(),
        };
        for (setting, secret) in [
            (&MCP_MASTER_KEY, &settings.tenants.master_key),
            (&MCP_KMS_KEY, &settings.root.kms_key),
        ] {
            let Some(secret) = secret else { continue };
            if let Some((name, path)) = context.file_of(setting)? {
                // A secret that is kept in a file stays there.
                launch.add(&name, &path.to_string_lossy());
            } else {
                launch.add(setting.name, &format!("(the {} you gave)", setting.name));
                launch
                    .environment
                    .insert(setting.name.to_owned(), secret.expose_secret().into());
            }
        }
        if let (None, Some(name)) = (&settings.root.kms_key, MCP_KMS_KEY.file_twin()) {
            launch.default(&name, &paths.key_file()?.to_string_lossy());
        }
        launch.add_database(context, settings, paths)?;
        launch.add_order_desk(&settings.upstream);
        Ok(launch)
    }

    fn add_database(&mut self, context: &Context, settings: &Settings, paths: &Paths) -> Result<(), Failure> {
        let Some(url) = &settings.storage.database_url else {
            self.default(DATABASE_URL.name, settings.storage.url(paths)?.expose());
            return Ok(());
        };
        let whole = url.absolute()?;
        match context.file_of(&DATABASE_URL)? {
            // The file serves the client as well, unless it tells of a place beside our working directory.
            Some((name, path)) if whole.expose() == url.expose() => self.add(&name, &path.to_string_lossy()),
            _ => {
                self.add(DATABASE_URL.name, &whole.show().unwrap_or_default());
                self.environment
                    .insert(DATABASE_URL.name.to_owned(), whole.expose().into());
            }
        }
        Ok(())
    }

    /// Elsewhere the store would be looked for in vain, and its key be shown to whoever answers there.
    fn add_order_desk(&mut self, upstream: &Upstream) {
        let url = &upstream.base_url;
        if ORDERDESK_API_BASE_URL.default == Some(url.as_str()) {
            self.default(ORDERDESK_API_BASE_URL.name, url.as_str());
        } else {
            self.add(ORDERDESK_API_BASE_URL.name, url.as_str());
        }
        if url.is_plain_http_elsewhere() {
            self.add(ORDERDESK_ALLOW_PLAIN_HTTP.name, &upstream.allow_plain_http.to_string());
        }
    }

    fn default(&mut self, name: &str, value: &str) {
        self.defaults.insert(name.to_owned(), value.into());
    }

    fn add(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.into());
        self.shown.insert(name.to_owned(), value.into());
    }

    /// The entry for the client's file. `new_key` is the master key of a tenant that was just made.
    pub fn entry(&self, new_key: Option<&SecretString>) -> Value {
        self.with(&self.environment, new_key)
    }

    /// The entry for people to read, and to fill in what they gave themselves.
    pub fn shown(&self, new_key: Option<&SecretString>) -> Value {
        self.with(&self.shown, new_key)
    }

    /// Variables that say what the defaults are, to compare those of an entry with.
    pub fn defaults(&self) -> &Map<String, Value> {
        &self.defaults
    }

    fn with(&self, variables: &Map<String, Value>, new_key: Option<&SecretString>) -> Value {
        let mut variables = variables.clone();
        if let Some(key) = new_key {
            variables.insert(MCP_MASTER_KEY.name.to_owned(), key.expose_secret().into());
        }
        json!({ NAME: { "command": self.program, "args": ["stdio"], "env": variables } })
    }
}

/// The entry as a whole configuration file.
pub fn pretty(entry: &Value) -> String {
    format!("{:#}", json!({ "mcpServers": entry }))
}

/// A path as people type it where no shell puts the home directory in the place of `~`.
pub fn from_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => path.into(),
    }
}

/// Whether the entry can be added to a client's file, as far as that can be known without changing it. An entry that is
/// there already must be of the tenant whose master key is given. Says so when others will be able to read what is written.
pub fn check(path: &Path, master_key: Option<&SecretString>) -> Result<(), Failure> {
    let folder = file::folder(path);
    if !folder.is_dir() {
        return Err(unusable(path, &format!("there is no folder {}", folder.display())));
    }
    let (_, document) = read(path)?;
    may_be_changed(path, &document, master_key)?;
    if !file::can_be_private(path).map_err(|error| unusable(path, &error.to_string()))? {
        output::note(&format!(
            "warning: {} is on a file system without file modes: others on this machine may read the master key in it.",
            path.display()
        ));
    }
    Ok(())
}

/// Refuses to change an entry of which setup does not know that it leads to the tenant and the database of this setup.
fn may_be_changed(
    path: &Path,
    document: &Map<String, Value>,
    master_key: Option<&SecretString>,
) -> Result<(), Failure> {
    match document.get("mcpServers").and_then(|servers| servers.get(NAME)) {
        Some(entry) if !entry::has_key(entry, master_key) => Err(occupied(path, entry)),
        Some(entry) if !entry::starts_this_program(entry) => Err(wrapped(path)),
        Some(entry) if entry::reads_a_file(entry) => Err(configured_elsewhere(path)),
        _ => Ok(()),
    }
}

/// The entry that is there may hold the only copy of a master key, which opens stored credentials.
fn occupied(path: &Path, entry: &Value) -> Failure {
    let name = MCP_MASTER_KEY.name;
    let hint = if entry::names_key(entry) {
        format!(
            "To add the store to the tenant of that entry, run setup with {name} or {name}_FILE set as it is there. To \
             start with a new tenant, rename or remove the entry first, and keep its key: it is stored nowhere else."
        )
    } else {
        format!(
            "There is no {name} in that entry to compare with. Rename or remove the entry first, or run setup with \
             --client-config none and add the entry that it prints by hand."
        )
    };
    kept(path, &format!("it is not signed in with the {name} of this setup")).with_hint(hint)
}

/// A container or a script has arguments, and perhaps a database, of which nothing is known here.
fn wrapped(path: &Path) -> Failure {
    kept(path, "it does not start this program itself").with_hint(
        "Run setup with --client-config none. Every client of the tenant finds the new store: the entry can stay as it is \
         when what it starts uses the same database and root key. Else compare it with the one that setup prints.",
    )
}

/// Setup does not read what the entry reads. A setting that is given there and beside it may stop the program, and one that
/// is only given there may lead to another database or another Order Desk.
fn configured_elsewhere(path: &Path) -> Failure {
    kept(
        path,
        "it reads settings that setup does not see, from the file of its --config or a .env in its cwd",
    )
    .with_hint(format!(
        "Add the store with \"orderdesk-mcp store add\", run with that --config, in that folder, and with {} and any \
         database or root key set as in the entry: every client of the tenant finds it, and the entry can stay as it is. \
         Or run setup with --client-config none, and change the entry by hand to what setup prints.",
        MCP_MASTER_KEY.name
    ))
}

/// Why an entry stays as it is.
fn kept(path: &Path, why: &str) -> Failure {
    Failure::usage(format!(
        "{} was not changed: it has an entry {NAME:?} already, and {why}",
        path.display()
    ))
}

/// A client's file, as text and understood, when it has the shape that most clients share or can get it.
fn read(path: &Path) -> Result<(String, Map<String, Value>), Failure> {
    let (text, document) = file::read(path)?;
    match document.get("mcpServers") {
        Some(Value::Object(_)) => Ok((text, document)),
        Some(_) => Err(unusable(path, "its mcpServers is not a map")),
        None if is_of_vs_code(path, &document) => Err(unusable(
            path,
            "VS Code reads servers where other clients read mcpServers",
        )
        .with_hint(
            "Such a file is often committed, and the entry holds a master key: run setup with --client-config none, put \
             what it prints below \"servers\" by hand, and let VS Code ask for the key (\"inputs\"), as the README shows.",
        )),
        None => Ok((text, document)),
    }
}

fn is_of_vs_code(path: &Path, document: &Map<String, Value>) -> bool {
    document.contains_key("servers") || file::is_where_vs_code_looks(path)
}

/// Adds the entry to a client's file, over one that is there, and keeps everything else in it. The file as it was is kept
/// beside it, under the path that is returned; none when there was nothing to keep or to change. `defaults` as those of
/// [`Launch`]. The file may be another than the one that [`check`] saw, so that an entry in it is judged again.
pub fn merge(path: &Path, entry: &Value, defaults: &Map<String, Value>) -> Result<Option<PathBuf>, Failure> {
    let (before, document) = read(path)?;
    let master_key = entry.get(NAME).and_then(entry::master_key);
    may_be_changed(path, &document, master_key.as_ref())?;
    let mut merged = document.clone();
    let servers = merged.entry("mcpServers").or_insert_with(|| json!({}));
    let (Value::Object(servers), Some(Value::Object(new))) = (servers, entry.get(NAME)) else {
        return Err(unusable(path, "its mcpServers is not a map"));
    };
    match servers.get_mut(NAME) {
        Some(Value::Object(old)) => entry::lay_over(old, new, defaults),
        _ => {
            servers.insert(NAME.to_owned(), new.clone().into());
        }
    }
    if merged == document {
        return Ok(None);
    }
    let backup = if before.is_empty() {
        None
    } else {
        Some(file::back_up(path, &before)?)
    };
    let text = format!("{:#}\n", Value::Object(merged));
    file::private_write(path, &text).map_err(|error| unusable(path, &error.to_string()))?;
    Ok(backup)
}

#[cfg(test)]
mod tests;
