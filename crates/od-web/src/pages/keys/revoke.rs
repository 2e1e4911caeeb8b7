//! Ending a key, after asking, or a token.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::Response,
};
use od_engine::{Class, Error, TokenView, keys::MasterKeyView};

use crate::{
    layout::{Layout, Place},
    member::Owner,
    moment::Moment,
    pages::question::Question,
    posted::Posted,
};

#[derive(Template)]
#[template(path = "keys_revoke.html")]
struct Revoke {
    layout: Layout,
    csrf: String,
    id: String,
    prefix: String,
    ends: Option<Moment>,
}

/// Asks whether a key is to end.
pub async fn ask(owner: Owner) -> Response {
    let named = owner.query();
    let id = named.typed("key_id");
    let keys = match owner.web.engine.keys().living(&owner.scope).await {
        Ok(keys) => keys,
        Err(error) => return owner.refuse(&error),
    };
    let is_named = |key: &&MasterKeyView| key.key_id == id && od_engine::keys::is_endable(&keys, key);
    let Some(key) = keys.iter().find(is_named) else {
        return owner.not_found();
    };
    let template = Revoke {
        layout: owner.layout("Revoke a master key", Place::Keys),
        csrf: owner.csrf("/keys/revoke"),
        id: key.key_id.clone(),
        prefix: key.prefix.clone(),
        ends: key.expires_at.as_deref().and_then(Moment::parse),
    };
    owner.show(StatusCode::OK, &template)
}

/// Ends a key. The person stays signed in, with another session.
pub async fn key(Posted { who: owner, form }: Posted<Owner>) -> Response {
    match owner.web.engine.keys().end(&owner.scope, form.typed("key_id")).await {
        Ok(session) => {
            let mut response = owner.go("/keys?done=revoked");
            let cookies = &owner.browser.cookies;
            if let Some(session) = session
                && let Some(cookie) = cookies.keep_session(&session.text, session.lifetime.as_secs())
            {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => refused(&owner, &error),
    }
}

/// Asks whether a token is to end.
pub async fn ask_token(owner: Owner) -> Response {
    let token = match named(&owner, owner.query().typed("token_id")).await {
        Ok(token) => token,
        Err(response) => return response,
    };
    let question = Question {
        title: "Revoke a token",
        place: Place::Keys,
        what: format!(
            "Revoke the token {}… ({}) now? Whatever still uses it is refused from then on, and it cannot be brought back.",
            token.prefix, token.label
        ),
        deed: "/keys/revoke-token",
        named: ("token_id", &token.token_id),
        button: "Revoke",
        back: "/keys",
    };
    question.ask(&owner)
}

/// One of the account's tokens, by its id. The engine takes prefixes too; a form names the one it stands beside.
async fn named(owner: &Owner, id: &str) -> Result<TokenView, Response> {
    let tokens = owner.web.engine.tokens().list(&owner.scope).await;
    let mut tokens = tokens.map_err(|error| owner.refuse(&error))?.into_iter();
    tokens
        .find(|token| token.token_id == id)
        .ok_or_else(|| owner.not_found())
}

/// Ends a token.
pub async fn token(Posted { who: owner, form }: Posted<Owner>) -> Response {
    let named = match named(&owner, form.typed("token_id")).await {
        Ok(named) => named,
        Err(response) => return response,
    };
    match owner.web.engine.tokens().revoke(&owner.scope, &named.token_id).await {
        Ok(_) => owner.go("/keys?done=revoked"),
        Err(error) => refused(&owner, &error),
    }
}

fn refused(owner: &Owner, error: &Error) -> Response {
    if error.class() == Class::NotFound {
        owner.not_found()
    } else {
        owner.refuse(error)
    }
}
