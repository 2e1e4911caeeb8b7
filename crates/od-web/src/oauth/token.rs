//! `POST /token`: programs exchange codes and refresh tokens. RFC 6749 sections 3.2, 4.1.3, 5 and 6.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    response::Response,
    routing::post,
};
use od_engine::{
    Source,
    oauth::{Exchange, TokenError, Tokens},
};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{answer, form, program, refusal::Refusal};
use crate::{parameters::Parameters, visit::Visit, web::Web};

#[cfg(test)]
mod tests;

/// The step, for the log.
const STEP: &str = "token";

pub fn router(web: &Web) -> Router {
    Router::new()
        .route("/token", post(give))
        .layer(DefaultBodyLimit::max(form::MOST_BYTES))
        .with_state(web.clone())
}

async fn give(State(web): State<Web>, request: Request) -> Response {
    let visit = Visit::of(&request);
    match answer(&web, &visit, request).await {
        Ok(tokens) => {
            let mut response = answer::json(
                StatusCode::OK,
                json!({
                    "access_token": tokens.access.expose_secret(),
                    "token_type": "Bearer",
                    "expires_in": tokens.expires_in.as_secs(),
                    "refresh_token": tokens.refresh.expose_secret(),
                    "scope": tokens.grants.to_scope(),
                }),
            );
            visit.name(&mut response);
            response
        }
        Err(refusal) => refusal.respond(&web, &visit),
    }
}

async fn answer(web: &Web, visit: &Visit, request: Request) -> Result<Tokens, Refusal> {
    let headers = request.headers().clone();
    let mut form = form::read(STEP, request).await?;
    let client = program::of(web, STEP, &headers, &mut form).await?;
    let invalid = |told: &str| Refusal::new(STEP, "invalid_request", told);
    if let Some(resource) = form.first("resource")
        && !web.options.is_our_resource(resource)
    {
        return Err(Refusal::new(
            STEP,
            "invalid_target",
            "resource is none of this server's",
        ));
    }
    let (oauth, who) = (web.engine.oauth(), visit.anonymous(Source::Mcp));
    let missing = |name: &str| invalid(&format!("{name} is missing"));
    let given = match form.first("grant_type") {
        Some("authorization_code") => {
            let code = form.take("code").ok_or_else(|| missing("code"))?;
            let verifier = form.take("code_verifier").ok_or_else(|| missing("code_verifier"))?;
            let asked = Exchange {
                client: &client,
                code,
                redirect_uri: form.first("redirect_uri").ok_or_else(|| missing("redirect_uri"))?,
                verifier: &verifier,
                resource: form.first("resource"),
            };
            oauth.exchange(&who, asked).await
        }
        Some("refresh_token") => {
            let token = form.take("refresh_token").ok_or_else(|| missing("refresh_token"))?;
            oauth.refresh(&who, &client, token, form.first("scope")).await
        }
        Some(_) => {
            let told = "grant_type must be authorization_code or refresh_token";
            return Err(Refusal::new(STEP, "unsupported_grant_type", told));
        }
        None => return Err(missing("grant_type")),
    };
    given.map_err(|error| not_given(STEP, &error, kind(&form)))
}

fn kind(form: &Parameters) -> &'static str {
    match form.first("grant_type") {
        Some("authorization_code") => "this code is not good",
        _ => "this refresh token is not good",
    }
}

/// What a program is told. `what` says which of its tokens it was about.
pub fn not_given(step: &'static str, error: &TokenError, what: &str) -> Refusal {
    match error {
        TokenError::NotGood(reason) => Refusal {
            reason: Some(reason),
            ..Refusal::new(step, "invalid_grant", format!("{what}: {error}"))
        },
        TokenError::Scope => Refusal::new(step, "invalid_scope", error.to_string()),
        TokenError::Resource => Refusal::new(step, "invalid_target", error.to_string()),
        // At this error the TypeScript SDK keeps its tokens; one that it does not know, such as `slow_down`, opens the browser.
        TokenError::TooMany { retry_after } => Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(*retry_after),
            ..Refusal::new(step, "temporarily_unavailable", error.to_string())
        },
        TokenError::Engine(error) => Refusal::of(step, error),
    }
}
