//! Where each client keeps its servers, on each system.

use std::path::PathBuf;

use super::client::Client;
use crate::cli::{Context, Failure};
use etcetera::BaseStrategy;

impl Client {
    /// The file of this user; none for a client that keeps nothing here.
    pub fn file(self, context: &Context) -> Result<Option<PathBuf>, Failure> {
        let in_home = |name: &str| home().map(|home| home.join(name));
        let file = match self {
            Self::ChatGpt => return Ok(None),
            Self::ClaudeDesktop => applications()?.join("Claude").join("claude_desktop_config.json"),
            Self::VsCode => applications()?.join("Code").join("User").join("mcp.json"),
            Self::Cursor => home()?.join(".cursor").join("mcp.json"),
            Self::ClaudeCode => context
                .place("CLAUDE_CONFIG_DIR")
                .map_or_else(home, Ok)?
                .join(".claude.json"),
            Self::Gemini => context
                .place("GEMINI_CLI_HOME")
                .map_or_else(home, Ok)?
                .join(".gemini")
                .join("settings.json"),
            Self::Codex => context
                .place("CODEX_HOME")
                .map_or_else(|| in_home(".codex"), Ok)?
                .join("config.toml"),
            Self::Inspector => match context.place("MCP_CATALOG_PATH") {
                Some(file) => file,
                None => in_home(".mcp-inspector")?.join("mcp.json"),
            },
        };
        Ok(Some(file))
    }
}

fn home() -> Result<PathBuf, Failure> {
    etcetera::home_dir().map_err(|_| homeless())
}

/// Where programs with windows keep what they are told: as Electron has it.
fn applications() -> Result<PathBuf, Failure> {
    let strategy = etcetera::base_strategy::choose_native_strategy().map_err(|_| homeless())?;
    Ok(if cfg!(target_os = "macos") {
        strategy.data_dir()
    } else {
        strategy.config_dir()
    })
}

fn homeless() -> Failure {
    Failure::failed("this user has no home directory, where clients keep their files")
        .with_hint("Leave --write out on this machine, and set HOME to see what is to be pasted.")
}
