//! A tenant's master keys over time.

use std::time::Duration;

use od_engine::{
    Clock, Engine, Error, Scope,
    keys::{EndedKey, MasterKeyView, NewMasterKey, RotatedKey},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::which::{Which, WhichOrOnly, named};
use crate::cli::{
    Failure,
    output::{self, Output, OutputArg},
    prompt,
};

/// Give a tenant a new master key, and print it, once.
///
/// It takes the present one (MCP_MASTER_KEY, or a prompt): nothing else opens the tenant's data, and the operator has nothing
/// that does. The old key goes on working for the grace period, so that each client can be given the new one without a pause,
/// and then ends by itself. Tokens and connected apps have copies of their own and go on working: after a leak, end those too
/// (`token list`).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant rotate-key
  orderdesk-mcp tenant rotate-key --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant rotate-key --tenant 0198c0de-0000-7000-8000-000000000001 --grace-days 1 --label 2027
  orderdesk-mcp tenant rotate-key --tenant \"Blue Harbor Prints\" --immediately --reason \"sent by mail\" --output json")]
pub struct RotateKeyArgs {
    #[command(flatten)]
    which: WhichOrOnly,

    /// How many days the old key goes on working.
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=365))]
    grace_days: u32,

    /// The old key ends as soon as the new one is printed.
    #[arg(long, conflicts_with = "grace_days")]
    immediately: bool,

    /// A name to recognise the new key by.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,

    /// Why the old one is replaced; kept with it and in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Ask for the new key instead of generating one.
    #[arg(long)]
    own_key: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// End one of a tenant's master keys now.
///
/// Its copy of the tenant's data key is destroyed. Running servers and clients refuse it at its next use, within a second. To
/// give the tenant another key first, use `tenant rotate-key`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant keys --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant revoke-key --tenant \"Blue Harbor Prints\" --prefix odmk_Ab3dE6g
  orderdesk-mcp tenant revoke-key --tenant \"Blue Harbor Prints\" --prefix odmk_Ab3dE6g --reason \"laptop lost\" --yes")]
pub struct RevokeKeyArgs {
    #[command(flatten)]
    which: Which,

    /// The key's first characters, or its id, as `tenant keys` prints them. Of two keys that share them neither is ended.
    #[arg(long, value_name = "PREFIX")]
    prefix: String,

    /// Why; kept with it and in the audit log.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Do not ask when it is the tenant's last key.
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    output: OutputArg,
}

/// List a tenant's master keys, newest first, those that have ended included.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  orderdesk-mcp tenant keys --tenant \"Blue Harbor Prints\"
  orderdesk-mcp tenant keys --tenant 0198c0de-0000-7000-8000-000000000001 --output json")]
pub struct KeysArgs {
    #[command(flatten)]
    which: WhichOrOnly,

    #[command(flatten)]
    output: OutputArg,
}

/// How long an old key that is to end now works at the most: until the new one is printed. Nobody has the new one when that
/// fails, and without any key the tenant would be lost.
const UNTIL_PRINTED: Duration = Duration::from_mins(10);

impl RotateKeyArgs {
    /// The new key, when it is to be the owner's own.
    pub fn own_key(&self) -> Result<Option<SecretString>, Failure> {
        if !self.own_key {
            return Ok(None);
        }
        prompt::secret("New master key", "a generated key: leave out --own-key").map(Some)
    }
}

/// Replaces the key that the scope was proven with.
pub async fn rotate(
    engine: &Engine,
    scope: &Scope,
    args: RotateKeyArgs,
    own: Option<SecretString>,
) -> Result<(), Failure> {
    // The key says whose it is.
    let named_tenant = args.which.given().unwrap_or(scope.tenant().as_str());
    let tenant = engine.tenants().show(named_tenant).await?;
    if tenant.tenant_id != scope.tenant().as_str() {
        return Err(
            Failure::failed(format!("the master key is not one of tenant {}", named(&tenant)))
                .with_hint("MCP_MASTER_KEY must hold the present key of the tenant that gets a new one."),
        );
    }
    let own_key = own.is_some();
    let at_once = args.immediately || args.grace_days == 0;
    let new = NewMasterKey {
        label: args.label,
        reason: args.reason.clone(),
        own,
        grace: if at_once {
            UNTIL_PRINTED
        } else {
            Duration::from_hours(24) * args.grace_days
        },
    };
    let rotated = engine.keys().rotate(scope, new).await?;
    print_rotated(&rotated, args.output.output, own_key, at_once)
        .map_err(|error| not_printed(&rotated, own_key, &error))?;
    for key in &rotated.others {
        output::note(&format!("note: {}", still_works(key)));
    }
    if at_once {
        let sessions = end_replaced(engine, scope, &rotated, args.reason).await?;
        tell_the_rest(engine, &rotated.tenant_id, sessions).await?;
    }
    Ok(())
}

/// Ends the key that another one took the place of, and counts the web sessions that ended with it.
async fn end_replaced(
    engine: &Engine,
    scope: &Scope,
    rotated: &RotatedKey,
    reason: Option<String>,
) -> Result<u64, Failure> {
    let old = scope.identity().credential();
    let reason = reason.unwrap_or_else(|| "replaced".to_owned());
    let ended = engine.keys().revoke(&rotated.tenant_id, old, Some(reason), false).await;
    Ok(ended.map_err(|error| not_ended(rotated, old, &error))?.sessions)
}

/// The new key is there and told; the old one has some minutes left.
fn not_ended(rotated: &RotatedKey, old: &str, error: &Error) -> Failure {
    Failure::failed(format!(
        "the new key {} works, but the old one could not be ended now: {error}",
        rotated.prefix
    ))
    .with_hint(format!(
        "It ends by itself at {}. `orderdesk-mcp tenant revoke-key --tenant {} --prefix {old}` ends it before that.",
        rotated.old_key_expires_at, rotated.tenant_id
    ))
}

/// The new key is there; unless it is the owner's own, nobody has it. The old one was not ended.
fn not_printed(rotated: &RotatedKey, own_key: bool, error: &std::io::Error) -> Failure {
    let RotatedKey {
        tenant_id,
        prefix,
        old_key_expires_at: ends,
        ..
    } = rotated;
    if own_key {
        return Failure::failed(format!("the result could not be printed: {error}")).with_hint(format!(
            "The key that was entered is the tenant's new one. The old one works until {ends}."
        ));
    }
    Failure::failed(format!(
        "the new key {prefix} was made, but could not be printed: {error}"
    ))
    .with_hint(format!(
        "The old one works until {ends}: rotate once more with it before that. `orderdesk-mcp tenant revoke-key --tenant \
         {tenant_id} --prefix {prefix}` then ends the one that nobody has."
    ))
}

fn print_rotated(rotated: &RotatedKey, output: Output, own_key: bool, at_once: bool) -> std::io::Result<()> {
    let (tenant, key) = (&rotated.tenant_id, rotated.master_key.expose_secret());
    // It is ended as soon as the new one is printed, and not when it would end by itself.
    let (ends, old) = if at_once {
        (Clock::system().now().to_string(), "ends now".to_owned())
    } else {
        let ends = rotated.old_key_expires_at.clone();
        (ends.clone(), format!("works until {ends}"))
    };
    match output {
        Output::Json => output::json(&json!({
            "tenant_id": tenant, "master_key": key, "prefix": rotated.prefix, "old_key_expires_at": ends,
        })),
        Output::Text if own_key => output::line(&format!("Tenant:     {tenant}\nOld key:    {old}")),
        Output::Text => output::line(&format!(
            "Tenant:     {tenant}\nMaster key: {key}\nOld key:    {old}\nKeep the key: it is stored nowhere and not \
             shown again."
        )),
    }
}

fn still_works(key: &MasterKeyView) -> String {
    match &key.expires_at {
        Some(at) => format!("key {} of this tenant works until {at}", key.prefix),
        None => format!(
            "key {} of this tenant works too; `tenant revoke-key` ends it",
            key.prefix
        ),
    }
}

/// Ends a key; of the last one only when that is said.
pub async fn revoke(engine: &Engine, args: RevokeKeyArgs) -> Result<(), Failure> {
    let tenant = engine.tenants().show(args.which.text()).await?;
    let keys = engine.keys();
    let key = keys.find(&tenant.tenant_id, &args.prefix).await?;
    let all = keys.list(&tenant.tenant_id).await?;
    let is_last = !all.iter().any(|other| other.is_alive() && other.key_id != key.key_id);
    let go_on = if is_last {
        what_goes_on(engine, &tenant.tenant_id).await?
    } else {
        None
    };
    if is_last && !args.yes {
        prompt::confirm(&format!(
            "Key {} is the last one of tenant {}. Without a key nobody can make tokens or connect an app any more, and once \
             those that are there have ended nobody, you included, can open its API keys.{} End it?",
            key.prefix,
            named(&tenant),
            go_on.as_deref().unwrap_or_default()
        ))?;
    }
    let EndedKey { key: ended, sessions } = keys
        .revoke(&tenant.tenant_id, &key.key_id, args.reason, is_last)
        .await?;
    let value = json!({
        "tenant_id": tenant.tenant_id, "key_id": ended.key_id, "prefix": ended.prefix, "revoked": true,
    });
    let told = format!(
        "Ended key {} of tenant {}. Running servers and clients refuse it within a second.",
        ended.prefix,
        named(&tenant)
    );
    args.output.output.tell(&value, &told)?;
    let others = all
        .iter()
        .filter(|other| other.is_alive() && other.key_id != key.key_id);
    let others: Vec<_> = others.collect();
    match others[..] {
        // What a rotation ends with: nobody is to be led to end this one too.
        [only] if only.expires_at.is_none() => output::note(&format!(
            "note: key {} goes on working: it is now the tenant's only key. Keep it.",
            only.prefix
        )),
        _ => others
            .into_iter()
            .for_each(|other| output::note(&format!("note: {}", still_works(other)))),
    }
    tell_the_rest(engine, &tenant.tenant_id, sessions).await
}

/// What ended with a key, and what did not.
async fn tell_the_rest(engine: &Engine, tenant: &str, sessions: u64) -> Result<(), Failure> {
    let ended = match sessions {
        0 => "no web session was open.".to_owned(),
        1 => "1 web session ended with the key.".to_owned(),
        many => format!("{many} web sessions ended with the key."),
    };
    let go_on = what_goes_on(engine, tenant).await?;
    let go_on =
        go_on.unwrap_or_else(|| " No token and no connected client is there that would go on working.".to_owned());
    output::note(&format!("note: {ended}{go_on}"));
    Ok(())
}

/// What has copies of its own of what the keys open; nothing when there is none of it.
async fn what_goes_on(engine: &Engine, tenant: &str) -> Result<Option<String>, Failure> {
    let clients = engine.oauth().grants_of(tenant).await?.len();
    let tokens = engine.tokens().list_of(tenant).await?.len();
    if clients + tokens == 0 {
        return Ok(None);
    }
    let (client, token) = (
        if clients == 1 { "client" } else { "clients" },
        if tokens == 1 { "token" } else { "tokens" },
    );
    let goes = if clients + tokens == 1 { "goes" } else { "go" };
    let each = match (clients, tokens) {
        (clients, 0) => format!("{clients} connected {client}"),
        (0, tokens) => format!("{tokens} {token}"),
        _ => format!("{clients} connected {client} and {tokens} {token}"),
    };
    Ok(Some(format!(
        " {each} {goes} on working. To end them: `orderdesk-mcp grant list --tenant \
         {tenant}` and `token list --tenant {tenant}` show them, `grant revoke` and `token revoke` with the same --tenant end \
         one; `tenant close` stops all at once."
    )))
}

/// Lists a tenant's keys.
pub async fn list(engine: &Engine, args: &KeysArgs) -> Result<(), Failure> {
    let keys = engine.keys().list(&args.which.text(engine).await?).await?;
    match args.output.output {
        Output::Json => output::json(&keys)?,
        Output::Text => {
            let row = |key: MasterKeyView| {
                let state = match (key.state, key.ended_at, key.expires_at) {
                    ("ending", _, Some(at)) => format!("works until {at}"),
                    (_, Some(at), _) => format!("ended {at} ({})", key.reason.as_deref().unwrap_or("expired")),
                    (state, ..) => state.to_owned(),
                };
                [
                    key.key_id,
                    key.prefix,
                    key.label.unwrap_or_default(),
                    key.created_at,
                    key.last_used_at.unwrap_or_else(|| "never".to_owned()),
                    state,
                ]
            };
            let rows: Vec<_> = keys.into_iter().map(row).collect();
            output::table(["KEY", "PREFIX", "LABEL", "CREATED", "LAST USED", "STATE"], &rows)?;
        }
    }
    Ok(())
}
