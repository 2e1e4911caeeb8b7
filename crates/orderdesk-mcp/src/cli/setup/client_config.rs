//! The configuration of an MCP client: the `mcpServers` map that most desktop clients share.

mod entry;

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use tempfile::NamedTempFile;

use crate::{
    cli::{Context, Failure, output},
    config::{
        FromText, Settings, root::MCP_KMS_KEY, storage::DATABASE_URL, tenants::MCP_MASTER_KEY,
        upstream::ORDERDESK_API_BASE_URL,
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
}

impl Launch {
    /// What the settings say, apart from the key of a tenant that is only made.
    pub fn new(context: &Context, settings: &Settings) -> Result<Self, Failure> {
        let mut launch = Self {
            program: std::env::current_exe()?,
            environment: Map::new(),
            shown: Map::new(),
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
        if let Some(url) = &settings.storage.database_url {
            let whole = url.absolute()?;
            match context.file_of(&DATABASE_URL)? {
                // The file serves the client as well, unless it tells of a place beside our working directory.
                Some((name, path)) if whole.expose() == url.expose() => launch.add(&name, &path.to_string_lossy()),
                _ => {
                    launch.add(DATABASE_URL.name, &whole.show().unwrap_or_default());
                    launch
                        .environment
                        .insert(DATABASE_URL.name.to_owned(), whole.expose().into());
                }
            }
        }
        if settings.upstream.base_url.is_loopback() {
            // Without it a store of the simulator would be looked for at Order Desk.
            launch.add(ORDERDESK_API_BASE_URL.name, settings.upstream.base_url.as_str());
        }
        Ok(launch)
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
    let folder = folder(path);
    if !folder.is_dir() {
        return Err(unusable(path, &format!("there is no folder {}", folder.display())));
    }
    let (_, document) = read(path)?;
    match document.get("mcpServers") {
        None => {}
        Some(Value::Object(servers)) => match servers.get(NAME) {
            Some(entry) if !entry::has_key(entry, master_key) => return Err(occupied(path, entry)),
            _ => {}
        },
        Some(_) => return Err(unusable(path, "its mcpServers is not a map")),
    }
    let private = private_file(path).and_then(|file| is_private(file.as_file()));
    if !private.map_err(|error| unusable(path, &error.to_string()))? {
        output::note(&format!(
            "warning: {} is on a file system without file modes: others on this machine may read the master key in it.",
            path.display()
        ));
    }
    Ok(())
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
    Failure::usage(format!(
        "{} has an entry {NAME:?} already, and it is not signed in with the {name} of this setup. Nothing was made or \
         changed",
        path.display()
    ))
    .with_hint(hint)
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The file's text, empty when there is no file, and what it says.
fn read(path: &Path) -> Result<(String, Map<String, Value>), Failure> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unusable(path, &error.to_string())),
    };
    if text.trim().is_empty() {
        return Ok((text, Map::new()));
    }
    let document = serde_json::from_str(&text).map_err(|_| unusable(path, "it is not a JSON object"))?;
    Ok((text, document))
}

/// Adds the entry to a client's file, over one that is there, and keeps everything else in it. The file as it was is kept beside it, under the path
/// that is returned; none when there was nothing to keep or to change.
pub fn merge(path: &Path, entry: &Value) -> Result<Option<PathBuf>, Failure> {
    let (before, document) = read(path)?;
    let mut merged = document.clone();
    let servers = merged.entry("mcpServers").or_insert_with(|| json!({}));
    let (Value::Object(servers), Some(Value::Object(new))) = (servers, entry.get(NAME)) else {
        return Err(unusable(path, "its mcpServers is not a map"));
    };
    match servers.get_mut(NAME) {
        Some(Value::Object(old)) => entry::lay_over(old, new),
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
        Some(back_up(path, &before)?)
    };
    let text = format!("{:#}\n", Value::Object(merged));
    private_write(path, &text).map_err(|error| unusable(path, &error.to_string()))?;
    Ok(backup)
}

/// Keeps a file's text beside it under the first free name, for an older backup may hold a key that is nowhere else.
fn back_up(path: &Path, text: &str) -> Result<PathBuf, Failure> {
    let failed = |error: &io::Error| unusable(path, &format!("it cannot be backed up: {error}"));
    let mut file = private_file(path).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    let mut number = 1_u32;
    loop {
        let extension = match number {
            1 => "json.before-orderdesk".to_owned(),
            _ => format!("json.before-orderdesk-{number}"),
        };
        let backup = path.with_extension(extension);
        match file.persist_noclobber(&backup) {
            Ok(_) => return Ok(backup),
            Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => file = taken.file,
            Err(refused) => return Err(failed(&refused.error)),
        }
        number += 1;
    }
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::failed(format!("{} was not changed: {why}", path.display()))
}

/// Puts the text into a new file that only its owner may read, for it holds a master key, and that file in the place of
/// the one that stood there: whatever goes wrong, the old one is whole.
fn private_write(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: people keep their configuration elsewhere and link to it.
    let path = match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        real => real?,
    };
    let mut file = private_file(&path)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// A file beside `path` for its owner alone, which goes away unless it is kept.
fn private_file(path: &Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder(path))
}

/// Whether the file's mode, which not every file system keeps, lets nobody but its owner read it.
#[cfg(unix)]
fn is_private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let others_rights = file.metadata()?.permissions().mode() & 0o077;
    Ok(others_rights == 0)
}

/// There are no modes: the folder's owner decides who may read the file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as where there are modes")]
fn is_private(_: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests;
