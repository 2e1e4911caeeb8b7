//! What makes cached replies stale: a number for each thing that replies are about, which a change makes another one.
//!
//! A reply that is found by its number is current, because the number is asked for after the question came.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::lookups::{Generation, Lookup};
use crate::{RESPONSE_TIME, Shared};

impl Shared {
    /// The generation of what is called `name`, as it is after this was called. None when Redis cannot be asked.
    pub async fn generation(&self, name: &str) -> Option<Generation> {
        if !self.standing().is_up {
            return None;
        }
        let (answer, told) = oneshot::channel();
        let lookup = Lookup { key: key(name), answer };
        self.lookups().send(lookup).ok()?;
        // The request has its own limit; who waits for the one before it waits for two.
        tokio::time::timeout(RESPONSE_TIME * 2, told).await.ok()?.ok()?
    }

    /// Makes everything kept about `names` out of reach, in every process. `life` is longer than any reply about them is
    /// kept. False when Redis cannot be asked; when it comes back everything is out of reach.
    pub async fn renew(&self, names: &[String], life: Duration) -> bool {
        if names.is_empty() {
            return true;
        }
        let life = i64::try_from(life.as_millis()).unwrap_or(i64::MAX);
        let mut commands = redis::pipe();
        for name in names {
            let key = key(name);
            commands.incr(&key, 1).ignore().pexpire(&key, life).ignore();
        }
        let renewed = self
            .connection()
            .with(async |line| commands.query_async::<()>(line).await)
            .await;
        renewed.is_some()
    }

    /// Makes everything that anybody keeps out of reach, and tells whoever listens that there may have been something. False as
    /// for [`renew`](Self::renew).
    pub async fn renew_all(&self) -> bool {
        self.connection().renew_all().await
    }
}

fn key(name: &str) -> String {
    format!("odm:g:{name}")
}
