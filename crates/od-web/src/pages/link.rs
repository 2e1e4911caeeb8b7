//! `/login/link`: signing in with a link that is sent by e-mail. The link leads to a page with one button, because programs that
//! look through mail open what they find there.

use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use od_engine::{LinkError, Source};
use secrecy::SecretString;

use super::login;
use crate::{
    guest::Guest,
    layout::{Layout, Place},
    mail,
    posted::Posted,
    problem::Problems,
    web::Web,
};

#[cfg(test)]
mod tests;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/login/link", get(show_sent).merge(post(ask)))
        .route("/login/link/{token}", get(show).merge(post(sign_in)))
}

#[derive(Template)]
#[template(path = "mail_sent.html")]
struct Sent {
    layout: Layout,
    /// Whether the mail stands where this server runs, and in no mailbox.
    is_printed: bool,
}

/// What a link leads to.
#[derive(Template)]
#[template(path = "link.html")]
struct Landing {
    layout: Layout,
    problems: Problems,
    csrf: String,
    token: String,
}

/// The page after a mail was asked for. It is the same whether one was sent.
pub(super) fn sent(guest: &Guest, title: &str) -> Response {
    let layout = guest.layout(title, Place::None);
    let is_printed = guest.web.prints_mail();
    guest.show(StatusCode::OK, &Sent { layout, is_printed })
}

async fn show_sent(guest: Guest) -> Response {
    sent(&guest, "Sign in")
}

async fn ask(Posted { who: guest, form }: Posted<Guest>) -> Response {
    let Some(deliver) = guest.web.options.mail.clone() else {
        return guest.not_found();
    };
    let email = form.typed("email");
    let post = mail::post(deliver, guest.web.options.base(&guest.headers));
    let who = guest.visit.anonymous(Source::Webui);
    match guest
        .web
        .engine
        .links()
        .ask(email, &who, guest.visit.address, post)
        .await
    {
        Ok(()) => guest.go("/login/link"),
        Err(error) => match Problems::of_link(&error, "email") {
            Ok(problems) => login::with_email(&guest, problems, email.to_owned()),
            Err(error) => guest.refuse(error),
        },
    }
}

async fn show(guest: Guest, Path(token): Path<String>) -> Response {
    landing(&guest, Problems::default(), token)
}

async fn sign_in(Path(token): Path<String>, Posted { who: guest, .. }: Posted<Guest>) -> Response {
    let who = guest.visit.anonymous(Source::Webui);
    let link = SecretString::from(token.as_str());
    match guest.web.engine.links().sign_in(&link, &who, guest.visit.address).await {
        Ok(session) => login::begin(&guest, &session, "/"),
        Err(error) => match Problems::of_link(&error, "") {
            Ok(problems) => landing(&guest, problems, token),
            Err(error) => guest.refuse(error),
        },
    }
}

fn landing(guest: &Guest, problems: Problems, token: String) -> Response {
    let wait = problems.retry_after;
    let status = problems.status();
    let template = Landing {
        layout: guest.layout("Sign in", Place::None),
        problems,
        csrf: guest.csrf(&format!("/login/link/{token}")),
        token,
    };
    let mut response = guest.show(status, &template);
    crate::page::retry_after(&mut response, wait);
    response
}

impl Problems {
    /// What is wrong with a link, or with an address that was entered in `field`.
    ///
    /// # Errors
    /// A fault of ours, which is a page of its own.
    pub(super) fn of_link<'e>(error: &'e LinkError, field: &str) -> Result<Self, &'e od_engine::Error> {
        match error {
            LinkError::TooMany { retry_after } => {
                let mut problems = Self::of(field, error.to_string());
                problems.retry_after = Some(*retry_after);
                Ok(problems)
            }
            LinkError::NotGood | LinkError::Closed => Ok(Self::of("", error.to_string())),
            LinkError::Engine(error) => {
                let field_of = |pointer: &str| pointer.strip_prefix('/').map(str::to_owned);
                Self::of_error(error, field_of).ok_or(error)
            }
        }
    }
}
