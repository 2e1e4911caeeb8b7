//! Whole-program stories and the invariants of the workspace.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod audit;
mod backup;
mod changed;
mod circles;
mod clients;
mod collector;
mod commands;
mod connected;
mod counted;
mod discovered;
mod doctor_oauth;
mod elsewhere;
mod ended_keys;
mod every_tool;
mod interrupted;
mod invariants;
mod keys;
mod killed;
mod leaving;
mod living;
mod metrics;
mod offered;
mod pointed_here;
mod program;
mod public_url;
mod questions;
mod scripted;
mod secrets;
mod served;
mod settings;
mod setup;
mod setup_again;
mod simulated;
mod stored;
mod talk;
mod traces;
mod two_desktops;
mod webhooks;
mod wire;
