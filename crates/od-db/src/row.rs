//! Rows into structs.
//!
//! sqlx has a derive for it, but its derives build all of sqlx, both drivers and SQLite a second time, for the compiler
//! to run.

/// `from_row! { Struct: column, column; part }` reads a row into a struct: each column into the field of its name, and each
/// part, itself read so, from the same row.
macro_rules! from_row {
    ($struct:ident: $($column:ident),+ $(; $part:ident)?) => {
        $crate::row::from_row! { @sqlx::sqlite::SqliteRow, $struct: $($column),+ $(; $part)? }
        $crate::row::from_row! { @sqlx::postgres::PgRow, $struct: $($column),+ $(; $part)? }
    };
    (@$row:ty, $struct:ident: $($column:ident),+ $(; $part:ident)?) => {
        impl sqlx::FromRow<'_, $row> for $struct {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self {
                    $($column: row.try_get(stringify!($column))?,)+
                    $($part: sqlx::FromRow::from_row(row)?,)?
                })
            }
        }
    };
}

pub(crate) use from_row;
