//! The one caller of a process that serves over stdio.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use od_engine::{ActiveStore, AuthFailure, ClientInfo, Error, Identity, ProcessStore, RequestId, Scope, Source};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::wire::Strays;
use crate::dispatch::Tools;
use crate::server::Subscriptions;

/// How a process signs in.
#[derive(Clone, Debug)]
pub struct StdioOptions {
    /// An unknown key of at least 16 bytes makes its tenant, unless nothing may be changed.
    pub auto_provision: bool,
    /// The store that is active from the start: its name or id.
    pub default_store: Option<String>,
    /// The longest message, in bytes.
    pub max_line_bytes: usize,
    /// How long calls that are under way may take to be answered once the server is stopped.
    pub grace: Duration,
}

impl Default for StdioOptions {
    fn default() -> Self {
        Self {
            auto_provision: false,
            default_store: None,
            max_line_bytes: 4 * 1024 * 1024,
            grace: Duration::from_secs(20),
        }
    }
}

/// The process's one caller. The active store is the process's own: two clients that each start a server do not move
/// each other's.
pub struct StdioSession {
    pub(super) options: StdioOptions,
    signed_in: Mutex<Option<SignedIn>>,
    pub(super) hung_up: CancellationToken,
    pub(super) strays: Strays,
    subscriptions: Subscriptions,
}

#[derive(Clone)]
struct SignedIn {
    identity: Identity,
    store: ProcessStore,
}

impl StdioSession {
    /// A process that nobody signed in to yet.
    pub fn new(options: StdioOptions) -> Self {
        Self {
            options,
            signed_in: Mutex::new(None),
            hung_up: CancellationToken::new(),
            strays: Strays::default(),
            subscriptions: Subscriptions::default(),
        }
    }

    /// Signs in with a master key, and makes the default store active. The first key stays: whoever talks an agent into
    /// another one would have the next store, and its API key, registered with a stranger.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a key that is mistyped, unknown, expired or revoked, or another tenant's than the
    /// first. A default store that does not exist is logged and left out, because the caller can still name one.
    pub async fn sign_in(&self, tools: &Tools, key: &SecretString) -> Result<(), Error> {
        let engine = tools.engine();
        let auth = engine.auth();
        let identity = if self.options.auto_provision && !tools.is_read_only() {
            auth.sign_in_or_provision(key).await?
        } else {
            auth.sign_in(key).await?
        };
        let signed_in = SignedIn {
            identity,
            store: ProcessStore::default(),
        };
        if let Some(store) = &self.options.default_store {
            let scope = signed_in.scope(RequestId::generate(), ClientInfo::default());
            if let Err(error) = engine.stores().use_store(&scope, store).await {
                tracing::warn!(%error, "the default store (MCP_DEFAULT_STORE) cannot be used");
            }
        }
        let tenant = signed_in.identity.tenant().clone();
        let mut first = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner);
        if first.get_or_insert(signed_in).identity.tenant() == &tenant {
            Ok(())
        } else {
            Err(Error::Unauthenticated(AuthFailure::OtherTenant))
        }
    }

    /// Cancelled when the client will not say anything any more.
    pub(crate) fn hung_up(&self) -> &CancellationToken {
        &self.hung_up
    }

    /// What the client listens to.
    pub(crate) fn subscriptions(&self) -> &Subscriptions {
        &self.subscriptions
    }

    /// How many answers came of which nobody knows to what question.
    pub(crate) fn lost_answers(&self) -> u64 {
        self.strays.answers()
    }

    /// The scope of one call, once somebody signed in.
    pub(crate) fn scope(&self, request_id: RequestId, client: ClientInfo) -> Option<Scope> {
        let signed_in = self.signed_in.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(signed_in.scope(request_id, client))
    }
}

impl SignedIn {
    fn scope(&self, request_id: RequestId, client: ClientInfo) -> Scope {
        Scope::new(self.identity.clone(), request_id, Source::Mcp)
            .with_client(client)
            .with_active_store(ActiveStore::Process(self.store.clone()))
    }
}
