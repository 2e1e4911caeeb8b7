//! Who calls, and what for: the first argument of every tenant operation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use od_db::TenantId;
use tokio_util::sync::CancellationToken;

use crate::answers::Delivery;
use crate::calls::Record;
use crate::consent::{Consent, Deed, Effects};
use crate::error::{Error, LookedIn};
use crate::progress::Progress;

mod identity;
mod kind;
mod permission;
mod request_id;
mod store_set;

pub use identity::Identity;
pub(crate) use identity::Proven;
pub use kind::CredentialKind;
pub use permission::{Grants, Permission};
pub use request_id::RequestId;
pub use store_set::StoreSet;

/// The door a call came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An MCP client, over stdio or HTTP.
    Mcp,
    /// The web pages.
    Webui,
    /// The command line.
    Cli,
    /// Order Desk itself.
    Webhook,
}

impl Source {
    /// As the audit log names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Webui => "webui",
            Self::Cli => "cli",
            Self::Webhook => "webhook",
        }
    }
}

/// What is known of the program at the other end. Self-declared: for the audit log, never for decisions.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// Name and version that an MCP client gave.
    pub name: Option<String>,
    /// Network address.
    pub ip: Option<String>,
    /// `User-Agent` header.
    pub user_agent: Option<String>,
}

/// Where the active store is remembered.
#[derive(Clone, Debug)]
pub enum ActiveStore {
    /// With the credential and the connection's narrowing, in the database: it survives reconnects and replicas, no other
    /// credential sees it, and a connection that may do less never moves that of one that may do more.
    Credential,
    /// With this process: stdio, where one process is one caller. Holds a store row's id.
    Process(ProcessStore),
}

/// The active store of a stdio process.
#[derive(Clone, Debug, Default)]
pub struct ProcessStore(Arc<Mutex<Option<String>>>);

impl ProcessStore {
    pub(crate) fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, store_row: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = store_row;
    }
}

/// One call's context.
#[derive(Clone, Debug)]
pub struct Scope {
    identity: Identity,
    request_id: RequestId,
    source: Source,
    client: Arc<ClientInfo>,
    active: ActiveStore,
    narrowing: Option<Arc<str>>,
    consent: Consent,
    delivery: Option<Delivery>,
    wanted: Option<CancellationToken>,
    by_hand: bool,
    progress: Option<Progress>,
    running: Arc<Mutex<Running>>,
}

/// What becomes known while a call runs. Every clone of its scope tells the same.
#[derive(Debug, Default)]
struct Running {
    about: Option<String>,
    place: Option<LookedIn>,
    call: Option<Arc<Record>>,
}

impl Scope {
    /// A scope for one call of a proven tenant.
    pub fn new(identity: Identity, request_id: RequestId, source: Source) -> Self {
        Self {
            identity,
            request_id,
            source,
            client: Arc::default(),
            active: ActiveStore::Credential,
            narrowing: None,
            consent: Consent::default(),
            delivery: None,
            wanted: None,
            by_hand: false,
            progress: None,
            running: Arc::default(),
        }
    }

    /// Adds what is known of the client.
    pub fn with_client(mut self, client: ClientInfo) -> Self {
        self.client = Arc::new(client);
        self
    }

    /// Chooses where the active store is remembered; with the credential by default.
    pub fn with_active_store(mut self, active: ActiveStore) -> Self {
        self.active = active;
        self
    }

    /// Adds what the connection leaves of what can be done, as a text that is the same for the same part; empty, as by
    /// default, when it leaves everything. What a connection may not write it cannot steer: what it makes the server
    /// remember stays with connections of the same narrowing.
    pub fn with_narrowing(mut self, narrowing: &str) -> Self {
        self.narrowing = (!narrowing.is_empty()).then(|| narrowing.into());
        self
    }

    /// Adds that a person was asked this question about the call and agreed.
    pub fn with_agreement(self, question: &str) -> Self {
        self.with_consent(Consent::Agreed(question.into()))
    }

    /// Says how the call comes by a person's agreement; by its argument by default.
    pub fn with_consent(mut self, consent: Consent) -> Self {
        self.consent = consent;
        self
    }

    /// How the call comes by a person's agreement.
    pub fn consent(&self) -> &Consent {
        &self.consent
    }

    /// Adds where it is told what becomes of the call's answer. Without it the answer counts as given.
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = Some(delivery);
        self
    }

    /// What becomes of the call's answer.
    pub fn delivery(&self) -> Delivery {
        self.delivery.clone().unwrap_or_else(Delivery::certain)
    }

    /// Adds what is cancelled when the caller waits no longer: it hung up, took the call back or ran out of patience. The
    /// call's reads that were not sent by then are given up ([`od_client::Error::Abandoned`]). For calls that only read.
    pub fn while_wanted(mut self, wanted: CancellationToken) -> Self {
        self.wanted = Some(wanted);
        self
    }

    /// The same scope for a call that is finished whether its caller waits for it or not.
    pub fn to_the_end(mut self) -> Self {
        self.wanted = None;
        self
    }

    /// What says that the caller waits no longer, if anything does.
    pub fn wanted(&self) -> Option<&CancellationToken> {
        self.wanted.as_ref()
    }

    /// The same scope for a call that a person runs by hand: one of the few that a tenant may run in a minute.
    pub fn by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    pub(crate) fn is_by_hand(&self) -> bool {
        self.by_hand
    }

    /// Adds where the call tells how far it is.
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Where the call tells how far it is, if anybody wants to hear of it.
    pub(crate) fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// Whether a person agreed to a question about this call. What the question named is then to be read anew: memory
    /// would only repeat it.
    pub(crate) fn is_agreed(&self) -> bool {
        matches!(self.consent, Consent::Agreed(_))
    }

    /// Whether the caller's own word that a person agreed is taken, and was given.
    pub(crate) fn takes_word(&self, confirmed: bool) -> bool {
        let takes = confirmed && matches!(self.consent, Consent::Argument | Consent::Unanswered);
        if takes {
            self.note_agreement();
        }
        takes
    }

    /// Has the audit log tell whose word was taken.
    fn note_agreement(&self) {
        if let (Some(call), Some(whose)) = (self.call(), self.consent.whose_word()) {
            call.agreed_by(whose);
        }
    }

    /// Passes when a person agreed to exactly these effects. A store that was renamed since, or an order whose customer
    /// is another, makes them others: nobody agreed to those.
    ///
    /// # Errors
    /// [`Error::ConfirmationRequired`] with the effects; [`Error::NobodyAnswered`].
    pub(crate) fn require_agreement(&self, deed: Deed, effects: impl Into<Effects>) -> Result<(), Error> {
        let effects = effects.into();
        match &self.consent {
            Consent::Agreed(question) if **question == effects.question() => {
                self.note_agreement();
                Ok(())
            }
            Consent::Missing(why) => Err(Error::NobodyAnswered(*why)),
            _ => Err(Error::ConfirmationRequired { effects, deed }),
        }
    }

    /// Passes for the tenant's owner. `what` says what nobody else may do: "make tokens".
    ///
    /// # Errors
    /// [`Error::OwnerOnly`]. A locked session is its owner's, too: what needs more asks [`Self::require_unlocked`].
    pub fn require_owner(&self, what: &'static str) -> Result<(), Error> {
        if self.identity.kind().is_owner() {
            Ok(())
        } else {
            Err(Error::OwnerOnly(what))
        }
    }

    /// Passes for whoever can open the tenant's secrets.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn require_unlocked(&self) -> Result<(), Error> {
        self.identity.data_key().map(drop)
    }

    /// Passes when the credential carries a permission.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Locked`].
    pub fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.identity.is_locked() && !self.identity.grants().allow(permission) {
            return Err(Error::Locked);
        }
        if self.identity.grants().allow(permission) {
            Ok(())
        } else {
            Err(Error::Denied(permission))
        }
    }

    /// The tenant all data of this call belongs to.
    pub fn tenant(&self) -> &TenantId {
        self.identity.tenant()
    }

    /// The proven caller.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The call's correlation id.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// The door the call came through.
    pub fn source(&self) -> Source {
        self.source
    }

    /// What is known of the client.
    pub fn client(&self) -> &ClientInfo {
        &self.client
    }

    pub(crate) fn active_store(&self) -> &ActiveStore {
        &self.active
    }

    pub(crate) fn narrowing(&self) -> &str {
        self.narrowing.as_deref().unwrap_or_default()
    }

    /// Notes which store the call turned out to be about, for the audit log: a call that fails has no reply to say so.
    /// Every clone of the scope tells it.
    pub(crate) fn set_about(&self, store_id: Option<&str>) {
        self.running().about = store_id.map(str::to_owned);
    }

    /// Order Desk's id of the store that the call is about, as far as it came to that.
    pub(crate) fn about(&self) -> Option<String> {
        self.running().about.clone()
    }

    /// Notes which store the call looks into, and what else might have been meant.
    pub(crate) fn set_place(&self, place: LookedIn) {
        self.running().place = Some(place);
    }

    /// Where the call looked last.
    pub(crate) fn place(&self) -> Option<LookedIn> {
        self.running().place.clone()
    }

    /// Begins or ends a call within this scope. It is about no store yet.
    pub(crate) fn set_call(&self, call: Option<Arc<Record>>) {
        *self.running() = Running {
            call,
            ..Running::default()
        };
    }

    /// The call that is under way.
    pub(crate) fn call(&self) -> Option<Arc<Record>> {
        self.running().call.clone()
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
