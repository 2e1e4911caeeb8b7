//! Settings of the database.

use super::{Fault, paths::Paths, value::DatabaseUrl};

section! {
    /// Tenants, stores and the audit log live in SQLite (one file) or PostgreSQL. Credentials in it are sealed.
    Storage, "Storage";

    /// The database. `serve`, `setup`, `migrate` and `tenant create` make it where there is none, in a folder that is there; every
    /// command brings it up to date. To PostgreSQL on another machine, add
    /// `?sslmode=verify-full`: without it the connection is in the clear when the server offers nothing better. By
    /// PostgreSQL's socket: `postgres://user@localhost/database?host=/var/run/postgresql`, with the folder that the socket is in.
    /// Signs in the user or password are written by their codes: `@` as `%40`, `/` as `%2F`, `#` as `%23`, `?` as `%3F`, `:` as `%3A`,
    /// `%` as `%25`.
    DATABASE_URL => database_url: Option<DatabaseUrl>,
        otherwise "SQLite file `app.db` in the platform's data directory",
        example "sqlite:///var/lib/orderdesk-mcp/app.db";

    /// The most connections held open; 0 leaves the choice to the program: 4 on SQLite, and 10 for each process on
    /// PostgreSQL.
    DATABASE_MAX_CONNECTIONS => max_connections: u32 = "0", within "0" to "1000", example "20";

    /// `doctor` warns when the newest backup it knows of is older than so many days, or there is none; 0 never warns.
    /// `orderdesk-mcp backup` makes backups and remembers when.
    BACKUP_REMINDER_DAYS => backup_reminder_days: u32 = "0", within "0" to "3650", example "7";
}

impl Storage {
    /// The database's address; the platform's default when none is set.
    pub fn url(&self, paths: &Paths) -> Result<DatabaseUrl, Fault> {
        match &self.database_url {
            Some(url) => Ok(url.clone()),
            None => Ok(DatabaseUrl::file(&paths.database()?)),
        }
    }
}
