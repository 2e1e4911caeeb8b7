//! The demo's keys: made for one run, or kept in its folder so that a client's configuration stays good.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use od_engine::{MasterKey, RootKey};
use od_sim::SimOptions;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::cli::Failure;

/// The keys of one demo. They open simulated stores and nothing else.
pub struct DemoKeys {
    /// Seals the demo's database.
    pub root_key: SecretString,
    /// Signs the demo's tenant in.
    pub master_key: SecretString,
    /// One for each simulated store: the simulator's own, but in a folder of an earlier version.
    pub api_keys: Vec<SecretString>,
}

impl DemoKeys {
    fn generate() -> Self {
        let api_keys = SimOptions::default()
            .stores
            .iter()
            .map(|store| SecretString::from(store.api_key.as_str()))
            .collect();
        Self {
            root_key: RootKey::generate().to_base64(),
            master_key: new_master_key(),
            api_keys,
        }
    }

    /// Puts another master key in the place of this one, here and in the folder that the demo keeps its database in.
    pub fn replace_master_key(&mut self, folder: Option<&Path>, key: SecretString) -> Result<(), Failure> {
        self.master_key = key;
        let Some(folder) = folder else { return Ok(()) };
        let path = folder.join(FILE);
        put(folder, &path, &self.to_json().to_string())
            .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))
    }

    fn to_json(&self) -> Value {
        let api_keys: Vec<_> = self.api_keys.iter().map(ExposeSecret::expose_secret).collect();
        json!({
            "about": "Keys of a demo: they open simulated stores and nothing else.",
            "root_key": self.root_key.expose_secret(),
            "master_key": self.master_key.expose_secret(),
            "api_keys": api_keys,
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(SecretString::from);
        Some(Self {
            root_key: text(value.get("root_key")?)?,
            master_key: text(value.get("master_key")?)?,
            api_keys: value
                .get("api_keys")?
                .as_array()?
                .iter()
                .map(text)
                .collect::<Option<_>>()?,
        })
    }
}

/// A master key that nobody has yet.
pub fn new_master_key() -> SecretString {
    MasterKey::generate().expose()
}

/// The file of a demo's keys in its folder.
pub const FILE: &str = "demo-keys.json";
/// The file of settings that each start writes beside it.
pub const SETTINGS: &str = "demo-settings.yaml";

/// The master key that somebody put into the settings of the start before, when it is another one than the demo's: a rotation
/// says that the new one belongs there.
pub fn put_into_settings(folder: &Path, keys: &DemoKeys) -> Option<SecretString> {
    let text = fs::read_to_string(folder.join(SETTINGS)).ok()?;
    let settings: Value = serde_json::from_str(&text).ok()?;
    let key = settings.get("mcp_master_key")?.as_str()?;
    (key != keys.master_key.expose_secret()).then(|| key.into())
}

/// The keys kept in `folder`, made there on the first run; without a folder, keys for this run alone.
pub fn open(folder: Option<&Path>) -> Result<DemoKeys, Failure> {
    let Some(folder) = folder else {
        return Ok(DemoKeys::generate());
    };
    let path = folder.join(FILE);
    if let Some(keys) = read(&path)? {
        return Ok(keys);
    }
    fs::create_dir_all(folder)
        .map_err(|error| Failure::failed(format!("cannot make {}: {error}", folder.display())))?;
    write(folder, &path, &DemoKeys::generate().to_json().to_string())
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))?;
    // Of several demos that start at once on a new folder, all use the keys of the one that came first.
    read(&path)?.ok_or_else(|| Failure::failed(format!("{} is gone again", path.display())))
}

/// Writes into the folder what the program's own commands need to ask this demo from another shell, as a file for `--config`. Each
/// start writes it anew: the simulator's address is another one.
pub fn write_settings(
    folder: &Path,
    keys: &DemoKeys,
    address: SocketAddr,
    simulator: &str,
) -> Result<PathBuf, Failure> {
    let path = std::path::absolute(folder)?.join(SETTINGS);
    // JSON is YAML too.
    let settings = json!({
        "database_url": format!("sqlite://{}", path.with_file_name("app.db").display()),
        "mcp_kms_key": keys.root_key.expose_secret(),
        "mcp_master_key": keys.master_key.expose_secret(),
        "orderdesk_api_base_url": simulator,
        "host": address.ip(),
        "port": address.port(),
    });
    put(folder, &path, &format!("{settings:#}\n"))
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", path.display())))?;
    Ok(path)
}

fn read(path: &Path) -> Result<Option<DemoKeys>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text)
            .ok()
            .and_then(|value| DemoKeys::from_json(&value))
            .map(Some)
            .ok_or_else(|| Failure::failed(format!("{} does not hold a demo's keys", path.display()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::failed(format!("{} cannot be read: {error}", path.display()))),
    }
}

/// Puts a whole file there at once, for its owner alone, in the place of the one that may be there.
fn put(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// The same, unless there is one.
fn write(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    match file.persist_noclobber(path) {
        Err(taken) if taken.error.kind() != ErrorKind::AlreadyExists => Err(taken.error),
        _ => Ok(()),
    }
}
