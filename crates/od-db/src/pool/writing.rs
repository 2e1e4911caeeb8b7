//! What both drivers hand out for writing.

use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use sqlx::Transaction;
use tokio::sync::OwnedSemaphorePermit;

use crate::DbError;

/// Puts the driver's future for getting a connection on the heap. It holds all of connecting, 15 kB for PostgreSQL, and
/// would stand in every future that may ask the database, hence in that of every request.
pub(super) fn boxed<F: Future>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// A connection or transaction, together with SQLite's turn to write where there is one.
pub(crate) struct Writing<T> {
    // Dropped first, so that the connection is on its way back before the next writer starts.
    pub(super) inner: T,
    pub(super) _turn: Option<OwnedSemaphorePermit>,
}

impl<T> Deref for Writing<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for Writing<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<DB: sqlx::Database> Writing<Transaction<'static, DB>> {
    pub(crate) async fn commit(self) -> Result<(), DbError> {
        Ok(self.inner.commit().await?)
    }
}
