//! Wiring: from the settings to the engine and to a caller's scope.

mod command_line;
mod contents;
mod desk;
mod options;
mod pages;
mod sign_in;
mod trial;
mod unwritable;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use od_engine::{
    Clock, DbError, DbOptions, Engine, EngineOptions, Error, Identity, RootKey, Roots, Scope, StartError, backup,
};
use od_mcp::{HostList, HttpOptions, Narrowing, StdioOptions, StdioSession, ToolOptions, Tools};
use secrecy::{SecretSlice, SecretString};
use tokio_util::sync::CancellationToken;

pub use self::contents::{
    RESTORE, contents, database, judge_root_keys, not_opened, place, refuse_folder_unasked, refuse_memory, root_key,
    root_keys, sqlite_file_unwritable, without_master_key,
};
pub use self::trial::{Trial, registration_hint, try_address, try_out};
use self::{
    desk::desk,
    options::{options, same_site},
};
use crate::{
    cli::Failure,
    config::{self, ConfirmBy, Fault, Paths, ReplyMode, Settings, ToolNames},
    forwarded::Trust,
    guard::Guard,
    health::Health,
    http,
    mail::Mail,
    metrics,
};

/// The engine, and what the doors need beside it.
pub struct App {
    /// What the product does.
    pub engine: Engine,
    settings: Settings,
    /// The database's address as it may be shown.
    place: String,
    /// Sign questions to the user, so that only the call they were asked about can carry the answer: the first signs, all are
    /// accepted.
    question_keys: Vec<SecretSlice<u8>>,
    /// What the pages have in the demo.
    demo: Option<od_web::Demo>,
}

/// What Order Desk posts is one order: many times as much as the largest.
const MOST_POST_BYTES: usize = 1024 * 1024;

impl App {
    /// Opens the database that is there, and everything on it. A command that looks or ends something makes none: a slip in its
    /// address would otherwise look like a server that forgot everything.
    pub async fn open(settings: Settings, paths: &Paths) -> Result<Self, Failure> {
        let database = DbOptions {
            create: false,
            ..database(&settings, paths)?
        };
        Self::on(database, settings, paths).await
    }

    /// The same, and makes a database where there is none: for what a person begins with.
    pub async fn open_or_make(settings: Settings, paths: &Paths) -> Result<Self, Failure> {
        refuse_folder_unasked(&settings, paths)?;
        Self::on(database(&settings, paths)?, settings, paths).await
    }

    /// The same for a command that makes something and ends: in memory it would be gone at once.
    pub async fn open_or_make_to_keep(settings: Settings, paths: &Paths) -> Result<Self, Failure> {
        refuse_memory(&settings, paths)?;
        Self::open_or_make(settings, paths).await
    }

    async fn on(database: DbOptions, settings: Settings, paths: &Paths) -> Result<Self, Failure> {
        let place = place(&settings, paths);
        let (root_key, previous) = root_keys(&settings, paths).await?;
        let question_key = |root: &RootKey| SecretSlice::from(root.subkey("mcp questions").as_bytes().to_vec());
        let question_keys = [Some(&root_key), previous.as_ref()]
            .into_iter()
            .flatten()
            .map(question_key)
            .collect();
        let options = EngineOptions {
            previous_root_key: previous,
            ..options(&settings, root_key, database)
        };
        let opened = Engine::open(options, Clock::system()).await;
        Ok(Self {
            engine: opened.map_err(|error| not_opened(error, &settings, paths))?,
            settings,
            place,
            question_keys,
            demo: None,
        })
    }

    /// The same, with what the pages have in the demo.
    pub fn with_demo(self, demo: od_web::Demo) -> Self {
        Self {
            demo: Some(demo),
            ..self
        }
    }

    /// Tells the log of a server what needs another root key than the one in use.
    pub async fn tell_of_root_keys(&self) -> Result<(), Failure> {
        let keys = self.engine.root_keys();
        let (are_two, remaining) = (keys.are_two(), keys.remaining().await?.count());
        match (are_two, remaining) {
            (false, 0) => {}
            (true, 0) => tracing::warn!(
                "nothing needs MCP_KMS_KEY_PREVIOUS: leave it out, unless other servers on this database are about to go over \
                 to it"
            ),
            (true, remaining) => tracing::info!(
                remaining,
                "what still needs MCP_KMS_KEY_PREVIOUS goes over as it is used"
            ),
            (false, remaining) => tracing::warn!(
                remaining,
                "credentials were made with another root key and are refused as unknown; MCP_KMS_KEY_PREVIOUS opens them"
            ),
        }
        Ok(())
    }

    /// Shows other processes on the same database that this one serves.
    pub async fn serve_among_others(&self) -> Result<(), Failure> {
        let begun = self.engine.serve_among_others().await;
        begun.map_err(|error| Failure::failed(format!("who else serves could not be looked up: {error}")))
    }

    /// What was configured.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The database's address as it may be shown.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The agent's tools on the engine.
    pub fn tools(&self) -> Result<Tools, Failure> {
        let Settings { mcp, server, .. } = &self.settings;
        let options = ToolOptions {
            names: tool_names(mcp),
            narrowing: narrowing(mcp)?,
            max_response_bytes: mcp.max_response_bytes,
            reply: reply(mcp),
            request_timeout: server.request_timeout,
            confirm_by: confirm_by(mcp),
            clock: Clock::system(),
            ..ToolOptions::default()
        };
        Tools::new(self.engine.clone(), options).map_err(|error| Failure::failed(error.to_string()))
    }

    /// Everything served over HTTP at `address`. `open` is who calls without credentials act as; `stop` ends the
    /// readiness at once, `end` the streams that are still open at the end of the grace period.
    pub fn routes(
        &self,
        address: SocketAddr,
        open: Option<Identity>,
        stop: CancellationToken,
        end: CancellationToken,
    ) -> Result<Router, Failure> {
        let server = &self.settings.server;
        let tools = self.tools()?;
        let defaults = HttpOptions::default();
        let public_url = server.public_url.as_ref().map(|url| url.join(""));
        let configured = HostList::parse(server.allowed_hosts.0.iter().map(String::as_str))
            .map_err(|error| Failure::usage(error.to_string()))?;
        let allowed_hosts = defaults.allowed_hosts.and(configured);
        let hosts = allowed_hosts.clone();
        let mail = Mail::new(&self.settings)?;
        let web = od_web::WebOptions {
            public_url: server.public_url.as_ref().map(|url| url.as_url().clone()),
            address,
            answers_to: Arc::new(move |host| hosts.admits(host)),
            open: open.is_some(),
            mail: mail.as_ref().map(Mail::deliver),
            session_cookie: self.settings.oauth.session_cookie.as_str().to_owned(),
            secure_cookies: self.settings.web_ui.cookie_secure,
            same_site: same_site(self.settings.web_ui.cookie_same_site),
            most_post_bytes: server.max_request_bytes.min(MOST_POST_BYTES),
            pages: self.settings.web_ui.enabled.then(|| od_web::PageOptions {
                traces: self.settings.web_ui.trace_viewer,
                desk: desk(&tools),
                mail_is_printed: mail.as_ref().is_some_and(Mail::is_printed),
                demo: self.demo.clone(),
                settings: pages::settings(&self.settings),
            }),
        };
        let options = HttpOptions {
            allowed_hosts,
            allowed_origins: [defaults.allowed_origins, server.allowed_origins.0.clone()].concat(),
            public_url,
            max_request_bytes: server.max_request_bytes,
            body_timeout: server.request_timeout,
            allow_master_key_bearer: self.settings.tenants.allow_master_key_bearer,
            open,
            closing: stop.clone(),
        };
        let mcp = od_mcp::router(tools, options, &self.question_keys, end)
            .map_err(|error| Failure::usage(error.to_string()))?;
        let health = Health::new(self.engine.clone(), stop);
        let others = od_web::router(self.engine.clone(), web.clone())
            .merge(health.router())
            .merge(self.operations(
                &health,
                self.settings.observability.metrics_address().is_none(),
                server.has_strangers_on_loopback(),
            ));
        // The endpoint reads the bodies of calls itself, which may be long, within the time for a request.
        let routes = mcp.merge(http::in_time(others, http::BODY_TIMEOUT));
        let endpoint = server.public_url.as_ref().map(|url| url.join("/mcp"));
        Ok(http::finish(
            routes,
            self.trust(),
            endpoint.as_deref().unwrap_or("/mcp"),
            od_web::nowhere(self.engine.clone(), web),
        ))
    }

    /// What is served at the listener for metrics alone, when there is one.
    pub fn metrics_routes(&self, stop: CancellationToken) -> Router {
        let health = Health::new(self.engine.clone(), stop);
        let routes = http::in_time(
            // No proxy leads here.
            health.router().merge(self.operations(&health, true, false)),
            http::BODY_TIMEOUT,
        );
        http::finish(routes, self.trust(), "at another address", None)
    }

    /// The operator's pages, as far as they are switched on.
    fn operations(&self, health: &Health, with_metrics: bool, has_strangers_here: bool) -> Router {
        let observability = &self.settings.observability;
        let mut pages = Router::new();
        if observability.metrics && with_metrics {
            pages = pages.merge(metrics::router(self.engine.clone()));
        }
        if observability.detailed_health {
            pages = pages.merge(health.detailed());
        }
        let guard = Guard::new(
            observability.metrics_token.clone(),
            has_strangers_here,
            self.engine.clone(),
        );
        guard.before(pages)
    }

    /// Whom to believe about a caller's address, when a proxy stands in front.
    pub fn trust(&self) -> Option<Trust> {
        let server = &self.settings.server;
        server.trust_proxy.then(|| Trust {
            proxies: server.trusted_proxies.clone(),
            header: server.client_ip_header.clone(),
        })
    }

    /// Serves standard input and output until the client hangs up or `stop` is cancelled.
    pub async fn serve_stdio(&self, key: Option<&SecretString>, stop: CancellationToken) -> Result<(), Failure> {
        let Settings { tenants, server, .. } = &self.settings;
        let session = StdioSession::new(StdioOptions {
            auto_provision: tenants.auto_provision,
            default_store: tenants.default_store.clone(),
            max_line_bytes: server.max_request_bytes,
            grace: server.shutdown_grace,
        });
        let tools = self.tools()?;
        if let Some(key) = key
            && let Err(error) = session.sign_in(&tools, key).await
        {
            return Err(self.refused_key(key, error).await);
        }
        od_mcp::serve_stdio(tools, session, &self.question_keys, stop)
            .await
            .map_err(|error| Failure::failed(error.to_string()))
    }

    /// Ends what a command opened, and answers with what the command came to or, when that is well, with how it ended.
    pub async fn end_after(self, outcome: Result<(), Failure>) -> Result<(), Failure> {
        let ended = self.end().await;
        outcome.and(ended)
    }

    /// Ends a command that runs once: waits for its work and tells when entries of it are missing in the audit log.
    pub async fn end(self) -> Result<(), Failure> {
        /// Longer than any wait for a lock of the database.
        const GRACE: Duration = Duration::from_secs(10);
        let engine = self.engine.clone();
        self.close(GRACE).await;
        match engine.health().await.audit_entries_lost {
            0 => Ok(()),
            lost => Err(Failure::failed(format!(
                "this was done, but the audit log does not tell of it (entries lost: {lost})"
            ))
            .with_hint("`orderdesk-mcp doctor` finds out why the database takes no entries.")),
        }
    }

    /// Lets running work end within `grace`, writes the audit log out and closes the database.
    pub async fn close(self, grace: Duration) {
        if !self.engine.shutdown(grace).await {
            tracing::warn!("work was still running at the end of the grace period");
        }
    }
}

/// How tool names are listed.
pub fn tool_names(settings: &config::mcp::Mcp) -> od_mcp::ToolNames {
    match settings.tool_names {
        ToolNames::Underscore => od_mcp::ToolNames::Underscore,
        ToolNames::Dot => od_mcp::ToolNames::Dot,
    }
}

fn confirm_by(settings: &config::mcp::Mcp) -> od_mcp::ConfirmBy {
    match settings.confirm {
        ConfirmBy::Auto => od_mcp::ConfirmBy::Auto,
        ConfirmBy::Person => od_mcp::ConfirmBy::Person,
    }
}

fn reply(settings: &config::mcp::Mcp) -> od_mcp::ReplyMode {
    match settings.reply {
        ReplyMode::Both => od_mcp::ReplyMode::Both,
        ReplyMode::Text => od_mcp::ReplyMode::Text,
        ReplyMode::Structured => od_mcp::ReplyMode::Structured,
    }
}

/// What the operator leaves of the tools.
pub fn narrowing(settings: &config::mcp::Mcp) -> Result<Narrowing, Failure> {
    let name = config::mcp::MCP_TOOLSETS.name;
    let toolsets = if settings.toolsets.0.is_empty() {
        Narrowing::none()
    } else {
        Narrowing::toolsets(&settings.toolsets.0.join(",")).map_err(|error| Fault::new(name, error.to_string()))?
    };
    Ok(if settings.read_only {
        toolsets.and(&Narrowing::read_only())
    } else {
        toolsets
    })
}

/// The database as something to copy.
pub async fn source(settings: &Settings, paths: &Paths) -> Result<backup::Source, Failure> {
    let (root_key, previous) = root_keys(settings, paths).await?;
    let roots = Roots::new(root_key, previous);
    let opened = backup::Source::open(&database(settings, paths)?, roots, Clock::system()).await;
    opened.map_err(|error| not_opened(error, settings, paths))
}

/// Signs in for a command: the scope of the one tenant it acts for, with the store of `MCP_DEFAULT_STORE` active.
pub async fn sign_in(app: &App, key: &SecretString) -> Result<Scope, Failure> {
    let scope = app.sign_in_plainly(key).await?;
    if let Some(store) = &app.settings.tenants.default_store {
        let used = app.engine.stores().use_store(&scope, store).await;
        used.map_err(|error| default_store(&error))?;
    }
    Ok(scope)
}

/// The default store is a setting, so what is wrong with it is a fault of the configuration.
pub fn default_store(error: &Error) -> Failure {
    let name = config::tenants::MCP_DEFAULT_STORE.name;
    match error {
        Error::NotFound { .. } | Error::NoneOfItsStores { .. } => {
            Failure::from(Fault::new(name, format!("is none of the tenant's stores. {error}")))
                .with_hint("`orderdesk-mcp store list` shows the tenant's stores.")
        }
        _ => Failure::failed(format!("{name}: {error} ({})", error.code())).with_hint(error.hint()),
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::WrongRootKey | StartError::NeitherRootKey => Failure::usage(error.to_string()).with_hint(format!(
                "{RESTORE} Or DATABASE_URL names another database than the one you mean. A backup from before the root key was \
                 replaced opens with the present key in MCP_KMS_KEY and the key of that day in MCP_KMS_KEY_PREVIOUS."
            )),
            StartError::CheckValueLost => Failure::failed(error.to_string()).with_hint(
                "This program never removes it: a restore broke off half-way, or somebody wrote to the database. Put a backup back, \
                 whole (`pg_restore --exit-on-error --single-transaction`). Of one made with this \
                 version the row `root` of the table vault_check is enough to start; then `orderdesk-mcp audit verify` tells what else was changed.",
            ),
            StartError::Database(error) => {
                Failure::failed(format!("the database cannot be used: {error}")).with_hint(database_hint(&error))
            }
            StartError::Redis(_) => Failure::usage(format!("REDIS_URL: {error}")),
            StartError::Upstream(_) => Failure::usage(format!("ORDERDESK_API_BASE_URL: {error}")),
        }
    }
}

fn database_hint(error: &DbError) -> &'static str {
    match error {
        DbError::NewerSchema { .. } => {
            "Start that newer release again, or put back the backup that was made before it: docs/upgrade.md, Rollback."
        }
        DbError::Corrupt(_) => {
            "Nothing was changed. If DATABASE_URL names the file you mean: stop every server, keep a copy of it with app.db-wal and \
             app.db-shm, and put a backup in its place (docs/backup.md, Restore in place). A disk may be failing."
        }
        _ => {
            "Check DATABASE_URL, and that the disk there has room. For SQLite, let the user this runs as write the file and its folder: SQLite keeps two more \
             files beside it."
        }
    }
}

#[cfg(test)]
mod tests;
