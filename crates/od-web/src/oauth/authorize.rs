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
    response::Response,
    routing::get,
};
use od_engine::{Came, Identity, SignInError, Source};

use super::{
    consent::{self, Chosen},
    inquiry::Inquiry,
    refused::Page,
    step::{CONSENT, SIGN_IN, SIGN_OUT, Step},
    view::ClientView,
};
use crate::{
    csrf, page,
    page::{Again, retry_after},
    parameters::Parameters,
    problem::Problems,
    visit::{Browser, Visit, comes_from_elsewhere},
    web::Web,
};

#[cfg(test)]
mod tests;

/// What is not known to be any of the steps, for the log.
const FORM: &str = "form";
/// The largest form, in bytes: a query and what a person ticked.
const MOST_FORM_BYTES: usize = 64 * 1024;

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
    problems: Problems,
    reference: String,
    step: &'a str,
    request: &'a str,
    csrf: String,
    /// What stands beside the field of the key.
    help: String,
    attributes: &'static str,
}

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
    if let Some(identity) = step.browser.shown_to(&step.web.engine).await {
        return consent::first_page(step, &step.visit.scope(identity)).await;
    }
    // A browser that was here before may have a session then, which it keeps to itself (`SameSite=Strict`) until it comes from
    // a page of ours.
    if step.browser.is_known && step.browser.session.is_none() && comes_from_elsewhere(headers) {
        let again = Again {
            base: step.web.options.public_path(),
        };
        return page::show(StatusCode::OK, &again, None);
    }
    sign_in_page(step, Problems::default())
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
        Err(unread) => {
            let page = not_our_form("the form is too large, or did not come whole");
            let status = unread.status();
            return Page { status, ..page }.respond(&web, &visit);
        }
    };
    let mut form = Parameters::parse(&body);
    let text = |name| form.first(name).unwrap_or_default().to_owned();
    let (step, query, token) = (text("step"), text("request"), text("csrf"));
    let identity = match step.as_str() {
        SIGN_IN => None,
        _ => match browser.signed_in(&web.engine).await {
            Ok(identity) => identity,
            Err(error) => return Page::of(FORM, &error).respond(&web, &visit),
        },
    };
    let tenant = identity.as_ref().map(Identity::tenant);
    let came = web.engine.forms().judge(&browser.id, &[&step, &query], tenant, &token);
    if came == Came::NotOurs {
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
            match (step.as_str(), identity) {
                (SIGN_IN, _) => sign_in(&at, &mut form).await,
                (_, Some(identity)) if came == Came::ShownToAnother => {
                    consent::shown_to_another(&at, &visit.scope(identity)).await
                }
                (CONSENT, identity) => decide(&at, identity, &form).await,
                (_, identity) => sign_out(&at, identity).await,
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
        Err(error) => return not_signed_in(step, error),
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
fn not_signed_in(step: &Step<'_>, error: SignInError) -> Response {
    match Problems::of_sign_in(error, "master_key") {
        Ok(problems) => sign_in_page(step, problems),
        Err(fault) => Page::of(SIGN_IN, &fault).respond(step.web, step.visit),
    }
}

fn sign_in_page(step: &Step<'_>, problems: Problems) -> Response {
    for problem in problems.iter() {
        step.note(SIGN_IN, &problem.what);
    }
    let client = ClientView::of(step.inquiry);
    let (status, wait) = (problems.status(), problems.retry_after);
    let page = SignIn {
        reference: step.visit.request_id.to_string(),
        step: SIGN_IN,
        request: &step.inquiry.query,
        csrf: step.token(SIGN_IN, None),
        help: format!(
            "It starts with odmk_ unless you chose your own. It stays here: {} never sees it.",
            client.name
        ),
        // What is wrong has the focus first.
        attributes: if problems.is_empty() {
            "required autocomplete=\"current-password\" autofocus"
        } else {
            "required autocomplete=\"current-password\""
        },
        client,
        problems,
    };
    let mut response = step.page(status, &page);
    retry_after(&mut response, wait);
    response
}

async fn decide(step: &Step<'_>, identity: Option<Identity>, form: &Parameters) -> Response {
    let Some(identity) = identity else {
        let told = "You are not signed in any more. Sign in again; nothing was allowed yet.";
        return sign_in_page(step, Problems::of("", told));
    };
    let scope = step.visit.scope(identity);
    let choice = Chosen::of(form);
    if let Err(wait) = step.web.engine.oauth().count_consent(&scope) {
        return consent::too_many(step, &scope, &choice, wait).await;
    }
    match form.first("decision") {
        Some("allow") => consent::allow(step, &scope, &choice).await,
        Some("deny") => consent::deny(step, &scope).await,
        _ => consent::undecided(step, &scope, &choice).await,
    }
}

/// Ends the session, so that another key can be entered.
async fn sign_out(step: &Step<'_>, identity: Option<Identity>) -> Response {
    if let Some(identity) = identity
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
        step: FORM,
        title: "This form is not good any more",
        what: format!("Nothing was done: {reason}."),
        instead: "Go back to the application that sent you here and connect it again. The browser must accept cookies.",
        reason: None,
        fault: None,
        retry_after: None,
    }
}
