//! One story, told on every database: SQLite in memory, SQLite in a file, PostgreSQL. What only one of them can show
//! stands beside it.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail where its tests would")]

mod killed;
mod mirror;
mod postgres;
mod rows;
mod sqlite;
mod story;
