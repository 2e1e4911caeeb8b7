//! The checks themselves, each on its own: one failure does not hide another.

use std::{net::SocketAddr, time::Duration};

use jiff::Timestamp;
use od_engine::{Clock, CredentialKind, Engine, Scope, StoreSet, stores::Register, tenants::NewTenant};
use serde_json::Value;
use tokio::net::TcpStream;
use url::Url;

use super::{
    finding::{Finding, Verdict, failed},
    public_url,
};
use crate::{
    app::{self, App, Trial},
    cli::store::as_commands,
    config::{FromText, Paths, Settings, closed_pages},
    mail::Mail,
};

/// How long a connection that is only tried may take.
const REACH: Duration = Duration::from_secs(5);

/// Every check, in the order of what depends on what.
/// `given` is the variable that the root key came by.
pub async fn run(settings: &Settings, paths: &Paths, given: &str) -> Vec<Finding> {
    let root_key = root_key(settings, paths, given).await;
    let (database, app) = if root_key.verdict == Verdict::Ok {
        database(settings, paths).await
    } else {
        (Finding::skipped("database", "needs the root key"), None)
    };
    let mut findings = vec![root_key, database];
    findings.extend(root_keys(app.as_ref()).await);
    findings.extend(redis(app.as_ref()).await);
    findings.push(backup(settings, app.as_ref()).await);
    let stores = stores(settings, app.as_ref()).await;
    findings.push(order_desk(settings, &stores).await);
    findings.push(public_url::check(&settings.server, REACH).await);
    findings.push(mail(settings).await);
    findings.push(metrics(settings));
    findings.extend(stores);
    findings.push(test_store(settings).await);
    if let Some(app) = app {
        app.close(REACH).await;
    }
    findings
}

async fn root_key(settings: &Settings, paths: &Paths, given: &str) -> Finding {
    match app::root_key(settings, paths).await {
        Ok(_) => match (&settings.root.kms_key, paths.key_file()) {
            (None, Ok(file)) => Finding::ok("root key", format!("{} is usable", file.display())),
            _ => Finding::ok("root key", format!("{given} is set and usable")),
        },
        Err(failure) => failed("root key", &failure),
    }
}

async fn database(settings: &Settings, paths: &Paths) -> (Finding, Option<App>) {
    const CHECK: &str = "database";
    let place = settings.storage.url(paths).ok().and_then(|url| url.show());
    let place = place.unwrap_or_default();
    match App::open(settings.clone(), paths).await {
        Ok(app) => {
            if let Err(error) = app.engine.try_write().await {
                const UNTIL_THEN: &str = "Until then nothing can be changed and audit entries are lost.";
                let (message, mend) = match app::sqlite_file_unwritable(settings, paths) {
                    Some((what, mend)) => (
                        format!("{place} can be read, but takes no writes: {what}"),
                        format!("{mend} {UNTIL_THEN}"),
                    ),
                    None => (
                        format!("{place} can be read, but takes no writes: {error}"),
                        format!(
                            "Let the user this runs as write the database, and see whether its disk is full. {UNTIL_THEN}"
                        ),
                    ),
                };
                return (Finding::failed(CHECK, message, mend), Some(app));
            }
            let message = format!("{place} opens and takes writes, its schema is up to date and the root key fits it");
            (Finding::ok(CHECK, message), Some(app))
        }
        Err(failure) => {
            let message = format!("{place}: {}", failure.message());
            (
                Finding::failed(CHECK, message, failure.hint().unwrap_or_default()),
                None,
            )
        }
    }
}

/// What needs another root key than the one in use; nothing is told when nothing does and there is only one.
async fn root_keys(app: Option<&App>) -> Option<Finding> {
    const CHECK: &str = "root key before";
    let engine = &app?.engine;
    let keys = engine.root_keys();
    let (are_two, remaining) = (keys.are_two(), keys.remaining().await);
    match remaining {
        Ok(remaining) => match (are_two, remaining.count()) {
            (false, 0) => None,
            (true, 0) => Some(Finding::ok(
                CHECK,
                "nothing needs it any more: leave MCP_KMS_KEY_PREVIOUS out, unless other servers on this database are about to \
                 go over to it",
            )),
            (true, count) => Some(Finding::ok(
                CHECK,
                format!("{count} still need it; each goes over when it is next used"),
            )),
            (false, count) => Some(Finding::warning(
                CHECK,
                format!("{count} credentials were made with another root key and are refused as unknown"),
                "Set MCP_KMS_KEY_PREVIOUS to the root key before until they have been used. `orderdesk-mcp kms rotate --status` \
                 lists them.",
            )),
        },
        Err(error) => Some(failed(CHECK, &error.into())),
    }
}

/// Whether the Redis that replicas share can be relied on; nothing is told when there is none.
async fn redis(app: Option<&App>) -> Option<Finding> {
    const CHECK: &str = "redis";
    const UNTIL: &str = "Until then each replica keeps to its share of a store's requests, and nothing is cached while more than \
         one serves.";
    const START: &str = "Start it, or correct the host and port in REDIS_URL (`rediss://` for TLS).";
    const CORRECT: &str = "It runs and refuses: correct user, password or number of the database in REDIS_URL, or what Redis itself \
         says it lacks (`OOM`: memory).";
    let engine = &app?.engine;
    let is_up = engine.health().await.replicas.redis?;
    Some(match (is_up, engine.redis_trouble()) {
        (true, _) => Finding::ok(CHECK, "it answers and takes writes"),
        (false, Some(trouble)) => {
            let mend = if trouble.is_answered { CORRECT } else { START };
            let message = format!("it cannot be used: {}", trouble.words);
            Finding::warning(CHECK, message, format!("{mend} {UNTIL}"))
        }
        (false, None) => Finding::warning(
            CHECK,
            "it does not answer, or takes no writes",
            format!("{START} {UNTIL}"),
        ),
    })
}

/// Whether the newest backup that is known of is young enough. An old one fails nothing: what is there works.
async fn backup(settings: &Settings, app: Option<&App>) -> Finding {
    const CHECK: &str = "backup";
    const MEND: &str =
        "`orderdesk-mcp backup FILE` makes one; `orderdesk-mcp backup --record` remembers one made by other means.";
    let days = settings.storage.backup_reminder_days;
    if days == 0 {
        return Finding::skipped(CHECK, "BACKUP_REMINDER_DAYS is 0");
    }
    let Some(app) = app else {
        return Finding::skipped(CHECK, "needs a working database");
    };
    let newest = match app.engine.newest_backup().await {
        Ok(Some(newest)) => newest,
        Ok(None) => return Finding::warning(CHECK, "no backup of this database is known", MEND),
        Err(error) => return failed(CHECK, &error.into()),
    };
    let made = Timestamp::from_millisecond(newest.made_at).unwrap_or(Timestamp::MIN);
    let age = Clock::system().now().duration_since(made).unsigned_abs();
    let told = format!("the newest that is known was made at {made}");
    if age > Duration::from_hours(24 * u64::from(days)) {
        let message = format!("{told}, more than BACKUP_REMINDER_DAYS={days} ago");
        return Finding::warning(CHECK, message, MEND);
    }
    Finding::ok(CHECK, told)
}

/// Whether the mail server takes mail from us, as far as that can be tried without sending any.
async fn mail(settings: &Settings) -> Finding {
    const CHECK: &str = "mail";
    if !settings.web_ui.enabled {
        return Finding::skipped(CHECK, "none is sent without ENABLE_WEBUI=true");
    }
    let mail = match Mail::new(settings) {
        Ok(Some(mail)) => mail,
        Ok(None) => {
            return Finding::warning(
                CHECK,
                "EMAIL_PROVIDER is console and PUBLIC_URL leads elsewhere: no mail is sent or printed, and the pages offer no \
                 links by mail",
                "Set EMAIL_PROVIDER=smtp, SMTP_HOST and SMTP_FROM if people are to sign in by links; with master keys they do \
                 without.",
            );
        }
        Err(fault) => return failed(CHECK, &fault.into()),
    };
    match mail.try_out().await {
        Ok(None) => Finding::ok(CHECK, "EMAIL_PROVIDER is console: mail is written to standard error"),
        Ok(Some(place)) => Finding::ok(CHECK, format!("{place} takes our sign-in")),
        Err(why) => Finding::failed(
            CHECK,
            why,
            "Check SMTP_HOST, SMTP_PORT (465 begins with TLS, others go over to it), SMTP_TLS, SMTP_USER and SMTP_PASSWORD.",
        ),
    }
}

/// Whether those who watch the server can see what they are meant to.
fn metrics(settings: &Settings) -> Finding {
    const CHECK: &str = "metrics";
    match closed_pages(settings) {
        None => Finding::ok(CHECK, "the operator's pages are open to whom they should be"),
        Some(why) => Finding::warning(
            CHECK,
            why,
            "Set METRICS_TOKEN to at least 16 random characters and give it to what asks for them, as a bearer token.",
        ),
    }
}

/// Whether a connection to the host of a URL opens.
async fn reach(check: &'static str, url: &str) -> Finding {
    const MEND: &str = "Check ORDERDESK_API_BASE_URL, and this machine's network, DNS, firewall and proxy.";
    let place = Url::parse(url)
        .ok()
        .and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default()?)));
    let Some((host, port)) = place else {
        return Finding::failed(check, "its URL names no host", MEND);
    };
    match tokio::time::timeout(REACH, connect(&host, port)).await {
        Ok(Ok(address)) => Finding::ok(check, format!("{host} answers at {address}")),
        Ok(Err(error)) => Finding::failed(check, format!("{host}:{port} cannot be reached: {error}"), MEND),
        Err(_) => Finding::failed(
            check,
            format!("{host}:{port} does not answer within {} s", REACH.as_secs()),
            MEND,
        ),
    }
}

/// Whether Order Desk's API is at the configured address; a host that answers is not enough. A store whose credentials were
/// accepted there proves it.
async fn order_desk(settings: &Settings, stores: &[Finding]) -> Finding {
    const CHECK: &str = "Order Desk";
    let url = settings.upstream.base_url.as_str();
    let reached = reach(CHECK, url).await;
    if reached.verdict != Verdict::Ok {
        return reached;
    }
    let proven = stores
        .iter()
        .any(|finding| finding.check == STORE && finding.verdict == Verdict::Ok);
    let tried = if proven {
        Ok(())
    } else {
        app::try_address(settings, REACH).await
    };
    match tried {
        Ok(()) => Finding::ok(CHECK, format!("{}, and its API is at {url}", reached.message)),
        Err(failure) => failed(CHECK, &failure),
    }
}

async fn connect(host: &str, port: u16) -> std::io::Result<SocketAddr> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    TcpStream::connect((host, port)).await?.peer_addr()
}

/// The credentials of every store of the tenant whose key is configured.
async fn stores(settings: &Settings, app: Option<&App>) -> Vec<Finding> {
    let (Some(app), Some(key)) = (app, &settings.tenants.master_key) else {
        return vec![Finding::skipped(
            "stores",
            "needs MCP_MASTER_KEY and a working database",
        )];
    };
    let engine = &app.engine;
    let scope = match app.sign_in_plainly(key).await {
        Ok(scope) => scope,
        Err(failure) => return vec![failed("master key", &failure)],
    };
    let known = match engine.auth().lifetime(key).await {
        Ok(known) => known,
        Err(error) => return vec![failed("master key", &error.into())],
    };
    let mut findings = vec![opener(&scope, known.and_then(|known| known.ends_at).as_deref())];
    if let Some(store) = &settings.tenants.default_store {
        findings.push(match engine.stores().resolve(&scope, store).await {
            Ok(outcome) => Finding::ok("default store", format!("it is {}", outcome.data.store_name)),
            Err(error) => failed("default store", &app::default_store(&error)),
        });
    }
    match engine.stores().list(&scope).await {
        Ok(outcome) if outcome.data.is_empty() => {
            findings.push(Finding::skipped(
                "stores",
                "none is registered; `orderdesk-mcp store add` registers one",
            ));
        }
        Ok(outcome) => {
            let mut told = None;
            for store in outcome.data {
                let (finding, time) = one_store(engine, &scope, &store.store_id, &store.store_name).await;
                findings.push(finding);
                told = told.or(time);
            }
            findings.push(clock(settings, told.as_deref()));
        }
        Err(error) => findings.push(failed("stores", &error.into())),
    }
    findings
}

/// What MCP_MASTER_KEY opens, and until when. It may hold a token: then it is told what that leaves out.
fn opener(scope: &Scope, ends_at: Option<&str>) -> Finding {
    const CHECK: &str = "master key";
    let identity = scope.identity();
    let tenant = scope.tenant();
    if identity.kind() == CredentialKind::MasterKey {
        return match ends_at {
            None => Finding::ok(CHECK, format!("it opens tenant {tenant}")),
            Some(at) => Finding::warning(
                CHECK,
                format!("it opens tenant {tenant}, but not for long: another one took its place, and it ends at {at}"),
                "Put the new key into MCP_MASTER_KEY, here and wherever else the old one is used, before that.",
            ),
        };
    }
    let stores = match identity.stores() {
        StoreSet::All => "all stores".to_owned(),
        StoreSet::Only(ids) => format!("the stores {}; no others are checked", ids.join(", ")),
    };
    let told = format!(
        "it is a token of tenant {tenant} and no master key, for {} and {stores}",
        identity.grants().to_scope().replace(' ', ", ")
    );
    match ends_at {
        None => Finding::ok(CHECK, told),
        Some(at) if is_soon(at) => Finding::warning(
            CHECK,
            format!("{told}, and it ends at {at}"),
            "`orderdesk-mcp token create` makes another one; put it into MCP_MASTER_KEY before that.",
        ),
        Some(at) => Finding::ok(CHECK, format!("{told}, until {at}")),
    }
}

/// Whether a token's end is so near that somebody has to do something about it.
fn is_soon(ends_at: &str) -> bool {
    const SOON: Duration = Duration::from_hours(24 * 14);
    let ends: Result<Timestamp, _> = ends_at.parse();
    ends.is_ok_and(|ends| ends <= Clock::system().now() + SOON)
}

/// The check of one store's credentials.
const STORE: &str = "store";

/// Whether one store's credentials work, and the time Order Desk told on the way.
async fn one_store(engine: &Engine, scope: &Scope, id: &str, name: &str) -> (Finding, Option<String>) {
    match engine.stores().test(scope, Some(id)).await {
        Ok(outcome) => {
            let time = outcome
                .data
                .get("current_date_time")
                .and_then(Value::as_str)
                .map(str::to_owned);
            (
                Finding::ok(STORE, format!("{name} ({id}): Order Desk accepts its credentials")),
                time,
            )
        }
        Err(error) => (
            Finding::failed(STORE, format!("{name} ({id}): {error}"), as_commands(error.hint())),
            None,
        ),
    }
}

/// How far a clock may be off: keys expire and limits refill by it.
const SKEW: Duration = Duration::from_mins(5);

/// Whether this machine and Order Desk agree on the time. `told` is Order Desk's, UTC, `YYYY-MM-DD HH:MM:SS`.
fn clock(settings: &Settings, told: Option<&str>) -> Finding {
    const CHECK: &str = "clock";
    if settings.upstream.base_url.is_loopback() {
        return Finding::skipped(CHECK, "a simulator keeps its own time");
    }
    let theirs = told.and_then(|told| format!("{}Z", told.replace(' ', "T")).parse::<Timestamp>().ok());
    let Some(theirs) = theirs else {
        return Finding::skipped(CHECK, "Order Desk told no time to compare with");
    };
    let skew = Clock::system().now().duration_since(theirs).unsigned_abs();
    if skew <= SKEW {
        return Finding::ok(CHECK, format!("it agrees with Order Desk's to {} s", skew.as_secs()));
    }
    Finding::failed(
        CHECK,
        format!("it is {} s off Order Desk's", skew.as_secs()),
        "Set it by NTP.",
    )
}

/// The store of the live tests, tried in an engine of its own that is forgotten afterwards.
async fn test_store(settings: &Settings) -> Finding {
    const CHECK: &str = "test store";
    let live = &settings.live_tests;
    let (true, Some(store_id), Some(api_key)) = (live.enabled, &live.store_id, &live.api_key) else {
        return Finding::skipped(CHECK, "ORDERDESK_TEST_ENABLED is off");
    };
    let store = Register {
        store_id: store_id.clone(),
        api_key: api_key.clone(),
        store_name: None,
        label: None,
        verify: true,
    };
    match app::try_out(settings, NewTenant::default(), store).await {
        Ok(Trial::Accepted) => Finding::ok(CHECK, format!("Order Desk accepts the credentials of store {store_id}")),
        Ok(Trial::Refused(failure)) | Err(failure) => failed(CHECK, &failure),
    }
}

#[cfg(test)]
mod tests;
