//! The page on which a person says what a client may do.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use od_engine::{
    Error, Permission, Scope,
    oauth::{Allowed, EVERY_STORE},
};

use super::{
    refused::Page,
    step::{CONSENT, SIGN_OUT, Step},
    view::ClientView,
};
use crate::{choices::Choice, page, parameters::Parameters};

#[cfg(test)]
mod tests;

/// What a person ticked.
pub struct Chosen {
    scopes: Vec<String>,
    stores: Vec<String>,
}

/// What is wrong with a field.
struct Problem {
    field: &'static str,
    what: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent<'a> {
    client: ClientView,
    tenant: String,
    problems: Vec<Problem>,
    reference: String,
    step: &'a str,
    request: &'a str,
    csrf: String,
    sign_out: &'a str,
    sign_out_csrf: String,
    asked: Vec<Choice>,
    rest: Vec<Choice>,
    stores: Vec<Choice>,
    is_every_store_ticked: bool,
}

impl Consent<'_> {
    fn has_problem(&self, field: &str) -> bool {
        self.problems.iter().any(|problem| problem.field == field)
    }

    fn problems_of(&self, field: &str) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |problem| problem.field == field)
    }
}

impl Chosen {
    pub fn of(form: &Parameters) -> Self {
        let all = |name| form.all(name).map(str::to_owned).collect();
        Self {
            scopes: all("scope"),
            stores: all("store"),
        }
    }

    /// What a person finds ticked: what was asked for, and no store.
    fn asked(step: &Step<'_>) -> Self {
        let scopes = step.inquiry.asked.scopes.iter();
        Self {
            scopes: scopes.map(|permission| permission.as_str().to_owned()).collect(),
            stores: Vec::new(),
        }
    }
}

/// The page as it is first seen.
pub async fn first_page(step: &Step<'_>, scope: &Scope) -> Response {
    show(step, scope, StatusCode::OK, &Chosen::asked(step), Vec::new()).await
}

/// A form that came without either button.
pub async fn undecided(step: &Step<'_>, scope: &Scope, choice: &Chosen) -> Response {
    let problem = Problem {
        field: "decision",
        what: "Choose Allow or Deny.".to_owned(),
    };
    show(step, scope, StatusCode::UNPROCESSABLE_ENTITY, choice, vec![problem]).await
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
        Err(Error::Invalid(problems)) => {
            let problems: Vec<Problem> = problems
                .into_iter()
                .map(|problem| Problem {
                    field: if problem.path == "/scope" { "scope" } else { "store" },
                    what: problem.message,
                })
                .collect();
            for problem in &problems {
                step.note(CONSENT, &problem.what);
            }
            show(step, scope, StatusCode::UNPROCESSABLE_ENTITY, choice, problems).await
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

async fn show(step: &Step<'_>, scope: &Scope, status: StatusCode, choice: &Chosen, problems: Vec<Problem>) -> Response {
    let (engine, tenant) = (&step.web.engine, scope.tenant().as_str());
    let found = async {
        Ok::<_, Error>((
            engine.tenants().show(tenant).await?,
            engine.stores().list(scope).await?.data,
        ))
    };
    let (tenant, stores) = match found.await {
        Ok(found) => found,
        Err(error) => return Page::of(CONSENT, &error).respond(step.web, step.visit),
    };
    let is_asked = |permission: &Permission| step.inquiry.asked.scopes.allow(*permission);
    let (asked, rest): (Vec<_>, Vec<_>) = Permission::ALL.into_iter().partition(is_asked);
    let scopes = |permissions: Vec<Permission>| {
        permissions
            .into_iter()
            .map(|one| Choice::of_permission(one, &choice.scopes))
            .collect()
    };
    let page = Consent {
        client: ClientView::of(step.inquiry),
        tenant: tenant.name.unwrap_or(tenant.tenant_id),
        problems,
        reference: step.visit.request_id.to_string(),
        step: CONSENT,
        request: &step.inquiry.query,
        csrf: step.token(CONSENT),
        sign_out: SIGN_OUT,
        sign_out_csrf: step.token(SIGN_OUT),
        asked: scopes(asked),
        rest: scopes(rest),
        stores: stores
            .into_iter()
            .map(|store| Choice::of_store(store, &choice.stores))
            .collect(),
        is_every_store_ticked: choice.stores.iter().any(|store| store == EVERY_STORE),
    };
    step.page(status, &page)
}
