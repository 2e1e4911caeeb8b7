//! `backup`: a copy of the database, made while servers use it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use od_engine::{
    DbError, Error,
    backup::{Examined, Source},
};
use serde_json::json;

use super::{
    Context, Failure,
    new_file::NewFile,
    output::{self, Output, OutputArg},
};
use crate::{app, shutdown};

/// Copy the database into a file, while servers and clients use it.
///
/// The copy holds everything that was acknowledged before the command began. It is written beside FILE under another name,
/// looked through (the file and its audit log), flushed to the disk and only then given its name; nobody else may read it. A
/// copy of the database file alone is no backup: the newest rows are in a second file beside it. Keep the root key apart from
/// the copy; without it, nothing in the copy opens.
///
/// PostgreSQL is backed up with pg_dump: the command prints the words and ends with exit code 2, for it made no copy.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp backup /var/backups/orderdesk-mcp.db
  orderdesk-mcp backup /var/backups/orderdesk-mcp.db --force
  orderdesk-mcp backup --record

To restore, stop every server, remove app.db-wal and app.db-shm, put the copy in the place of app.db, and run
`orderdesk-mcp doctor` and `orderdesk-mcp audit verify` with the same root key.")]
pub struct Args {
    /// The file to make.
    #[arg(value_name = "FILE", required_unless_present = "record")]
    file: Option<PathBuf>,

    /// Replace FILE when it exists.
    #[arg(long, conflicts_with = "record")]
    force: bool,

    /// Make no copy: only remember, for BACKUP_REMINDER_DAYS, that one was made just now by other means.
    #[arg(long, conflicts_with = "file")]
    record: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// Makes the copy, or remembers one.
pub async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let settings = context.settings(Vec::new())?;
    let paths = Context::paths();
    let url = settings.storage.url(&paths)?;
    if url.is_memory() {
        return Err(Failure::usage("the database is in memory: there is nothing to keep"));
    }
    if let Some(file) = &args.file {
        if url.is_postgres() {
            return Err(pg_dump(&url.without_password(), file, context, args.output.output)?);
        }
        refuse_existing(file, args.force)?;
        if let Some(database) = url.sqlite_file() {
            refuse_own(file, database)?;
        }
    }
    let source = app::source(&settings, &paths).await?;
    let outcome = match &args.file {
        None => record(&source, args.output.output).await,
        Some(file) => until_interrupted(make(&source, file, &args)).await,
    };
    source.close().await;
    outcome
}

/// The words for a database that has tools of its own.
fn pg_dump(url: &str, file: &Path, context: &Context, output: Output) -> io::Result<Failure> {
    let (file, url) = (
        output::for_a_shell(&file.display().to_string()),
        output::for_a_shell(url),
    );
    // A timer finds no more programs than those of the system.
    let this = std::env::current_exe().map_or_else(
        |_| env!("CARGO_PKG_NAME").to_owned(),
        |program| output::for_a_shell(&program.display().to_string()),
    );
    let settings = context.config_option();
    // pg_dump makes its file for everybody to read.
    let dump = format!("(umask 077; pg_dump --format=custom --file={file} {url}) && {this}{settings} backup --record");
    let restore = format!("pg_restore --exit-on-error --single-transaction --no-owner --dbname=URL {file}");
    match output {
        Output::Json => output::json(&json!({ "made": false, "dump": dump, "restore": restore }))?,
        // Not in the failure, whose words are masked where they look like somebody's address. There is no password in them.
        Output::Text => output::note(&format!(
            "{dump}\n\
             The password comes from PGPASSWORD or ~/.pgpass. To restore into an empty database:\n\
             {restore}"
        )),
    }
    Ok(Failure::usage(
        "the database is PostgreSQL, which is backed up with its own pg_dump: see the lines above",
    ))
}

async fn record(source: &Source, output: Output) -> Result<(), Failure> {
    if !source.note(None).await? {
        return Err(
            Failure::failed("the database is of an older version, which remembers no backups")
                .with_hint("`orderdesk-mcp migrate` brings it up to date."),
        );
    }
    match output {
        Output::Json => output::json(&json!({ "recorded": true }))?,
        Output::Text => output::line("Remembered that a backup was made now.")?,
    }
    Ok(())
}

/// A half-made copy goes with whoever interrupts.
async fn until_interrupted(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let ended = shutdown::until_signalled(async |stop| {
        tokio::select! {
            outcome = work => outcome,
            () = stop.cancelled() => Err(Failure::failed("interrupted; nothing was kept")),
        }
    });
    ended
        .await?
        .unwrap_or_else(|| Err(Failure::failed("interrupted; nothing was kept")))
}

async fn make(source: &Source, file: &Path, args: &Args) -> Result<(), Failure> {
    let began = Instant::now();
    let copy = NewFile::begin(file)?;
    let target = copy.place().to_owned();
    source.copy(copy.path()).await.map_err(|error| {
        remove_journal(copy.path());
        match error {
            DbError::NoCopy(why) => copy.not_made(why).with_hint(
                "The copy takes as much room as the database, which is as it was. `orderdesk-mcp doctor` says whether that one is well.",
            ),
            error => Error::from(error).into(),
        }
    })?;
    let copied = began.elapsed();
    let mut told = 0;
    let examined = source
        .examine(copy.path(), &mut |entries| {
            const STEP: u64 = 100_000;
            if entries >= told + STEP {
                told = entries;
                output::note(&format!("{entries} audit entries looked through so far"));
            }
        })
        .await?;
    if let Some(fault) = examined.faults.first() {
        return Err(Failure::failed(format!("the copy is not whole: {fault}")).with_hint(
            "Nothing was kept. `orderdesk-mcp doctor` looks at the database itself; a disk may be failing.",
        ));
    }
    let bytes = copy.keep(args.force)?;
    match source.note(Some(bytes)).await {
        Ok(true) => {}
        Ok(false) => output::note("The database is of an older version, which remembers no backups."),
        Err(error) => output::note(&format!(
            "warning: that a backup was made could not be remembered: {error}"
        )),
    }
    tell(&target, bytes, copied.as_millis(), began, &examined, args.output.output)?;
    let findings = examined.log.map_or(0, |log| log.findings.len());
    if findings > 0 {
        return Err(Failure::failed(format!(
            "the copy was kept, but the audit log in it is not as it was written (findings: {findings})"
        ))
        .with_hint("It is the database's own: `orderdesk-mcp audit verify` says what is wrong."));
    }
    Ok(())
}

/// SQLite leaves one beside a copy that it could not write to its end.
fn remove_journal(copy: &Path) {
    let mut journal = copy.as_os_str().to_owned();
    journal.push("-journal");
    match fs::remove_file(&journal) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => output::note(&format!(
            "{} could not be removed: {error}",
            Path::new(&journal).display()
        )),
        _ => {}
    }
}

fn tell(
    target: &Path,
    bytes: u64,
    copied_ms: u128,
    began: Instant,
    examined: &Examined,
    output: Output,
) -> io::Result<()> {
    let took = began.elapsed();
    let entries = examined.log.as_ref().map(|log| log.entries);
    match output {
        Output::Json => output::json(&json!({
            "file": target, "bytes": bytes, "audit_entries": entries, "copy_ms": copied_ms, "took_ms": took.as_millis(),
        })),
        Output::Text => {
            let log = match entries {
                Some(entries) => format!("audit entries: {entries}, all looked through"),
                None => "its audit log is of an older version and was not looked through".to_owned(),
            };
            output::line(&format!(
                "{}: {bytes} bytes, {log}; {:.1} s.",
                target.display(),
                took.as_secs_f64()
            ))
        }
    }
}

/// Before anything is copied: whoever mistypes a name need not wait for the end.
fn refuse_existing(file: &Path, force: bool) -> Result<(), Failure> {
    match fs::symlink_metadata(file) {
        Ok(found) if found.is_dir() => Err(Failure::usage(format!("{} is a folder", file.display()))),
        Ok(found) if !found.is_file() => Err(Failure::usage(format!(
            "{} is no regular file, and is not replaced",
            file.display()
        ))),
        Ok(_) if !force => Err(exists(file)),
        _ => Ok(()),
    }
}

/// The database's own files are not written over, whatever name is used for them: servers have them open.
fn refuse_own(file: &Path, database: &Path) -> Result<(), Failure> {
    let real = |path: &Path| {
        let path = std::path::absolute(path)?;
        match (fs::canonicalize(&path), path.parent(), path.file_name()) {
            (Err(_), Some(folder), Some(name)) => fs::canonicalize(folder).map(|folder| folder.join(name)),
            (found, _, _) => found,
        }
    };
    // What cannot be looked at cannot be written either, and that is told then.
    let (Ok(target), Ok(database)) = (real(file), real(database)) else {
        return Ok(());
    };
    let beside = ["", "-wal", "-shm", "-journal"].map(|ending| {
        let mut own = database.clone().into_os_string();
        own.push(ending);
        PathBuf::from(own)
    });
    if beside.contains(&target) {
        return Err(
            Failure::usage(format!("{} is the database itself; nothing was done", file.display()))
                .with_hint("Give the copy another name. To restore a copy, see `orderdesk-mcp backup --help`."),
        );
    }
    Ok(())
}

fn exists(file: &Path) -> Failure {
    Failure::failed(format!("{} exists already; nothing was done", file.display()))
        .with_hint("Choose another name, or replace it with --force.")
}
