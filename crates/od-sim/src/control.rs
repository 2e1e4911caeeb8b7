//! The control plane under `/_sim`: faults, the record and other writers, for tests in any language.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::beginning;
use crate::chaos::Fault;
use crate::desk::{SharedDesk, merge};
use crate::posting::Post;
use crate::webhook;

const NO_ORDER: &str = "no such order";

pub(crate) fn router(desk: SharedDesk) -> Router {
    Router::new()
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/choices", get(choices).put(make_choices))
        .route("/reset", post(reset))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/stores", get(stores))
        .route("/orders/{store_id}/{id}", delete(delete_order))
        .route("/orders/{store_id}/{id}/edit", post(edit_order))
        .route("/orders/{store_id}/{id}/edit-unseen", post(edit_order_unseen))
        .route("/orders/{store_id}/{id}/post", post(post_order))
        .layer(from_fn_with_state(desk.clone(), guard))
        .with_state(desk)
}

/// Keys and faults are nobody else's business: callers from other machines find nothing here, nor do web pages on this
/// one, nor does anybody when the server it is mounted in does not tell where a call comes from.
async fn guard(State(desk): State<SharedDesk>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let near = caller.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback());
    if desk.options.control_plane && near && !is_from_a_page(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// Browsers name the page a call comes from, or, when the page's own host name was made to lead here, that host.
fn is_from_a_page(headers: &HeaderMap) -> bool {
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    headers.contains_key(ORIGIN) || !["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

async fn faults(State(desk): State<SharedDesk>) -> Json<Value> {
    Json(json!({ "faults": desk.lock().chaos.waiting() }))
}

/// One fault or an array of them.
async fn add_faults(State(desk): State<SharedDesk>, Json(body): Json<Value>) -> Response {
    let faults = if body.is_array() { body } else { json!([body]) };
    match serde_json::from_value::<Vec<Fault>>(faults) {
        Ok(faults) => {
            let mut state = desk.lock();
            for fault in faults {
                state.chaos.add(fault);
            }
            Json(json!({ "faults": state.chaos.waiting() })).into_response()
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

async fn clear_faults(State(desk): State<SharedDesk>) -> StatusCode {
    desk.lock().chaos.set(Vec::new());
    StatusCode::NO_CONTENT
}

async fn choices(State(desk): State<SharedDesk>) -> Json<Value> {
    Json(json!({ "choices": desk.choices().list() }))
}

/// An object of names and booleans; what it does not name stays.
async fn make_choices(State(desk): State<SharedDesk>, Json(given): Json<Map<String, Value>>) -> Response {
    let made = desk.lock().choices.assign_all(&given);
    match made {
        Ok(()) => choices(State(desk)).await.into_response(),
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// As at the start, API keys included.
async fn reset(State(desk): State<SharedDesk>) -> StatusCode {
    beginning::reset(&desk);
    StatusCode::NO_CONTENT
}

async fn requests(State(desk): State<SharedDesk>) -> Json<Value> {
    Json(json!({ "requests": desk.lock().record.all() }))
}

async fn clear_requests(State(desk): State<SharedDesk>) -> StatusCode {
    desk.lock().record.clear();
    StatusCode::NO_CONTENT
}

async fn stores(State(desk): State<SharedDesk>) -> Json<Value> {
    let state = desk.lock();
    let stores = state
        .shops
        .iter()
        .map(|shop| json!({ "store_id": shop.id, "name": shop.name, "api_key": shop.api_key, "orders": shop.count() }));
    Json(json!({ "stores": stores.collect::<Vec<_>>() }))
}

/// Another writer: a merge patch (RFC 7396) on the order, around the API's own rules.
async fn edit_order(
    State(desk): State<SharedDesk>,
    Path((store_id, id)): Path<(String, String)>,
    Json(patch): Json<Map<String, Value>>,
) -> Response {
    let done = desk.edit(&store_id, &id, |fields| merge(fields, &patch));
    edited(&desk, &store_id, &id, done)
}

/// The same, but the date of change stays and the history says nothing.
async fn edit_order_unseen(
    State(desk): State<SharedDesk>,
    Path((store_id, id)): Path<(String, String)>,
    Json(patch): Json<Map<String, Value>>,
) -> Response {
    let done = desk.edit_unseen(&store_id, &id, |fields| merge(fields, &patch));
    edited(&desk, &store_id, &id, done)
}

async fn delete_order(State(desk): State<SharedDesk>, Path((store_id, id)): Path<(String, String)>) -> Response {
    if desk.delete(&store_id, &id) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        refuse(StatusCode::NOT_FOUND, NO_ORDER)
    }
}

fn edited(desk: &SharedDesk, store_id: &str, id: &str, done: bool) -> Response {
    if !done {
        return refuse(StatusCode::NOT_FOUND, NO_ORDER);
    }
    webhook::send_outbox(desk);
    let state = desk.lock();
    let order = state
        .shop(store_id)
        .and_then(|shop| shop.order(id).ok())
        .map(|order| order.public(false));
    Json(json!({ "order": order })).into_response()
}

/// "Post Order JSON" now; answers after the first try and says when the next one is due.
async fn post_order(
    State(desk): State<SharedDesk>,
    Path((store_id, id)): Path<(String, String)>,
    Json(post): Json<Post>,
) -> Response {
    match webhook::post_once(&desk, &store_id, &id, &post).await {
        Ok(delivery) => {
            let webhook = &desk.options.webhook;
            let pause = webhook.pause_after(delivery.tries.len());
            let due = pause.filter(|_| !delivery.delivered && webhook.attempts > 1);
            Json(json!({
                "delivered": delivery.delivered,
                "tries": delivery.tries,
                "next_try_in_seconds": due.map(|pause| pause.as_secs_f64()),
            }))
            .into_response()
        }
        Err(error @ webhook::WebhookError::NoSuchOrder) => refuse(StatusCode::NOT_FOUND, &error.to_string()),
        Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
