//! Which of a SQLite database's files this user may not write: SQLite itself only says that one of them is read-only.

use std::path::{Path, PathBuf};

/// What SQLite keeps beside the file of a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// What stands in the way of writing, in words, with what to do. Nothing when all of it may be written.
pub fn unwritable(database: &Path) -> Option<(String, String)> {
    first_of(database, may_write).map(|path| told(database, &path))
}

/// The database's file, one that stands beside it, or the folder, in which SQLite makes those.
fn first_of(database: &Path, may_write: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let beside = BESIDE.map(|ending| {
        let mut path = database.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    });
    let files = [database.to_owned()].into_iter().chain(beside);
    let folder = match database.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    files.chain([folder]).find(|path| path.exists() && !may_write(path))
}

fn told(database: &Path, path: &Path) -> (String, String) {
    let shown = path.display();
    let is_beside = path != database && path.parent() == database.parent();
    let (what, why) = if is_beside {
        (
            "",
            " SQLite made it with the rights that the database had then, and it keeps them when the database gets others.",
        )
    } else if path == database {
        ("", "")
    } else {
        ("the folder ", " SQLite keeps two more files there.")
    };
    (
        format!("{what}{shown} cannot be written by this user"),
        format!("Let the user this runs as write {shown} (chmod u+w, or chown where it is another user's).{why}"),
    )
}

/// Asks the system and opens nothing: closing a file of a database that this process has open would give up its locks.
#[cfg(unix)]
fn may_write(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    let needed = if path.is_dir() {
        Access::WRITE_OK | Access::EXEC_OK
    } else {
        Access::WRITE_OK
    };
    access(path, needed).is_ok()
}

#[cfg(not(unix))]
fn may_write(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| !found.permissions().readonly())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("app.db");
        for ending in ["", "-wal", "-shm"] {
            std::fs::write(folder.path().join(format!("app.db{ending}")), "").unwrap();
        }
        let check = |locked: &Path, message: &str, hint: &str| {
            let found = first_of(&database, |path| path != locked).expect("it is found");
            let (what, mend) = told(&database, &found);
            assert!(what.contains(&format!("{message} cannot be written")), "{what}");
            assert!(what.contains(&locked.display().to_string()), "{what}");
            assert!(
                mend.contains(&locked.display().to_string()) && mend.contains(hint),
                "{mend}"
            );
        };
        check(&database, "app.db", "chmod u+w");
        check(
            &folder.path().join("app.db-wal"),
            "app.db-wal",
            "the rights that the database had",
        );
        check(
            &folder.path().join("app.db-shm"),
            "app.db-shm",
            "the rights that the database had",
        );
        check(folder.path(), "", "two more files");
        assert_eq!(first_of(&database, |_| true), None);
        assert_eq!(unwritable(&database), None, "the system finds nothing either");
    }

    #[test]
    fn a_file_that_is_not_there_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("app.db");
        let is_folder = |path: &Path| path == folder.path();
        assert_eq!(first_of(&database, is_folder), None);
    }
}
