//! A request's way through the simulator: recorded, checked, paid for, perhaps struck by a fault, worked on, answered.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::chaos::FaultKind;
use crate::chaos::mischief;
use crate::choices::Choices;
use crate::desk::{Desk, SharedDesk, edit_by_path};
use crate::record::header_text;
use crate::reply::Reply;
use crate::routes;
use crate::state::Shop;
use crate::webhook;

/// Where the API begins.
pub(crate) const ROOT: &str = "/api/v2";

/// The largest request body taken in.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Everything below [`ROOT`].
pub(crate) async fn serve(State(desk): State<SharedDesk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return mischief::page(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let received = desk.clock.elapsed();
    let path = parts.uri.path().strip_prefix(ROOT).unwrap_or_default();
    let seq = desk.lock().record.arrived(&parts, path, &body, desk.clock.elapsed_ms());

    let verdict = decide(&desk, seq, &parts, path, &body, received);
    webhook::send_outbox(&desk);
    let Some(response) = play(&desk, verdict, received).await else {
        return mischief::hang_up();
    };
    desk.lock()
        .record
        .replied(seq, response.status(), desk.clock.elapsed_ms());
    response
}

/// What was decided under the lock: the change, if any, has been made.
struct Verdict {
    reply: Reply,
    tokens: Option<f64>,
    retry_after: Option<f64>,
    fault: Option<FaultKind>,
}

impl Verdict {
    fn plain(reply: Reply) -> Self {
        Self {
            reply,
            tokens: None,
            retry_after: None,
            fault: None,
        }
    }
}

fn decide(desk: &Desk, seq: u64, parts: &Parts, path: &str, body: &Bytes, received: Duration) -> Verdict {
    let choices = desk.choices();
    if let Err(refusal) = check_edge(choices, parts, body) {
        return Verdict::plain(refusal);
    }
    let mut guard = desk.lock();
    let state = &mut *guard;
    let Some(shop) = authenticate(&mut state.shops, parts) else {
        return Verdict::plain(Reply::refusal(StatusCode::UNAUTHORIZED, "Invalid store id or API key"));
    };
    if let Err(wait) = shop.bucket.spend(received) {
        let wait = if choices.refused_call_costs_token {
            shop.bucket.charge_refused()
        } else {
            wait
        };
        let tokens = Some(shop.bucket.remaining(received));
        return Verdict {
            tokens,
            retry_after: Some(wait.as_secs_f64()),
            ..Verdict::plain(too_many())
        };
    }
    let tokens = Some(shop.bucket.remaining(received));

    let call = Call {
        method: method(choices, parts),
        segments: path.trim_matches('/').split('/').collect(),
        query: serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default(),
        body,
        now: desk.clock.now(),
        choices,
        rules: &desk.options.rules,
    };
    let fault = state.chaos.strike(&call.method, &call.segments, &shop.id);
    if let Some(fault) = &fault {
        state.record.struck(seq, fault.name());
    }
    match &fault {
        Some(FaultKind::RateLimited { retry_after }) => Verdict {
            tokens: Some(0.0),
            retry_after: Some(*retry_after),
            ..Verdict::plain(too_many())
        },
        Some(kind) if !kind.commits() => Verdict {
            tokens,
            fault,
            ..Verdict::plain(Reply::success())
        },
        Some(FaultKind::ConcurrentEdit { patch }) if call.method != Method::GET => {
            edit_by_path(shop, &call, patch);
            Verdict {
                tokens,
                ..Verdict::plain(work(shop, &call))
            }
        }
        Some(FaultKind::ConcurrentEdit { patch }) => {
            let reply = work(shop, &call);
            edit_by_path(shop, &call, patch);
            Verdict {
                tokens,
                ..Verdict::plain(reply)
            }
        }
        Some(FaultKind::ConcurrentUpload { record }) => {
            upload_of_another(shop, &call, record);
            Verdict {
                tokens,
                ..Verdict::plain(work(shop, &call))
            }
        }
        _ => Verdict {
            tokens,
            fault,
            ..Verdict::plain(work(shop, &call))
        },
    }
}

/// Another program's upload of the order that a call is about.
fn upload_of_another(shop: &mut Shop, call: &Call<'_>, record: &Map<String, Value>) {
    let body = Value::Object(record.clone()).to_string();
    let other = Call {
        method: Method::PUT,
        segments: call.segments.iter().copied().take(2).collect(),
        query: Vec::new(),
        body: body.as_bytes(),
        ..*call
    };
    work(shop, &other);
}

fn work(shop: &mut Shop, call: &Call<'_>) -> Reply {
    routes::answer(shop, call).unwrap_or_else(|refusal| refusal)
}

fn too_many() -> Reply {
    Reply::refusal(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests")
}

/// The edge is strict about GET: a body is refused, and by choice also the headers that announce one.
fn check_edge(choices: Choices, parts: &Parts, body: &Bytes) -> Result<(), Reply> {
    let announced = || {
        [header::CONTENT_TYPE, header::CONTENT_LENGTH]
            .iter()
            .any(|name| parts.headers.contains_key(name))
    };
    if parts.method == Method::GET && (!body.is_empty() || choices.strict_get && announced()) {
        return Err(Reply::bad_request(
            "Invalid Request: a GET request must not have a body",
        ));
    }
    Ok(())
}

/// Store id and key come from the headers and nowhere else.
fn authenticate<'a>(shops: &'a mut [Shop], parts: &Parts) -> Option<&'a mut Shop> {
    let (store_id, api_key) = (
        header_text(parts, "orderdesk-store-id")?,
        header_text(parts, "orderdesk-api-key")?,
    );
    shops
        .iter_mut()
        .find(|shop| shop.id == store_id && shop.api_key == api_key)
}

fn method(choices: Choices, parts: &Parts) -> Method {
    if parts.method == Method::POST && choices.method_override {
        let asked = header_text(parts, "x-http-method-override");
        if let Some(method) = asked.and_then(|method| method.parse().ok()) {
            return method;
        }
    }
    parts.method.clone()
}

/// Answers as decided, struck by its fault. `None` hangs up.
async fn play(desk: &Desk, verdict: Verdict, received: Duration) -> Option<Response> {
    let took = desk.clock.elapsed().saturating_sub(received);
    let (status, body) = (verdict.reply.code, verdict.reply.render(took));
    let ordinary = || mischief::json(status, Body::from(body.to_string()));
    let mut response = match verdict.fault {
        None
        | Some(FaultKind::ConcurrentEdit { .. } | FaultKind::ConcurrentUpload { .. } | FaultKind::RateLimited { .. }) => {
            ordinary()
        }
        Some(FaultKind::DropBeforeCommit | FaultKind::DropAfterCommit) => return None,
        Some(FaultKind::HangBeforeCommit | FaultKind::HangAfterCommit) => {
            desk.stopping.cancelled().await;
            return None;
        }
        Some(FaultKind::ErrorBeforeCommit { status, html } | FaultKind::ErrorAfterCommit { status, html }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if html {
                mischief::page(status)
            } else {
                error(status, "Server Error", took)
            }
        }
        Some(FaultKind::ErrorInSuccess { message }) => error(StatusCode::OK, &message, took),
        Some(FaultKind::Truncate) => mischief::truncated(status, &body),
        Some(FaultKind::Html) => mischief::page(StatusCode::OK),
        Some(FaultKind::Drip { ms }) => mischief::dripping(status, &body, Duration::from_millis(ms)),
        Some(FaultKind::Huge { megabytes }) => mischief::huge(size(megabytes).saturating_mul(1_000_000)),
        Some(FaultKind::Deep { levels }) => mischief::deep(size(levels)),
        Some(FaultKind::Slow { ms }) => {
            let pause = tokio::time::sleep(Duration::from_millis(ms));
            desk.stopping.run_until_cancelled(pause).await?;
            ordinary()
        }
    };
    if let Some(tokens) = verdict.tokens {
        tell(&mut response, "x-tokens-remaining", &format!("{tokens:.0}"));
    }
    if let Some(seconds) = verdict.retry_after {
        tell(&mut response, "x-retry-after", &retry_after(desk.choices(), seconds));
    }
    Some(response)
}

/// Rounded up: whoever waits as long as told finds a token.
fn retry_after(choices: Choices, seconds: f64) -> String {
    if choices.decimal_retry_after {
        format!("{:.2}", (seconds * 100.0).ceil() / 100.0)
    } else {
        format!("{:.0}", seconds.ceil())
    }
}

fn error(status: StatusCode, message: &str, took: Duration) -> Response {
    mischief::json(
        status,
        Body::from(Reply::refusal(status, message).render(took).to_string()),
    )
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn tell(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
