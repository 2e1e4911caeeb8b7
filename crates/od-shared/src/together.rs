//! Questions of many callers that go to Redis as one.

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::yield_now;

/// As many go together.
const TOGETHER: usize = 256;

/// Waits until somebody asks, and takes with that one whoever has asked once all that is ready to run has had its turn. False
/// when nobody can ask any more.
pub(crate) async fn gather<T>(asked: &mut UnboundedReceiver<T>, together: &mut Vec<T>) -> bool {
    if asked.recv_many(together, TOGETHER).await == 0 {
        return false;
    }
    yield_now().await;
    while together.len() < TOGETHER
        && let Ok(one) = asked.try_recv()
    {
        together.push(one);
    }
    true
}
