//! `/authorize`: a person signs in, and says what a client may do.
//!
//! The query of the first request goes along through all steps, in a field of each form that the form's token covers, and is
//! read anew every time. Nothing is kept here in between, so that any process may serve any step, and asking twice changes
//! nothing.

use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use od_engine::{AuthFailure, Error, SignInError, Source};

use super::{
    consent::{self, Chosen},
    inquiry::Inquiry,
    refused::Page,
    step::{CONSENT, SIGN_IN, SIGN_OUT, Step},
    view::ClientView,
};
use crate::{
    csrf, page,
    page::retry_after,
    parameters::Parameters,
    visit::{Browser, Visit},
    web::Web,
};

#[cfg(test)]
mod tests;

/// The largest form, in bytes: a query and what a person ticked.
const MOST_FORM_BYTES: usize = 64 * 1024;

/// A text that nobody's key can be, said where nothing but a key is asked for.
const NO_KEY: &str = "This is not a master key: it is mistyped, cut off or too short.";

pub fn router(web: &Web) -> Router {
    Router::new()
        .route("/authorize", get(show).post(take))
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES))
        .with_state(web.clone())
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    client: ClientView,
    problem: Option<Problem>,
    reference: String,
    step: &'a str,
    request: &'a str,
    csrf: String,
}

struct Problem {
    what: String,
    instead: &'static str,
}

#[derive(Template)]
#[template(path = "again.html")]
struct Again;

async fn show(State(web): State<Web>, request: Request) -> Response {
    let visit = Visit::of(&request);
    let browser = Browser::of(&web, request.headers());
    let query = request.uri().query().unwrap_or_default();
    let mut response = match Inquiry::read(&web, &visit, request.headers(), query).await {
        Err(declined) => return declined.respond(&web, &visit),
        Ok(inquiry) => {
            let step = Step {
                web: &web,
                visit: &visit,
                browser: &browser,
                inquiry: &inquiry,
            };
            first_page(&step, request.headers()).await
        }
    };
    browser.keep(&mut response);
    visit.name(&mut response);
    response
}

async fn first_page(step: &Step<'_>, headers: &HeaderMap) -> Response {
    if let Some(identity) = step.browser.signed_in(&step.web.engine).await {
        return consent::first_page(step, &step.visit.scope(identity)).await;
    }
    if step.browser.is_known && step.browser.session.is_none() && comes_from_elsewhere(headers) {
        return page::show(StatusCode::OK, &Again, None);
    }
    sign_in_page(step, StatusCode::OK, None, None)
}

/// Whether a page of another site led here. A browser that was here before may have a session then, which it keeps to itself
/// (`SameSite=Strict`) until it comes from a page of ours.
fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    matches!(site, Some("cross-site" | "same-site"))
}

async fn take(State(web): State<Web>, request: Request) -> Response {
    let visit = Visit::of(&request);
    let headers = request.headers().clone();
    let browser = Browser::of(&web, &headers);
    if !csrf::is_from_our_page(&web.options, &headers) {
        return not_our_form("the form was sent by a page of another site").respond(&web, &visit);
    }
    let body = match Bytes::from_request(request, &()).await {
        Ok(body) => body,
        Err(rejection) => return rejection.into_response(),
    };
    let mut form = Parameters::parse(&body);
    let text = |name| form.first(name).unwrap_or_default().to_owned();
    let (step, query, token) = (text("step"), text("request"), text("csrf"));
    if !web.engine.forms().is_ours(&browser.id, &[&step, &query], &token) {
        return not_our_form("the form's token is missing or another browser's, or the form was changed")
            .respond(&web, &visit);
    }
    let mut response = match Inquiry::read(&web, &visit, &headers, &query).await {
        Err(declined) => return declined.respond(&web, &visit),
        Ok(inquiry) => {
            let at = Step {
                web: &web,
                visit: &visit,
                browser: &browser,
                inquiry: &inquiry,
            };
            match step.as_str() {
                SIGN_IN => sign_in(&at, &mut form).await,
                CONSENT => decide(&at, &form).await,
                _ => sign_out(&at).await,
            }
        }
    };
    visit.name(&mut response);
    response
}

async fn sign_in(step: &Step<'_>, form: &mut Parameters) -> Response {
    let who = step.visit.anonymous(Source::Webui);
    let key = form.take("master_key").unwrap_or_default();
    let begun = step.web.engine.sessions().sign_in(&key, &who, step.visit.address).await;
    let session = match begun {
        Ok(session) => session,
        Err(error) => return not_signed_in(step, &error),
    };
    let mut response = step.again();
    if let Some(cookie) = step
        .browser
        .cookies
        .keep_session(&session.text, session.lifetime.as_secs())
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The form once more, with what is wrong and without what was entered; a page of its own where trying again would not help.
fn not_signed_in(step: &Step<'_>, error: &SignInError) -> Response {
    let (status, what, instead, wait) = match error {
        SignInError::TooMany { retry_after } => (
            StatusCode::TOO_MANY_REQUESTS,
            error.to_string(),
            "Every try counts, those that succeed too.",
            Some(*retry_after),
        ),
        SignInError::IsToken => (
            StatusCode::UNPROCESSABLE_ENTITY,
            error.to_string(),
            "Enter the master key itself: tokens are for programs, and cannot connect others.",
            None,
        ),
        SignInError::Engine(Error::Unauthenticated(AuthFailure::Malformed)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            NO_KEY.to_owned(),
            "Copy the whole key again. A key that this server made starts with odmk_.",
            None,
        ),
        SignInError::Engine(refused @ Error::Unauthenticated(_)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            refused.to_string(),
            refused.hint(),
            None,
        ),
        SignInError::Engine(fault) => return Page::of(SIGN_IN, fault).respond(step.web, step.visit),
    };
    step.note(SIGN_IN, &what);
    sign_in_page(step, status, Some(Problem { what, instead }), wait)
}

fn sign_in_page(
    step: &Step<'_>,
    status: StatusCode,
    problem: Option<Problem>,
    wait: Option<std::time::Duration>,
) -> Response {
    let page = SignIn {
        client: ClientView::of(step.inquiry),
        problem,
        reference: step.visit.request_id.to_string(),
        step: SIGN_IN,
        request: &step.inquiry.query,
        csrf: step.token(SIGN_IN),
    };
    let mut response = step.page(status, &page);
    retry_after(&mut response, wait);
    response
}

async fn decide(step: &Step<'_>, form: &Parameters) -> Response {
    let Some(identity) = step.browser.signed_in(&step.web.engine).await else {
        let problem = Problem {
            what: "You are not signed in any more.".to_owned(),
            instead: "Sign in again; nothing was allowed yet.",
        };
        step.note(CONSENT, &problem.what);
        return sign_in_page(step, StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None);
    };
    let scope = step.visit.scope(identity);
    let choice = Chosen::of(form);
    match form.first("decision") {
        Some("allow") => consent::allow(step, &scope, &choice).await,
        Some("deny") => consent::deny(step, &scope).await,
        _ => consent::undecided(step, &scope, &choice).await,
    }
}

/// Ends the session, so that another key can be entered.
async fn sign_out(step: &Step<'_>) -> Response {
    if let Some(identity) = step.browser.signed_in(&step.web.engine).await
        && let Err(error) = step.web.engine.sessions().sign_out(&step.visit.scope(identity)).await
    {
        return Page::of(SIGN_OUT, &error).respond(step.web, step.visit);
    }
    let mut response = step.again();
    if let Some(cookie) = step.browser.cookies.forget_session() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn not_our_form(reason: &'static str) -> Page {
    Page {
        status: StatusCode::FORBIDDEN,
        step: "form",
        title: "This form is not good any more",
        what: format!("Nothing was done: {reason}."),
        instead: "Go back to the application that sent you here and connect it again. The browser must accept cookies.",
        fault: None,
        retry_after: None,
    }
}
