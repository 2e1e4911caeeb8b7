//! The clients, and what goes into each: for the page, and for the command that says the same in a shell. Every text stands in
//! the client's page in `docs/clients/` as well, where it was tried.

use crate::links;

/// What stands for this server's address.
pub const EXAMPLE: &str = "https://orders.example.com/mcp";

/// A client.
pub struct Client {
    /// As it is called in a shell, in links, and among the pages in `docs/clients/`.
    pub id: &'static str,
    /// As its maker writes it.
    pub name: &'static str,
    /// With a sign-in in the browser.
    pub by_url: Way,
    /// With an access token; none for a client that takes none.
    pub with_token: Option<Way>,
    /// Opens the client with the address of this server, where it knows such links.
    pub link: Option<fn(&str) -> String>,
}

/// One way to connect a client.
pub struct Way {
    /// Where the text goes.
    pub before: &'static str,
    /// What is pasted there, with [`EXAMPLE`] for this server's address.
    pub text: &'static str,
    /// What to do then.
    pub after: &'static str,
}

impl Way {
    /// The text with the address of this server.
    pub fn filled_in(&self, endpoint: &str) -> String {
        self.text.replace(EXAMPLE, endpoint)
    }
}

const fn client(
    id: &'static str,
    name: &'static str,
    by_url: Way,
    with_token: Option<Way>,
    link: Option<fn(&str) -> String>,
) -> Client {
    Client {
        id,
        name,
        by_url,
        with_token,
        link,
    }
}

const fn way(before: &'static str, text: &'static str, after: &'static str) -> Way {
    Way { before, text, after }
}

/// All of them, in the order they are shown.
pub static CLIENTS: [Client; 8] = [
    client(
        "claude-desktop",
        "claude.ai and Claude Desktop",
        way(
            "Settings, Connectors, Add custom connector: paste the address, then Connect.",
            "https://orders.example.com/mcp",
            "Leave client id and client secret empty. Claude calls from its maker's machines: the address has to be public, with https.",
        ),
        None,
        None,
    ),
    client(
        "claude-code",
        "Claude Code",
        way(
            "In a terminal:",
            "claude mcp add --transport http orderdesk https://orders.example.com/mcp",
            "Then /mcp within Claude Code, orderdesk, Authenticate.",
        ),
        Some(way(
            "In a terminal:",
            r#"claude mcp add --transport http orderdesk https://orders.example.com/mcp --header "Authorization: Bearer odpt_…""#,
            "",
        )),
        None,
    ),
    client(
        "chatgpt",
        "ChatGPT",
        way(
            "Settings, Apps & Connectors, Advanced settings: switch Developer mode on. Then Create, and paste the address as the MCP server URL.",
            "https://orders.example.com/mcp",
            "Authentication is OAuth; leave client id and secret empty. ChatGPT calls from its maker's machines: the address has to be public, with https.",
        ),
        None,
        None,
    ),
    client(
        "cursor",
        "Cursor",
        way(
            "In ~/.cursor/mcp.json, or .cursor/mcp.json in a project:",
            r#"{
  "mcpServers": {
    "orderdesk": { "url": "https://orders.example.com/mcp" }
  }
}"#,
            "Cursor Settings, MCP: the server asks to be connected; click there, and sign in.",
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
            "",
        )),
        Some(links::cursor),
    ),
    client(
        "vscode",
        "VS Code",
        way(
            "In .vscode/mcp.json, or what the command MCP: Open User Configuration opens:",
            r#"{
  "servers": {
    "orderdesk": { "type": "http", "url": "https://orders.example.com/mcp" }
  }
}"#,
            "Start above the entry; VS Code asks whether it may sign in, and opens the browser.",
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
            "",
        )),
        Some(links::vscode),
    ),
    client(
        "gemini",
        "Gemini CLI",
        way(
            "In a terminal:",
            "gemini mcp add -s user -t http orderdesk https://orders.example.com/mcp",
            "Then /mcp auth orderdesk within Gemini CLI.",
        ),
        Some(way(
            "In a terminal:",
            r#"gemini mcp add -s user -t http -H "Authorization: Bearer odpt_…" orderdesk https://orders.example.com/mcp"#,
            "",
        )),
        None,
    ),
    client(
        "codex",
        "Codex",
        way(
            "In a terminal:",
            "codex mcp add orderdesk --url https://orders.example.com/mcp",
            "It opens the browser at once. Later, or again: codex mcp login orderdesk.",
        ),
        Some(way(
            "In a terminal; the variable has to be set wherever Codex is started:",
            "export ORDERDESK_TOKEN=odpt_…\ncodex mcp add orderdesk --url https://orders.example.com/mcp --bearer-token-env-var ORDERDESK_TOKEN",
            "",
        )),
        None,
    ),
    client(
        "inspector",
        "MCP Inspector",
        way(
            "In a terminal, with Node 22:",
            "MCP_AUTO_OPEN_ENABLED=true npx @modelcontextprotocol/inspector@2.12.0 --cli https://orders.example.com/mcp \\\n  --transport http --method tools/list",
            "Without --cli it opens its own page, where the address and Connect do the same.",
        ),
        Some(way(
            "In a terminal, with Node 22:",
            "npx @modelcontextprotocol/inspector@2.12.0 --cli https://orders.example.com/mcp --transport http \\\n  --header \"Authorization: Bearer odpt_…\" --method tools/list",
            "",
        )),
        None,
    ),
];
