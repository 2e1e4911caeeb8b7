//! The human's door: pages and discovery documents.
//!
//! It answers anybody. What it says is what a client needs before it signs in: where the endpoint is and how to
//! authenticate there.

mod discovery;
mod options;
mod pages;
mod security;

use axum::Router;

pub use options::WebOptions;

/// All routes of this door.
pub fn router(options: &WebOptions) -> Router {
    security::harden(pages::router(options).merge(discovery::router(options)))
}

#[cfg(test)]
mod tests;
