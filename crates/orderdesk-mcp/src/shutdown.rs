//! How the program ends: the first signal drains, the second one does not wait.

use std::io;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Runs `work` with a token that the first Ctrl-C or SIGTERM cancels. `None` when a second signal came before the work
/// had ended.
pub async fn until_signalled<T>(work: impl AsyncFnOnce(CancellationToken) -> T) -> io::Result<Option<T>> {
    let mut signals = Signals::new()?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let impatience = async move {
        signals.next().await;
        tracing::info!("stopping: running work may finish; a second signal ends at once");
        stopping.cancel();
        signals.next().await;
    };
    tokio::select! {
        outcome = work(stop) => Ok(Some(outcome)),
        () = impatience => Ok(None),
    }
}

/// A grace period, which begins when a program is asked to end.
pub struct Grace {
    whole: Duration,
    stop: CancellationToken,
    began: JoinHandle<Instant>,
}

impl Grace {
    /// Watches for its beginning.
    pub fn after(stop: &CancellationToken, whole: Duration) -> Self {
        let (stop, stopping) = (stop.clone(), stop.clone());
        let began = tokio::spawn(async move {
            stopping.cancelled().await;
            Instant::now()
        });
        Self { whole, stop, began }
    }

    /// What is left of it, a second at least: the whole one when nobody asked, because the work ended by itself.
    pub async fn left(self) -> Duration {
        if !self.stop.is_cancelled() {
            self.began.abort();
            return self.whole;
        }
        let spent = self.began.await.map_or(Duration::ZERO, |began| began.elapsed());
        self.whole.saturating_sub(spent).max(Duration::from_secs(1))
    }
}

/// The signals that ask a program to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signal that asks a program to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
