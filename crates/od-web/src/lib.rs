//! The human's door: pages, discovery documents, and OAuth's side of HTTP.
//!
//! Anybody may ask. Clients find out where the endpoint is and how to be connected to it; a person signs in and says what one
//! may do; programs exchange what they were given for tokens; Order Desk posts what changed.

mod assets;
mod choices;
pub mod clients;
mod cookies;
mod csrf;
mod demo;
mod desk;
mod endpoints;
mod fault;
mod guest;
mod highlight;
mod layout;
mod links;
mod mail;
mod member;
mod moment;
mod oauth;
mod once;
mod options;
mod page;
mod pages;
mod parameters;
mod posted;
mod problem;
mod security;
mod visit;
mod web;
mod webhooks;

use axum::Router;
use od_engine::Engine;

pub use demo::{Demo, ShopOrder, Shops};
pub use desk::{Desk, Listing, Meaning, Ran, Run, Running, Tool};
pub use mail::{Deliver, Letter};
pub use options::{PageOptions, SameSite, SettingView, WebOptions};

/// The version that pages show.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// All routes of this door.
pub fn router(engine: Engine, options: WebOptions) -> Router {
    let is_https = options.is_https();
    let web = web::Web::new(engine, options);
    let files = assets::router(web.options.pages.is_some());
    let programs = oauth::router(&web).merge(webhooks::router(&web));
    security::harden(files.merge(pages::router(&web)).merge(programs), is_https)
}

/// What a browser is shown at any address that there is nothing at; nothing without the pages.
pub fn nowhere(engine: Engine, options: WebOptions) -> Option<Router> {
    let is_https = options.is_https();
    let page = pages::nowhere(&web::Web::new(engine, options))?;
    Some(security::harden(page, is_https))
}

#[cfg(test)]
mod tests;
