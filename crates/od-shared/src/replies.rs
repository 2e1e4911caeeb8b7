//! Replies that one process read and the others need not ask for. What is kept was sealed by whoever keeps it.

use std::time::Duration;

use crate::Shared;

/// A larger one is left to the memory of whoever read it: it would hold up what others ask.
const LARGEST: usize = 1 << 20;

impl Shared {
    /// What is kept under `name`, and for how much longer.
    pub async fn reply(&self, name: &str) -> Option<(Vec<u8>, Duration)> {
        let key = key(name);
        let mut commands = redis::pipe();
        commands.get(&key).pttl(&key);
        let found: (Option<Vec<u8>>, i64) = self
            .connection()
            .with(async |line| commands.query_async(line).await)
            .await?;
        // Without a life it ended between the two.
        let left = u64::try_from(found.1).ok()?;
        Some((found.0?, Duration::from_millis(left)))
    }

    /// Keeps what was sealed for so long, unless it is large.
    pub async fn keep_reply(&self, name: &str, sealed: &[u8], life: Duration) {
        let life = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        if sealed.len() > LARGEST || life == 0 {
            return;
        }
        let mut command = redis::cmd("SET");
        command.arg(key(name)).arg(sealed).arg("PX").arg(life);
        self.connection()
            .with_large(async |line| command.query_async::<()>(line).await)
            .await;
    }
}

fn key(name: &str) -> String {
    format!("odm:r:{name}")
}
