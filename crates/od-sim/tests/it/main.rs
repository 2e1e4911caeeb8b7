//! The simulator over loopback, as a client in any language meets it.

mod choices;
mod control;
mod faults;
mod inventory;
mod items;
mod limits;
mod made;
mod moves;
mod orders;
mod record;
mod replace;
mod shipments;
mod store;
mod support;
mod webhook;
