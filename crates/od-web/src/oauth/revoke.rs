//! `POST /revoke`: programs give tokens back. RFC 7009.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use od_engine::Source;

use super::{form, program, refusal::Refusal, token::not_given};
use crate::{page, visit::Visit, web::Web};

/// The step, for the log.
const STEP: &str = "revoke";

pub fn router(web: &Web) -> Router {
    Router::new()
        .route("/revoke", post(take_back))
        .layer(DefaultBodyLimit::max(form::MOST_BYTES))
        .with_state(web.clone())
}

async fn take_back(State(web): State<Web>, request: Request) -> Response {
    let visit = Visit::of(&request);
    match answer(&web, &visit, request).await {
        Ok(()) => {
            let mut response = StatusCode::OK.into_response();
            page::keep_nowhere(&mut response);
            visit.name(&mut response);
            response
        }
        Err(refusal) => refusal.respond(&web, &visit),
    }
}

/// What kind of token it is shows in its text: the hint is not needed.
async fn answer(web: &Web, visit: &Visit, request: Request) -> Result<(), Refusal> {
    let headers = request.headers().clone();
    let mut form = form::read(STEP, request).await?;
    let client = program::of(web, STEP, &headers, &mut form).await?;
    let given = form.take("token");
    let given = given.ok_or_else(|| Refusal::new(STEP, "invalid_request", "token is missing"))?;
    let taken = web
        .engine
        .oauth()
        .revoke(&visit.anonymous(Source::Mcp), &client, given)
        .await;
    taken.map_err(|error| not_given(STEP, &error, "this token is not yours"))
}
