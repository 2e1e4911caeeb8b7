//! `POST /register`: programs register themselves (RFC 7591). Nobody has to be signed in for that, and it opens nothing.

use std::net::SocketAddr;

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, State, rejection::BytesRejection},
    http::StatusCode,
    response::Response,
    routing::post,
};
use od_engine::oauth::{Registered, RegistrationError};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::answer;
use crate::web::Web;

#[cfg(test)]
mod tests;

/// Bodies of the field have a few hundred bytes.
const MOST_BYTES: usize = 16 * 1024;

pub fn router(web: &Web) -> Router {
    Router::new()
        .route("/register", post(register))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(web.clone())
}

/// Neither `Accept` nor `Content-Type` is looked at: programs forget them, and the body says what it is.
async fn register(
    State(web): State<Web>,
    caller: Option<Extension<ConnectInfo<SocketAddr>>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(body) = body else {
        return answer::error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_client_metadata",
            "the body cannot be read, or has more than 16 kB; send redirect_uris and client_name and leave out the rest",
        );
    };
    let from = caller.map(|Extension(ConnectInfo(address))| address.ip());
    match web.engine.oauth().register(&body, from).await {
        Ok(registered) => answer::json(StatusCode::CREATED, told(&registered)),
        Err(refused) => refusal(&refused),
    }
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

fn refusal(refused: &RegistrationError) -> Response {
    let told = refused.to_string();
    match refused {
        RegistrationError::RedirectUri(_) => answer::error(StatusCode::BAD_REQUEST, "invalid_redirect_uri", &told),
        RegistrationError::Metadata(_) => answer::error(StatusCode::BAD_REQUEST, "invalid_client_metadata", &told),
        RegistrationError::TooMany { retry_after } => {
            answer::later(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", &told, *retry_after)
        }
        RegistrationError::Engine(error) => answer::fault(error, "register"),
    }
}
