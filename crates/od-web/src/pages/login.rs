//! `/login` and `/logout`: a person signs in with a master key, and out again.

use askama::Template;
use axum::{
    Router,
    http::{StatusCode, header},
    response::Response,
    routing::{get, post},
};
use od_engine::{SessionCookie, SignUps, Source};
use secrecy::SecretString;
use url::Url;

use crate::{
    guest::{Guest, Known},
    layout::{Layout, Place},
    member::Member,
    page,
    posted::Posted,
    problem::Problems,
    web::Web,
};

#[cfg(test)]
mod tests;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/login", get(show).post(sign_in))
        .route("/logout", post(sign_out))
}

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    layout: Layout,
    problems: Problems,
    csrf: String,
    next: String,
    /// Of the form that asks for a link by e-mail; nothing without mail.
    link_csrf: Option<String>,
    email: String,
    can_sign_up: bool,
    /// Whether a form came after its session had ended.
    has_ended: bool,
}

async fn show(guest: Guest) -> Response {
    let next = own_path(guest.query().typed("next"));
    if guest.identity.is_some() {
        return guest.go(&next);
    }
    login(&guest, Problems::default(), next)
}

async fn sign_in(Posted { who: guest, mut form }: Posted<Guest>) -> Response {
    let next = own_path(form.typed("next"));
    let key = form.take("master_key").unwrap_or_else(|| SecretString::from(""));
    let who = guest.visit.anonymous(Source::Webui);
    match guest
        .web
        .engine
        .sessions()
        .sign_in(&key, &who, guest.visit.address)
        .await
    {
        Ok(session) => begin(&guest, &session, &next),
        Err(error) => match Problems::of_sign_in(error, "master_key") {
            Ok(problems) => login(&guest, problems, next),
            Err(fault) => guest.refuse(&fault),
        },
    }
}

/// The page with an e-mail address that was typed, and what is wrong with it.
pub(super) fn with_email(guest: &Guest, problems: Problems, email: String) -> Response {
    page_of(guest, problems, "/".to_owned(), email)
}

fn login(guest: &Guest, problems: Problems, next: String) -> Response {
    page_of(guest, problems, next, String::new())
}

fn page_of(guest: &Guest, problems: Problems, next: String, email: String) -> Response {
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Login {
        layout: guest.layout("Sign in", Place::None),
        problems,
        csrf: guest.csrf("/login"),
        next,
        link_csrf: guest.web.options.mail.as_ref().map(|_| guest.csrf("/login/link")),
        email,
        has_ended: guest.query().first("ended").is_some(),
        can_sign_up: guest.web.engine.links().options().sign_ups != SignUps::Closed,
    };
    let mut response = guest.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}

/// Lets the browser keep a session that was just begun, and sends it to a page.
pub fn begin(guest: &Known, session: &SessionCookie, next: &str) -> Response {
    let mut response = page::send_to(StatusCode::SEE_OTHER, &guest.to(next));
    let cookies = &guest.browser.cookies;
    if let Some(cookie) = cookies.keep_session(&session.text, session.lifetime.as_secs()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn sign_out(Posted { who: member, .. }: Posted<Member>) -> Response {
    if let Err(error) = member.web.engine.sessions().sign_out(&member.scope).await {
        return member.refuse(&error);
    }
    let mut response = page::send_to(StatusCode::SEE_OTHER, &member.to("/login"));
    if let Some(cookie) = member.browser.cookies.forget_session() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A path of this server, with its query, out of what an address or a form says; the dashboard for anything else, such as an
/// address of another server in any of its disguises.
pub fn own_path(next: &str) -> String {
    let here = || Url::parse("http://here.invalid").ok();
    let joined = here().and_then(|here| here.join(next).ok());
    let is_path = next.starts_with('/') && !next.contains(['\\', '\t', '\r', '\n']);
    match joined {
        Some(url) if is_path && here().is_some_and(|here| here.origin() == url.origin()) => {
            let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
            // A path that begins with two slashes is another host to a browser.
            if path.starts_with("//") {
                "/".to_owned()
            } else {
                path.to_owned()
            }
        }
        _ => "/".to_owned(),
    }
}
