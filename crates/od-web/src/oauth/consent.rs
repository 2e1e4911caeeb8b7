//! The page on which a person says what a client may do.

use std::time::Duration;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use od_engine::{
    Error, Permission, Scope,
    oauth::{Allowed, EVERY_STORE, GrantView},
    stores::StoreView,
};

use super::{
    refused::Page,
    step::{CONSENT, SIGN_OUT, Step},
    view::ClientView,
};
use crate::{choices::Choice, page, parameters::Parameters, problem::Problems};

#[cfg(test)]
mod tests;

/// What a person ticked.
pub struct Chosen {
    scopes: Vec<String>,
    stores: Vec<String>,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    client: ClientView,
    tenant: String,
    problems: Problems,
    reference: String,
    step: &'a str,
    request: &'a str,
    csrf: String,
    sign_out: &'a str,
    sign_out_csrf: String,
    /// Whether what stands ticked is what the client was allowed before.
    is_connected: bool,
    asked: Vec<Choice>,
    rest: Vec<Choice>,
    stores: Vec<Choice>,
    /// Whether no store is ticked yet.
    must_choose: bool,
    /// Whether there is a page on which this can be ended.
    has_pages: bool,
}

/// What the page shows of a tenant.
struct Shown {
    tenant: String,
    stores: Vec<StoreView>,
    /// What the client was allowed last, as far as that was not ended.
    grant: Option<GrantView>,
}

impl Chosen {
    pub fn of(form: &Parameters) -> Self {
        let all = |name| form.all(name).map(str::to_owned).collect();
        Self {
            scopes: all("scope"),
            stores: all("store"),
        }
    }

    /// What a person finds ticked: what was asked for, and the only store, where there is one alone. Of a client that is connected what it was allowed of that
    /// before, and in which stores: who chose once has to find the same again, and more is only theirs to tick.
    fn at_first(step: &Step<'_>, shown: &Shown) -> Self {
        let grant = shown.grant.as_ref();
        let asked = step.inquiry.asked.scopes.iter().map(Permission::as_str);
        let allowed = |scope: &&str| grant.is_none_or(|grant| grant.scopes.contains(scope));
        let stores = match (grant, shown.stores.as_slice()) {
            (Some(grant), _) => grant.stores.clone().unwrap_or_else(|| vec![EVERY_STORE.to_owned()]),
            (None, [only]) => vec![only.store_id.clone()],
            (None, _) => Vec::new(),
        };
        Self {
            scopes: asked.filter(allowed).map(str::to_owned).collect(),
            stores,
        }
    }
}

/// The page as it is first seen.
pub async fn first_page(step: &Step<'_>, scope: &Scope) -> Response {
    show(step, scope, None, Problems::default()).await
}

/// The page anew for whoever is signed in now, when a form came back that was shown to somebody else.
pub async fn shown_to_another(step: &Step<'_>, scope: &Scope) -> Response {
    let now = step.web.tenant_name(Some(scope.identity())).await;
    let told = format!("You are now signed in as {now}. The form was shown to somebody else; look again.");
    show(step, scope, None, Problems::of("", told)).await
}

/// A form that came without either button.
pub async fn undecided(step: &Step<'_>, scope: &Scope, choice: &Chosen) -> Response {
    let problems = Problems::of("decision", "Choose Allow or Deny.");
    show(step, scope, Some(choice), problems).await
}

/// A form of a session that sent too many.
pub async fn too_many(step: &Step<'_>, scope: &Scope, choice: &Chosen, wait: Duration) -> Response {
    let seconds = wait.as_secs_f64().ceil().max(1.0);
    let told = format!("This form was sent too often. Wait {seconds} seconds, then try again.");
    let mut problems = Problems::of("", told);
    problems.retry_after = Some(wait);
    show(step, scope, Some(choice), problems).await
}

/// Grants what was chosen and sends the code to the client.
pub async fn allow(step: &Step<'_>, scope: &Scope, choice: &Chosen) -> Response {
    fn texts(list: &[String]) -> Vec<&str> {
        list.iter().map(String::as_str).collect()
    }
    let allowed = Allowed {
        client: &step.inquiry.client,
        redirect: &step.inquiry.way.redirect,
        challenge: &step.inquiry.asked.challenge,
        resource: step.inquiry.asked.resource.as_deref(),
        scopes: &texts(&choice.scopes),
        stores: &texts(&choice.stores),
    };
    match step.web.engine.oauth().allow(scope, allowed).await {
        Ok(code) => page::send_to(StatusCode::SEE_OTHER, &step.inquiry.way.with_code(&code)),
        Err(Error::Invalid(found)) => {
            let mut problems = Problems::default();
            for problem in found {
                let field = if problem.path == "/scope" { "scope" } else { "store" };
                problems.add(field, problem.message);
            }
            show(step, scope, Some(choice), problems).await
        }
        Err(error) => Page::of(CONSENT, &error).respond(step.web, step.visit),
    }
}

/// Tells the client that it may do nothing.
pub async fn deny(step: &Step<'_>, scope: &Scope) -> Response {
    match step.web.engine.oauth().deny(scope, &step.inquiry.client).await {
        Ok(()) => {
            let answer = [("error", "access_denied"), ("error_description", "the person declined")];
            page::send_to(StatusCode::SEE_OTHER, &step.inquiry.way.back(&answer))
        }
        Err(error) => Page::of(CONSENT, &error).respond(step.web, step.visit),
    }
}

/// The page, with what a person chose or as it is at first.
async fn show(step: &Step<'_>, scope: &Scope, choice: Option<&Chosen>, problems: Problems) -> Response {
    let shown = match found(step, scope).await {
        Ok(shown) => shown,
        Err(error) => return Page::of(CONSENT, &error).respond(step.web, step.visit),
    };
    for problem in problems.iter() {
        step.note(CONSENT, &problem.what);
    }
    let (status, wait) = (problems.status(), problems.retry_after);
    let at_first = Chosen::at_first(step, &shown);
    let choice = choice.unwrap_or(&at_first);
    let is_asked = |permission: &Permission| step.inquiry.asked.scopes.allow(*permission);
    let (asked, rest): (Vec<_>, Vec<_>) = Permission::ALL.into_iter().partition(is_asked);
    let scopes = |permissions: Vec<Permission>| {
        let choices = permissions.into_iter();
        choices.map(|one| Choice::of_permission(one, &choice.scopes)).collect()
    };
    let every = Choice {
        value: EVERY_STORE.to_owned(),
        words: "All stores, also later ones".to_owned(),
        is_ticked: choice.stores.iter().any(|store| store == EVERY_STORE),
    };
    let must_choose = choice.stores.is_empty();
    let stores = shown.stores.into_iter();
    let stores = stores.map(|store| Choice::of_store(store, &choice.stores));
    let tenant = Some(scope.tenant());
    let page = Consent {
        client: ClientView::of(step.inquiry),
        tenant: shown.tenant,
        problems,
        reference: step.visit.request_id.to_string(),
        step: CONSENT,
        request: &step.inquiry.query,
        csrf: step.token(CONSENT, tenant),
        sign_out: SIGN_OUT,
        sign_out_csrf: step.token(SIGN_OUT, tenant),
        is_connected: shown.grant.is_some(),
        asked: scopes(asked),
        rest: scopes(rest),
        stores: stores.chain([every]).collect(),
        must_choose,
        has_pages: step.web.options.pages.is_some(),
    };
    let mut response = step.page(status, &page);
    page::retry_after(&mut response, wait);
    response
}

async fn found(step: &Step<'_>, scope: &Scope) -> Result<Shown, Error> {
    let (engine, client) = (&step.web.engine, &step.inquiry.client.id);
    let tenant = engine.tenants().show(scope.tenant().as_str()).await?;
    // The newest first.
    let mut grants = engine.oauth().grants(scope).await?.into_iter();
    Ok(Shown {
        tenant: tenant.name.unwrap_or(tenant.tenant_id),
        stores: engine.stores().list(scope).await?.data,
        grant: grants.find(|grant| grant.client_id == *client),
    })
}
