//! Programs whose id is the address of a document about them: fetched when somebody comes with such an id, and kept for a
//! while.
//!
//! Strangers choose the addresses, so each of them, each host and all together have a bound on what they make this server
//! fetch; what could not be fetched is not tried again at once.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;
use od_client::{Document, DocumentError, Documents};
use tokio::sync::Semaphore;
use url::Url;

use super::client::{AuthMethod, ClientError, OAuthClient};
use super::metadata::Metadata;
use crate::limits::{AddressLimiter, LimitOptions, Limiter};
use crate::meter::{Limit, Meter};

#[cfg(test)]
mod tests;

/// What one address makes this server fetch.
const PER_CALLER: LimitOptions = LimitOptions {
    per_minute: 2,
    burst: 20,
};
/// What is fetched of one host, whoever wants it: more than one caller can use up alone, or strangers could keep a well-known
/// program out.
const PER_HOST: LimitOptions = LimitOptions {
    per_minute: 60,
    burst: 120,
};
/// So many are fetched at once.
const AT_ONCE: usize = 8;
/// So many are kept.
const MOST_KEPT: u64 = 1000;
/// How long it is remembered that there is none.
const REFUSED: Duration = Duration::from_mins(1);
/// How long it is remembered that one could not be fetched.
const UNREACHABLE: Duration = Duration::from_secs(15);
/// Who finds everybody busy comes again in this time.
const COME_AGAIN: Duration = Duration::from_secs(2);

/// The programs that are known by a document.
pub(crate) struct Known {
    documents: Documents,
    kept: Cache<String, Kept>,
    callers: AddressLimiter,
    hosts: Limiter<String>,
    at_once: Semaphore,
}

#[derive(Clone)]
struct Kept {
    found: Result<OAuthClient, ClientError>,
    lifetime: Duration,
}

struct Lifetime;

impl Expiry<String, Kept> for Lifetime {
    fn expire_after_create(&self, _: &String, kept: &Kept, _: Instant) -> Option<Duration> {
        Some(kept.lifetime)
    }

    fn expire_after_update(&self, _: &String, kept: &Kept, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(kept.lifetime)
    }
}

impl Known {
    pub(crate) fn new(documents: Documents) -> Self {
        Self {
            documents,
            kept: Cache::builder().max_capacity(MOST_KEPT).expire_after(Lifetime).build(),
            callers: AddressLimiter::new(PER_CALLER),
            hosts: Limiter::new(PER_HOST),
            at_once: Semaphore::new(AT_ONCE),
        }
    }

    /// The program that the document at `address` is about. Whoever asks for one that is being fetched waits for that.
    pub(super) async fn client(
        &self,
        address: &str,
        from: Option<IpAddr>,
        meter: &Meter,
    ) -> Result<OAuthClient, ClientError> {
        self.documents
            .admit(address)
            .map_err(|error| ClientError::Document(error.to_string()))?;
        if let Some(kept) = self.kept.get(address).await {
            return kept.found;
        }
        // Refusals are the caller's own, and nobody else's answer.
        let busy = |retry_after| {
            meter.refused(Limit::ClientDocuments);
            ClientError::Unreachable {
                told: "too many documents about programs are being fetched".to_owned(),
                reason: None,
                retry_after,
            }
        };
        let now = Instant::now();
        let _place = self.at_once.try_acquire().map_err(|_| busy(COME_AGAIN))?;
        self.callers.spend(from, now).map_err(busy)?;
        // Last, because it is everybody's: who is refused for something else costs the host's other callers nothing.
        if let Some(host) = Url::parse(address)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
        {
            self.hosts.spend(&host, 1, now).map_err(busy)?;
        }
        let fetch = async { Kept::of(address, self.documents.fetch(address).await) };
        self.kept.get_with(address.to_owned(), fetch).await.found
    }
}

impl Kept {
    fn of(address: &str, fetched: Result<Document, DocumentError>) -> Self {
        match fetched {
            Ok(document) => match program(address, &document) {
                Ok(client) => Self {
                    found: Ok(client),
                    lifetime: document.keep,
                },
                Err(told) => Self {
                    found: Err(ClientError::Document(told)),
                    lifetime: REFUSED,
                },
            },
            // To the letter what is said of a name that leads nowhere: a stranger must not learn which names this network has.
            Err(error @ DocumentError::NotPublic) => {
                Self::unreachable(&DocumentError::Unreachable, Some(error.to_string()))
            }
            Err(error) if error.is_passing() => Self::unreachable(&error, None),
            Err(error) => Self {
                found: Err(ClientError::Document(error.to_string())),
                lifetime: REFUSED,
            },
        }
    }

    fn unreachable(told: &DocumentError, reason: Option<String>) -> Self {
        Self {
            found: Err(ClientError::Unreachable {
                told: format!("the document about this program is not there now: {told}"),
                reason,
                retry_after: UNREACHABLE,
            }),
            lifetime: UNREACHABLE,
        }
    }
}

/// The program that a document is about: with a name, and without a secret, which a document that anybody reads cannot hold.
fn program(address: &str, document: &Document) -> Result<OAuthClient, String> {
    let metadata = Metadata::read(&document.members).map_err(|bad| bad.to_string())?;
    if metadata.name.is_empty() {
        return Err("it has no client_name".to_owned());
    }
    if metadata.auth_method != AuthMethod::None {
        return Err("its token_endpoint_auth_method must be none: everybody can read the document".to_owned());
    }
    Ok(OAuthClient {
        name: metadata.name,
        redirect_uris: metadata.redirect_uris,
        ..OAuthClient::at(address)
    })
}
