//! A server that is nothing but the protocol library: it answers every tool call with one prepared result.
//! `make bench` compares the product with it.
//!
//! Usage: `bare RESULT.json`, where the file holds the `result` member of a reply to `tools/call`. It prints its address
//! as one line of JSON and serves until it is killed.

#![expect(clippy::print_stdout, reason = "a tool of the workshop: it tells where it listens")]

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt;
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult, ServerCapabilities, ServerConfig};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use tokio::net::TcpListener;

#[derive(Clone)]
struct Bare {
    result: Arc<CallToolResult>,
}

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        _: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(CallToolResult::clone(&self.result).into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: bare RESULT.json")?;
    let result: CallToolResult = serde_json::from_slice(&std::fs::read(path)?)?;
    let bare = Bare {
        result: Arc::new(result),
    };
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(
        move || Ok(bare.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!(
        "{}",
        serde_json::json!({ "url": format!("http://{}/mcp", listener.local_addr()?) })
    );
    // As the product does: otherwise small replies wait for the peer's acknowledgement.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::warn!(%error, "TCP_NODELAY cannot be set");
        }
    });
    axum::serve(listener, Router::new().route_service("/mcp", service)).await?;
    Ok(())
}
