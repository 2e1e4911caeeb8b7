//! What this address is, and how to connect to it: for whoever is not signed in.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use od_engine::SignUps;
use serde_json::json;

use crate::{WebOptions, web::Web};

#[derive(Template)]
#[template(path = "landing.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a sentence of the page")]
struct Landing {
    endpoint: String,
    client_entry: String,
    keyed_entry: String,
    open: bool,
    oauth: bool,
    pages: bool,
    can_sign_up: bool,
}

/// `/` where there are no other pages.
pub fn router() -> Router<Web> {
    Router::new().route(
        "/",
        get(async |State(web): State<Web>, headers: HeaderMap| show(&web, &headers)),
    )
}

/// The page.
pub fn show(web: &Web, headers: &HeaderMap) -> Response {
    match landing(web, headers).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the landing page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn landing(web: &Web, headers: &HeaderMap) -> Landing {
    let WebOptions { open, .. } = web.options;
    let oauth = web.engine.oauth().options().enabled;
    let endpoint = web.options.endpoint(headers);
    let entry = |server| format!("{:#}", json!({ "mcpServers": { "orderdesk": server } }));
    let keyless = entry(json!({ "type": "http", "url": endpoint }));
    let keyed_entry = entry(
        json!({ "type": "http", "url": endpoint, "headers": { "Authorization": "Bearer YOUR_TOKEN_OR_MASTER_KEY" } }),
    );
    Landing {
        client_entry: if open || oauth { keyless } else { keyed_entry.clone() },
        keyed_entry,
        endpoint,
        open,
        oauth,
        pages: web.options.pages.is_some(),
        can_sign_up: web.options.pages.is_some() && web.engine.links().options().sign_ups != SignUps::Closed,
    }
}

#[cfg(test)]
mod tests;
