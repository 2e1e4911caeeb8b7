//! `/settings`: an account and its e-mail address; how this server is set, as far as it concerns the account, and where each value
//! came from.

use askama::Template;
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};

use crate::{
    SettingView,
    layout::{Layout, Place},
    member::Member,
    moment::Moment,
    page,
    problem::Problems,
    web::Web,
};

mod email;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/settings", get(show).merge(post(email::ask)))
        .route("/settings/email", get(email::done))
        .route("/settings/email/{token}", get(email::show).merge(post(email::change)))
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings<'a> {
    layout: Layout,
    problems: Problems,
    account: String,
    tenant_id: String,
    endpoint: String,
    email: Option<String>,
    pending: Option<Pending>,
    /// Of the form that changes the address; nothing for whoever cannot.
    csrf: Option<String>,
    typed: String,
    sections: Vec<&'a [SettingView]>,
}

/// An address that waits for its link to be used.
struct Pending {
    email: String,
    until: Moment,
}

async fn show(member: Member) -> Response {
    page_of(&member, Problems::default(), String::new()).await
}

/// The page with an address that was typed, and what is wrong with it.
async fn page_of(member: &Member, problems: Problems, typed: String) -> Response {
    let engine = &member.web.engine;
    let tenant = match engine.tenants().show(member.scope.tenant().as_str()).await {
        Ok(tenant) => tenant,
        Err(error) => return member.refuse(&error),
    };
    let pending = match engine.links().pending_email(&member.scope).await {
        Ok(pending) => pending,
        Err(error) => return member.refuse(&error),
    };
    let options = &member.web.options;
    let settings = options.pages.as_ref().map_or(&[][..], |pages| &pages.settings[..]);
    let may_change = options.mail.is_some() && !member.scope.identity().is_locked();
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Settings {
        layout: member.layout("Settings", Place::Settings),
        problems,
        account: tenant.name.unwrap_or_else(|| tenant.tenant_id.clone()),
        tenant_id: tenant.tenant_id,
        endpoint: options.endpoint(&member.headers),
        email: tenant.email,
        pending: pending.map(|pending| Pending {
            email: pending.email,
            until: Moment::of_millis(pending.expires_at),
        }),
        csrf: may_change.then(|| member.csrf("/settings")),
        typed,
        sections: settings.chunk_by(|one, next| one.section == next.section).collect(),
    };
    let mut response = member.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}

#[cfg(test)]
mod tests;
