//! OAuth's side of HTTP. The routes stand at the root, because clients that missed the metadata look there.

mod answer;
mod cors;
mod metadata;
mod register;

use axum::{Router, middleware};

use crate::web::Web;

/// Routes that programs call; web pages of any origin may, too, and no cookie means anything to them.
pub fn router(web: &Web) -> Router {
    if !web.engine.oauth().options().enabled {
        return Router::new();
    }
    metadata::router(web)
        .merge(register::router(web))
        .layer(middleware::from_fn(cors::open))
}
