//! What every command starts from: the settings, and the engine opened with them.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::{Failure, output, prompt};
use crate::{
    app,
    config::{self, ConfigError, Loaded, LogFormat, Origin, Paths, Setting, Settings, Sources},
    telemetry,
};

/// The command line's common part.
#[derive(Debug)]
pub struct Context {
    config: Option<PathBuf>,
}

/// A value that a command sets above every other place.
pub type Override = (&'static Setting, String);

impl Context {
    /// The context of this command line.
    pub fn new(config: Option<PathBuf>) -> Self {
        Self { config }
    }

    /// How a line for a shell begins that is to reach the same settings.
    pub fn this_program(&self) -> String {
        format!("orderdesk-mcp{}", self.config_option())
    }

    /// The option that names the same file of settings, with a blank before it.
    pub fn config_option(&self) -> String {
        self.config.as_deref().map_or_else(String::new, |file| {
            let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            format!(" --config {}", output::for_a_shell(&file.display().to_string()))
        })
    }

    /// Everything that was given, before it is understood.
    pub fn sources(&self) -> Result<Sources, Failure> {
        Ok(Sources::capture(self.config.as_deref())?)
    }

    /// Reads the settings for a command that ends by itself; oddities are told on standard error.
    pub fn settings(&self, overrides: Vec<Override>) -> Result<Settings, Failure> {
        Ok(told(self.load(overrides)?))
    }

    /// Reads the settings for a server, which logs from its first moment on.
    pub fn server_settings(&self, overrides: Vec<Override>) -> Result<Settings, Failure> {
        Ok(start_logging(self.load(overrides)?))
    }

    /// The same for one that listens to nobody: what others mean by HOST or PORT does not stop it.
    pub fn stdio_settings(&self) -> Result<Settings, Failure> {
        let mut sources = self.sources()?;
        sources.unused = config::server::LISTENING.to_vec();
        Ok(start_logging(config::load(&sources)?))
    }

    /// Reads the settings for a server that a person watches: its log is for people unless LOG_FORMAT says otherwise.
    /// What is given for `unused` ones is not looked at: a client may pass on an environment that is meant for another server.
    pub fn demo_settings(&self, overrides: Vec<Override>, unused: &[&'static Setting]) -> Result<Settings, Failure> {
        let mut sources = self.sources()?;
        (sources.command, sources.unused) = (overrides, unused.to_vec());
        let mut loaded = config::load(&sources)?;
        let format = &config::observability::LOG_FORMAT;
        if loaded
            .effective
            .iter()
            .any(|row| row.setting.name == format.name && row.origin == Origin::Default)
        {
            loaded.settings.observability.log_format = LogFormat::Pretty;
        }
        Ok(start_logging(loaded))
    }

    /// Reads the settings `only` of these for a command that has no use for the others, which are not even looked at.
    pub fn few_settings(&self, only: &[&'static Setting]) -> Result<Settings, Failure> {
        let mut sources = self.sources()?;
        sources.only = Some(only.to_vec());
        Ok(told(config::load(&sources)?))
    }

    /// Reads the settings for who wants to know all that is wrong with them.
    pub fn judge(&self) -> Result<Loaded, ConfigError> {
        config::load(&Sources::capture(self.config.as_deref())?)
    }

    /// Reads the settings and nothing else.
    pub fn load(&self, overrides: Vec<Override>) -> Result<Loaded, Failure> {
        let mut sources = self.sources()?;
        sources.command = overrides;
        Ok(config::load(&sources)?)
    }

    /// The secret in the environment variable of this name.
    pub fn variable(&self, name: &str) -> Result<SecretString, Failure> {
        let sources = self.sources()?;
        let found = sources.environment.into_iter().find(|(variable, _)| variable == name);
        match found.filter(|(_, secret)| !secret.expose_secret().trim().is_empty()) {
            Some((_, secret)) => Ok(secret.expose_secret().trim().into()),
            // A secret that was given in the place of a name is not repeated.
            None if !is_variable_name(name) => Err(Failure::usage(
                "that is no name of an environment variable: give the name of the one that holds the secret",
            )),
            None => Err(Failure::usage(format!("the environment variable {name} is not set"))),
        }
    }

    /// The place that an environment variable names, for one that holds no secret.
    pub fn place(&self, name: &str) -> Option<PathBuf> {
        let text = self.variable(name).ok()?;
        Some(PathBuf::from(text.expose_secret()))
    }

    /// The file that the environment names for a secret setting: the variable's name and the file's absolute path.
    pub fn file_of(&self, setting: &Setting) -> Result<Option<(String, PathBuf)>, Failure> {
        let Some(twin) = setting.file_twin() else {
            return Ok(None);
        };
        match self.variable(&twin) {
            Ok(path) => {
                let path = std::path::absolute(path.expose_secret())?;
                Ok(Some((twin, path)))
            }
            Err(_) => Ok(None),
        }
    }

    /// The master key to act for: the setting, else what the person enters.
    pub fn master_key(settings: &Settings) -> Result<SecretString, Failure> {
        if let Some(key) = &settings.tenants.master_key {
            return Ok(key.clone());
        }
        app::without_master_key(settings, &Self::paths())?;
        if !prompt::is_attended() {
            let missing = "MCP_MASTER_KEY is not set, and there is no terminal to ask for the master key";
            let hint = "Set MCP_MASTER_KEY, or MCP_MASTER_KEY_FILE to a file that holds it.";
            return Err(Failure::usage(missing).with_hint(hint));
        }
        prompt::secret("Master key", "MCP_MASTER_KEY, or MCP_MASTER_KEY_FILE")
    }

    /// The platform's directories.
    pub fn paths() -> Paths {
        Paths::platform()
    }
}

/// The settings of a command that ends by itself; oddities are told on standard error.
fn told(loaded: Loaded) -> Settings {
    telemetry::install(loaded.settings.observability.log_level, LogFormat::Pretty);
    for warning in &loaded.warnings {
        output::note(&format!("warning: {warning}"));
    }
    loaded.settings
}

/// Logs from the server's first moment on, the oddities of its settings first.
fn start_logging(loaded: Loaded) -> Settings {
    let observability = &loaded.settings.observability;
    let (level, format) = (observability.log_level, observability.log_format);
    match &observability.otlp_endpoint {
        Some(collector) => telemetry::install_with_traces(level, format, collector),
        None => telemetry::install(level, format),
    }
    for warning in &loaded.warnings {
        tracing::warn!(target: "orderdesk_mcp::config", "{warning}");
    }
    loaded.settings
}

fn is_variable_name(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
