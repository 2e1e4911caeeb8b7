//! What is there before anything is opened or made: the root key, and the database that may be sealed with one.

use std::path::Path;

use od_engine::{Contents, DbError, DbOptions, RootKey, StartError};
use secrecy::ExposeSecret;

use super::unwritable::unwritable;
use crate::{
    cli::Failure,
    config::{self, ConfigError, Fault, FromText, Paths, Settings},
};

/// What is left to do when the root key of a database is not at hand.
pub const RESTORE: &str = "Put your copy of that root key back, into MCP_KMS_KEY or as the key file with mode 0600. \
    Without it nobody can open the API keys in that database. If no copy is left, move the database away or set \
    DATABASE_URL to an empty one, run `orderdesk-mcp setup`, enter the API key of every store again, and give each \
    client its new master key.";

/// Where the rows are kept, and how.
pub fn database(settings: &Settings, paths: &Paths) -> Result<DbOptions, Failure> {
    let url = settings.storage.url(paths)?.expose().to_owned();
    Ok(DbOptions {
        url,
        max_connections: settings.storage.max_connections,
        ..DbOptions::default()
    })
}

/// The database's address as it may be shown.
pub fn place(settings: &Settings, paths: &Paths) -> String {
    let url = settings.storage.url(paths).ok();
    url.and_then(|url| url.show()).unwrap_or_default()
}

/// What stands in the configured database. Nothing is made or changed there.
pub async fn contents(settings: &Settings, paths: &Paths) -> Result<Contents, Failure> {
    let database = database(settings, paths)?;
    let found = Contents::of(&database).await;
    found.map_err(|error| not_opened(StartError::Database(error), settings, paths))
}

/// Refuses a database whose folder is not there, but for the one this program keeps its own in: a folder that nobody made is
/// more often a slip in the address.
pub fn refuse_folder_unasked(settings: &Settings, paths: &Paths) -> Result<(), Failure> {
    let url = settings.storage.url(paths)?;
    let folder = url.sqlite_file().filter(|_| !url.is_memory()).and_then(Path::parent);
    let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) else {
        return Ok(());
    };
    if paths
        .database()
        .is_ok_and(|own| own.parent().is_some_and(|own| folder.starts_with(own)))
    {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "there is no folder {} for the database (DATABASE_URL)",
        folder.display()
    ))
    .with_hint("Check the path, or make the folder first."))
}

/// Refuses a database in memory, for a command that makes something and ends: it would be gone at once.
pub fn refuse_memory(settings: &Settings, paths: &Paths) -> Result<(), Failure> {
    if !settings.storage.url(paths)?.is_memory() {
        return Ok(());
    }
    Err(Failure::usage(
        "the database is in memory (DATABASE_URL): what this makes would be gone when it ends. Nothing was done",
    )
    .with_hint("Name a file, as sqlite:///var/lib/orderdesk-mcp/app.db, or leave DATABASE_URL out."))
}

/// Why the database could not be opened: of a server, which one was asked, and what its address may be wrong in.
pub fn not_opened(error: StartError, settings: &Settings, paths: &Paths) -> Failure {
    let server = settings.storage.url(paths).ok().and_then(|url| url.server());
    match (&error, server) {
        (StartError::Database(DbError::Missing), Some(server)) => Failure::usage(format!(
            "there is nothing of this program in the database (DATABASE_URL): it is empty, or another one is meant ({server})"
        ))
        .with_hint("Check the address; `serve` or `setup` makes tables in an empty one, and a dump is restored into it before that."),
        (StartError::Database(DbError::Missing), None) => {
            let place = place(settings, paths);
            let url = settings.storage.url(paths).ok();
            let file = url.as_ref().and_then(|url| url.sqlite_file());
            if file.is_some_and(|file| file.metadata().is_ok_and(|file| file.len() > 0)) {
                return Failure::usage(format!("the file {place} (DATABASE_URL) has no tables of this program"))
                    .with_hint("Check the path: it is another program's, or one that was never used.");
            }
            Failure::usage(format!("there is no database at {place} (DATABASE_URL)"))
                .with_hint("Check the path; `serve` or `setup` makes a new one.")
        }
        (StartError::Database(DbError::Unavailable(_) | DbError::Unusable(_) | DbError::Busy), Some(server)) => {
            Failure::failed(format!("the database cannot be used: {error} ({server})")).with_hint(
                "Check DATABASE_URL, or the file that DATABASE_URL_FILE names: host, port, database, user and password. Signs \
                 in user and password are written by their codes: @ as %40, / as %2F, # as %23, ? as %3F, : as %3A, % as %25.",
            )
        }
        (StartError::Database(DbError::Unusable(_) | DbError::File { .. }), None) => {
            match sqlite_file_unwritable(settings, paths) {
                Some((what, mend)) => {
                    Failure::failed(format!("the database cannot be used: {what}")).with_hint(mend)
                }
                None => error.into(),
            }
        }
        _ => error.into(),
    }
}

/// What of a SQLite database this user may not write, and what to do.
pub fn sqlite_file_unwritable(settings: &Settings, paths: &Paths) -> Option<(String, String)> {
    let url = settings.storage.url(paths).ok()?;
    unwritable(url.sqlite_file()?)
}

/// Whether the root keys that are configured, or that `setup` wrote, can be used. Nothing is opened.
pub fn judge_root_keys(settings: &Settings, paths: &Paths) -> Result<(), ConfigError> {
    let name = config::root::MCP_KMS_KEY.name;
    let current = match config::root_key(&settings.root, paths)? {
        Some(text) => RootKey::from_base64(text.expose_secret())
            .map_err(|error| Fault::new(name, format!("is not a usable root key: {error}. {MAKE_ONE}")))?,
        None => return Err(Fault::new(name, format!("{}. {SET_UP}", nowhere(paths)?)).into()),
    };
    previous(settings, &current)?;
    Ok(())
}

/// What is said where no root key is.
fn nowhere(paths: &Paths) -> Result<String, Fault> {
    Ok(format!(
        "is not set, and there is no key file at {}",
        paths.key_file()?.display()
    ))
}

const MAKE_ONE: &str = "`orderdesk-mcp keygen` makes one.";
const SET_UP: &str = "Run `orderdesk-mcp setup`, or set it to the output of `orderdesk-mcp keygen`. To try the program without keys, run \
    `orderdesk-mcp demo`.";

/// What a command that needs a master key says where there is none: what is missing first.
pub fn without_master_key(settings: &Settings, paths: &Paths) -> Result<(), Failure> {
    if config::root_key(&settings.root, paths)?.is_some() {
        return Ok(());
    }
    let missing = format!(
        "{}, and {} is not set either: nothing is set up here. {SET_UP}",
        nowhere(paths)?,
        config::tenants::MCP_MASTER_KEY.name
    );
    Err(Fault::new(config::root::MCP_KMS_KEY.name, missing).into())
}

/// The root key that is configured, or that `setup` wrote. Who has none is told what to do, which is another thing when a
/// database is there that only the lost one opens.
pub async fn root_key(settings: &Settings, paths: &Paths) -> Result<RootKey, Failure> {
    let given = config::root_key(&settings.root, paths)?;
    let is_given = given.is_some();
    let (what, remedy) = match given {
        Some(text) => match RootKey::from_base64(text.expose_secret()) {
            Ok(key) => return Ok(key),
            Err(error) => (format!("is not a usable root key: {error}"), MAKE_ONE),
        },
        None => (nowhere(paths)?, SET_UP),
    };
    let place = place(settings, paths);
    let (message, hint) = match contents(settings, paths).await {
        Ok(Contents { sealed: true, .. }) if is_given => (
            format!("{what}. But the database {place} is sealed already, and its own root key alone opens it."),
            RESTORE.to_owned(),
        ),
        Ok(Contents { sealed: true, .. }) => (
            format!("{what}, but the database {place} is sealed with a root key."),
            RESTORE.to_owned(),
        ),
        Ok(_) => (format!("{what}. {remedy}"), String::new()),
        Err(failure) => (
            format!(
                "{what}; whether the database {place} is sealed with one is not known: {}.",
                failure.message()
            ),
            format!("If it is new: {remedy} If it was used before: {RESTORE}"),
        ),
    };
    Err(Failure::from(Fault::new(config::root::MCP_KMS_KEY.name, message)).with_hint(hint))
}

/// The root key in use and the one before, as far as one is configured.
pub async fn root_keys(settings: &Settings, paths: &Paths) -> Result<(RootKey, Option<RootKey>), Failure> {
    let current = root_key(settings, paths).await?;
    let previous = previous(settings, &current)?;
    Ok((current, previous))
}

/// The root key before `current`, where one is configured.
fn previous(settings: &Settings, current: &RootKey) -> Result<Option<RootKey>, Fault> {
    let name = config::root::MCP_KMS_KEY_PREVIOUS.name;
    let Some(text) = &settings.root.kms_key_previous else {
        return Ok(None);
    };
    let previous = RootKey::from_base64(text.expose_secret())
        .map_err(|error| Fault::new(name, format!("is not a usable root key: {error}")))?;
    if previous.is_same(current) {
        return Err(Fault::new(name, config::root::SAME_TWICE));
    }
    Ok(Some(previous))
}
