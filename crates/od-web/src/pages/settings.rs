//! `/settings`: an account and its e-mail address; how this server is set, as far as it concerns the account, and where each value
//! came from.

use axum::{
    Router,
    routing::{get, post},
};

use crate::web::Web;

mod email;
mod shown;
#[cfg(test)]
mod tests;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/settings", get(shown::show).merge(post(email::ask)))
        .route("/settings/email", get(email::done))
        .route("/settings/email/{token}", get(email::show).merge(post(email::change)))
}
