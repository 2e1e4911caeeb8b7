//! The clients, and what goes into each. Every text stands in the client's page in `docs/clients/` as well, where it was tried.

use super::links;

/// What stands for this server's address.
pub const EXAMPLE: &str = "https://orders.example.com/mcp";

/// A client.
pub struct Client {
    pub id: &'static str,
    pub name: &'static str,
    /// Its page in `docs/clients/`, without the ending.
    #[cfg(test)]
    pub page: &'static str,
    /// With a sign-in in the browser.
    pub by_url: Way,
    /// With an access token; none for a client that takes none.
    pub with_token: Option<Way>,
    pub link: Option<fn(&str) -> String>,
}

/// One way to connect a client.
pub struct Way {
    /// Where the text goes.
    pub before: &'static str,
    pub text: &'static str,
    /// What to do then.
    pub after: &'static str,
}

macro_rules! client {
    ($id:literal, $name:literal, page $page:literal, $by_url:expr, $with_token:expr, $link:expr) => {
        Client {
            id: $id,
            name: $name,
            #[cfg(test)]
            page: $page,
            by_url: $by_url,
            with_token: $with_token,
            link: $link,
        }
    };
}

const fn way(before: &'static str, text: &'static str, after: &'static str) -> Way {
    Way { before, text, after }
}

/// All of them, in the order they are shown.
pub static CLIENTS: [Client; 8] = [
    client!(
        "claude", "claude.ai and Claude Desktop", page "claude-desktop",
        way(
            "Settings, Connectors, Add custom connector: paste the address, then Connect.",
            "https://orders.example.com/mcp",
            "Leave client id and client secret empty. Claude calls from its maker's machines: the address has to be public, with https."
        ),
        None, None
    ),
    client!(
        "claude-code", "Claude Code", page "claude-code",
        way(
            "In a terminal:",
            "claude mcp add --transport http orderdesk https://orders.example.com/mcp",
            "Then /mcp within Claude Code, orderdesk, Authenticate."
        ),
        Some(way(
            "In a terminal:",
            r#"claude mcp add --transport http orderdesk https://orders.example.com/mcp --header "Authorization: Bearer odpt_…""#,
            ""
        )),
        None
    ),
    client!(
        "chatgpt", "ChatGPT", page "chatgpt",
        way(
            "Settings, Apps & Connectors, Advanced settings: switch Developer mode on. Then Create, and paste the address as the MCP server URL.",
            "https://orders.example.com/mcp",
            "Authentication is OAuth; leave client id and secret empty. ChatGPT calls from its maker's machines: the address has to be public, with https."
        ),
        None, None
    ),
    client!(
        "cursor", "Cursor", page "cursor",
        way(
            "In ~/.cursor/mcp.json, or .cursor/mcp.json in a project:",
            r#"{
  "mcpServers": {
    "orderdesk": { "url": "https://orders.example.com/mcp" }
  }
}"#,
            "Cursor Settings, MCP: the server asks to be connected; click there, and sign in."
        ),
        Some(way(
            "In the same file; the variable ORDERDESK_TOKEN holds the token:",
            r#"{
  "mcpServers": {
    "orderdesk": {
      "url": "https://orders.example.com/mcp",
      "headers": { "Authorization": "Bearer ${env:ORDERDESK_TOKEN}" }
    }
  }
}"#,
            ""
        )),
        Some(links::cursor)
    ),
    client!(
        "vscode", "VS Code", page "vscode",
        way(
            "In .vscode/mcp.json, or what the command MCP: Open User Configuration opens:",
            r#"{
  "servers": {
    "orderdesk": { "type": "http", "url": "https://orders.example.com/mcp" }
  }
}"#,
            "Start above the entry; VS Code asks whether it may sign in, and opens the browser."
        ),
        Some(way(
            "In the same file; VS Code asks for the token once and keeps it in its secret storage:",
            r#"{
  "inputs": [
    { "type": "promptString", "id": "orderdesk-token", "description": "Token for Order Desk", "password": true }
  ],
  "servers": {
    "orderdesk": {
      "type": "http",
      "url": "https://orders.example.com/mcp",
      "headers": { "Authorization": "Bearer ${input:orderdesk-token}" }
    }
  }
}"#,
            ""
        )),
        Some(links::vscode)
    ),
    client!(
        "gemini", "Gemini CLI", page "gemini",
        way(
            "In a terminal:",
            "gemini mcp add -s user -t http orderdesk https://orders.example.com/mcp",
            "Then /mcp auth orderdesk within Gemini CLI."
        ),
        Some(way(
            "In a terminal:",
            r#"gemini mcp add -s user -t http -H "Authorization: Bearer odpt_…" orderdesk https://orders.example.com/mcp"#,
            ""
        )),
        None
    ),
    client!(
        "codex", "Codex", page "codex",
        way(
            "In a terminal:",
            "codex mcp add orderdesk --url https://orders.example.com/mcp",
            "It opens the browser at once. Later, or again: codex mcp login orderdesk."
        ),
        Some(way(
            "In a terminal; the variable has to be set wherever Codex is started:",
            "export ORDERDESK_TOKEN=odpt_…\ncodex mcp add orderdesk --url https://orders.example.com/mcp --bearer-token-env-var ORDERDESK_TOKEN",
            ""
        )),
        None
    ),
    client!(
        "inspector", "MCP Inspector", page "inspector",
        way(
            "In a terminal, with Node 22:",
            "MCP_AUTO_OPEN_ENABLED=true npx @modelcontextprotocol/inspector@2.12.0 --cli https://orders.example.com/mcp \\\n  --transport http --method tools/list",
            "Without --cli it opens its own page, where the address and Connect do the same."
        ),
        Some(way(
            "In a terminal, with Node 22:",
            "npx @modelcontextprotocol/inspector@2.12.0 --cli https://orders.example.com/mcp --transport http \\\n  --header \"Authorization: Bearer odpt_…\" --method tools/list",
            ""
        )),
        None
    ),
];
