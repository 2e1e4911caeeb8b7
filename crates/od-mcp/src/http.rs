//! The HTTP door: Streamable HTTP for both protocol eras on one endpoint, without protocol sessions.

mod accept;
mod bearer;
mod body;
mod narrow;
mod origin;
mod query;
mod refusal;
mod request_id;

#[cfg(test)]
mod tests;

pub use origin::BadEntry;
