//! `/keys`: master keys and access tokens. A new secret is in one answer and in no other.

use axum::{Router, routing::get};

use crate::web::Web;

mod list;
mod new;
mod revoke;
mod rotate;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/keys", get(list::show))
        .route("/keys/new", get(new::show).post(new::create))
        .route("/keys/rotate", get(rotate::show).post(rotate::rotate))
        .route("/keys/revoke", get(revoke::ask).post(revoke::key))
        .route("/keys/revoke-token", get(revoke::ask_token).post(revoke::token))
}

#[cfg(test)]
pub(super) mod tests;
