//! The e-mail address of an account: asked for with the master key, used with the link that is sent to it. The link leads to a page
//! with one button, because programs that look through mail open what they find there.

use askama::Template;
use axum::{extract::Path, http::StatusCode, response::Response};
use od_engine::{EmailError, Error, Source};
use secrecy::SecretString;

use super::shown;
use crate::{
    guest::Guest,
    layout::{Layout, Place},
    mail,
    member::Owner,
    page,
    posted::Posted,
    problem::Problems,
};

/// What a link leads to.
#[derive(Template)]
#[template(path = "settings_email.html")]
struct Landing {
    layout: Layout,
    problems: Problems,
    csrf: String,
    token: String,
}

/// The page after a link was used, for whoever is not signed in to that account.
#[derive(Template)]
#[template(path = "settings_email_done.html")]
struct Done {
    layout: Layout,
}

pub async fn ask(
    Posted {
        who: owner,
        form: mut sent,
    }: Posted<Owner>,
) -> Response {
    let Some(deliver) = owner.web.options.mail.clone() else {
        return owner.not_found();
    };
    let key = sent.take("master_key").unwrap_or_else(|| SecretString::from(""));
    let email = sent.typed("email");
    let post = mail::post(deliver, owner.web.options.base(&owner.headers));
    let links = owner.web.engine.links();
    let asked = links.ask_to_change(&owner.scope, &key, email, owner.visit.address, post);
    match asked.await {
        Ok(()) if owner.web.prints_mail() => owner.go("/settings?done=printed"),
        Ok(()) => owner.go("/settings?done=mailed"),
        Err(error) => match problems(error) {
            Ok(problems) => shown::page_of(&owner, problems, email.to_owned()).await,
            Err(error) => owner.refuse(&error),
        },
    }
}

/// What is wrong with what was entered.
fn problems(error: EmailError) -> Result<Problems, Error> {
    match error {
        EmailError::Key(error) => Problems::of_sign_in(error, "master_key"),
        EmailError::Link(error) => Problems::of_link(&error, "email").map_err(Clone::clone),
    }
}

pub async fn show(guest: Guest, Path(token): Path<String>) -> Response {
    landing(&guest, Problems::default(), token)
}

pub async fn change(Path(token): Path<String>, Posted { who: guest, .. }: Posted<Guest>) -> Response {
    let Some(deliver) = guest.web.options.mail.clone() else {
        return guest.not_found();
    };
    let who = guest.visit.anonymous(Source::Webui);
    let link = SecretString::from(token.as_str());
    let post = mail::post(deliver, guest.web.options.base(&guest.headers));
    let links = guest.web.engine.links();
    match links.change_email(&link, &who, guest.visit.address, post).await {
        Ok(tenant)
            if guest
                .identity
                .as_ref()
                .is_some_and(|identity| *identity.tenant() == tenant) =>
        {
            guest.go("/settings?done=email")
        }
        Ok(_) => guest.go("/settings/email"),
        Err(error) => match Problems::of_link(&error, "") {
            Ok(problems) => landing(&guest, problems, token),
            Err(error) => guest.refuse(error),
        },
    }
}

pub async fn done(guest: Guest) -> Response {
    let layout = guest.layout("E-mail address", Place::None);
    guest.show(StatusCode::OK, &Done { layout })
}

fn landing(guest: &Guest, problems: Problems, token: String) -> Response {
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Landing {
        layout: guest.layout("E-mail address", Place::None),
        problems,
        csrf: guest.csrf(&format!("/settings/email/{token}")),
        token,
    };
    let mut response = guest.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}
