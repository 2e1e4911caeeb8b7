//! What the processes of one service share through Redis: what makes cached replies stale, the replies themselves (sealed by
//! whoever keeps them here), limits, and the request budget of a store.
//!
//! Everything here can be lost without anybody losing an order, so every question has the answer "cannot be asked": Redis is
//! away, hangs, or takes no writes. It comes as `None`, within [`RESPONSE_TIME`], and at once as long as
//! [`Shared::standing`] says that Redis is away. Whoever asks has a way to go on alone.
//!
//! Names are digests that their makers keyed; this crate puts `odm:` before them, and every key expires.

mod budget;
mod connection;
mod generations;
mod limit;
mod lookups;
mod news;
mod numbers;
mod replies;
mod shared;
mod spending;
#[cfg(feature = "testing")]
pub mod testing;
mod trouble;

pub use budget::{Ask, Bucket, Told};
pub use connection::{RESPONSE_TIME, Standing};
pub use lookups::Generation;
pub use news::{Ear, Heard};
pub use shared::{OpenError, Shared};
pub use spending::{Limit, Spent};
pub use trouble::Trouble;

#[cfg(test)]
mod tests;
