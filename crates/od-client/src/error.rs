//! What can go wrong between a caller and Order Desk.
//!
//! Every `Display` text is safe to show: it holds no URL, no credential and no customer data. Text that Order Desk sent
//! ([`Error::Rejected`], [`Error::Server`], [`Error::Undecodable`]) is short, freed of control characters and of the
//! API key, and still somebody else's words: data, never instructions.

use std::time::Duration;

use serde_json::Value;

/// A failed call.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// Nothing was sent: the wait for the store's request budget would be too long, or Order Desk is known to be down.
    #[error("{cause}; try again in {} s", seconds(*.retry_after))]
    Busy {
        /// When a new attempt has a chance.
        retry_after: Duration,
        /// Which of the two it is.
        cause: BusyCause,
    },
    /// Order Desk refused with 429 and nothing was executed.
    #[error("Order Desk asks to slow down; try again in {} s", seconds(*.retry_after))]
    RateLimited {
        /// What the `X-Retry-After` header said, or the time one token takes to come back.
        retry_after: Duration,
    },
    /// 401 or 403: the store id and the API key do not belong together, or the key was replaced.
    #[error("Order Desk refused the store id and API key")]
    Unauthorized,
    /// 404: the record does not exist in this store.
    #[error("Order Desk has no such record in this store")]
    NotFound,
    /// Order Desk understood and declined: another 4xx, or `status: "error"` inside a 2xx.
    #[error("Order Desk refused the request (HTTP {status}): {message}")]
    Rejected {
        /// The HTTP status; 200 when only the body said no.
        status: u16,
        /// Order Desk's `message`.
        message: String,
        /// Order Desk's `errors`, whose shape is not documented.
        errors: Option<Value>,
    },
    /// 409 or 412. Order Desk does not document them; they can only mean that somebody else was first.
    #[error("Order Desk reports a conflict (HTTP {status}): {message}")]
    Conflict {
        /// 409 or 412.
        status: u16,
        /// Order Desk's `message`.
        message: String,
    },
    /// 5xx.
    #[error("Order Desk failed (HTTP {status}): {excerpt}")]
    Server {
        /// The HTTP status.
        status: u16,
        /// The start of the body without markup.
        excerpt: String,
    },
    /// The connection could not be made, or broke.
    #[error("{fault}")]
    Network {
        /// Whether a part of the request may have reached Order Desk.
        sent: bool,
        /// Where it broke.
        fault: NetworkFault,
    },
    /// No complete reply in time.
    #[error("Order Desk did not answer in time")]
    Timeout {
        /// Whether a part of the request may have reached Order Desk.
        sent: bool,
    },
    /// The reply is larger than [`ClientOptions::max_reply_bytes`](crate::ClientOptions::max_reply_bytes); reading was
    /// stopped there.
    #[error("Order Desk's reply is larger than {limit} bytes; ask for fewer records")]
    TooLarge {
        /// The cap in bytes.
        limit: usize,
    },
    /// A 2xx that is not the JSON this call expects.
    #[error("Order Desk's reply cannot be understood: {excerpt}")]
    Undecodable {
        /// What was wrong, or the start of a text body without markup.
        excerpt: String,
    },
    /// Nothing was sent: nobody waited for the answer any more ([`Store::while_wanted`](crate::Store::while_wanted)).
    #[error("nobody waited for the answer any more, so Order Desk was not asked")]
    Abandoned,
    /// The call was refused here; nothing left the process.
    #[error("{0}")]
    InvalidArgument(String),
}

/// Why a call was refused without being sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BusyCause {
    /// Too many calls wait for this store's tokens.
    #[error("the request budget of this store is used up")]
    Budget,
    /// The last calls all failed with network errors or 5xx; a probe goes out every few seconds.
    #[error("Order Desk has not been answering for this store")]
    Breaker,
}

/// Where a connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkFault {
    /// The host name does not resolve.
    #[error("the name of the Order Desk server could not be resolved")]
    Resolve,
    /// No connection (refused, unreachable).
    #[error("no connection to Order Desk could be made")]
    Connect,
    /// Something answers, but its certificate is of another name, out of date, or of an authority that is not trusted.
    #[error("the server at Order Desk's address has no certificate that this program trusts")]
    Certificate,
    /// Something answers that does not speak TLS.
    #[error("the server at Order Desk's address does not speak TLS")]
    NoTls,
    /// The connection ended before the reply was complete.
    #[error("the connection to Order Desk broke")]
    Broken,
}

impl Error {
    /// Asked about a **write**: may it have been executed although no usable answer came? Then only reading tells, and
    /// repeating it blindly could do it twice. Answers that arrived and said no, and requests that never left, are
    /// certain.
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Network { sent, .. } | Self::Timeout { sent } => *sent,
            Self::Server { .. } | Self::TooLarge { .. } | Self::Undecodable { .. }
            // Somebody in between gave up waiting.
            | Self::Rejected { status: 408, .. } => true,
            Self::Busy { .. }
            | Self::RateLimited { .. }
            | Self::Unauthorized
            | Self::NotFound
            | Self::Rejected { .. }
            | Self::Conflict { .. }
            | Self::Abandoned
            | Self::InvalidArgument(_) => false,
        }
    }

    /// How long to wait before the same call has a chance, when that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } | Self::RateLimited { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}

/// A client that cannot be built from these options.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Not an absolute http(s) URL without credentials, query and fragment. The value is not repeated: people paste
    /// secrets into URLs.
    #[error(
        "the Order Desk base URL must be an absolute http or https URL without user, query and fragment, \
         such as https://app.orderdesk.me/api/v2"
    )]
    BaseUrl,
    /// Plain http to another machine would show every API key on the way.
    #[error("the Order Desk base URL uses plain http to a machine other than this one; use https")]
    PlainHttp,
    /// Not a header value.
    #[error("the user agent holds characters that an HTTP header cannot carry")]
    UserAgent,
    /// A number that makes no budget.
    #[error("the request budget needs a bucket of at least 1, a refill above 0 and a headroom above 0 and at most 1")]
    Budget,
    /// The TLS or HTTP stack refused to start.
    #[error("the HTTP client cannot start: {0}")]
    Http(String),
}

/// Seconds for people: one decimal, never "0".
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).ceil().max(1.0) / 10.0
}
