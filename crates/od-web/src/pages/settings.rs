//! `/settings`: how this server is set, as far as it concerns an account, and where each value came from.

use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};

use crate::{
    SettingView,
    layout::{Layout, Place},
    member::Member,
    web::Web,
};

pub fn router() -> Router<Web> {
    Router::new().route("/settings", get(show))
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings<'a> {
    layout: Layout,
    account: String,
    endpoint: String,
    sections: Vec<&'a [SettingView]>,
}

async fn show(member: Member) -> Response {
    let engine = &member.web.engine;
    let tenant = match engine.tenants().show(member.scope.tenant().as_str()).await {
        Ok(tenant) => tenant,
        Err(error) => return member.refuse(&error),
    };
    let settings = member
        .web
        .options
        .pages
        .as_ref()
        .map_or(&[][..], |pages| &pages.settings[..]);
    let template = Settings {
        layout: member.layout("Settings", Place::Settings),
        account: tenant.name.unwrap_or(tenant.tenant_id),
        endpoint: member.web.options.endpoint(&member.headers),
        sections: settings.chunk_by(|one, next| one.section == next.section).collect(),
    };
    member.show(StatusCode::OK, &template)
}

#[cfg(test)]
mod tests;
