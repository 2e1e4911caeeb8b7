//! What the product does, without a protocol and without a page: tenants, stores, orders and their mutation, cache,
//! limits, audit.
//!
//! Both doors call the same operations. A tenant's operation takes a [`Scope`] first: forgetting the tenant does not
//! compile.

pub mod audit;
pub mod auth;
pub mod backup;
pub mod insight;
pub mod items;
pub mod keys;
pub mod networks;
pub mod oauth;
pub mod orders;
pub mod products;
pub mod redact;
pub mod root_keys;
pub mod shipments;
pub mod stores;
pub mod templates;
pub mod tenants;
pub mod webhooks;

mod answers;
mod attempts;
mod cache;
mod calls;
mod clock;
mod consent;
mod credentials;
mod difference;
mod engine;
mod error;
mod forms;
mod housekeeping;
mod limits;
mod links;
mod lock;
mod meter;
mod metrics;
mod outcome;
mod parts;
mod progress;
mod reads;
mod replicas;
mod replies;
mod roots;
mod scope;
mod sealed;
mod sessions;
mod spreadsheet;
mod standing;
mod start_error;
#[cfg(test)]
mod testing;
mod waiting;

pub use answers::{Delivery, Lost, Receipt, Write};
pub use audit::AuditOptions;
pub use cache::CacheOptions;
pub use calls::{Anonymous, Call, Work};
pub use clock::Clock;
pub use consent::{Consent, Consents, Deed, Effects, NoAnswer};
pub use credentials::{CreatedToken, NewPersonalToken, PersonalTokens, TokenView};
pub use difference::{Altered, AlteredField};
pub use engine::{Engine, EngineOptions, Health, MutationOptions, UpstreamHealth};
pub use error::{AuthFailure, Class, Error, ErrorCode, Existing, LookedIn, error_codes};
pub use forms::{Came, Forms, is_browser, new_browser};
pub use limits::LimitOptions;
pub use links::{
    Account, EmailError, LinkError, LinkOptions, Links, PendingEmail, Post, Posted, Posting, SignInLink, SignUp,
    SignUps,
};
pub use meter::{AuthReason, Limit};
pub use metrics::{METRICS, Measured, Metric, MetricKind, Reading};
pub use oauth::OAuthOptions;
pub use od_client::{
    ClientOptions as UpstreamOptions, Distribution, Error as UpstreamError, JsonExcess, NetworkFault, Visit, Visited,
    is_loopback, json_values,
};
pub use od_db::{Connections, Contents, DbError, DbOptions};
pub use od_record::{Meant, NameOf, bare_id, given_twice, meant, nearest, shape, skim, slip, text, tidy};
pub use od_shared::Trouble as RedisTrouble;
pub use od_vault::{MasterKey, MasterKeyError, RootKey, RootKeyError, same};
pub use outcome::{CacheInfo, Outcome, Page, ReportFile, StoreRef};
pub use progress::{Progress, Step, Steps};
pub use replicas::{ReplicaHealth, ReplicaOptions};
pub use roots::Roots;
pub use scope::{
    ActiveStore, ClientInfo, CredentialKind, Grants, Identity, Permission, ProcessStore, RequestId, Scope, Source,
    StoreSet, TenantId,
};
pub use sessions::{FoundSession, SessionCookie, SessionOptions, SessionView, Sessions, SignInError};
pub use spreadsheet::harmless;
pub use start_error::StartError;
pub use waiting::{in_words, whole_seconds};
pub use webhooks::WebhookOptions;
