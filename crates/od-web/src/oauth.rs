//! OAuth's side of HTTP. The routes stand at the root, because clients that missed the metadata look there.

mod answer;
mod asked;
mod authorize;
mod consent;
mod cors;
mod form;
mod inquiry;
mod metadata;
mod program;
mod refusal;
mod refused;
mod register;
mod revoke;
mod step;
mod token;
mod view;
mod way;

use axum::{Router, middleware};

use crate::web::Web;

/// Routes that programs call, web pages of any origin too, because no cookie means anything to them; and the pages for the
/// person in between, which are nobody's but ours.
pub fn router(web: &Web) -> Router {
    if !web.engine.oauth().options().enabled {
        return Router::new();
    }
    metadata::router(web)
        .merge(register::router(web))
        .merge(token::router(web))
        .merge(revoke::router(web))
        .layer(middleware::from_fn(cors::open))
        .merge(authorize::router(web))
}

#[cfg(test)]
pub(crate) mod tests;
