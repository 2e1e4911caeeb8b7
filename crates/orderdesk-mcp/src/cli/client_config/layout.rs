//! Where a client's file lists its servers.

use std::path::Path;

use serde_json::{Map, Value};

use super::{document::Notation, file};

/// How a client's file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The map `mcpServers` that most clients share.
    McpServers,
    /// The map `servers` of VS Code. Its files are often committed, so that secrets are asked for (`inputs`) and not written.
    VsCode,
    /// The table `mcp_servers` of Codex, whose file is TOML.
    Codex,
}

impl Layout {
    /// The layout that a file has, or gets: where VS Code looks, it reads nothing but `servers`.
    ///
    /// # Errors
    /// Why nothing that is written there would be read.
    pub fn of(path: &Path, document: &Map<String, Value>) -> Result<Self, String> {
        if Self::notation(path) == Notation::Toml {
            return Ok(Self::Codex);
        }
        let has = |map: &str| document.contains_key(map);
        if !file::is_where_vs_code_looks(path) {
            let vs_code = has("servers") && !has("mcpServers");
            return Ok(if vs_code { Self::VsCode } else { Self::McpServers });
        }
        if path.file_name().is_some_and(|name| name == "mcp.json") {
            Ok(Self::VsCode)
        } else {
            Err("VS Code reads servers from the file mcp.json beside it".to_owned())
        }
    }

    /// How the file is written.
    pub fn notation(path: &Path) -> Notation {
        let is_toml = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
        if is_toml { Notation::Toml } else { Notation::Json }
    }

    /// Whether secrets stand in the file itself, and the client does not ask for them.
    pub fn holds_secrets(self) -> bool {
        self != Self::VsCode
    }

    /// The map of the servers.
    pub fn map(self) -> &'static str {
        match self {
            Self::McpServers => "mcpServers",
            Self::VsCode => "servers",
            Self::Codex => "mcp_servers",
        }
    }
}
