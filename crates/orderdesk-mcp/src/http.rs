//! The HTTP listener: accepts connections, bounds how long they may dawdle, and ends them gracefully.

use std::{
    any::Any,
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderName, Method, Request, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use od_engine::{Engine, Limit};
use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use self::slots::{Place, Slots};
use crate::{
    config::Networks,
    forwarded::{self, Trust},
};

mod bodies;
mod handles;
mod slots;
mod unread;

pub use bodies::{BODY_TIMEOUT, in_time};

/// How long a client may take to send the head of its first request.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it may take to send the head of a further request, and so how long an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest head of a request, in bytes, and so what is kept of one that was sent by half.
const MOST_HEAD_BYTES: usize = 64 * 1024;

/// How long a client may take nothing of what there is to send to it. Who asks and never reads would keep its connection, and
/// the replies, for ever. A call that takes long has nothing to send yet, so this never cuts one short.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait after the system refused a connection, for want of file handles mostly.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// A bound socket.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    write_timeout: Duration,
    head_timeout: Duration,
    most_connections: usize,
    proxies: Option<Networks>,
    engine: Option<Engine>,
}

impl Listener {
    /// Binds; port 0 takes any free one.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Self {
            socket,
            address,
            write_timeout: WRITE_TIMEOUT,
            head_timeout: FIRST_HEAD_TIMEOUT,
            most_connections: handles::most_connections(),
            proxies: None,
            engine: None,
        })
    }

    /// Whoever is refused for want of a place is counted there.
    #[must_use]
    pub fn counting_in(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// For few callers, so that most file handles are left to another listener.
    #[must_use]
    pub fn for_few(mut self) -> Self {
        /// More than any monitoring opens.
        const FEW: usize = 64;
        self.most_connections = self.most_connections.min(FEW);
        self
    }

    /// Peers that speak for many callers, so that none of them is refused for the connections of the others.
    #[must_use]
    pub fn behind(mut self, proxies: Option<Networks>) -> Self {
        self.proxies = proxies;
        self
    }

    /// The address it is bound to, with the port it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled, then lets running requests end within `grace`; those that change something are waited for
    /// beyond it. Whether they all did.
    pub async fn serve(self, router: Router, stop: CancellationToken, grace: Duration) -> bool {
        let graceful = GracefulShutdown::new();
        let slots = Slots::new(self.most_connections, self.head_timeout, self.proxies);
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = stop.cancelled() => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    // Without it a streamed reply waits 40 ms for a delayed acknowledgement.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%peer, %error, "a connection ended at once");
                        continue;
                    }
                    let place = Arc::new(slots.take(peer.ip()));
                    let mut stream = TimeoutStream::new(stream);
                    stream.set_write_timeout(Some(self.write_timeout));
                    let connection = graceful.watch(connection(
                        stream,
                        peer,
                        router.clone(),
                        place.clone(),
                        self.engine.clone(),
                    ));
                    tokio::spawn(async move {
                        tokio::select! {
                            // Clients hang up as they please; what matters was logged with the request.
                            ended = connection => if let Err(error) = ended {
                                tracing::debug!(%peer, %error, "a connection ended early");
                            },
                            () = place.is_over() => tracing::debug!(%peer, "a connection was cut: no head came, or its place was needed"),
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(AFTER_REFUSAL).await;
                }
            }
        }
        drop(self.socket);
        let ended = graceful.shutdown();
        match self.engine {
            Some(engine) => engine.until_answered(ended, grace).await,
            None => tokio::time::timeout(grace, ended).await.is_ok(),
        }
    }
}

fn connection(
    stream: TimeoutStream<TcpStream>,
    peer: SocketAddr,
    router: Router,
    place: Arc<Place>,
    engine: Option<Engine>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let is_spare = place.is_spare();
    let service = service_fn(move |request: Request<Incoming>| {
        place.head_arrived();
        let busy = place.busy();
        let is_asked_for = request.headers().contains_key(header::EXPECT);
        let (head, body) = request.into_parts();
        let (body, unread) = unread::lend(body);
        let mut request = Request::from_parts(head, bodies::awaited(body, &place));
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        let engine = engine.clone();
        let place = place.clone();
        async move {
            if is_spare && !is_of_a_supervisor(request.uri().path()) {
                if let Some(engine) = engine {
                    engine.count_refusal(Limit::Connections);
                }
                return Ok(too_many_connections());
            }
            let Ok(response) = router.oneshot(request).await;
            let response = unread.then(&place, is_asked_for, response).await;
            // Until its last byte was handed to the connection.
            Ok::<_, Infallible>(response.map(|body| {
                Body::new(body.map_frame(move |frame| {
                    let _until_answered = &busy;
                    frame
                }))
            }))
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_header_size(MOST_HEAD_BYTES)
        .max_buf_size(MOST_HEAD_BYTES)
        .keep_alive(!is_spare)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// What is answered whatever else goes on, so that nobody takes a busy server for a dead one.
fn is_of_a_supervisor(path: &str) -> bool {
    path == "/metrics" || path == "/health" || path.starts_with("/health/")
}

/// Whether a browser looks for a page, and not below an address that programs alone go to.
fn is_of_a_person(request: &Request<Body>) -> bool {
    /// Clients look for more of these than there are, and read what they are told.
    const OF_PROGRAMS: [&str; 3] = ["/mcp", "/.well-known/", "/health"];
    let path = request.uri().path();
    let accepted = request.headers().get_all(header::ACCEPT).iter();
    let takes_pages = accepted
        .filter_map(|kinds| kinds.to_str().ok())
        .any(|kinds| kinds.contains("text/html"));
    matches!(*request.method(), Method::GET | Method::HEAD)
        && takes_pages
        && !OF_PROGRAMS.iter().any(|start| path.starts_with(start))
}

fn too_many_connections() -> Response {
    /// In seconds.
    const COME_AGAIN: &str = "5";
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, COME_AGAIN)],
        Json(json!({ "error": "there are too many connections, of all callers or from your address" })),
    )
        .into_response()
}

/// What every route has in common: the caller's address behind trusted proxies, a log line, an answer to panics,
/// to unknown addresses and to methods that an address does not take. `endpoint` is the address of the MCP endpoint as
/// callers write it, for those who were given the address without its /mcp; a browser is shown `page` instead, where there is one.
pub fn finish(routes: Router, trust: Option<Trust>, endpoint: &str, page: Option<Router>) -> Router {
    /// As every reply of the pages has them: browsers come here too.
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let instead = |status: StatusCode, what: &str| {
        let body = json!({ "error": format!("{what}; the MCP endpoint is {endpoint}") });
        move || async move { (status, HEADERS, Json(body)) }
    };
    let nothing = instead(StatusCode::NOT_FOUND, "there is nothing at this address");
    let nothing = move |request: Request<Body>| {
        let (page, nothing) = (page.clone(), nothing.clone());
        async move {
            match page {
                Some(page) if is_of_a_person(&request) => page.oneshot(request).await.into_response(),
                _ => nothing().await.into_response(),
            }
        }
    };
    let is_no_text = nothing.clone();
    let routes = routes
        .method_not_allowed_fallback(instead(
            StatusCode::METHOD_NOT_ALLOWED,
            "this address does not take this method",
        ))
        .fallback(nothing)
        .layer(middleware::from_fn(move |request: Request<Body>, next: Next| {
            let nothing = is_no_text.clone();
            async move {
                if is_text(request.uri().path()) {
                    next.run(request).await
                } else {
                    nothing(request).await
                }
            }
        }))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(log));
    match trust {
        Some(trust) => routes.layer(middleware::from_fn_with_state(trust, forwarded::apply)),
        None => routes,
    }
}

/// Whether a path can be that of anything: routes take parts of theirs for texts. The MCP endpoint judges its own.
fn is_text(path: &str) -> bool {
    path.starts_with("/mcp") || percent_decode_str(path).decode_utf8().is_ok()
}

/// The panic itself is logged by the hook; the caller learns that it was not his fault.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        Json(json!({ "error": "the server made a mistake; its log has the details" })),
    )
        .into_response()
}

/// One line for each request, without its query and with no more of its path than any of ours has: callers choose it, and
/// nobody needs to be known to be logged. What comes every few seconds by itself is left to DEBUG.
async fn log(request: Request<Body>, next: Next) -> Response {
    /// Longer paths are cut.
    const MOST_BYTES: usize = 200;
    let method = request.method().clone();
    let path = logged(request.uri().path(), MOST_BYTES);
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let request_id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    if is_of_a_supervisor(&path) {
        tracing::debug!(%method, path, status, ms, "request");
    } else {
        tracing::info!(%method, path, status, ms, request_id, "request");
    }
    response
}

/// A path as the log has it. Any bytes may come in one: what is not printable ASCII would be shown as something else, or as
/// nothing, and is told by its code. Of an address that Order Desk posts to only the part is told that is not secret.
fn logged(path: &str, most_bytes: usize) -> String {
    const POSTS: &str = "/webhooks/orderdesk/";
    if path.starts_with(POSTS) {
        return format!("{POSTS}...");
    }
    let told = |byte: u8| match byte {
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().take(most_bytes).map(told).collect()
}

#[cfg(test)]
mod tests;
