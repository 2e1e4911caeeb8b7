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
    http::{Request, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{config::Networks, forwarded};

mod handles;

/// How long a client may take to send the head of a request, and how long an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a client may take nothing of what there is to send to it. Who asks and never reads would keep its connection, and
/// the replies, for ever. A call that takes long has nothing to send yet, so this never cuts one short.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait after the system refused a connection, for want of file handles mostly.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// A bound socket.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    write_timeout: Duration,
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
        })
    }

    /// The address it is bound to, with the port it got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled, then lets running requests end within `grace`. Whether they all did.
    pub async fn serve(self, router: Router, stop: CancellationToken, grace: Duration) -> bool {
        let graceful = GracefulShutdown::new();
        let slots = Arc::new(Semaphore::new(handles::most_connections()));
        loop {
            let accepted = tokio::select! {
                accepted = self.accept(&slots) => accepted,
                () = stop.cancelled() => break,
            };
            match accepted {
                Ok((stream, peer, slot)) => {
                    let mut stream = TimeoutStream::new(stream);
                    stream.set_write_timeout(Some(self.write_timeout));
                    let connection = graceful.watch(connection(stream, peer, router.clone()));
                    tokio::spawn(async move {
                        // Clients hang up as they please; what matters was logged with the request.
                        if let Err(error) = connection.await {
                            tracing::debug!(%peer, %error, "a connection ended early");
                        }
                        drop(slot);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(AFTER_REFUSAL).await;
                }
            }
        }
        drop(self.socket);
        tokio::time::timeout(grace, graceful.shutdown()).await.is_ok()
    }

    async fn accept(
        &self,
        slots: &Arc<Semaphore>,
    ) -> io::Result<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
        let slot = slots.clone().acquire_owned().await.map_err(io::Error::other)?;
        let (stream, peer) = self.socket.accept().await?;
        // Without it a streamed reply waits 40 ms for a delayed acknowledgement.
        stream.set_nodelay(true)?;
        Ok((stream, peer, slot))
    }
}

fn connection(
    stream: TimeoutStream<TcpStream>,
    peer: SocketAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let router = router.clone();
        async move {
            Ok::<_, Infallible>(match router.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            })
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// What every route has in common: the caller's address behind trusted proxies, a log line, an answer to panics and
/// to unknown addresses.
pub fn finish(routes: Router, proxies: Option<Networks>) -> Router {
    let routes = routes
        .fallback(|| async {
            (
                StatusCode::NOT_FOUND,
                Json(json!({ "error": "there is nothing at this address" })),
            )
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(log));
    match proxies {
        Some(proxies) => routes.layer(middleware::from_fn_with_state(proxies, forwarded::apply)),
        None => routes,
    }
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
/// nobody needs to be known to be logged. Health checks come every few seconds and are left to DEBUG.
async fn log(request: Request<Body>, next: Next) -> Response {
    /// Longer paths are cut.
    const MOST_CHARS: usize = 200;
    let method = request.method().clone();
    let path: String = request.uri().path().chars().take(MOST_CHARS).collect();
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let request_id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    if path.starts_with("/health") {
        tracing::debug!(%method, path, status, ms, "request");
    } else {
        tracing::info!(%method, path, status, ms, request_id, "request");
    }
    response
}

#[cfg(test)]
mod tests;
