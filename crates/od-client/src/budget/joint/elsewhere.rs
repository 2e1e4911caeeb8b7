//! A bucket that several processes of a test spend: it keeps the law that the real one keeps, and does what a test wants of it.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::mutex::lock;
use crate::sharing::{Ask, Bucket, Sharing, Standing, Told};

/// Where the bucket is kept.
#[derive(Debug)]
pub(super) struct Elsewhere {
    kept: Mutex<Kept>,
    /// Answers are held back as long as this is so.
    held_back: watch::Sender<bool>,
}

#[derive(Debug)]
struct Kept {
    standing: Standing,
    is_away: bool,
    tokens: Option<f64>,
    spent: f64,
    at: Instant,
    out: HashMap<u32, u32>,
    asked: Vec<(u32, Ask)>,
    /// Questions that one process has open at once.
    open: u32,
    most_open: u32,
}

/// One process's way to it.
#[derive(Debug)]
pub(super) struct Process {
    number: u32,
    bucket: Arc<Elsewhere>,
}

impl Elsewhere {
    /// A full one, of which everybody knows for long.
    pub(super) fn new() -> Arc<Self> {
        let standing = Standing {
            together: true,
            among: 1,
            since: None,
        };
        Arc::new(Self {
            kept: Mutex::new(Kept {
                standing,
                is_away: false,
                tokens: None,
                spent: 0.0,
                at: Instant::now(),
                out: HashMap::new(),
                asked: Vec::new(),
                open: 0,
                most_open: 0,
            }),
            held_back: watch::Sender::new(false),
        })
    }

    pub(super) fn process(self: &Arc<Self>, number: u32) -> Arc<dyn Sharing> {
        Arc::new(Process {
            number,
            bucket: Arc::clone(self),
        })
    }

    pub(super) fn stand(&self, standing: Standing) {
        lock(&self.kept).standing = standing;
    }

    /// Whether questions go unanswered.
    pub(super) fn is_away(&self, is_away: bool) {
        lock(&self.kept).is_away = is_away;
    }

    /// Whether answers are held back.
    pub(super) fn holds_back(&self, holds_back: bool) {
        self.held_back.send_replace(holds_back);
    }

    /// Somebody else spends so many.
    pub(super) fn loses(&self, tokens: f64) {
        let mut kept = lock(&self.kept);
        kept.tokens = Some(kept.tokens.unwrap_or(16.0) - tokens);
        kept.spent += tokens;
    }

    /// Everything that was asked so far, which is forgotten.
    pub(super) fn asked(&self) -> Vec<Ask> {
        lock(&self.kept).asked.drain(..).map(|(_, ask)| ask).collect()
    }

    /// What this process asked that is as `is` wants, once it did.
    pub(super) async fn until(&self, number: u32, is: impl Fn(&Ask) -> bool) -> Ask {
        let began = Instant::now();
        loop {
            let found = lock(&self.kept)
                .asked
                .iter()
                .rev()
                .find(|(who, ask)| *who == number && is(ask))
                .copied();
            if let Some((_, ask)) = found {
                return ask;
            }
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "nothing of the kind was asked: {:?}",
                lock(&self.kept).asked
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(super) fn tokens(&self) -> f64 {
        lock(&self.kept).tokens.unwrap_or(16.0)
    }

    pub(super) fn most_open(&self) -> u32 {
        lock(&self.kept).most_open
    }
}

impl Kept {
    fn answer(&mut self, me: u32, bucket: Bucket, ask: Ask) -> Option<Told> {
        if self.is_away {
            return None;
        }
        let now = Instant::now();
        let elapsed = now.duration_since(self.at).as_secs_f64();
        self.at = now;
        let out: u32 = self.out.values().sum();
        let before = self.tokens.unwrap_or(bucket.capacity);
        let ceiling = (bucket.capacity - f64::from(out)).max(before);
        let mut tokens = (before + elapsed * bucket.refill).min(ceiling);
        if ask.begin_empty {
            tokens = tokens.min(0.0);
        }
        tokens += f64::from(ask.returned);
        self.spent -= f64::from(ask.returned);
        if let Some(must) = ask.spent {
            let lost = (must - self.spent).max(0.0);
            tokens -= lost;
            self.spent += lost;
        }
        if let Some(park) = ask.park {
            tokens = tokens.min(1.0 - park.as_secs_f64() * bucket.refill);
        }
        let wanted = f64::from(ask.take);
        let taken = ask.take > 0 && tokens + 1e-6 >= wanted;
        let mut wait = Duration::ZERO;
        if taken {
            tokens -= wanted;
            self.spent += wanted;
        } else if ask.take > 0 {
            wait = Duration::from_secs_f64((wanted - tokens) / bucket.refill);
        }
        self.out.insert(me, ask.out + if taken { ask.take } else { 0 });
        self.tokens = Some(tokens);
        let mark = tokens + self.spent;
        Some(Told {
            taken,
            tokens,
            mark,
            wait,
        })
    }
}

impl Sharing for Process {
    fn standing(&self) -> Standing {
        lock(&self.bucket.kept).standing
    }

    fn ask(&self, _: Arc<str>, bucket: Bucket, ask: Ask) -> Pin<Box<dyn Future<Output = Option<Told>> + Send>> {
        let (elsewhere, me) = (Arc::clone(&self.bucket), self.number);
        Box::pin(async move {
            {
                let mut kept = lock(&elsewhere.kept);
                kept.asked.push((me, ask));
                kept.open += 1;
                kept.most_open = kept.most_open.max(kept.open);
            }
            let told = lock(&elsewhere.kept).answer(me, bucket, ask);
            // On the way back, however quick it is.
            tokio::task::yield_now().await;
            let mut held_back = elsewhere.held_back.subscribe();
            held_back.wait_for(|is| !is).await.ok()?;
            lock(&elsewhere.kept).open -= 1;
            told
        })
    }
}
