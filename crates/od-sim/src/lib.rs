//! An Order Desk that lives in memory: the REST API v2 as its users meet it, over loopback, with faults on demand.
//!
//! [`Simulator::start`] gives a base URL and two seeded shops; point any Order Desk client at them. What it answers
//! is written from the public API documentation and from what working clients report, never from this workspace's
//! own client, so that the two can disagree. See the crate's README for the faults, the record and the guesses.

mod beginning;
mod budget;
mod call;
mod chaos;
mod choices;
mod clock;
mod control;
mod desk;
mod dice;
mod gate;
mod kind;
mod made;
mod model;
mod options;
mod posting;
mod record;
mod reply;
mod routes;
mod rules;
mod seed;
mod simulator;
mod state;
mod stored;
mod tls;
mod webhook;

pub use chaos::{Fault, FaultKind};
pub use choices::{Choice, ChoiceError, Choices};
pub use options::{SeedStore, ShopKind, SimOptions, WebhookOptions};
pub use posting::{Post, PostFormat};
pub use record::Recorded;
pub use rules::{Event, Rule, RulesError};
pub use simulator::{SimStore, Simulator, StartError};
pub use tls::{Tls, TlsError};
pub use webhook::{Delivery, WebhookError, Written};
