//! `POST /webhooks/orderdesk/{token}`: what Order Desk posts. It is no page: it is there without them, too.

use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use od_engine::{
    Source,
    webhooks::{Accepted, Format, Post, Refused},
};
use serde_json::json;

use crate::{page, visit::Visit, web::Web};

#[cfg(test)]
mod tests;

const PATH: &str = "/webhooks/orderdesk/{token}";

/// The route, as long as this server takes posts.
pub fn router(web: &Web) -> Router {
    if !web.engine.webhooks().are_taken() {
        return Router::new();
    }
    Router::new()
        .route(PATH, post(take).fallback(only_posts))
        .with_state(web.clone())
}

/// Whoever opens the address in a browser, to see whether it works.
async fn only_posts() -> Response {
    let told = json!({ "error": "this address takes what Order Desk posts (POST), and nothing else" });
    let allowed = [(header::ALLOW, HeaderValue::from_static("POST"))];
    (StatusCode::METHOD_NOT_ALLOWED, allowed, Json(told)).into_response()
}

async fn take(State(web): State<Web>, Path(token): Path<String>, request: Request) -> Response {
    let visit = Visit::of(&request);
    let mut response = match judge(&web, &visit, token, request).await {
        Ok(accepted) => told(accepted),
        Err(refused) => refuse(&refused),
    };
    visit.name(&mut response);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The address comes before everything else: a body that is for nobody is not read.
async fn judge(web: &Web, visit: &Visit, token: String, request: Request) -> Result<Accepted, Refused> {
    let webhooks = web.engine.webhooks();
    let address = webhooks.find(token, visit.address).await?;
    let (head, body) = request.into_parts();
    let most = web.options.most_post_bytes;
    let read = async {
        let format = format(&head.headers).ok_or(Refused::WrongType)?;
        if declared(&head.headers).is_some_and(|bytes| bytes > most) {
            return Err(Refused::TooLarge);
        }
        // What else can keep it from being read is answered elsewhere: it did not come in time, or nobody is there any more.
        let body = to_bytes(body, most).await.map_err(|_| Refused::TooLarge)?;
        Ok((format, body))
    };
    let (format, body) = read.await.inspect_err(|refused| webhooks.count(refused))?;
    let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let who = visit.anonymous(Source::Webhook);
    let post = Post {
        format,
        body: &body,
        store_id: text("x-order-desk-store-id"),
        hash: text("x-order-desk-hash"),
        request_id: who.request_id,
        client: who.client,
    };
    webhooks.accept(&address, post).await
}

fn format(headers: &HeaderMap) -> Option<Format> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is = |name: &str| kind.eq_ignore_ascii_case(name);
    if is("application/x-www-form-urlencoded") {
        Some(Format::Form)
    } else {
        is("application/json").then_some(Format::Json)
    }
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn told(accepted: Accepted) -> Response {
    let status = match accepted {
        Accepted::New => "accepted",
        Accepted::Duplicate => "duplicate",
    };
    // Order Desk takes 200 and 201 for taken, and tries again after anything else.
    (StatusCode::OK, Json(json!({ "status": status }))).into_response()
}

fn refuse(refused: &Refused) -> Response {
    let status = match refused {
        Refused::UnknownAddress => StatusCode::NOT_FOUND,
        Refused::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refused::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Refused::Unproven | Refused::ForeignStore => StatusCode::UNAUTHORIZED,
        Refused::Unusable => StatusCode::UNPROCESSABLE_ENTITY,
        Refused::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refused::Failed(error) => {
            tracing::error!(%error, "a post could not be taken");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let mut response = (status, Json(json!({ "error": refused.to_string() }))).into_response();
    if let Refused::Limited { retry_after } = refused {
        page::retry_after(&mut response, Some(*retry_after));
    }
    response
}
