//! What the engine keeps of links in memory.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::options::LinkOptions;
use crate::limits::{AddressLimiter, LimitOptions, Limiter};

/// Mails that are under way at once. Each takes as long as the mail server takes, so this bounds what a flood of requests for
/// links makes us hold.
const UNDER_WAY: usize = 32;
/// How many mails a minute are sent to one address once those it may get at once were sent: asking again and again must not
/// fill somebody's mailbox.
const PER_EMAIL: u32 = 1;

/// What the engine keeps of links in memory.
pub(crate) struct Kept {
    pub(super) options: LinkOptions,
    /// Requests for a link, by address.
    pub(super) asks: AddressLimiter,
    /// Links that are tried, by address.
    pub(super) uses: AddressLimiter,
    /// Sign-ups, by address.
    pub(super) sign_ups: AddressLimiter,
    /// Mails of both kinds, by e-mail address.
    pub(super) emails: Limiter<String>,
    pub(super) room: Arc<Semaphore>,
}

impl Kept {
    pub(crate) fn new(options: LinkOptions) -> Self {
        let so_many = |per_minute| LimitOptions {
            per_minute,
            burst: per_minute,
        };
        Self {
            asks: AddressLimiter::new(so_many(options.asks_per_minute)),
            uses: AddressLimiter::new(so_many(options.asks_per_minute)),
            sign_ups: AddressLimiter::new(so_many(options.sign_ups_per_minute)),
            emails: Limiter::new(LimitOptions {
                per_minute: PER_EMAIL,
                burst: options.asks_per_minute,
            }),
            room: Arc::new(Semaphore::new(UNDER_WAY)),
            options,
        }
    }
}
