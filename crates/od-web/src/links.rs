//! Links that open a client, which then asks whether to add this server.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

/// Cursor's, as <https://docs.cursor.com/en/tools/developers> has it: the entry of its file in Base64.
pub fn cursor(endpoint: &str) -> String {
    let entry = json!({ "url": endpoint }).to_string();
    let query = [("name", "orderdesk"), ("config", &STANDARD.encode(entry))];
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    format!("cursor://anysphere.cursor-deeplink/mcp/install?{query}")
}

/// VS Code's, as <https://code.visualstudio.com/api/extension-guides/ai/mcp> has it: the entry of its file with the name.
pub fn vscode(endpoint: &str) -> String {
    let entry = json!({ "name": "orderdesk", "type": "http", "url": endpoint }).to_string();
    // Blanks do not occur in it, which this encoding would make a plus.
    let entry: String = url::form_urlencoded::byte_serialize(entry.as_bytes()).collect();
    format!("vscode:mcp/install?{entry}")
}
