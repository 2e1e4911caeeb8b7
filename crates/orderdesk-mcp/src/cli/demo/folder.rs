//! The folder that a demo keeps its database in, one demo at a time: each has a shop of its own, and what is remembered of one
//! is not true of another.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use crate::cli::Failure;

/// A folder that no other demo keeps its database in until this is dropped.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder, which is made where there is none. Nothing when another demo that runs has it.
    pub fn take(path: &Path) -> Result<Option<Self>, Failure> {
        let fail = |what: &str, error| Failure::failed(format!("cannot {what} {}: {error}", path.display()));
        fs::create_dir_all(path).map_err(|error| fail("make", error))?;
        let lock = File::create(path.join("demo.lock")).map_err(|error| fail("write into", error))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(None),
            // Where files cannot be locked, it is this demo's as before.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(Self {
                path: path.to_owned(),
                _lock: lock,
            })),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
