//! Pages for people: one file each. What they share stands beside: who is there (`guest`, `member`), forms (`posted`), what
//! went wrong (`problem`), what surrounds a page (`layout`).

use axum::{Router, extract::DefaultBodyLimit, middleware};

use crate::{guest, posted, web::Web};

mod apps;
mod connect;
mod console;
mod dashboard;
mod demo;
mod keys;
mod landing;
mod link;
pub mod login;
mod sessions;
mod settings;
mod signup;
mod stores;
#[cfg(test)]
mod tests;
mod traces;
mod unlock;
#[cfg(test)]
pub mod visitors;

/// The pages that are switched on.
pub fn router(web: &Web) -> Router {
    let Some(pages) = &web.options.pages else {
        return landing::router().with_state(web.clone());
    };
    let traces = if pages.traces { traces::router() } else { Router::new() };
    Router::new()
        .merge(dashboard::router())
        .merge(demo::router())
        .merge(link::router())
        .merge(login::router())
        .merge(keys::router())
        .merge(apps::router())
        .merge(connect::router())
        .merge(sessions::router())
        .merge(settings::router())
        .merge(console::router())
        .merge(traces)
        .merge(stores::router())
        .merge(signup::router())
        .merge(unlock::router())
        .layer(DefaultBodyLimit::max(posted::MOST_BYTES))
        .layer(middleware::from_fn_with_state(web.clone(), guest::enter))
        .with_state(web.clone())
}
