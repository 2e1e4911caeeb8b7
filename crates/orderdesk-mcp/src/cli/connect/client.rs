//! The clients: their entries, and how each is told.

use od_web::clients::{CLIENTS, Client as Texts};
use serde_json::{Value, json};

use crate::cli::client_config::{Layout, NAME, Reach};

/// A client that can be connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Client {
    ClaudeDesktop,
    ClaudeCode,
    Cursor,
    #[value(name = "vscode")]
    VsCode,
    #[value(name = "chatgpt")]
    ChatGpt,
    Gemini,
    Codex,
    Inspector,
}

/// Leads a client that only starts programs to a server that runs already.
const MCP_REMOTE: &str = "mcp-remote@0.15.1";

impl Client {
    /// What its page in the web shows as well.
    pub fn texts(self) -> &'static Texts {
        let id = self.id();
        CLIENTS
            .iter()
            .find(|texts| texts.id == id)
            .expect("every client has its texts: a test looks")
    }

    /// As it is called in a shell.
    pub fn id(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "claude-desktop",
            Self::ClaudeCode => "claude-code",
            Self::Cursor => "cursor",
            Self::VsCode => "vscode",
            Self::ChatGpt => "chatgpt",
            Self::Gemini => "gemini",
            Self::Codex => "codex",
            Self::Inspector => "inspector",
        }
    }

    /// How its file is laid out.
    pub fn layout(self) -> Layout {
        match self {
            Self::VsCode => Layout::VsCode,
            Self::Codex => Layout::Codex,
            _ => Layout::McpServers,
        }
    }

    /// Whether what its maker documents is a command, and the file another way.
    pub fn is_told_by_command(self) -> bool {
        matches!(self, Self::ClaudeCode | Self::Gemini | Self::Codex | Self::Inspector)
    }

    /// Whether what its maker documents is the text of its file.
    pub fn is_told_by_file(self) -> bool {
        matches!(self, Self::Cursor | Self::VsCode)
    }

    /// The entry that leads to a server, as the client itself writes it.
    pub fn reach(self, url: &str) -> Reach {
        let entry = match self {
            Self::ClaudeDesktop => json!({ "command": "npx", "args": ["-y", MCP_REMOTE, url] }),
            Self::ClaudeCode => json!({ "type": "http", "url": url }),
            Self::Gemini => json!({ "url": url, "type": "http" }),
            Self::Inspector => json!({ "type": "streamable-http", "url": url }),
            Self::Codex | Self::ChatGpt => json!({ "url": url }),
            Self::Cursor | Self::VsCode => {
                let whole: Value = serde_json::from_str(&self.texts().by_url.filled_in(url)).unwrap_or_default();
                whole[self.layout().map()][NAME].clone()
            }
        };
        Reach::new(url, entry.as_object().cloned().unwrap_or_default())
    }

    /// What to do when the entry by URL is in the file.
    pub fn after(self, url: &str) -> String {
        let by_url = &self.texts().by_url;
        match self {
            Self::ClaudeDesktop => format!(
                "Then restart Claude Desktop; mcp-remote opens the browser. Needs Node.\nWithout a file: {} {} ({url})",
                by_url.before, by_url.after
            ),
            _ => by_url.after.to_owned(),
        }
    }

    /// What to do when its file was changed.
    pub fn restart(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Restart Claude Desktop.",
            Self::ClaudeCode => "Restart Claude Code; /mcp shows it, and signs in where that is needed.",
            Self::Cursor => "Cursor Settings, MCP, shows it, and signs in where that is needed.",
            Self::VsCode => "The command MCP: List Servers starts it.",
            Self::Gemini => "Restart Gemini CLI; /mcp auth orderdesk signs in where that is needed.",
            Self::Codex => "Restart Codex; codex mcp login orderdesk signs in where that is needed.",
            Self::Inspector => "The Inspector lists it when it is started.",
            Self::ChatGpt => "",
        }
    }
}
