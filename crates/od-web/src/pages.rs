//! Pages for people: one file each. What they share stands beside: who is there (`guest`, `member`), forms (`posted`), what
//! went wrong (`problem`), what surrounds a page (`layout`).

use axum::{Router, extract::DefaultBodyLimit, middleware};

use crate::{
    guest::{self, Guest},
    posted,
    web::Web,
};

mod apps;
mod connect;
mod console;
mod dashboard;
mod demo;
#[cfg(test)]
mod forms;
mod keys;
mod landing;
mod link;
pub mod login;
mod question;
mod sessions;
mod settings;
mod signup;
mod stores;
mod traces;
mod unlock;

/// The page of every address that there is nothing at.
pub fn nowhere(web: &Web) -> Option<Router> {
    web.options.pages.as_ref()?;
    let page = Router::new().fallback(async |guest: Guest| guest.not_found());
    Some(page.layer(middleware::from_fn_with_state(web.clone(), guest::enter)))
}

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
