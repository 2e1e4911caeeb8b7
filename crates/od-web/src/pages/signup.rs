//! `/signup`: a stranger makes an account, with a link by e-mail where the operator wants that, and is shown its master key
//! once.

use askama::Template;
use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use od_engine::{LinkError, SignUp, SignUps, Source, tenants::CreatedTenant};
use secrecy::{ExposeSecret, SecretString};

use super::{link, login};
use crate::{
    guest::Guest,
    layout::{Layout, Place},
    mail, page,
    posted::Posted,
    problem::Problems,
    web::Web,
};

#[cfg(test)]
mod tests;

pub fn router() -> Router<Web> {
    Router::new()
        .route("/signup", get(show).merge(post(sign_up)))
        .route("/signup/sent", get(show_sent))
        .route("/signup/verify/{token}", get(show_verify).merge(post(verify)))
        .route("/signup/continue", post(go_on))
}

const TITLE: &str = "Create an account";

#[derive(Template)]
#[template(path = "signup.html")]
struct Form {
    layout: Layout,
    problems: Problems,
    /// Where the form is sent: a path.
    to: String,
    csrf: String,
    /// Makes the form good for one account; empty where a link does.
    once: String,
    /// Whether an address is asked for, and whether a name is.
    asks: Asks,
    email: String,
    called: String,
}

/// What a form asks for.
#[derive(Clone, Copy, PartialEq)]
enum Asks {
    /// The address, to send a link to.
    Email,
    /// Everything.
    Both,
    /// The rest, once the address is known to be theirs.
    Name,
}

/// The master key, shown once. It is kept nowhere here: the form holds it.
#[derive(Template)]
#[template(path = "signup_key.html")]
struct Key {
    layout: Layout,
    problems: Problems,
    csrf: String,
    master_key: String,
}

async fn show(guest: Guest) -> Response {
    match open(&guest) {
        None => guest.not_found(),
        Some(_) if guest.identity.is_some() => guest.go("/"),
        Some(asks) => {
            let once = guest.web.engine.links().new_form();
            form(
                &guest,
                asks,
                Problems::default(),
                Typed {
                    once,
                    ..Typed::default()
                },
            )
        }
    }
}

async fn show_sent(guest: Guest) -> Response {
    match open(&guest) {
        None => guest.not_found(),
        Some(_) => link::sent(&guest, TITLE),
    }
}

async fn sign_up(Posted { who: guest, form: sent }: Posted<Guest>) -> Response {
    let typed = Typed {
        email: sent.typed("email").to_owned(),
        name: sent.typed("name").to_owned(),
        once: sent.typed("once").to_owned(),
        token: None,
    };
    let (links, who) = (guest.web.engine.links(), guest.visit.anonymous(Source::Webui));
    match (open(&guest), guest.web.options.mail.clone()) {
        (Some(asks @ Asks::Both), _) => {
            let new = SignUp {
                email: typed.email.clone(),
                name: typed.name(),
            };
            let once = SecretString::from(typed.once.as_str());
            let made = links.sign_up(&once, new, &who, guest.visit.address).await;
            made_or(&guest, made, asks, typed)
        }
        (Some(asks), Some(deliver)) => {
            let post = mail::post(deliver, guest.web.options.base(&guest.headers));
            match links
                .ask_to_sign_up(&typed.email, &who, guest.visit.address, post)
                .await
            {
                Ok(()) => guest.go("/signup/sent"),
                Err(error) => made_or(&guest, Err(error), asks, typed),
            }
        }
        _ => guest.not_found(),
    }
}

async fn show_verify(guest: Guest, Path(token): Path<String>) -> Response {
    if open(&guest) != Some(Asks::Email) {
        return guest.not_found();
    }
    let typed = Typed {
        token: Some(token),
        ..Typed::default()
    };
    form(&guest, Asks::Name, Problems::default(), typed)
}

async fn verify(Path(token): Path<String>, Posted { who: guest, form: sent }: Posted<Guest>) -> Response {
    if open(&guest) != Some(Asks::Email) {
        return guest.not_found();
    }
    let link = SecretString::from(token.as_str());
    let typed = Typed {
        name: sent.typed("name").to_owned(),
        token: Some(token),
        ..Typed::default()
    };
    let who = guest.visit.anonymous(Source::Webui);
    let links = guest.web.engine.links();
    let made = links.confirm(&link, typed.name(), &who, guest.visit.address).await;
    made_or(&guest, made, Asks::Name, typed)
}

/// Hands the key that the page shows back as a file, or signs in with it.
async fn go_on(
    Posted {
        who: guest,
        form: mut sent,
    }: Posted<Guest>,
) -> Response {
    let Some(key) = sent.take("master_key").filter(|_| open(&guest).is_some()) else {
        return guest.not_found();
    };
    if sent.typed("do") == "download" {
        return file(&key);
    }
    if sent.typed("saved").is_empty() {
        let problems = Problems::of("saved", "Save the key first, then tick the box: it is not shown again.");
        return show_key(&guest, problems, &key);
    }
    let who = guest.visit.anonymous(Source::Webui);
    let sessions = guest.web.engine.sessions();
    match sessions.sign_in(&key, &who, guest.visit.address).await {
        Ok(session) => login::begin(&guest, &session, "/"),
        Err(error) => match Problems::of_sign_in(error, "master_key") {
            // The key must not be lost for coming too soon.
            Ok(problems) if problems.retry_after.is_some() => show_key(&guest, problems, &key),
            Ok(problems) => login::with_email(&guest, problems, String::new()),
            Err(fault) => guest.refuse(&fault),
        },
    }
}

/// What was typed, and what stood in the form.
#[derive(Default)]
struct Typed {
    email: String,
    name: String,
    once: String,
    /// What a link ended with.
    token: Option<String>,
}

impl Typed {
    fn name(&self) -> Option<String> {
        (!self.name.is_empty()).then(|| self.name.clone())
    }
}

/// What the first form asks for; nothing when nobody may sign up.
fn open(guest: &Guest) -> Option<Asks> {
    match guest.web.engine.links().options().sign_ups {
        SignUps::Closed => None,
        SignUps::AtOnce => Some(Asks::Both),
        SignUps::Verified => Some(Asks::Email),
    }
}

fn made_or(guest: &Guest, made: Result<CreatedTenant, LinkError>, asks: Asks, typed: Typed) -> Response {
    match made {
        Ok(created) => show_key(guest, Problems::default(), &created.master_key),
        Err(error) => {
            let field = if asks == Asks::Name { "" } else { "email" };
            match Problems::of_link(&error, field) {
                Ok(problems) => form(guest, asks, problems, typed),
                Err(error) => guest.refuse(error),
            }
        }
    }
}

fn form(guest: &Guest, asks: Asks, problems: Problems, typed: Typed) -> Response {
    let to = match &typed.token {
        Some(token) => format!("/signup/verify/{token}"),
        None => "/signup".to_owned(),
    };
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Form {
        layout: guest.layout(TITLE, Place::None),
        csrf: guest.csrf(&to),
        to,
        problems,
        once: typed.once,
        asks,
        email: typed.email,
        called: typed.name,
    };
    let mut response = guest.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}

fn show_key(guest: &Guest, problems: Problems, key: &SecretString) -> Response {
    let (status, wait) = (problems.status(), problems.retry_after);
    let template = Key {
        layout: guest.layout(TITLE, Place::None),
        csrf: guest.csrf("/signup/continue"),
        problems,
        master_key: key.expose_secret().to_owned(),
    };
    let mut response = guest.show(status, &template);
    page::retry_after(&mut response, wait);
    response
}

/// A text file that the browser saves.
fn file(key: &SecretString) -> Response {
    let mut response = format!("{}\n", key.expose_secret()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"orderdesk-master-key.txt\""),
    );
    page::keep_nowhere(&mut response);
    *response.status_mut() = StatusCode::OK;
    response
}
