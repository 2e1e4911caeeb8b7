//! What one process tells the others at once. It is told once and kept nowhere: who was away is told that there may have been
//! something, and so are all when one comes that was away, which may have had something to tell.

use std::time::Duration;

use futures_util::StreamExt as _;
use redis::RedisResult;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::Shared;
use crate::connection::CHANNEL;
use crate::trouble::Trouble;

/// As much may wait to be heard; who is slower is told that there was more.
const WAITING: usize = 1024;
/// For connecting, and how often it is looked whether Redis went or came.
const CONNECT: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_secs(1);
/// Between two tries to listen.
const PAUSE: Duration = Duration::from_millis(500);

/// What is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// What somebody told, this process included.
    News(String),
    /// There may have been more.
    Missed,
}

/// What the processes tell each other, from now on.
#[derive(Debug)]
pub struct Ear {
    heard: mpsc::Receiver<Heard>,
    #[expect(dead_code, reason = "listens as long as this is held")]
    listening: AbortOnDropHandle<()>,
}

impl Ear {
    /// The next thing that is heard. None: never again.
    pub async fn hear(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

impl Shared {
    /// Tells every process that listens. False when Redis cannot be asked.
    pub async fn tell(&self, news: &str) -> bool {
        let mut command = redis::cmd("PUBLISH");
        command.arg(CHANNEL).arg(news);
        let told = self
            .connection()
            .with(async |line| command.query_async::<i64>(line).await)
            .await;
        told.is_some()
    }

    /// Listens, over a connection of its own, which is made anew when it breaks.
    pub fn listen(&self) -> Ear {
        let (telling, heard) = mpsc::channel(WAITING);
        let listening = AbortOnDropHandle::new(tokio::spawn(listen_on(self.clone(), telling)));
        Ear { heard, listening }
    }
}

async fn listen_on(shared: Shared, telling: mpsc::Sender<Heard>) {
    loop {
        if let Err(error) = listen(&shared, &telling).await {
            let reason = Trouble::of(&error, shared.connection().client()).words;
            tracing::debug!(reason, "what the other processes tell cannot be heard; trying again");
        }
        if telling.is_closed() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Listens until the connection breaks.
async fn listen(shared: &Shared, telling: &mpsc::Sender<Heard>) -> RedisResult<()> {
    let epoch = shared.standing().epoch;
    let connect = async {
        let mut line = shared.connection().client().get_async_pubsub().await?;
        line.subscribe(CHANNEL).await?;
        RedisResult::Ok(line)
    };
    let Ok(line) = tokio::time::timeout(CONNECT, connect).await else {
        return Ok(());
    };
    let mut line = line?;
    // Nobody knows what was told before.
    let mut missed = true;
    let mut told = line.on_message();
    loop {
        if missed && telling.try_send(Heard::Missed).is_ok() {
            missed = false;
        }
        // A connection whose other end is gone without a word says nothing for ever: when Redis went or came, it is made anew.
        let news = match tokio::time::timeout(LOOK, told.next()).await {
            Ok(Some(news)) => news,
            Ok(None) => return Ok(()),
            Err(_) if shared.standing().epoch != epoch => return Ok(()),
            Err(_) => continue,
        };
        let Ok(text) = news.get_payload::<String>() else {
            continue;
        };
        if text.is_empty() {
            missed = true;
            continue;
        }
        missed |= telling.try_send(Heard::News(text)).is_err();
    }
}
