//! The configuration of an MCP client: the `mcpServers` map that most desktop clients share.

use std::{fs, io::ErrorKind, path::Path};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::{
    cli::Failure,
    config::{Settings, upstream::ORDERDESK_API_BASE_URL},
};

/// The name this server goes by in a client.
const NAME: &str = "orderdesk";

/// The entry that starts this very program over stdio for one tenant.
pub fn entry(settings: &Settings, master_key: &SecretString) -> Result<Value, Failure> {
    let program = std::env::current_exe()?;
    let mut variables = Map::new();
    variables.insert("MCP_MASTER_KEY".to_owned(), master_key.expose_secret().into());
    // A client starts the program without this shell's environment, so what differs from the defaults goes along.
    if let Some(key) = &settings.root.kms_key {
        variables.insert("MCP_KMS_KEY".to_owned(), key.expose_secret().into());
    }
    if let Some(url) = &settings.storage.database_url {
        variables.insert("DATABASE_URL".to_owned(), url.expose().into());
    }
    if settings.upstream.base_url.is_loopback() {
        // Without it a store of the simulator would be looked for at Order Desk.
        variables.insert(
            ORDERDESK_API_BASE_URL.name.to_owned(),
            settings.upstream.base_url.as_str().into(),
        );
    }
    Ok(json!({ NAME: { "command": program, "args": ["stdio"], "env": variables } }))
}

/// The entry as a whole configuration file.
pub fn pretty(entry: &Value) -> String {
    format!("{:#}", json!({ "mcpServers": entry }))
}

/// Whether the entry can be added to a client's file, as far as that can be known without writing.
pub fn check(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(unusable(path, &format!("there is no folder {}", folder.display())));
    }
    let (_, document) = read(path)?;
    match document.get("mcpServers") {
        None | Some(Value::Object(_)) => Ok(()),
        Some(_) => Err(unusable(path, "its mcpServers is not a map")),
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

/// Adds the entry to a client's file and keeps everything else in it. The file as it was is kept beside it.
pub fn merge(path: &Path, entry: &Value) -> Result<(), Failure> {
    let (before, mut document) = read(path)?;
    let servers = document.entry("mcpServers").or_insert_with(|| json!({}));
    let (Value::Object(servers), Value::Object(entry)) = (servers, entry) else {
        return Err(unusable(path, "its mcpServers is not a map"));
    };
    servers.extend(entry.clone());
    if !before.is_empty() {
        let backup = path.with_extension("json.before-orderdesk");
        private_write(&backup, &before).map_err(|error| unusable(&backup, &error.to_string()))?;
    }
    let text = format!("{:#}\n", Value::Object(document));
    private_write(path, &text).map_err(|error| unusable(path, &error.to_string()))
}

fn unusable(path: &Path, why: &str) -> Failure {
    Failure::failed(format!("{} was not changed: {why}", path.display()))
}

/// The file holds a master key: a new one is readable by its owner alone.
fn private_write(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests;
