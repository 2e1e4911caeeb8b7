//! The process as a server: MCP over stdin and stdout, for one person on one machine.

use std::sync::Arc;

use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use secrecy::SecretSlice;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::confirm::{Confirmations, ShortKey};
use crate::dispatch::Tools;
use crate::server::McpServer;

mod answered;
mod frame;
mod session;
mod wire;

use answered::Answered;
pub use session::{StdioOptions, StdioSession};
use wire::Wire;

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
/// are then answered, within the session's grace, those that change something beyond it; nothing new is taken.
///
/// `state_keys` are what questions to the user are signed with, each of at least 32 bytes: the first signs, all are accepted.
///
/// # Errors
/// [`StdioError`].
pub async fn serve_stdio(
    tools: Tools,
    session: StdioSession,
    state_keys: &[SecretSlice<u8>],
    stop: CancellationToken,
) -> Result<(), StdioError> {
    Box::pin(serve_on(
        rmcp::transport::stdio_pipes(),
        tools,
        session,
        state_keys,
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
    state_keys: &[SecretSlice<u8>],
    stop: CancellationToken,
) -> Result<(), StdioError>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let strays = session.strays.clone();
    let (longest, hung_up) = (session.options.max_line_bytes, session.hung_up.clone());
    let grace = session.options.grace;
    let wire = Wire::new(reader, writer, longest, strays.clone(), hung_up);
    let transport = Answered::new(wire, stop.clone());
    let waiting = transport.waiting();
    let engine = tools.engine().clone();
    let confirmations = Confirmations::new(state_keys, tools.question_patience())?;
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
            tokio::select! {
                result = &mut ended => return Ok(result.map(drop)?),
                is_told = engine.until_answered(waiting.answered(), grace) => if !is_told {
                    tracing::warn!("calls were still running at the end of the grace period");
                }
            }
            connection.cancel();
            ended.await.map(drop)?;
        }
    }
    Ok(())
}
