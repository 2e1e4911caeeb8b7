//! `/apps`: the clients that were connected with a sign-in.

use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};
use od_engine::{Class, Error, oauth::GrantView, stores::StoreView};

use crate::{
    choices::names_of,
    layout::{Layout, Place},
    member::Owner,
    moment::Moment,
    pages::question::Question,
    posted::Posted,
    web::Web,
};

pub fn router() -> Router<Web> {
    Router::new()
        .route("/apps", get(show))
        .route("/apps/disconnect", get(ask).post(disconnect))
}

#[derive(Template)]
#[template(path = "apps.html")]
struct Apps {
    layout: Layout,
    apps: Vec<App>,
    connect: String,
}

struct App {
    id: String,
    name: String,
    host: Option<String>,
    scopes: Vec<&'static str>,
    stores: String,
    since: Option<Moment>,
    used: Option<Moment>,
}

async fn show(owner: Owner) -> Response {
    let (grants, stores) = match found(&owner).await {
        Ok(found) => found,
        Err(error) => return owner.refuse(&error),
    };
    let template = Apps {
        layout: owner.layout("Connected apps", Place::Apps),
        apps: grants.into_iter().map(|grant| App::of(grant, &stores)).collect(),
        connect: owner.to("/connect"),
    };
    owner.show(StatusCode::OK, &template)
}

async fn found(owner: &Owner) -> Result<(Vec<GrantView>, Vec<StoreView>), Error> {
    let (engine, scope) = (&owner.web.engine, &owner.scope);
    Ok((
        engine.oauth().grants(scope).await?,
        engine.stores().list(scope).await?.data,
    ))
}

/// Asks whether an app is to be disconnected.
async fn ask(owner: Owner) -> Response {
    let grants = match owner.web.engine.oauth().grants(&owner.scope).await {
        Ok(grants) => grants,
        Err(error) => return owner.refuse(&error),
    };
    let named = owner.query();
    let Some(grant) = grants.iter().find(|grant| grant.grant_id == named.typed("grant_id")) else {
        return owner.not_found();
    };
    let question = Question {
        title: "Disconnect an app",
        place: Place::Apps,
        what: format!(
            "Disconnect {} now? All its tokens end. It has access again when it is connected anew, with a sign-in.",
            grant.client_name
        ),
        deed: "/apps/disconnect",
        named: ("grant_id", &grant.grant_id),
        button: "Disconnect",
        back: "/apps",
    };
    question.ask(&owner)
}

async fn disconnect(Posted { who: owner, form }: Posted<Owner>) -> Response {
    let oauth = owner.web.engine.oauth();
    match oauth.revoke_grant(&owner.scope, form.typed("grant_id")).await {
        Ok(_) => owner.go("/apps?done=disconnected"),
        Err(error) if error.class() == Class::NotFound => owner.not_found(),
        Err(error) => owner.refuse(&error),
    }
}

impl App {
    fn of(grant: GrantView, stores: &[StoreView]) -> Self {
        Self {
            id: grant.grant_id,
            name: grant.client_name,
            host: grant.client_host,
            scopes: grant.scopes,
            stores: names_of(grant.stores, stores),
            since: Moment::parse(&grant.created_at),
            used: grant.last_used_at.as_deref().and_then(Moment::parse),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
