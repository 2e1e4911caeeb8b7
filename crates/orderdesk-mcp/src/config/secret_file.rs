//! A file that holds one secret.

use std::{fs, path::Path};

use secrecy::{ExposeSecret, SecretString};

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
    let trimmed = text.expose_secret().trim();
    if trimmed.is_empty() {
        return Err(format!("{shown} is empty."));
    }
    Ok(SecretString::from(trimmed))
}
