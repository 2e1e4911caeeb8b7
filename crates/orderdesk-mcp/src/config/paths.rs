//! The platform's directories, and the file that holds the root key.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_native_strategy};
use secrecy::{ExposeSecret, SecretString};

use super::{Fault, root, secret_file::secret_file};

/// Where the program keeps what nobody told it to keep elsewhere. `None` on a machine without a home directory, which
/// only matters to a command that needs one of them.
#[derive(Debug, Clone)]
pub struct Paths {
    directories: Option<Directories>,
}

#[derive(Debug, Clone)]
struct Directories {
    config: PathBuf,
    data: PathBuf,
}

impl Paths {
    /// The directories of this platform and user.
    pub fn platform() -> Self {
        let app = AppStrategyArgs {
            top_level_domain: "com".to_owned(),
            author: "orderdesk-mcp".to_owned(),
            app_name: "orderdesk-mcp".to_owned(),
        };
        let directories = choose_native_strategy(app).map(|strategy| Directories {
            config: strategy.config_dir(),
            data: strategy.data_dir(),
        });
        Self {
            directories: directories.ok(),
        }
    }

    /// Both directories below one folder.
    #[cfg(test)]
    pub fn below(folder: &Path) -> Self {
        Self {
            directories: Some(Directories {
                config: folder.join("config"),
                data: folder.join("data"),
            }),
        }
    }

    /// The default database file.
    pub fn database(&self) -> Result<PathBuf, Fault> {
        self.of("DATABASE_URL")
            .map(|directories| directories.data.join("app.db"))
    }

    /// The file that `setup` keeps the root key in.
    pub fn key_file(&self) -> Result<PathBuf, Fault> {
        self.of(root::MCP_KMS_KEY.name)
            .map(|directories| directories.config.join("root.key"))
    }

    fn of(&self, setting: &str) -> Result<&Directories, Fault> {
        self.directories.as_ref().ok_or_else(|| {
            Fault::new(
                setting,
                "is not set and has no default here, because this user has no home directory. Set it.",
            )
        })
    }
}

/// The root key's text: from the setting, else from the key file; none when there is neither.
pub fn root_key(settings: &root::Root, paths: &Paths) -> Result<Option<SecretString>, Fault> {
    if let Some(key) = &settings.kms_key {
        return Ok(Some(key.clone()));
    }
    let path = paths.key_file()?;
    if !path.exists() {
        return Ok(None);
    }
    let subject = path.display().to_string();
    refuse_readable_by_others(&path).map_err(|message| Fault::new(&subject, message))?;
    secret_file(&path)
        .map(Some)
        .map_err(|message| Fault::new(&subject, message))
}

/// Writes a new key file, readable by its owner alone. An existing file is never overwritten: losing a root key loses
/// everything it sealed.
pub fn write_key_file(path: &Path, key: &SecretString) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        options.mode(0o600);
        folder.mode(0o700);
    }
    if let Some(parent) = path.parent() {
        folder.create(parent)?;
    }
    let mut file = options.open(path)?;
    let written = file
        .write_all(format!("{}\n", key.expose_secret()).as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key would be kept as if it were one. The fault of the disk is what matters, not that of the removal.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)
        .map_err(|error| format!("cannot be read: {error}."))?
        .permissions()
        .mode();
    let others_rights = mode & 0o077;
    if others_rights == 0 {
        return Ok(());
    }
    Err(format!(
        "holds the root key and others on this machine may read it. Run: chmod 600 {}",
        path.display()
    ))
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_: &Path) -> Result<(), String> {
    Ok(())
}
