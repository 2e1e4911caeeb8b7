//! `POST /register`: programs register themselves (RFC 7591). Nobody has to be signed in for that, and it opens nothing.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::StatusCode,
    response::Response,
    routing::post,
};
use od_engine::oauth::{Registered, RegistrationError};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{answer, refusal::Refusal};
use crate::{visit::Visit, web::Web};

#[cfg(test)]
mod tests;

/// The step, for the log.
const STEP: &str = "register";

/// Bodies of the field have a few hundred bytes.
const MOST_BYTES: usize = 16 * 1024;

pub fn router(web: &Web) -> Router {
    Router::new()
        .route("/register", post(register))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(web.clone())
}

async fn register(State(web): State<Web>, request: Request) -> Response {
    let visit = Visit::of(&request);
    match answer(&web, &visit, request).await {
        Ok(registered) => {
            let mut response = answer::json(StatusCode::CREATED, told(&registered));
            visit.name(&mut response);
            response
        }
        Err(refusal) => refusal.respond(&web, &visit),
    }
}

/// Neither `Accept` nor `Content-Type` is looked at: programs forget them, and the body says what it is.
async fn answer(web: &Web, visit: &Visit, request: Request) -> Result<Registered, Refusal> {
    let body = Bytes::from_request(request, &()).await.map_err(|unread| Refusal {
        status: unread.status(),
        ..Refusal::new(
            STEP,
            "invalid_client_metadata",
            "the body cannot be read, or has more than 16 kB; send redirect_uris and client_name and leave out the rest",
        )
    })?;
    let registered = web.engine.oauth().register(&body, visit.address).await;
    registered.map_err(|refused| refusal(&refused))
}

/// What was registered. It is what counts, whatever was asked for: RFC 7591 section 3.2.1.
fn told(registered: &Registered) -> Value {
    let client = &registered.client;
    let mut told = json!({
        "client_id": client.id,
        "client_id_issued_at": registered.issued_at,
        "client_name": client.name,
        "redirect_uris": client.redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": client.auth_method.as_str(),
    });
    if let Some(secret) = &registered.secret {
        told["client_secret"] = secret.expose_secret().into();
        // It does not expire.
        told["client_secret_expires_at"] = 0.into();
    }
    told
}

fn refusal(refused: &RegistrationError) -> Refusal {
    let told = refused.to_string();
    match refused {
        RegistrationError::RedirectUri(_) => Refusal::new(STEP, "invalid_redirect_uri", told),
        RegistrationError::Metadata(_) => Refusal::new(STEP, "invalid_client_metadata", told),
        RegistrationError::TooMany { retry_after, .. } => Refusal {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: Some(*retry_after),
            ..Refusal::new(STEP, "too_many_requests", told)
        },
        RegistrationError::Engine(error) => Refusal::of(STEP, error),
    }
}
