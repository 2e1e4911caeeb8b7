//! The header that names the protocol revision of a request.

use std::borrow::Cow;

use axum::http::{HeaderMap, StatusCode};
use rmcp::model::{ErrorCode, ProtocolVersion};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::body::id_of;
use super::refusal::Refusal;

const HEADER: &str = "mcp-protocol-version";

/// What of a message says how its revision is negotiated.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    #[serde(rename = "_meta")]
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<IgnoredAny>,
}

/// Settles what the header says against what the body asks for.
///
/// An `initialize` negotiates by its body: clients whose header is pinned to another revision send it before they know which
/// one they will speak. An unknown revision anywhere else is refused with the list of those that are known; where the message
/// itself names one, the protocol library does that.
pub(super) fn settle(headers: &mut HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let Some(header) = headers.get(HEADER) else {
        return Ok(());
    };
    let version = header.to_str().ok();
    let known = ProtocolVersion::KNOWN_VERSIONS
        .iter()
        .any(|known| version == Some(known.as_str()));
    // Most requests end here, unparsed.
    if known && !contains(body, b"\"initialize\"") {
        return Ok(());
    }
    let Ok(message) = serde_json::from_slice::<Message<'_>>(body) else {
        // The library says why that is no message.
        return Ok(());
    };
    let names_its_own = message
        .params
        .and_then(|params| params.meta)
        .is_some_and(|meta| meta.version.is_some());
    // Where it names a revision of its own, it is a request of the newer era, which has no such method.
    if message.method.as_deref() == Some("initialize") && !names_its_own {
        headers.remove(HEADER);
        return Ok(());
    }
    if known || names_its_own {
        return Ok(());
    }
    let supported: Vec<&str> = ProtocolVersion::KNOWN_VERSIONS
        .iter()
        .map(ProtocolVersion::as_str)
        .collect();
    let requested = version.map(|version| version.chars().take(40).collect::<String>());
    let message = "The header MCP-Protocol-Version names no revision that is known here.";
    let refusal = Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
        .with_hint("Send one of data.supported, or leave the header out.")
        .with_rpc_code(ErrorCode::UNSUPPORTED_PROTOCOL_VERSION.0)
        .with_data("supported", json!(supported))
        .with_data("requested", requested.map_or(Value::Null, Value::from))
        .with_id(id_of(body));
    Err(refusal)
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    /// An `initialize` is a few hundred bytes.
    const MOST_BYTES: usize = 64 * 1024;
    body.len() <= MOST_BYTES && body.windows(text.len()).any(|part| part == text)
}
