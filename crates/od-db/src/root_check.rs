//! Whether a process holds a root key of the database it writes to.

use crate::SealedColumns;

/// The check value's row.
pub(crate) const GET: &str = "SELECT ciphertext, tag, nonce FROM vault_check WHERE id = 'root'";

/// Whether a check value was made with a root key that the caller has.
pub type IsOurs<'a> = &'a (dyn Fn(&SealedColumns) -> bool + Send + Sync);

/// Inside a transaction whose `$head` has no proof that counts: ends it when the database was moved to a root key that the
/// caller does not have. What he would write then could never be told from a forgery.
macro_rules! refuse_another_root {
    ($conn:expr, $stands:expr, $is_ours:expr) => {
        if !$stands {
            let check: Option<$crate::SealedColumns> = sqlx::query_as($crate::root_check::GET)
                .fetch_optional(&mut *$conn)
                .await?;
            if check.is_some_and(|check| !($is_ours)(&check)) {
                return Err($crate::DbError::AnotherRootKey);
            }
        }
    };
}
pub(crate) use refuse_another_root;
