//! Stories of the engine against the simulator, on real databases.

mod audit;
mod concurrency;
mod isolation;
mod limits;
mod moves;
mod mutation;
mod reading;
mod secrets;
mod signing_in;
mod stores;
mod support;
