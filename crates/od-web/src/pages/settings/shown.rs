//! The page itself.

use askama::Template;
use axum::response::Response;

use crate::{
    SettingView,
    layout::{Layout, Place},
    member::Member,
    moment::Moment,
    page,
    problem::Problems,
};

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

pub async fn show(member: Member) -> Response {
    page_of(&member, Problems::default(), String::new()).await
}

/// The page with an address that was typed, and what is wrong with it.
pub async fn page_of(member: &Member, problems: Problems, typed: String) -> Response {
    let engine = &member.web.engine;
    let tenant = match engine.tenants().show(member.scope.tenant().as_str()).await {
        Ok(tenant) => tenant,
        Err(error) => return member.refuse(&error),
    };
    let is_locked = member.scope.identity().is_locked();
    let pending = match engine.links().pending_email(&member.scope).await {
        // A locked session may be that of somebody else who reads the mail, for which the address is changed.
        Ok(pending) => pending.filter(|_| !is_locked),
        Err(error) => return member.refuse(&error),
    };
    let options = &member.web.options;
    let settings = options.pages.as_ref().map_or(&[][..], |pages| &pages.settings[..]);
    let may_change = options.mail.is_some() && !is_locked;
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
