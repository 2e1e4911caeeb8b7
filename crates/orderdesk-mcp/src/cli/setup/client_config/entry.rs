//! This server's entry in a client's file: whose it is, and how a new one is laid over it.

use std::path::{Path, PathBuf};

use od_engine::RootKey;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::config::{Setting, root::MCP_KMS_KEY, secret_file, storage::DATABASE_URL, tenants::MCP_MASTER_KEY};

/// Whether an entry signs in with this very master key, given in it or kept in a file.
pub fn has_key(entry: &Value, master_key: Option<&SecretString>) -> bool {
    let held = variables(entry).and_then(|variables| held(variables, &MCP_MASTER_KEY));
    matches!((held, master_key), (Some(held), Some(given)) if same(&held, given))
}

/// Whether an entry signs in with a master key, this one or another. One that only has a URL does not.
pub fn names_key(entry: &Value) -> bool {
    let names = [MCP_MASTER_KEY.name.to_owned(), in_file(&MCP_MASTER_KEY)];
    variables(entry).is_some_and(|variables| names.iter().any(|name| variables.contains_key(name)))
}

fn variables(entry: &Value) -> Option<&Map<String, Value>> {
    entry.get("env")?.as_object()
}

/// Lays the entry that setup makes over the one that is there. What setup does not decide stays: other variables, which
/// may narrow what the server does, and what only the client understands.
pub fn lay_over(old: &mut Map<String, Value>, new: &Map<String, Value>) {
    let starts_this_program = program(old).is_some() && program(old) == program(new);
    for (member, value) in new {
        match (member.as_str(), old.get_mut(member), value) {
            ("env", Some(Value::Object(old)), Value::Object(new)) => lay_over_variables(old, new),
            // They may name a configuration file.
            ("args", Some(_), _) if starts_this_program => {}
            _ => {
                old.insert(member.clone(), value.clone());
            }
        }
    }
}

/// The file name of what an entry starts.
fn program(entry: &Map<String, Value>) -> Option<PathBuf> {
    let command = entry.get("command")?.as_str()?;
    Path::new(command).file_name().map(PathBuf::from)
}

/// A secret that is there already stays where it is kept: one in a file must not come into the client's file. Any other
/// gives way in both its forms, for the program refuses to start with two.
fn lay_over_variables(old: &mut Map<String, Value>, new: &Map<String, Value>) {
    let mut new = new.clone();
    for setting in [&MCP_MASTER_KEY, &MCP_KMS_KEY, &DATABASE_URL] {
        let Some(given) = held(&new, setting) else { continue };
        let is_kept = held(old, setting).is_some_and(|held| same(&held, &given));
        for form in [setting.name.to_owned(), in_file(setting)] {
            if is_kept {
                new.shift_remove(&form);
            } else if !new.contains_key(&form) {
                old.shift_remove(&form);
            }
        }
    }
    old.extend(new);
}

/// The secret that an entry's variables give, themselves or in a file. A file that cannot be read gives none.
fn held(variables: &Map<String, Value>, setting: &Setting) -> Option<SecretString> {
    let text = |name: &str| variables.get(name)?.as_str();
    match text(setting.name) {
        Some(secret) => Some(secret.into()),
        None => secret_file(Path::new(text(&in_file(setting))?)).ok(),
    }
}

/// The variable that names the file of a secret.
fn in_file(setting: &Setting) -> String {
    format!("{}_FILE", setting.name)
}

/// Compares digests under a key that nobody knows, so that the time it takes tells nothing about the secrets.
fn same(left: &SecretString, right: &SecretString) -> bool {
    let key = RootKey::generate();
    let digest = |secret: &SecretString| key.fingerprint("comparison", &[secret.expose_secret().as_bytes()]);
    digest(left) == digest(right)
}
