//! How a client starts this program, as its file says it.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::layout::Layout;
use crate::{
    cli::{Context, Failure},
    config::{
        Effective, FromText, Origin, Paths, Settings,
        limits::{RATE_LIMIT_BURST, RATE_LIMIT_RPM},
        mcp::{MCP_CONFIRM, MCP_MAX_RESPONSE_BYTES, MCP_READ_ONLY, MCP_REPLY, MCP_TOOL_NAMES, MCP_TOOLSETS},
        mirror::MIRROR_DAYS,
        observability::{AUDIT_LOG_RETENTION_DAYS, ENABLE_AUDIT_LOG},
        root::MCP_KMS_KEY,
        storage::DATABASE_URL,
        tenants::{MCP_DEFAULT_STORE, MCP_MASTER_KEY},
        upstream::{
            ORDERDESK_ALLOW_PLAIN_HTTP, ORDERDESK_API_BASE_URL, ORDERDESK_BUCKET_SIZE, ORDERDESK_HEADROOM,
            ORDERDESK_REFILL_PER_SECOND, Upstream,
        },
    },
};

#[cfg(test)]
mod tests;

/// What the operator closed, how agents are answered, and how long the audit log is kept: without it the client would be offered
/// more than was meant, and its server would remove what another keeps.
const BOUNDS: [&str; 15] = [
    MCP_DEFAULT_STORE.name,
    RATE_LIMIT_RPM.name,
    RATE_LIMIT_BURST.name,
    ORDERDESK_BUCKET_SIZE.name,
    ORDERDESK_REFILL_PER_SECOND.name,
    ORDERDESK_HEADROOM.name,
    MIRROR_DAYS.name,
    MCP_TOOLSETS.name,
    MCP_READ_ONLY.name,
    MCP_TOOL_NAMES.name,
    MCP_CONFIRM.name,
    MCP_REPLY.name,
    MCP_MAX_RESPONSE_BYTES.name,
    ENABLE_AUDIT_LOG.name,
    AUDIT_LOG_RETENTION_DAYS.name,
];

/// The name this server goes by in a client.
pub const NAME: &str = "orderdesk";

/// How a client starts this very program over stdio for one tenant. A client knows nothing of this shell's environment, so
/// what differs from the defaults goes along.
#[derive(Default)]
pub struct Launch {
    pub(super) program: PathBuf,
    /// For the client's file.
    pub(super) environment: Map<String, Value>,
    /// The same for standard output, which ends in scrollbacks and logs: secrets that were given are not repeated there.
    pub(super) shown: Map<String, Value>,
    /// What setup uses because nothing was given: left out of a new entry, which comes to the same.
    pub(super) defaults: Map<String, Value>,
    /// Whether it is this very entry that somebody asked for: then it may do without a master key, which is shown with a tool,
    /// and one that leads to an address gives way to it.
    pub(super) asked_for: bool,
}

impl Launch {
    /// What the settings say, apart from a master key that is only entered or made.
    pub fn new(context: &Context, settings: &Settings, paths: &Paths) -> Result<Self, Failure> {
        let mut launch = Self {
            program: std::env::current_exe()?,
            ..Self::default()
        };
        for (setting, secret) in [
            (&MCP_MASTER_KEY, &settings.tenants.master_key),
            (&MCP_KMS_KEY, &settings.root.kms_key),
        ] {
            let Some(secret) = secret else { continue };
            if let Some((name, path)) = context.file_of(setting)? {
                // A secret that is kept in a file stays there.
                launch.add(&name, &path.to_string_lossy());
            } else {
                launch.add_secret(setting.name, secret, &given(setting.name));
            }
        }
        if let (None, Some(name)) = (&settings.root.kms_key, MCP_KMS_KEY.file_twin()) {
            launch.by_default(&name, &paths.key_file()?.to_string_lossy());
        }
        launch.add_database(context, settings, paths)?;
        launch.add_order_desk(&settings.upstream);
        launch.add_bounds(settings);
        Ok(launch)
    }

    /// Signs in with a key that no setting gave. One that was just made is shown, for it is shown this once.
    pub fn sign_in_with(&mut self, key: &SecretString, is_new: bool) {
        let name = MCP_MASTER_KEY.name;
        let shown = if is_new {
            key.expose_secret().to_owned()
        } else {
            given(name)
        };
        self.add_secret(name, key, &shown);
    }

    fn add_database(&mut self, context: &Context, settings: &Settings, paths: &Paths) -> Result<(), Failure> {
        let Some(url) = &settings.storage.database_url else {
            self.by_default(DATABASE_URL.name, settings.storage.url(paths)?.expose());
            return Ok(());
        };
        let whole = url.absolute()?;
        match context.file_of(&DATABASE_URL)? {
            // The file serves the client as well, unless it tells of a place beside our working directory.
            Some((name, path)) if whole.expose() == url.expose() => self.add(&name, &path.to_string_lossy()),
            _ => {
                // One with a password would be a gap that looks like an address.
                let shown = whole.show().unwrap_or_default();
                let shown = if shown == whole.expose() {
                    shown
                } else {
                    given(DATABASE_URL.name)
                };
                self.add(DATABASE_URL.name, &shown);
                self.environment
                    .insert(DATABASE_URL.name.to_owned(), whole.expose().into());
            }
        }
        Ok(())
    }

    /// Elsewhere the store would be looked for in vain, and its key be shown to whoever answers there.
    fn add_order_desk(&mut self, upstream: &Upstream) {
        let url = &upstream.base_url;
        if ORDERDESK_API_BASE_URL.default == Some(url.as_str()) {
            self.by_default(ORDERDESK_API_BASE_URL.name, url.as_str());
        } else {
            self.add(ORDERDESK_API_BASE_URL.name, url.as_str());
        }
        if url.is_plain_http_elsewhere() {
            self.add(ORDERDESK_ALLOW_PLAIN_HTTP.name, &upstream.allow_plain_http.to_string());
        }
    }

    fn add_bounds(&mut self, settings: &Settings) {
        let given = settings
            .effective()
            .into_iter()
            .filter(|row| row.origin != Origin::Default && BOUNDS.contains(&row.setting.name));
        for Effective { setting, value, .. } in given {
            if let Some(value) = value.filter(|value| setting.default != Some(value)) {
                self.add(setting.name, &value);
            }
        }
    }

    fn by_default(&mut self, name: &str, value: &str) {
        self.defaults.insert(name.to_owned(), value.into());
    }

    fn add(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.into());
        self.shown.insert(name.to_owned(), value.into());
    }

    fn add_secret(&mut self, name: &str, secret: &SecretString, shown: &str) {
        self.shown.insert(name.to_owned(), shown.into());
        self.environment.insert(name.to_owned(), secret.expose_secret().into());
    }

    /// The entry for a client's file of this layout.
    pub fn entry(&self, layout: Layout) -> Map<String, Value> {
        match layout {
            Layout::McpServers | Layout::Codex => self.with(self.environment.clone()),
            Layout::VsCode => {
                let variables = self.environment.iter().map(|(name, value)| {
                    let value = if self.is_secret(name) {
                        format!("${{input:{}}}", input_id(name)).into()
                    } else {
                        value.clone()
                    };
                    (name.clone(), value)
                });
                let mut entry = Map::from_iter([("type".to_owned(), "stdio".into())]);
                entry.extend(self.with(variables.collect()));
                entry
            }
        }
    }

    /// The entry without the secrets that were given.
    pub fn shown_entry(&self, layout: Layout) -> Map<String, Value> {
        if layout.holds_secrets() {
            self.with(self.shown.clone())
        } else {
            self.entry(layout)
        }
    }

    /// Whether it is known who signs in.
    pub fn has_key(&self) -> bool {
        let named = |map: &Map<String, Value>| map.keys().any(|name| name.starts_with(MCP_MASTER_KEY.name));
        named(&self.environment)
    }

    /// Somebody asked for this entry, and for nothing else.
    pub fn ask_for(&mut self) {
        self.asked_for = true;
    }

    /// What a client of this layout asks its user for when it starts this program.
    pub fn inputs(&self, layout: Layout) -> Vec<Value> {
        let secrets = self.environment.keys().filter(|name| self.is_secret(name));
        match layout {
            Layout::McpServers | Layout::Codex => Vec::new(),
            Layout::VsCode => secrets.map(|name| input(name)).collect(),
        }
    }

    fn is_secret(&self, name: &str) -> bool {
        name == MCP_MASTER_KEY.name || self.environment.get(name) != self.shown.get(name)
    }

    /// The entry for people to read, and to fill in what they gave themselves.
    pub fn shown(&self) -> Value {
        json!({ NAME: self.with(self.shown.clone()) })
    }

    /// What the program would be started with, whether it is spelled out or comes to the same by default.
    pub fn used(&self) -> Map<String, Value> {
        self.environment
            .clone()
            .into_iter()
            .chain(self.defaults.clone())
            .collect()
    }

    fn with(&self, variables: Map<String, Value>) -> Map<String, Value> {
        [
            ("command".to_owned(), self.program.to_string_lossy().into()),
            ("args".to_owned(), json!(["stdio"])),
            ("env".to_owned(), variables.into()),
        ]
        .into_iter()
        .collect()
    }
}

/// What stands for a secret that was given.
fn given(name: &str) -> String {
    format!("(the {name} you gave)")
}

fn input_id(name: &str) -> String {
    let name = name.to_lowercase().replace('_', "-");
    format!("orderdesk-{}", name.trim_start_matches("mcp-"))
}

fn input(name: &str) -> Value {
    let description = match name {
        name if name == MCP_MASTER_KEY.name => "Master key of orderdesk-mcp (odmk_...)".to_owned(),
        name => format!("{name} of orderdesk-mcp"),
    };
    json!({ "type": "promptString", "id": input_id(name), "description": description, "password": true })
}
