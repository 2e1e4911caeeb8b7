//! A client's file on the disk: read, kept as it was, replaced in one step.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::cli::Failure;

/// Claude Code keeps its whole history in the file that names its servers, and that has some megabytes.
const LARGEST: u64 = 32 * 1024 * 1024;

/// The folder that a file is in.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The file's text, empty when there is no file.
pub fn read(path: &Path) -> Result<String, Failure> {
    if path.is_symlink() && !path.exists() {
        return Err(unusable(path, "it is a link to a file that does not exist"));
    }
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(unusable(path, "it is no regular file")),
        Ok(found) if found.len() > LARGEST => {
            return Err(unusable(path, "it is too large for a client's configuration"));
        }
        // Reading it tells of any other failure.
        _ => {}
    }
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let ends_with = |end: &str| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(end));
            // A slip of the hand, or an API key that was entered at the wrong question, makes no file.
            if ends_with("json") || ends_with("toml") {
                Ok(String::new())
            } else {
                Err(absent(path))
            }
        }
        Err(error) => Err(unusable(path, &error.to_string())),
    }
}

/// Whether a file is where VS Code looks for servers: in a project's folder for it, or among a user's settings, here, on a
/// server that people work on from elsewhere or in one of several profiles. However the path is written: a link may stand
/// there, or lead there.
pub fn is_where_vs_code_looks(path: &Path) -> bool {
    let folders = [
        std::path::absolute(folder(path)),
        fs::canonicalize(folder(path)),
        fs::canonicalize(path).map(|file| folder(&file).to_owned()),
    ];
    folders.into_iter().flatten().any(|folder| is_of_vs_code(&folder))
}

/// Whether a folder is one of VS Code's, or below one.
fn is_of_vs_code(folder: &Path) -> bool {
    let names = [
        ".vscode",
        ".vscode-server",
        ".vscode-server-insiders",
        ".vscodium-server",
        "Code/User",
        "Code - Insiders/User",
        "VSCodium/User",
    ];
    folder
        .ancestors()
        // What is below globalStorage is an extension's own, and a path that goes up again is not below what it left.
        .take_while(|folder| !folder.ends_with("globalStorage") && !folder.ends_with(".."))
        .any(|folder| names.iter().any(|name| folder.ends_with(name)))
}

/// Only files whose name says what is in them are made. The name is not repeated: it may be something else.
fn absent(path: &Path) -> Failure {
    Failure::failed("there is no client's file of that name, and none was made: a new one has to end in .json or .toml")
        .with_hint(format!(
            "Looked for in {}. Give the path of the client's configuration file.",
            folder(path).display()
        ))
}

/// Why the file stays as it is.
pub fn unusable(path: &Path, why: &str) -> Failure {
    Failure::failed(format!("{} was not changed: {why}", path.display()))
}

/// Keeps a file's text beside it under the first free name, for an older backup may hold a key that is nowhere else.
pub fn back_up(path: &Path, text: &str) -> Result<PathBuf, Failure> {
    let failed = |error: &io::Error| unusable(path, &format!("it cannot be backed up: {error}"));
    let mut file = private_file(path).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| failed(&error))?;
    let mut number = 1_u32;
    loop {
        let own = path.extension().and_then(|own| own.to_str()).unwrap_or("json");
        let extension = match number {
            1 => format!("{own}.before-orderdesk"),
            _ => format!("{own}.before-orderdesk-{number}"),
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

/// Puts the text into a new file that only its owner may read, for it holds a master key, and that file in the place of
/// the one that stood there: whatever goes wrong, the old one is whole.
pub fn private_write(path: &Path, text: &str) -> io::Result<()> {
    let path = real(path)?;
    let mut file = private_file(&path)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// The same for a text without secrets: whoever could read the file still can.
pub fn write_as_it_was(path: &Path, text: &str) -> io::Result<()> {
    let path = real(path)?;
    let mut file = private_file(&path)?;
    file.write_all(text.as_bytes())?;
    match fs::metadata(&path) {
        Ok(old) => file.as_file().set_permissions(old.permissions())?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Whether what is written at `path` can be read by its owner alone. Fails where nothing can be written.
pub fn can_be_private(path: &Path) -> io::Result<bool> {
    is_private(private_file(&real(path)?)?.as_file())
}

/// Where a link leads to. A link stays one: people keep their configuration elsewhere and link to it.
fn real(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path.to_owned()),
        real => real,
    }
}

/// A file beside the one at `path`, for the owner of that one alone. It goes away unless it is kept.
fn private_file(path: &Path) -> io::Result<NamedTempFile> {
    let file = NamedTempFile::new_in(folder(path))?;
    keep_owner(path, file.as_file())?;
    Ok(file)
}

/// Gives the new file to the owner of the old one, who otherwise could not read it any more.
#[cfg(unix)]
fn keep_owner(old: &Path, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let old = match fs::metadata(old) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        old => old?,
    };
    if old.uid() == new.metadata()?.uid() {
        return Ok(());
    }
    fchown(new, Some(old.uid()), Some(old.gid())).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("it belongs to another user, who would lose it: {error}"),
        )
    })
}

/// Files have no owner that could change.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as where there are owners")]
fn keep_owner(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

/// Whether the file's mode, which not every file system keeps, lets nobody but its owner read it.
#[cfg(unix)]
pub fn is_private(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let others_rights = file.metadata()?.permissions().mode() & 0o077;
    Ok(others_rights == 0)
}

/// There are no modes: the folder's owner decides who may read the file.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as where there are modes")]
pub fn is_private(_: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests;
