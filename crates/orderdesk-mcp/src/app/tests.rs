use std::time::Duration;

use od_engine::{DbError, DbOptions, EngineOptions, Error, RootKey, StartError};
use secrecy::SecretString;

use super::{database, default_store, narrowing, options, tool_names};
use crate::cli::Failure;
use crate::config::{self, Paths, Settings, Sources};

mod routes;

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let environment = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)))
        .collect();
    let sources = Sources {
        environment,
        ..Sources::default()
    };
    config::load(&sources)
        .unwrap_or_else(|error| panic!("{error}"))
        .settings
}

fn engine(pairs: &[(&str, &str)]) -> EngineOptions {
    options(&settings(pairs), RootKey::generate(), DbOptions::default())
}

/// A setting other than its default must arrive where it acts.
#[test]
fn every_setting_of_the_engine_arrives() {
    let seconds = |ttl: Duration| ttl.as_secs();
    let changed = engine(&[
        ("RATE_LIMIT_RPM", "7"),
        ("RATE_LIMIT_BURST", "9"),
        ("CACHE_TTL_ORDERS", "1"),
        ("CACHE_TTL_PRODUCTS", "2"),
        ("CACHE_TTL_STORE_SETTINGS", "3"),
        ("CACHE_MAX_MB", "4"),
        ("ORDERDESK_API_BASE_URL", "http://127.0.0.1:1/api/v2/"),
        ("ORDERDESK_ALLOW_PLAIN_HTTP", "true"),
        ("HTTP_TIMEOUT", "21"),
        ("HTTP_CONNECT_TIMEOUT", "5"),
        ("HTTP_MAX_RETRIES", "6"),
        ("ORDERDESK_BUCKET_SIZE", "8"),
        ("ORDERDESK_REFILL_PER_SECOND", "1.5"),
        ("ORDERDESK_HEADROOM", "0.5"),
        ("ORDERDESK_MAX_WAIT", "11"),
        ("ORDERDESK_MAX_REPLY_MB", "12"),
        ("MUTATION_MAX_RETRIES", "13"),
        ("MUTATION_VERIFY", "false"),
        ("ENABLE_AUDIT_LOG", "false"),
        ("AUDIT_LOG_RETENTION_DAYS", "14"),
        ("BCRYPT_COST", "10"),
        ("ENABLE_OAUTH", "false"),
        ("OAUTH_ACCESS_TOKEN_TTL", "601"),
        ("OAUTH_REFRESH_TOKEN_TTL", "3601"),
        ("OAUTH_CLIENT_METADATA", "on"),
        ("WEBUI_RATE_LIMIT_LOGIN", "3"),
        ("WEBUI_RATE_LIMIT_API_CONSOLE", "2"),
    ]);
    let oauth = &changed.oauth;
    assert_eq!((oauth.enabled, oauth.client_metadata), (false, true));
    assert!(oauth.documents.rehearsal.is_none(), "for tests alone");
    assert_eq!(
        (seconds(oauth.access_token_ttl), seconds(oauth.refresh_token_ttl)),
        (601, 3601)
    );
    assert_eq!(oauth.sign_ins_per_minute, 3);
    assert_eq!((changed.limits.per_minute, changed.limits.burst), (7, 9));
    assert_eq!((changed.runs.per_minute, changed.runs.burst), (2, 2));
    let cache = &changed.cache;
    assert_eq!(
        (
            seconds(cache.orders),
            seconds(cache.products),
            seconds(cache.store_settings)
        ),
        (1, 2, 3)
    );
    assert_eq!(cache.max_bytes, 4 * 1024 * 1024);
    let upstream = &changed.upstream;
    assert_eq!(upstream.base_url, "http://127.0.0.1:1/api/v2");
    assert!(upstream.allow_plain_http);
    assert_eq!(
        (
            seconds(upstream.timeout),
            seconds(upstream.connect_timeout),
            seconds(upstream.max_wait)
        ),
        (21, 5, 11)
    );
    assert_eq!(
        (upstream.max_retries, upstream.bucket_size, upstream.max_reply_bytes),
        (6, 8, 12 * 1024 * 1024)
    );
    assert!((upstream.refill_per_second - 1.5).abs() < f64::EPSILON && (upstream.headroom - 0.5).abs() < f64::EPSILON);
    assert_eq!((changed.mutation.max_retries, changed.mutation.verify), (13, false));
    assert!(!changed.audit.enabled);
    assert_eq!(changed.audit.retention, Duration::from_hours(14 * 24));
    assert_eq!(changed.bcrypt_cost, 10);
}

#[test]
fn posts_are_taken_at_the_public_address() {
    let check = |pairs: &[(&str, &str)], base: &str| assert_eq!(engine(pairs).webhooks.base, base, "{pairs:?}");
    check(&[], "http://127.0.0.1:8080");
    check(&[("HOST", "::1"), ("PORT", "9000")], "http://[::1]:9000");
    check(
        &[("PUBLIC_URL", "https://orders.example.com/")],
        "https://orders.example.com",
    );
    check(
        &[("PUBLIC_URL", "https://example.com/desk")],
        "https://example.com/desk",
    );
    let set = engine(&[("ENABLE_WEBHOOKS", "false"), ("WEBHOOK_SECRET", "sixteen characters")]).webhooks;
    assert!(!set.enabled && set.secret.is_some() && engine(&[]).webhooks.secret.is_none());
}

#[test]
fn the_defaults_of_the_table_are_those_of_the_crates() {
    let ours = engine(&[]);
    assert_eq!(ours.upstream, od_engine::UpstreamOptions::default());
    assert_eq!(ours.bcrypt_cost, 12);
    assert_eq!((ours.limits.per_minute, ours.limits.burst), (120, 240));
}

#[test]
fn the_database_is_the_configured_one_or_a_file_of_the_platform() {
    let folder = tempfile::tempdir().unwrap();
    let paths = Paths::below(folder.path());
    let default = database(&settings(&[]), &paths).unwrap();
    assert_eq!(
        default.url,
        format!("sqlite://{}", folder.path().join("data/app.db").display())
    );
    let chosen = settings(&[
        ("DATABASE_URL", "postgres://od@db/od"),
        ("DATABASE_MAX_CONNECTIONS", "3"),
    ]);
    let chosen = database(&chosen, &paths).unwrap();
    assert_eq!(
        (chosen.url.as_str(), chosen.max_connections),
        ("postgres://od@db/od", 3)
    );
}

#[test]
fn every_toolset_of_the_settings_is_one_of_the_tools() {
    for toolset in od_mcp::Toolset::ALL {
        let settings = settings(&[("MCP_TOOLSETS", toolset.as_str())]);
        narrowing(&settings.mcp).unwrap_or_else(|failure| panic!("{failure}"));
    }
    assert_eq!(
        tool_names(&settings(&[("MCP_TOOL_NAMES", "dot")]).mcp),
        od_mcp::ToolNames::Dot
    );
}

#[test]
fn documents_about_clients_are_fetched_by_default_where_the_internet_comes_in_over_tls() {
    let check =
        |pairs: &[(&str, &str)], expected: bool| assert_eq!(engine(pairs).oauth.client_metadata, expected, "{pairs:?}");
    check(&[], false);
    check(&[("PUBLIC_URL", "http://orders.example.com")], false);
    check(&[("PUBLIC_URL", "https://orders.example.com")], true);
    check(
        &[
            ("PUBLIC_URL", "https://orders.example.com"),
            ("OAUTH_CLIENT_METADATA", "off"),
        ],
        false,
    );
}

#[test]
fn a_default_store_that_is_none_is_a_fault_of_the_configuration() {
    let (name, nearest) = ("\"Nowhere\"".to_owned(), None);
    let none = Error::NotFound {
        what: "Store",
        name: name.clone(),
        nearest: nearest.clone(),
        hint: "",
    };
    let none_of_a_tokens = Error::NoneOfItsStores {
        name,
        nearest,
        stores: Vec::new(),
    };
    for error in [none, none_of_a_tokens] {
        let failure = default_store(&error);
        assert_eq!(failure.code(), 2, "{}", failure.message());
        assert!(
            failure.message().contains("none of the tenant's stores"),
            "{}",
            failure.message()
        );
    }
}

#[test]
fn a_database_of_a_newer_release_is_no_matter_of_rights_to_a_file() {
    let hint = |error: DbError| {
        let failure = Failure::from(StartError::Database(error));
        failure.hint().unwrap_or_default().to_owned()
    };
    let newer = hint(DbError::NewerSchema { found: 999, known: 24 });
    assert!(newer.contains("newer release") && !newer.contains("SQLite"), "{newer}");
    assert!(hint(DbError::Missing).contains("SQLite"));
    let damaged = hint(DbError::Corrupt("the file is malformed"));
    assert!(
        damaged.contains("put a backup in its place") && !damaged.contains("write the file"),
        "{damaged}"
    );
}
