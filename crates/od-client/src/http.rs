//! The HTTP client that everything of this crate is sent with: to Order Desk and to whoever publishes a document.

use std::sync::Arc;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Client, ClientBuilder};

use crate::error::BuildError;

/// A client that does what it is told and no more: it follows no redirect, sends nothing twice, names no page that led it here,
/// and takes no proxy from the environment. `further` is the certificate, in DER, of an authority that is trusted beside
/// Mozilla's.
pub(crate) fn builder(user_agent: &str, further: Option<Vec<u8>>) -> Result<ClientBuilder, BuildError> {
    let user_agent = HeaderValue::from_str(user_agent).map_err(|_| BuildError::UserAgent)?;
    Ok(Client::builder()
        .tls_backend_preconfigured(tls(further)?)
        .http1_only()
        .user_agent(user_agent)
        .default_headers(HeaderMap::from_iter([(
            ACCEPT,
            HeaderValue::from_static("application/json"),
        )]))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy())
}

/// The client.
pub(crate) fn built(builder: ClientBuilder) -> Result<Client, BuildError> {
    builder.build().map_err(|error| BuildError::Http(error.to_string()))
}

/// TLS for this process's clients only: no process-wide provider is installed or expected.
fn tls(further: Option<Vec<u8>>) -> Result<rustls::ClientConfig, BuildError> {
    let mut roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(certificate) = further {
        roots
            .add(certificate.into())
            .map_err(|error| BuildError::Http(error.to_string()))?;
    }
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::Http(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
