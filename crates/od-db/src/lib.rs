//! Rows and SQL, on SQLite and PostgreSQL.
//!
//! [`Db`] is the door: open one per process, clone it freely, and reach each table family through its group,
//! for example `db.stores().list(&tenant)`. The same query text runs on both databases.
//!
//! Rules that hold for the whole crate:
//! - A method on a tenant's rows takes the [`TenantId`] first and never reaches another tenant's rows. The only ways in
//!   without one are digests of credentials, which are what a tenant is found by: [`MasterKeys::find_by_lookup`],
//!   [`Tokens::find`], [`Sessions::find_by_token`], [`MagicLinks::consume`], [`WebhookKeys::find`].
//! - Times are UTC milliseconds since the epoch and always come from the caller: this crate has no clock.
//! - Nothing is sealed or hashed here. What arrives is ciphertext, digest or public, and `Debug` hides the first two.
//! - [`DbError`] is safe to show: no SQL, no path, no URL.

mod active_stores;
mod answers;
mod audit;
mod audit_ends;
mod backups;
mod check_value;
mod consents;
mod console_templates;
mod contents;
mod db;
mod error;
mod fold;
mod forget;
mod idempotency;
mod leases;
mod magic_links;
mod maker;
mod master_keys;
mod migrate;
pub mod mirror;
mod mirrors;
mod oauth_clients;
mod oauth_grants;
mod options;
mod pool;
mod reports;
mod root_check;
mod root_rows;
mod row;
mod sealed;
mod sessions;
mod standing;
mod stores;
mod tenant_id;
mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod webhook_events;
mod webhook_keys;

pub use active_stores::ActiveStores;
pub use answers::{AnswerRow, Answers, FoundAnswer};
pub use audit::{
    Appended, Audit, AuditEntry, AuditFilter, AuditHead, AuditPage, AuditPlace, AuditRow, BEGUN, Proofs, Purged,
};
pub use audit_ends::{AuditEnd, AuditEnds, EndProofs, EndsHead, NewEndProofs};
pub use backups::{BackupRow, Backups};
pub use check_value::{CheckValue, HandOver, KeptKey, Vouchers};
pub use consents::{Consents, Declined};
pub use console_templates::{ConsoleTemplateRow, ConsoleTemplates};
pub use contents::Contents;
pub use db::{Backend, Db};
pub use error::{DbError, SqlFault, Unique};
pub use fold::fold_name;
pub use idempotency::{Idempotency, IdempotencyRow};
pub use leases::{Leases, Living};
pub use magic_links::{MagicLinkRow, MagicLinks};
pub use maker::Maker;
pub use master_keys::{KeyEnd, MasterKeyRow, MasterKeys, OldKey, Replaced};
pub use migrate::{MigrationReport, Schema};
pub use mirrors::{MirrorChunk, MirrorRow, Mirrors};
pub use oauth_clients::{OAuthClientRow, OAuthClients};
pub use oauth_grants::{Ended, GrantRow, Issued, OAuthGrants};
pub use options::DbOptions;
pub use pool::Connections;
pub use reports::{ReportBounds, ReportRow, Reports};
pub use root_check::IsOurs;
pub use root_rows::{MadeWith, UnderAnother};
pub use sealed::SealedColumns;
pub use sessions::{SessionRow, Sessions};
pub use standing::Standing;
pub use stores::{NewApiKey, StoreChange, StoreRow, Stores};
pub use tenant_id::{InvalidTenantId, TenantId};
pub use tenants::{Holdings, TenantRow, Tenants};
pub use tokens::{FoundToken, TokenRow, Tokens};
pub use webhook_events::{WebhookEventRow, WebhookEvents};
pub use webhook_keys::{FoundWebhook, WebhookKeyRow, WebhookKeys};
