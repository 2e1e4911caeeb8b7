//! The simulator over TLS, for clients that know no other address than an `https://` one.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a caller may take to agree on keys.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// Connections that are agreed on and not taken yet.
const WAITING: usize = 64;

/// A certificate and its key. What is printed of it is its name.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

/// Why a certificate or key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// There is none in the text, or it cannot be read.
    #[error("holds no certificate in PEM format")]
    Certificate,
    /// There is none in the text, or it cannot be read.
    #[error("holds no private key in PEM format (PKCS #8, PKCS #1 or SEC 1, without a passphrase)")]
    Key,
    /// Both are there and do not fit: most often the key of another certificate.
    #[error("certificate and key do not fit: {0}")]
    Unfit(#[from] rustls::Error),
}

impl Tls {
    /// A server's own certificate, those between it and its authority after it, and its key, both in PEM format.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| TlsError::Certificate)?;
        if chain.is_empty() {
            return Err(TlsError::Certificate);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::Key)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// Takes connections from `listener` and gives out those that have agreed on keys. A caller that is slow about it
    /// keeps nobody waiting.
    pub(crate) fn listen(self, mut listener: TcpListener) -> io::Result<TlsListener> {
        let address = listener.local_addr()?;
        let (agreed, ready) = mpsc::channel(WAITING);
        let acceptor = TlsAcceptor::from(self.0);
        let accepting = tokio::spawn(async move {
            loop {
                // Waits and tries again when there is no handle left.
                let (stream, peer) = Listener::accept(&mut listener).await;
                let (acceptor, agreed) = (acceptor.clone(), agreed.clone());
                tokio::spawn(async move {
                    let handshake = agree(acceptor, stream);
                    match tokio::time::timeout(HANDSHAKE_WITHIN, handshake).await {
                        // Nobody takes it any more when the simulator stops.
                        Ok(Ok(stream)) => drop(agreed.send((stream, peer)).await),
                        Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS connection"),
                        Err(_) => tracing::debug!(%peer, "no TLS connection within the time"),
                    }
                });
            }
        });
        Ok(TlsListener {
            address,
            ready,
            accepting,
        })
    }
}

async fn agree(acceptor: TlsAcceptor, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    // Without it small replies wait for the peer's delayed acknowledgement: 40 ms a call.
    stream.set_nodelay(true)?;
    acceptor.accept(stream).await
}

/// Connections with TLS.
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    accepting: JoinHandle<()>,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The task that accepts ends with this listener alone.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
