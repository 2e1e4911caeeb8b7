//! `/demo/{token}`: signs a newcomer in to the demo, once.

use axum::{Router, extract::Path, http::Method, response::Response, routing::get};
use od_engine::Source;

use super::login;
use crate::{
    guest::Guest,
    problem::{Fault, Problems},
    web::Web,
};

pub fn router() -> Router<Web> {
    Router::new().route("/demo/{token}", get(open))
}

async fn open(guest: Guest, method: Method, Path(token): Path<String>) -> Response {
    let Some(demo) = guest.web.options.pages.as_ref().and_then(|pages| pages.demo.as_ref()) else {
        return guest.not_found();
    };
    // Whoever only looks whether there is something uses nothing up.
    let key = (method == Method::GET).then(|| demo.redeem(&token)).flatten();
    let Some(key) = key else {
        return if guest.identity.is_some() {
            guest.go("/")
        } else {
            Fault::used_link(&guest).respond(&guest)
        };
    };
    let who = guest.visit.anonymous(Source::Webui);
    match guest
        .web
        .engine
        .sessions()
        .sign_in(&key, &who, guest.visit.address)
        .await
    {
        Ok(session) => login::begin(&guest, &session, "/"),
        Err(error) => match Problems::of_sign_in(error, "master_key") {
            Ok(problems) => login::with_email(&guest, problems, String::new()),
            Err(fault) => guest.refuse(&fault),
        },
    }
}
