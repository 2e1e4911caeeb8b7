//! The names of what is recorded without being a tool.

/// Completing the name of a store or folder. The protocol's own method is `completion/complete`.
pub const COMPLETE: &str = "completion.complete";
/// The operator exported entries.
pub(super) const EXPORT: &str = "audit.export";
/// The operator looked at what a request did.
pub(super) const SHOW: &str = "audit.show";
/// The operator removed old entries.
pub(super) const PURGE: &str = "audit.purge";
/// What stands in a chain in place of the entries that were removed.
pub(super) const PURGED: &str = "audit.purged";
/// The operator made a tenant.
pub(crate) const CREATE_TENANT: &str = "tenant.create";
/// A stranger made a tenant on the pages.
pub(crate) const SIGN_UP: &str = "tenant.sign_up";
/// A sign-in link was sent by e-mail.
pub(crate) const SEND_LINK: &str = "auth.send_link";
/// A credential was refused over HTTP, or a person signed in on the pages.
pub(crate) const SIGN_IN: &str = "auth.sign_in";
/// A person opened a locked session with a master key.
pub(crate) const UNLOCK: &str = "auth.unlock";
/// A person signed out.
pub(crate) const SIGN_OUT: &str = "auth.sign_out";
/// A tenant's owner ended sessions.
pub(crate) const END_SESSION: &str = "session.end";
/// How many more of a tenant's calls its limit refused.
pub(crate) const REFUSED: &str = "calls.refused";
/// The operator deleted a tenant.
pub(crate) const DELETE_TENANT: &str = "tenant.delete";

/// The operator closed a tenant.
pub(crate) const CLOSE_TENANT: &str = "tenant.close";
/// The operator gave a closed tenant back.
pub(crate) const REOPEN_TENANT: &str = "tenant.reopen";
/// The operator called a tenant something else.
pub(crate) const RENAME_TENANT: &str = "tenant.rename";
/// A tenant's owner asked for the link that makes another e-mail address the tenant's.
pub(crate) const ASK_EMAIL: &str = "tenant.ask_email";
/// A tenant is reached at another e-mail address: that link was used, or the operator did it.
pub(crate) const CHANGE_EMAIL: &str = "tenant.change_email";

/// A tenant's owner made a token.
pub(crate) const CREATE_TOKEN: &str = "token.create";
/// A tenant's owner ended a token.
pub(crate) const REVOKE_TOKEN: &str = "token.revoke";

/// A person said what a client may do, or that it may do nothing.
pub(crate) const CONSENT: &str = "oauth.consent";
/// A client exchanged a code for its tokens.
pub(crate) const EXCHANGE: &str = "oauth.exchange";
/// A code or refresh token came that was used up, and its grant was ended.
pub(crate) const REPLAY: &str = "oauth.replay";
/// A client's access was ended, by the tenant's owner or by the client.
pub(crate) const REVOKE_GRANT: &str = "grant.revoke";

/// A tenant's owner replaced a master key.
pub(crate) const ROTATE_KEY: &str = "tenant.rotate_key";
/// The operator ended a master key.
pub(crate) const REVOKE_KEY: &str = "tenant.revoke_key";

/// A person kept a set of arguments for the console.
pub(crate) const SAVE_TEMPLATE: &str = "console.save_template";
/// A person removed such a set.
pub(crate) const DELETE_TEMPLATE: &str = "console.delete_template";

/// A report was read that is kept as a file.
pub(crate) const READ_REPORT: &str = "reports.read";
/// The dashboard, while somebody looks at it, had a store's copy of orders brought up to date.
pub(crate) const REFRESH: &str = "dashboard.refresh";

/// Order Desk posted an order that changed.
pub(crate) const WEBHOOK_POST: &str = "webhook.post";

/// All of them.
pub const ACTS: [&str; 32] = [
    EXPORT,
    SHOW,
    PURGE,
    PURGED,
    COMPLETE,
    CREATE_TENANT,
    SIGN_UP,
    SEND_LINK,
    DELETE_TENANT,
    CLOSE_TENANT,
    REOPEN_TENANT,
    RENAME_TENANT,
    ASK_EMAIL,
    CHANGE_EMAIL,
    CREATE_TOKEN,
    REVOKE_TOKEN,
    CONSENT,
    EXCHANGE,
    REPLAY,
    REVOKE_GRANT,
    ROTATE_KEY,
    REVOKE_KEY,
    SAVE_TEMPLATE,
    DELETE_TEMPLATE,
    READ_REPORT,
    SIGN_IN,
    UNLOCK,
    SIGN_OUT,
    END_SESSION,
    REFUSED,
    WEBHOOK_POST,
    REFRESH,
];
