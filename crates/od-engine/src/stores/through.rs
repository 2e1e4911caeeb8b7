//! Reading through the memory: every read that may be answered from it comes by here.

use std::sync::Arc;

use od_db::StoreRow;
use tokio_util::sync::CancellationToken;

use super::{OpenStore, Stores, owner};
use crate::cache::{Portable, Resource};
use crate::error::Error;
use crate::meter::CacheResult;
use crate::outcome::CacheInfo;
use crate::scope::Scope;

/// What is asked of a store.
pub(crate) struct Question<'a> {
    pub row: &'a Arc<StoreRow>,
    /// What the answer is about: decides when it is stale.
    pub resource: Resource<'a>,
    /// Everything beside the resource that shapes the answer.
    pub shape: &'a str,
    /// Asks Order Desk even when the answer is in memory.
    pub fresh: bool,
}

impl Stores<'_> {
    /// The answer from memory, or what `read` finds, which is then kept. The store's API key is opened only to ask. Who asks
    /// the same meanwhile waits for the same answer.
    ///
    /// # Errors
    /// Those of `read`.
    pub(crate) async fn read_through<T, F>(
        &self,
        scope: &Scope,
        question: Question<'_>,
        read: impl FnOnce(OpenStore) -> F,
    ) -> Result<(Arc<T>, CacheInfo), Error>
    where
        T: Portable,
        F: Future<Output = Result<T, Error>>,
    {
        let Question {
            row,
            resource,
            shape,
            fresh,
        } = question;
        let (inner, identity) = (&self.0.inner, scope.identity());
        let cache = &inner.cache;
        let key = inner.key(owner(row), resource, shape).await;
        if fresh {
            cache.counted(CacheResult::Fresh);
            // Whoever wants it fresh does not want what somebody else has read already.
            let answer = Arc::new(read(self.unlock(scope, row.clone())?).await?);
            inner.keep_elsewhere(identity, &key, resource, &*answer).await;
            cache.put(key, resource, answer.clone());
            return Ok((answer, CacheInfo::FRESH));
        }
        let elsewhere = key.clone();
        let read = |all_gone: CancellationToken| async move {
            let read = async {
                let store = self.unlock(scope, row.clone())?;
                read(store.while_wanted(&all_gone)).await
            };
            inner.elsewhere_or(identity, &elsewhere, resource, read).await
        };
        cache.read_through(key, resource, scope.wanted(), read).await
    }
}
