//! How links are configured.

use std::time::Duration;

/// How strangers make a tenant for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUps {
    /// Not at all.
    #[default]
    Closed,
    /// At once.
    AtOnce,
    /// With a link that is sent to the address they give.
    Verified,
}

/// How links are configured.
#[derive(Clone, Copy, Debug)]
pub struct LinkOptions {
    /// How long a link is good.
    pub good_for: Duration,
    /// How strangers make a tenant.
    pub sign_ups: SignUps,
    /// How often an address may ask for a link, and use one, in a minute; and how many are sent to one e-mail address at once.
    pub asks_per_minute: u32,
    /// How often an address may sign up in a minute.
    pub sign_ups_per_minute: u32,
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self {
            good_for: Duration::from_mins(15),
            sign_ups: SignUps::Closed,
            asks_per_minute: 5,
            sign_ups_per_minute: 2,
        }
    }
}

pub(super) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
