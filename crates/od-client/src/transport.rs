//! The wire: the only file that sends HTTP to Order Desk.
//!
//! - HTTP/1.1 with keep-alive and gzip; TLS by rustls with ring and the Mozilla roots, set up for this client alone.
//! - A read carries no body, no `Content-Type` and no `Content-Length`: Order Desk's edge refuses them.
//! - Redirects are not followed (they would carry the API key elsewhere) and no proxy is taken from the environment.
//! - A reply is read up to the cap and no further, decompressed bytes counted, within the total timeout.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::{Client as Http, Response};

use crate::error::{BuildError, Error, NetworkFault};
use crate::http;
use crate::options::ClientOptions;
use crate::request::{Method, Request};

const TOKENS_REMAINING: HeaderName = HeaderName::from_static("x-tokens-remaining");
const RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Shorter than the idle timeout of common servers, so that we rarely write into a connection that is being closed.
const IDLE: Duration = Duration::from_secs(30);

/// A reply of unknown length is gathered in blocks of so many bytes.
const BLOCK: usize = 16 * 1024;

/// Longer pauses than this in `X-Retry-After`, in seconds, are taken for this. Order Desk's empty bucket is full again
/// after seven seconds, so a longer pause is a mistake or a ban; to keep a store shut on the word of a single reply would
/// be worse than to ask once a minute.
const LONGEST_PAUSE: f64 = 60.0;

/// A reply as it came.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    /// `X-Tokens-Remaining`.
    pub(crate) tokens_remaining: Option<f64>,
    /// `X-Retry-After`, decimal seconds.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Transport {
    http: Http,
    base: String,
    max_reply_bytes: usize,
}

impl Transport {
    pub(crate) fn new(options: &ClientOptions) -> Result<Self, BuildError> {
        let base = options.checked_base_url()?;
        let http = http::builder(&options.user_agent, None)?
            .tcp_nodelay(true)
            .pool_idle_timeout(IDLE)
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout);
        let http = http::built(http)?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self {
            http,
            base,
            max_reply_bytes: options.max_reply_bytes,
        })
    }

    /// Sends once and reads the whole reply.
    pub(crate) async fn send(
        &self,
        request: &Request,
        credentials: HeaderMap,
        request_id: Option<&str>,
    ) -> Result<Raw, Error> {
        let url = format!("{}/{}{}", self.base, request.path, request.query);
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.http.request(method, url).headers(credentials);
        if let Some(id) = request_id {
            builder = builder.header(REQUEST_ID, id);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        let response = builder.send().await.map_err(|error| failure(&error))?;
        let raw = Raw {
            status: response.status().as_u16(),
            tokens_remaining: decimal(response.headers(), &TOKENS_REMAINING),
            retry_after: decimal(response.headers(), &RETRY_AFTER)
                .map(|seconds| Duration::from_secs_f64(seconds.min(LONGEST_PAUSE))),
            body: Vec::new(),
        };
        let body = self.body(response).await?;
        Ok(Raw { body, ..raw })
    }

    /// Sends to whoever is there, which need not be Order Desk, with `headers` beside the user agent. `target` is path and
    /// query, written as they are to be sent. Answers the status, the headers and the body.
    pub(crate) async fn visit(
        &self,
        target: &str,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<(u16, HeaderMap, Vec<u8>), Error> {
        let method = if body.is_some() {
            reqwest::Method::POST
        } else {
            reqwest::Method::GET
        };
        let mut builder = self
            .http
            .request(method, format!("{}{target}", self.base))
            .headers(headers);
        if let Some(body) = body {
            builder = builder.body(body);
        }
        let response = builder.send().await.map_err(|error| failure(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok((status, headers, self.body(response).await?))
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Error> {
        let limit = self.max_reply_bytes;
        let announced = response.content_length().unwrap_or(0);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(Error::TooLarge { limit });
        }
        // A buffer that grows would hold an endless reply two or three times over before it is refused.
        let first = if announced == 0 { BLOCK } else { announced };
        let (mut blocks, mut size) = (vec![Vec::with_capacity(first)], 0);
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            size += chunk.len();
            if size > limit {
                return Err(Error::TooLarge { limit });
            }
            append(&mut blocks, &chunk);
        }
        match blocks.as_mut_slice() {
            [whole] => Ok(std::mem::take(whole)),
            blocks => Ok(blocks.concat()),
        }
    }
}

/// Adds what came to the last block, or to a new one when it is full: chunks kept as they came can be a byte each.
fn append(blocks: &mut Vec<Vec<u8>>, chunk: &[u8]) {
    match blocks.last_mut() {
        Some(last) if last.capacity() - last.len() >= chunk.len() => last.extend_from_slice(chunk),
        _ => {
            let mut block = Vec::with_capacity(chunk.len().max(BLOCK));
            block.extend_from_slice(chunk);
            blocks.push(block);
        }
    }
}

/// A non-negative decimal number in a header.
fn decimal(headers: &HeaderMap, name: &HeaderName) -> Option<f64> {
    let number: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

/// Sorts a transport failure by whether anything may have reached Order Desk. Only a failed connection is certain; the
/// total timeout may strike while connecting, but that cannot be told apart.
fn failure(error: &reqwest::Error) -> Error {
    let sent = !(error.is_connect() || error.is_builder());
    if error.is_timeout() {
        Error::Timeout { sent }
    } else if is_badly_encoded(error) {
        Error::Undecodable {
            excerpt: "the body is not what its encoding header says".to_owned(),
        }
    } else if error.is_dns() {
        Error::Network {
            sent: false,
            fault: NetworkFault::Resolve,
        }
    } else if let Some(fault) = tls_fault(error) {
        Error::Network { sent: false, fault }
    } else {
        let fault = if sent {
            NetworkFault::Broken
        } else {
            NetworkFault::Connect
        };
        Error::Network { sent, fault }
    }
}

/// What kept a connection from being made, when it was TLS.
fn tls_fault(error: &reqwest::Error) -> Option<NetworkFault> {
    if !error.is_connect() {
        return None;
    }
    let mut source = error.source();
    while let Some(error) = source {
        match innermost(error).and_then(<dyn std::error::Error>::downcast_ref) {
            Some(rustls::Error::InvalidCertificate(_)) => return Some(NetworkFault::Certificate),
            Some(rustls::Error::InvalidMessage(_)) => return Some(NetworkFault::NoTls),
            _ => source = error.source(),
        }
    }
    None
}

/// What an IO error was made of, which it is silent about unless it is asked for that.
fn innermost<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + 'static)> {
    while let Some(outer) = error.downcast_ref::<std::io::Error>() {
        error = outer.get_ref()?;
    }
    Some(error)
}

/// The decompressor found nonsense. A connection that broke within a compressed body looks different: its end is missing.
fn is_badly_encoded(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        let fault = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if matches!(fault, Some(ErrorKind::InvalidData | ErrorKind::InvalidInput)) {
            return true;
        }
        source = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
