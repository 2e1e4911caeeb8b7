//! The client against servers that misbehave on purpose, and against the simulator.

mod abandoned;
mod breaker;
mod budget;
mod documents;
mod flight;
mod replies;
mod retries;
mod script;
mod simulator;
mod wire;
