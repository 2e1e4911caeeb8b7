//! `/stores`: the tenant's stores, and from here to each of them.

use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};
use od_engine::stores::KnownStore;

use crate::{
    layout::{Layout, Place},
    member::Member,
    moment::Moment,
    web::Web,
};

mod add;
mod change;
mod deed;
#[cfg(test)]
mod tests;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/stores", get(show))
        .merge(add::router())
        .merge(change::router())
}

#[derive(Template)]
#[template(path = "stores.html")]
struct Stores {
    layout: Layout,
    stores: Vec<KnownStore>,
    new_store: String,
}

async fn show(member: Member) -> Response {
    let stores = match member.web.engine.stores().known(&member.scope).await {
        Ok(stores) => stores,
        Err(error) => return member.refuse(&error),
    };
    let template = Stores {
        layout: member.layout("Stores", Place::Stores),
        stores,
        new_store: member.to("/stores/new"),
    };
    member.show(StatusCode::OK, &template)
}
