//! A file that holds one secret.

use std::{fs, path::Path};

use secrecy::{ExposeSecret, SecretString};

/// What editors on Windows put before everything else.
pub(super) const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Where containers and services are given their secrets: readable by all who are inside, and nobody else is there.
#[cfg(unix)]
const GIVEN: [&str; 3] = ["/run/secrets", "/var/run/secrets", "/run/credentials"];

/// A secret's file is one short line; anything longer is the wrong file.
const LONGEST_SECRET_FILE: u64 = 64 * 1024;

/// The text of a file that holds one secret; the line's end is not part of it.
pub fn secret_file(path: &Path) -> Result<SecretString, String> {
    let shown = path.display();
    let length = fs::metadata(path)
        .map_err(|error| format!("{shown} cannot be read: {error}."))?
        .len();
    if length > LONGEST_SECRET_FILE {
        return Err(format!("{shown} is too long to hold a secret."));
    }
    let text =
        SecretString::from(fs::read_to_string(path).map_err(|error| format!("{shown} cannot be read: {error}."))?);
    let trimmed = text.expose_secret().trim_start_matches(BYTE_ORDER_MARK).trim();
    if trimmed.is_empty() {
        return Err(format!("{shown} is empty."));
    }
    Ok(SecretString::from(trimmed))
}

/// What is told of a secret's file that others on this machine may read as well. `name` is the setting that names it.
#[cfg(unix)]
pub fn exposed(name: &str, path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;

    if is_given(path) || fs::canonicalize(path).is_ok_and(|path| is_given(&path)) {
        return None;
    }
    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let path = path.display();
        format!(
            "{name} names {path}, and others on this machine may read that file. Run: chmod 600 {path}. Where it is mounted \
             for a container and has rights of its own, mount it under {}.",
            GIVEN[0]
        )
    })
}

/// Whether a file is one that a container or a service is given.
#[cfg(unix)]
pub(super) fn is_given(path: &Path) -> bool {
    GIVEN.iter().any(|folder| path.starts_with(folder))
}

/// Systems without such rights.
#[cfg(not(unix))]
pub fn exposed(_: &str, _: &Path) -> Option<String> {
    None
}
