//! An Order Desk that lives in memory: the REST API v2 as its users meet it, over loopback, with faults on demand.
//!
//! [`Simulator::start`] gives a base URL and two seeded shops; point any Order Desk client at them. What it answers
//! is written from the public API documentation and from what working clients report, never from this workspace's
//! own client, so that the two can disagree. See the crate's README for the faults, the record and the guesses.

mod budget;
mod call;
mod chaos;
mod clock;
mod control;
mod desk;
mod dice;
mod gate;
mod model;
mod options;
mod record;
mod reply;
mod routes;
mod rules;
mod seed;
mod simulator;
mod state;
mod webhook;

pub use chaos::{Fault, FaultKind};
pub use options::{Choices, SeedStore, ShopKind, SimOptions, WebhookOptions};
pub use record::Recorded;
pub use rules::{Event, Rule};
pub use simulator::{SimStore, Simulator, StartError};
pub use webhook::{Delivery, WebhookError};
