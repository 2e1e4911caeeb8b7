//! A file that a command makes for its user: whole under its name, or not there at all.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::NamedTempFile;

use super::{Failure, output};

/// How an unfinished file is called, with something random between.
const PARTIAL: (&str, &str) = (".orderdesk-mcp-", ".partial");
/// One that nobody has written to for so long was left by a killed command.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// A file that stands beside its place under another name until it is whole. Only its owner may read it.
#[derive(Debug)]
pub struct NewFile {
    file: NamedTempFile,
    place: PathBuf,
    /// As the user named it.
    named: PathBuf,
}

impl NewFile {
    /// Begins one for `named`. What killed commands left in that folder is removed.
    pub fn begin(named: &Path) -> Result<Self, Failure> {
        let place = std::path::absolute(named).map_err(|error| cannot(named, &error))?;
        let folder = place.parent().unwrap_or(&place);
        remove_leftovers(folder);
        // Mode 0600 from its first moment, and gone again unless it is finished.
        let begun = tempfile::Builder::new()
            .prefix(PARTIAL.0)
            .suffix(PARTIAL.1)
            .tempfile_in(folder);
        Ok(Self {
            file: begun.map_err(|error| cannot(named, &error))?,
            place,
            named: named.to_owned(),
        })
    }

    /// Where it stands until it is whole.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Where it is to stand.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// Why it was not made.
    pub fn not_made(&self, why: impl Display) -> Failure {
        cannot(&self.named, &why)
    }

    /// Flushes it to the disk and gives it its name; its size. Another file of that name is only replaced when that is `forced`.
    pub fn keep(mut self, forced: bool) -> Result<u64, Failure> {
        let kept = self.file.flush().and_then(|()| {
            self.file.as_file().sync_all()?;
            self.file.as_file().metadata()
        });
        let bytes = kept.map_err(|error| self.not_made(error))?.len();
        let Self { file, place, named } = self;
        let kept = if forced {
            file.persist(&place)
        } else {
            file.persist_noclobber(&place)
        };
        match kept {
            Ok(_) => {}
            Err(taken) if taken.error.kind() == ErrorKind::AlreadyExists => return Err(exists(&named)),
            Err(refused) => return Err(cannot(&named, &refused.error)),
        }
        // The name too, where folders can be flushed.
        if let Some(folder) = place.parent().filter(|_| cfg!(unix)) {
            let flushed = File::open(folder).and_then(|folder| folder.sync_all());
            if let Err(error) = flushed {
                output::note(&format!(
                    "warning: {} is written, but its folder cannot be flushed ({error}): a power cut may take its name away.",
                    named.display()
                ));
            }
        }
        Ok(bytes)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Not through the handle, whose faults name the other name.
        self.file.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_file_mut().flush()
    }
}

/// Refuses a place that is taken.
pub fn refuse_taken(named: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(named) {
        Ok(_) => Err(exists(named)),
        Err(_) => Ok(()),
    }
}

fn exists(named: &Path) -> Failure {
    Failure::failed(format!("{} exists already; nothing was done", named.display()))
        .with_hint("Choose another name or remove it.")
}

fn cannot(named: &Path, why: &dyn Display) -> Failure {
    Failure::failed(format!("cannot write {}: {why}; nothing was kept", named.display()))
}

/// Removes unfinished files of killed commands: one of a backup is as large as the database. What cannot be removed is no
/// reason to make no new one.
fn remove_leftovers(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_partial = name
            .strip_prefix(PARTIAL.0)
            .is_some_and(|rest| rest.contains(PARTIAL.1));
        let written = entry.metadata().and_then(|found| found.modified());
        let age = written.ok().and_then(|written| written.elapsed().ok());
        if is_partial && age.is_some_and(|age| age > LEFT_BEHIND) {
            match fs::remove_file(entry.path()) {
                Ok(()) => output::note(&format!(
                    "Removed {}, which a killed command had left.",
                    entry.path().display()
                )),
                Err(error) => output::note(&format!("{} could not be removed: {error}", entry.path().display())),
            }
        }
    }
}
