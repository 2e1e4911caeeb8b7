//! This server's entry in a client's file: whose it is, and how a new one is laid over it.

use std::path::Path;

use od_engine::RootKey;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::config::{
    Setting, root::MCP_KMS_KEY, secret_file, storage::DATABASE_URL, tenants::MCP_MASTER_KEY,
    upstream::ORDERDESK_API_BASE_URL,
};

/// What setup decides, for it is what a tenant and its stores are found by and where their API keys are sent. An entry that
/// names another of them would find nothing, or send a key to somebody else.
const DECIDED: [&Setting; 4] = [&MCP_MASTER_KEY, &MCP_KMS_KEY, &DATABASE_URL, &ORDERDESK_API_BASE_URL];

/// Whether an entry signs in with the very master key that is used, given in it or kept in a file that can be read.
pub fn has_key(entry: &Value, used: &Map<String, Value>) -> bool {
    let held = |variables| held(variables, &MCP_MASTER_KEY);
    matches!((variables(entry).and_then(held), held(used)), (Some(held), Some(used)) if same(&held, &used))
}

/// Whether an entry signs in with a master key, this one or another. One that only has a URL does not.
pub fn names_key(entry: &Value) -> bool {
    variables(entry).is_some_and(|variables| forms(&MCP_MASTER_KEY).any(|form| variables.contains_key(&form)))
}

/// Whether an entry starts this program as it would be started now, but for a master key, of which it names none: then nothing
/// is lost with it, and nothing else is found by another one.
pub fn lacks_a_key_alone(entry: &Value, used: &Map<String, Value>) -> bool {
    let given = Map::new();
    let given = variables(entry).unwrap_or(&given);
    let agrees = |setting: &&Setting| {
        let is_given = forms(setting).any(|form| given.contains_key(&form));
        !is_given
            || matches!((held(given, setting), held(used, setting)), (Some(held), Some(used)) if same(&held, &used))
    };
    starts_this_program(entry) && !names_key(entry) && !reads_a_file(entry) && DECIDED.iter().all(agrees)
}

/// Whether an entry's master key is one that the client asks for or takes from elsewhere (`${input:..}`), so that nobody but
/// the client knows it.
pub fn refers_to_key(entry: &Value) -> bool {
    let key = variables(entry).and_then(|variables| variables.get(MCP_MASTER_KEY.name)?.as_str());
    key.is_some_and(|key| key.starts_with("${"))
}

/// Whether an entry takes one of its variables from this question to the user.
pub fn asks_for(entry: &Value, input: &Value) -> bool {
    let reference = format!("${{input:{}}}", input["id"].as_str().unwrap_or_default());
    variables(entry).is_some_and(|variables| variables.values().any(|value| *value == reference))
}

fn variables(entry: &Value) -> Option<&Map<String, Value>> {
    entry.get("env")?.as_object()
}

/// Whether an entry starts this program, wherever it stands, and not a container or a script around it.
pub fn starts_this_program(entry: &Value) -> bool {
    let command = entry.get("command").and_then(Value::as_str);
    let this = std::env::current_exe().ok();
    let names = [Some(env!("CARGO_PKG_NAME")), this.as_deref().and_then(program)];
    command
        .and_then(|command| program(Path::new(command)))
        .is_some_and(|name| names.contains(&Some(name)))
}

/// A program's name, the same on every platform. Any other extension is a script's.
fn program(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    Some(name.strip_suffix(".exe").unwrap_or(name))
}

/// Whether an entry takes settings from a configuration file, or from a `.env` that may be in a folder of its own.
pub fn reads_a_file(entry: &Value) -> bool {
    let arguments = entry.get("args").and_then(Value::as_array);
    let names_one = arguments.is_some_and(|arguments| {
        let mut arguments = arguments.iter().filter_map(Value::as_str);
        arguments.any(|argument| argument == "--config" || argument.starts_with("--config="))
    });
    names_one || entry.get("cwd").is_some()
}

/// Lays the entry that setup makes over one that starts this program. What setup does not decide stays: arguments, other
/// variables, which may narrow what the server does, and what only the client understands. `used` is what the program would
/// be started with, given or by default.
pub fn lay_over(old: &mut Map<String, Value>, new: &Map<String, Value>, used: &Map<String, Value>) {
    for (member, value) in new {
        match (member.as_str(), old.get_mut(member), value) {
            ("env", Some(Value::Object(old)), Value::Object(new)) => {
                lay_over_variables(old, new.clone(), used);
            }
            ("args", Some(_), _) => {}
            _ => {
                old.insert(member.clone(), value.clone());
            }
        }
    }
}

/// What is there already stays as it is kept: a secret in a file must not come into the client's file. Anything else gives
/// way in both its forms, for the program refuses to start with two.
fn lay_over_variables(old: &mut Map<String, Value>, mut new: Map<String, Value>, used: &Map<String, Value>) {
    for setting in DECIDED {
        let is_kept =
            matches!((held(old, setting), held(used, setting)), (Some(held), Some(used)) if same(&held, &used));
        for form in forms(setting) {
            if is_kept {
                new.shift_remove(&form);
            } else if !new.contains_key(&form) {
                old.shift_remove(&form);
            }
        }
    }
    old.extend(new);
}

/// The value that an entry's variables give a setting, themselves or in a file. A file that cannot be read gives none.
fn held(variables: &Map<String, Value>, setting: &Setting) -> Option<SecretString> {
    let text = |name: &str| variables.get(name)?.as_str();
    match text(setting.name) {
        Some(value) => Some(value.into()),
        None => secret_file(Path::new(text(&setting.file_twin()?)?)).ok(),
    }
}

/// The variables that give a setting: its own, and that of a secret's file.
fn forms(setting: &Setting) -> impl Iterator<Item = String> {
    [Some(setting.name.to_owned()), setting.file_twin()]
        .into_iter()
        .flatten()
}

/// Compares digests under a key that nobody knows, so that the time it takes tells nothing about the secrets.
fn same(left: &SecretString, right: &SecretString) -> bool {
    let key = RootKey::generate();
    let digest = |secret: &SecretString| key.fingerprint("comparison", &[secret.expose_secret().as_bytes()]);
    digest(left) == digest(right)
}
