//! How a struck call looks from outside.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde_json::Value;

const CHUNK: usize = 64 * 1024;
const DRIP: usize = 16;

/// An edge server's error page.
pub(crate) fn page(status: StatusCode) -> Response {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, Html(page)).into_response()
}

/// Ends the connection. The server writes a response's head together with the first piece of its body, so a body that
/// fails at once sends nothing at all.
pub(crate) fn hang_up() -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted)) });
    Response::new(Body::from_stream(broken))
}

/// Promises the whole body and ends the connection in its middle.
pub(crate) fn truncated(status: StatusCode, body: &Value) -> Response {
    let text = body.to_string();
    let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let first = stream::once(async { Ok::<_, io::Error>(half) });
    // The pause lets the first half leave before the connection ends.
    let broken = stream::once(async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let mut response = json(status, Body::from_stream(first.chain(broken)));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
    response
}

/// The body in small pieces with pauses.
pub(crate) fn dripping(status: StatusCode, body: &Value, pause: Duration) -> Response {
    let text = body.to_string().into_bytes();
    let pieces: Vec<Bytes> = text.chunks(DRIP).map(Bytes::copy_from_slice).collect();
    let pieces = stream::iter(pieces).then(move |piece| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, io::Error>(piece)
    });
    json(status, Body::from_stream(pieces))
}

/// An envelope with a padding of that many bytes, made while it is sent.
pub(crate) fn huge(bytes: usize) -> Response {
    let start = Bytes::from_static(br#"{"status":"success","execution_time":"9.9999 seconds","padding":""#);
    let padding = Bytes::from(vec![b'x'; CHUNK]);
    let whole = stream::iter((0..bytes / CHUNK).map({
        let padding = padding.clone();
        move |_| padding.clone()
    }));
    let rest = padding.slice(..bytes % CHUNK);
    let pieces = stream::iter([start])
        .chain(whole)
        .chain(stream::iter([rest, Bytes::from_static(br#""}"#)]));
    json(StatusCode::OK, Body::from_stream(pieces.map(Ok::<_, io::Error>)))
}

/// An envelope around arrays in arrays.
pub(crate) fn deep(levels: usize) -> Response {
    let text = format!(
        r#"{{"status":"success","order":{}{}}}"#,
        "[".repeat(levels),
        "]".repeat(levels)
    );
    json(StatusCode::OK, Body::from(text))
}

pub(crate) fn json(status: StatusCode, body: Body) -> Response {
    let mut response = (status, body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
