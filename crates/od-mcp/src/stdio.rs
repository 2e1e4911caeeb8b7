//! The process as a server: MCP over stdin and stdout, for one person on one machine.

use std::sync::{Arc, Mutex, PoisonError};

use od_engine::{ActiveStore, AuthFailure, ClientInfo, Error, Identity, ProcessStore, RequestId, Scope, Source};
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use secrecy::{SecretSlice, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::confirm::{Confirmations, ShortKey};
use crate::dispatch::Tools;
use crate::server::McpServer;

mod answered;
mod frame;
mod wire;

use answered::Answered;
use wire::{Strays, Wire};

/// How a process signs in.
#[derive(Clone, Debug)]
pub struct StdioOptions {
    /// An unknown key of at least 16 bytes makes its tenant, unless nothing may be changed.
    pub auto_provision: bool,
    /// The store that is active from the start: its name or id.
    pub default_store: Option<String>,
    /// The longest message, in bytes.
    pub max_line_bytes: usize,
}

impl Default for StdioOptions {
    fn default() -> Self {
        Self {
            auto_provision: false,
            default_store: None,
            max_line_bytes: 4 * 1024 * 1024,
        }
    }
}

/// The process's one caller. The active store is the process's own: two clients that each start a server do not move
/// each other's.
pub struct StdioSession {
    options: StdioOptions,
    signed_in: Mutex<Option<SignedIn>>,
    hung_up: CancellationToken,
}

#[derive(Clone)]
struct SignedIn {
    identity: Identity,
    store: ProcessStore,
}

impl StdioSession {
    /// A process that nobody signed in to yet.
    pub fn new(options: StdioOptions) -> Self {
        Self {
            options,
            signed_in: Mutex::new(None),
            hung_up: CancellationToken::new(),
        }
    }

    /// Signs in with a master key, and makes the default store active. The first key stays: whoever talks an agent into
    /// another one would have the next store, and its API key, registered with a stranger.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a key that is mistyped, unknown, expired or revoked, or another tenant's than the
    /// first. A default store that does not exist is logged and left out, because the caller can still name one.
    pub async fn sign_in(&self, tools: &Tools, key: &SecretString) -> Result<(), Error> {
        let engine = tools.engine();
        let auth = engine.auth();
        let identity = if self.options.auto_provision && !tools.is_read_only() {
            auth.sign_in_or_provision(key).await?
        } else {
            auth.sign_in(key).await?
        };
        let signed_in = SignedIn {
            identity,
            store: ProcessStore::default(),
        };
        if let Some(store) = &self.options.default_store {
            let scope = signed_in.scope(RequestId::generate(), ClientInfo::default());
            if let Err(error) = engine.stores().use_store(&scope, store).await {
                tracing::warn!(%error, "the default store (MCP_DEFAULT_STORE) cannot be used");
            }
        }
        let tenant = signed_in.identity.tenant().clone();
        let mut first = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        if first.get_or_insert(signed_in).identity.tenant() == &tenant {
            Ok(())
        } else {
            Err(Error::Unauthenticated(AuthFailure::OtherTenant))
        }
    }

    /// Cancelled when the client will not say anything any more.
    pub(crate) fn hung_up(&self) -> &CancellationToken {
        &self.hung_up
    }

    /// The scope of one call, once somebody signed in.
    pub(crate) fn scope(&self, request_id: RequestId, client: ClientInfo) -> Option<Scope> {
        let signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(signed_in.scope(request_id, client))
    }
}

impl SignedIn {
    fn scope(&self, request_id: RequestId, client: ClientInfo) -> Scope {
        Scope::new(self.identity.clone(), request_id, Source::Mcp)
            .with_client(client)
            .with_active_store(ActiveStore::Process(self.store.clone()))
    }
}

/// Why serving over stdio ended early.
#[derive(Debug, thiserror::Error)]
pub enum StdioError {
    /// The key that signs questions is too short.
    #[error(transparent)]
    Key(#[from] ShortKey),
    /// The first messages were no MCP.
    #[error("the client did not open an MCP conversation: {0}")]
    Opening(String),
    /// The connection's task failed.
    #[error("the connection ended unexpectedly: {0}")]
    Lost(#[from] tokio::task::JoinError),
}

/// Serves this process's stdin and stdout until the client closes them or `stop` is cancelled. Calls that are under way
/// then get a moment to answer.
///
/// `state_key` signs questions to the user; at least 32 bytes.
///
/// # Errors
/// [`StdioError`].
pub async fn serve_stdio(
    tools: Tools,
    session: StdioSession,
    state_key: &SecretSlice<u8>,
    stop: CancellationToken,
) -> Result<(), StdioError> {
    Box::pin(serve_on(
        rmcp::transport::stdio_pipes(),
        tools,
        session,
        state_key,
        stop,
    ))
    .await
}

/// [`serve_stdio`] on any pair of a reader and a writer.
///
/// # Errors
/// [`StdioError`].
pub async fn serve_on<R, W>(
    (reader, writer): (R, W),
    tools: Tools,
    session: StdioSession,
    state_key: &SecretSlice<u8>,
    stop: CancellationToken,
) -> Result<(), StdioError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let strays = Strays::default();
    let (longest, hung_up) = (session.options.max_line_bytes, session.hung_up.clone());
    let transport = Answered::new(Wire::new(reader, writer, longest, strays.clone(), hung_up));
    let confirmations = Confirmations::new(state_key, tools.question_patience())?;
    let server = McpServer::over_stdio(tools, confirmations, Arc::new(session));
    let opened = tokio::select! {
        opened = server.serve(transport) => opened,
        () = stop.cancelled() => return Ok(()),
    };
    let running = match opened {
        Ok(running) => running,
        // A client that starts the server and hangs up at once wanted nothing.
        Err(ServerInitializeError::ConnectionClosed(_)) if strays.count() == 0 => return Ok(()),
        Err(ServerInitializeError::ConnectionClosed(_)) => {
            return Err(StdioError::Opening("what came was not JSON".to_owned()));
        }
        Err(error) => return Err(StdioError::Opening(error.to_string())),
    };
    let connection = running.cancellation_token();
    let mut ended = std::pin::pin!(running.waiting());
    tokio::select! {
        result = &mut ended => result.map(drop)?,
        () = stop.cancelled() => {
            connection.cancel();
            ended.await.map(drop)?;
        }
    }
    Ok(())
}
