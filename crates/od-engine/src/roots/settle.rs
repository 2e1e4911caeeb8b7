//! Whether a database belongs to the root keys at hand, and its going over from one to the other.

use std::sync::Arc;

use od_db::{Db, HandOver, SealedColumns, Vouchers};
use od_vault::RootKey;

use super::{Kept, Roots};
use crate::sealed::IntoColumns as _;
use crate::start_error::StartError;

/// The newest migration that makes something which only the root key can sign: 3 made the ends of chains, 11 the number of
/// deleted tenants. A later one of that kind raises this, and has nothing signed but its own in a database that has this mark.
const SIGNED: i64 = 11;
/// How often is looked again because another process settles the same database in this moment.
const LOOKS: u32 = 5;

/// What a database turned out to be.
pub(crate) struct Settled {
    /// The keys it keeps.
    pub(crate) kept: Kept,
    /// Whether it was made with the root key before until now.
    pub(crate) went_over: bool,
}

/// A database remembers a value sealed with its root key, and in it up to which migration everything was signed. A new
/// database gets it from its first start, one of releases before from its first start with this one; whatever has no proof is
/// signed then and never again. Neither the version of the tables nor a missing value says that it is time for that: both can
/// be made to say so without the key.
///
/// A value of the root key before is replaced by one of the root key in use, with the same mark.
pub(crate) async fn settle(roots: &Roots, db: &Db, vouchers: Vouchers<'_>) -> Result<Settled, StartError> {
    let check = db.check_value();
    let mut went_over = false;
    for _ in 0..LOOKS {
        let mut stored = check.get().await?;
        if stored.is_none() && check.is_needed().await? {
            // Another process may have started meanwhile for the first time, and made the first tenant.
            stored = Some(check.get().await?.ok_or(StartError::CheckValueLost)?);
        }
        let Some(stored) = stored else {
            // Whoever comes second gets the first one's value.
            check
                .put(&roots.current.check_value(SIGNED).into_columns(), None, vouchers)
                .await?;
            continue;
        };
        let (root, mark) = made_with(roots, &stored)?;
        // Rows of releases before do not tell their root key; it is the one that the database had until now.
        db.name_root(&root.id()).await?;
        if !Arc::ptr_eq(root, &roots.current) {
            let kept = Kept::read(db, roots, root).await?;
            let to = HandOver {
                before: &stored,
                value: &roots.current.check_value(mark).into_columns(),
                kept: &kept.handed_over(root, &roots.current),
            };
            went_over |= check.hand_over(to).await?;
        } else if mark < SIGNED {
            let value = roots.current.check_value(SIGNED).into_columns();
            check.put(&value, Some(&stored), vouchers).await?;
        } else {
            let kept = Kept::read(db, roots, root).await?;
            return Ok(Settled { kept, went_over });
        }
    }
    Err(od_db::DbError::Busy.into())
}

/// What a database keeps that is left as it is and may be of an older version, if it was made with one of these root keys.
pub(crate) async fn look(roots: &Roots, db: &Db) -> Result<Kept, StartError> {
    match db.check_value().get().await? {
        Some(stored) => {
            let (root, _) = made_with(roots, &stored)?;
            Ok(Kept::read(db, roots, root).await?)
        }
        None if db.tenants().count().await? > 0 => Err(StartError::CheckValueLost),
        None => Ok(Kept::of(&roots.current)),
    }
}

fn made_with<'r>(roots: &'r Roots, stored: &SealedColumns) -> Result<(&'r Arc<RootKey>, i64), StartError> {
    roots.of_check_value(stored).ok_or(if roots.previous.is_some() {
        StartError::NeitherRootKey
    } else {
        StartError::WrongRootKey
    })
}
