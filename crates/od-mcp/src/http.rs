//! The HTTP door: Streamable HTTP for both protocol eras on one endpoint, without protocol sessions.
//!
//! A request passes, in this order: correlation id, Host and Origin, no credentials in the URL, authentication, whatever its
//! method is; then method, declared size, Accept. Only then is its body read, as far as there is room for it, and handed to the
//! protocol library.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT, WWW_AUTHENTICATE};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::any;
use http_body_util::{BodyExt, Full};
use od_engine::{
    Anonymous, Class, ClientInfo, CredentialKind, Delivery, Error, Identity, RequestId, Source, whole_seconds,
};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use secrecy::SecretSlice;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use crate::catalog::Narrowing;
use crate::confirm::{Confirmations, ShortKey};
use crate::correlation;
use crate::dispatch::Tools;
use crate::reply::ReplyMode;
use crate::server::McpServer;
use bearer::Reason;
pub(crate) use caller::{HttpCaller, Lacking};
use cancelled::Waiting;
use challenge::Challenge;
use delivered::Watched;
use refusal::Refusal;
use room::Room;

mod accept;
mod bearer;
mod body;
mod caller;
mod cancelled;
mod challenge;
mod compress;
mod cors;
mod delivered;
mod hosts;
mod narrow;
mod options;
mod origin;
mod query;
mod refusal;
mod room;
mod version;

#[cfg(test)]
mod tests;

pub use hosts::{BadEntry, HostList};
pub use options::HttpOptions;

/// Why the HTTP door cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// An allowed host or origin is none.
    #[error(transparent)]
    Entry(#[from] BadEntry),
    /// The key that signs questions is too short.
    #[error(transparent)]
    Key(#[from] ShortKey),
}

/// The routes `/mcp`, `/mcp/readonly` and `/mcp/x/{toolsets}`, each also with `/text` or `/structured` behind it for
/// replies in that copy alone, and with a slash at its end, as many people paste it.
///
/// `state_keys` are what questions to the user are signed with, each of at least 32 bytes, the same on all replicas: the first
/// signs, all are accepted. The protocol library's streams end when `stop` is cancelled, which is for the end of the grace
/// period: requests in flight end with it.
///
/// # Errors
/// [`HttpError`] for options that cannot be used.
pub fn router(
    tools: Tools,
    options: HttpOptions,
    state_keys: &[SecretSlice<u8>],
    stop: CancellationToken,
) -> Result<Router, HttpError> {
    let server = McpServer::over_http(
        tools.clone(),
        Confirmations::new(state_keys, tools.question_patience())?,
        options.closing.clone(),
    );
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        // Host and Origin are checked before authentication, by us.
        .disable_allowed_hosts()
        .with_max_request_body_bytes(options.max_request_bytes)
        .with_cancellation_token(stop);
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let door = Arc::new(Door {
        room: Room::new(options.max_request_bytes),
        allowed: options.allowed()?,
        tools,
        options,
        service,
        waiting: Waiting::default(),
    });
    Ok(compress::add(endpoints().with_state(door)))
}

fn endpoints() -> Router<Arc<Door>> {
    let copies = [
        ("", None),
        ("/text", Some(ReplyMode::Text)),
        ("/structured", Some(ReplyMode::Structured)),
    ];
    let spelled = copies
        .iter()
        .flat_map(|(copy, reply)| ["", "/"].map(|slash| (format!("{copy}{slash}"), *reply)));
    spelled.fold(Router::new(), |routes, (end, reply)| {
        let serve = move |State(door): State<Arc<Door>>, request: Request| async move {
            door.answer(request, Ok(Narrowing::none()), reply).await
        };
        let serve_read_only = move |State(door): State<Arc<Door>>, request: Request| async move {
            door.answer(request, Ok(Narrowing::read_only()), reply).await
        };
        let serve_toolsets = move |State(door): State<Arc<Door>>,
                                   toolsets: Result<Path<String>, PathRejection>,
                                   request: Request| {
            async move {
                let narrowing = match &toolsets {
                    Ok(Path(toolsets)) => narrow::from_list(toolsets),
                    Err(_) => Err(narrow::unreadable_list()),
                };
                door.answer(request, narrowing, reply).await
            }
        };
        routes
            .route(&format!("/mcp{end}"), any(serve))
            .route(&format!("/mcp/readonly{end}"), any(serve_read_only))
            .route(&format!("/mcp/x/{{toolsets}}{end}"), any(serve_toolsets))
    })
}

struct Door {
    tools: Tools,
    options: HttpOptions,
    allowed: origin::Allowed,
    room: Room,
    service: StreamableHttpService<McpServer, NeverSessionManager>,
    waiting: Waiting,
}

impl Door {
    /// Answers a request, and names it in the answer. `path` is what its path leaves of the catalog, `reply` the copies of a
    /// reply that it asks for.
    async fn answer(&self, request: Request, path: Result<Narrowing, Refusal>, reply: Option<ReplyMode>) -> Response {
        let request_id = correlation::from_headers(request.headers());
        let traced = tracing::info_span!(
            target: "otel",
            "request",
            %request_id,
            traceparent = correlation::trace_parent(request.headers())
        );
        let span = tracing::info_span!(parent: &traced, "mcp", %request_id, tenant = tracing::field::Empty);
        let page = self.allowed.page(request.headers());
        // Boxed: the router and every layer around it would move it along.
        let answered = Box::pin(self.pass(request, request_id, path, reply)).instrument(span);
        let mut response = answered.await.unwrap_or_else(|refusal| refusal.respond(request_id));
        // What is answered is true of one request and of whoever sent it; caches would keep a 405, for one.
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::try_from(request_id.to_string()) {
            response.headers_mut().insert(correlation::HEADER, id);
        }
        cors::complete(response.headers_mut(), page);
        response
    }

    /// Admits a request and hands it to the protocol library.
    async fn pass(
        &self,
        mut request: Request,
        request_id: RequestId,
        path: Result<Narrowing, Refusal>,
        reply: Option<ReplyMode>,
    ) -> Result<Response, Refusal> {
        if cors::is_preflight(&request) {
            self.allowed.check(request.uri(), request.headers())?;
            return Ok(cors::preflight(request.headers()));
        }
        let oauth = self.tools.engine().oauth().options().enabled;
        let public_url = self.options.public_url.as_deref();
        let challenge = Challenge::new(oauth, public_url, request.uri(), request.headers());
        let identity = match self.admit(&mut request, &challenge).await {
            Ok(identity) => identity,
            Err(refusal) => return Err(self.recorded(refusal, client(&request), request_id).await),
        };
        let span = Span::current();
        span.record("tenant", identity.tenant().as_str());
        let caller = HttpCaller {
            identity,
            request_id,
            client: client(&request),
            narrowing: path?.and(&narrow::from_headers(request.headers())?),
            reply: narrow::reply_from_headers(request.headers())?.or(reply),
            span,
            delivery: Delivery::default(),
            takes_stream: accept::takes_stream(request.headers()),
            lacking: Lacking::default(),
        };
        if request.method() != Method::POST {
            return Err(not_a_post());
        }
        body::check_declared_size(request.headers(), self.options.max_request_bytes)?;
        accept::complete(request.headers_mut())?;
        let (granted, lacking) = (caller.identity.grants(), caller.lacking.clone());
        let mut response = self.post(request, caller).await?;
        if let Some(needed) = lacking.get() {
            *response.status_mut() = StatusCode::FORBIDDEN;
            let challenge = challenge.insufficient(granted, needed);
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        Ok(response)
    }

    /// Who sends a request. Nothing else is looked at before: clients find out by any method where to sign in.
    async fn admit(&self, request: &mut Request, challenge: &Challenge<'_>) -> Result<Identity, Refusal> {
        self.allowed.check(request.uri(), request.headers())?;
        query::refuse_credentials(request.uri())?;
        self.authenticate(request, challenge).await
    }

    /// Tells the audit log when a credential was refused.
    async fn recorded(&self, refusal: Refusal, client: ClientInfo, request_id: RequestId) -> Refusal {
        if let Some(message) = refusal.refused_credential() {
            let who = Anonymous {
                request_id,
                source: Source::Mcp,
                client,
            };
            self.tools.engine().record_refused_sign_in(&who, message).await;
        }
        refusal
    }

    async fn authenticate(&self, request: &mut Request, challenge: &Challenge<'_>) -> Result<Identity, Refusal> {
        let refused = |reason: Reason| {
            self.tools.engine().count_auth_failure(reason.counted());
            bearer::unauthorized(reason, challenge)
        };
        let (key, otherwise) = match (bearer::take(request.headers_mut()), &self.options.open) {
            (bearer::Credential::None, Some(identity)) => return Ok(identity.clone()),
            (bearer::Credential::None, None) => return Err(refused(Reason::Missing)),
            (bearer::Credential::Bearer(key, otherwise), _) => (key, otherwise),
            (bearer::Credential::Unusable(reason), _) => return Err(refused(reason)),
        };
        let is_master_key = CredentialKind::of(&key) == Some(CredentialKind::MasterKey);
        if is_master_key && !self.options.allow_master_key_bearer {
            return Err(refused(match otherwise {
                Reason::Refused => Reason::MasterKey,
                told => told,
            }));
        }
        self.tools
            .engine()
            .auth()
            .sign_in(&key)
            .await
            .map_err(|error| match error {
                // Counted by whoever looked for it.
                Error::Unauthenticated(_) => bearer::unauthorized(otherwise, challenge),
                other => unavailable(&other),
            })
    }

    async fn post(&self, request: Request, caller: HttpCaller) -> Result<Response, Refusal> {
        body::check_type(request.headers())?;
        let (mut parts, body) = request.into_parts();
        let declared = body::declared_size(&parts.headers);
        let tenant = caller.identity.tenant().as_str();
        let mut text = self
            .room
            .read(body, declared, tenant, self.options.body_timeout)
            .await?;
        let values = body::count_values(&text.bytes)?;
        body::check_nothing_lost(&text.bytes)?;
        version::settle(&mut parts.headers, &text.bytes)?;
        self.waiting.note(
            caller.identity.credential(),
            &caller.client,
            &parts.headers,
            &text.bytes,
            &caller.delivery,
            |tool| self.tools.changes(tool),
        );
        // A client that hangs up takes this future, or the response, with it.
        let receipt = caller.delivery.guard();
        let room::Work { estimate, parsing } = self.room.work(&mut text, values, tenant).await?;
        parts.extensions.insert(caller);
        // What is told when the library does not take it. Of a large one the bytes are not kept for that: they would be there
        // twice while it is parsed.
        let (copy, id) = if estimate.is_none() {
            (Some(text.bytes.clone()), Value::Null)
        } else {
            body::check_json(&text.bytes)?;
            (None, body::id_of(&text.bytes))
        };
        // The library drops the body once it has parsed it, and with it the turn to do so.
        let message = Full::new(text.bytes).map_frame(move |frame| {
            let _until_parsed = &parsing;
            frame
        });
        let response = self.service.handle(Request::from_parts(parts, message)).await;
        // The content type was right: what the library could not take is no message.
        if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            return Err(copy.map_or_else(|| body::no_message(id), |bytes| body::not_a_message(&bytes)));
        }
        let response = response.map(|body| Watched::new(body, receipt));
        Ok(match estimate {
            None => response.map(Body::new),
            Some(room) => response.map(|reply| {
                Body::new(reply.map_frame(move |frame| {
                    let _until_answered = &room;
                    frame
                }))
            }),
        })
    }
}

/// There are no streams and no sessions of their own: everything is a POST.
fn not_a_post() -> Refusal {
    let message = "This endpoint takes POST and nothing else.";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "VALIDATION_ERROR", message)
        .with_hint("There are no protocol sessions, so there is no stream to GET and nothing to DELETE.")
        .with_header(ALLOW, HeaderValue::from_static("POST"))
}

fn client(request: &Request) -> ClientInfo {
    /// Longer ones are cut.
    const MOST_CHARS: usize = 200;
    let user_agent = |headers: &HeaderMap| {
        let text = headers.get(USER_AGENT)?.to_str().ok()?;
        Some(text.chars().take(MOST_CHARS).collect())
    };
    let ip = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_string());
    ClientInfo {
        name: None,
        ip,
        user_agent: user_agent(request.headers()),
    }
}

/// The credential could not be checked: nobody's fault but ours, and no reason to throw it away.
fn unavailable(error: &Error) -> Refusal {
    /// When it is not known, in seconds.
    const COME_AGAIN: u64 = 5;
    if error.class() == Class::Limited {
        tracing::warn!(code = error.code(), %error, "a credential was not checked");
    } else {
        tracing::error!(code = error.code(), %error, "a credential could not be checked");
    }
    let wait = error.retry_after().map_or(COME_AGAIN, whole_seconds);
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, error.code(), error.to_string())
        .with_hint(error.hint())
        .with_data("retry_after_seconds", wait.into())
        .with_header(RETRY_AFTER, wait.into())
}
