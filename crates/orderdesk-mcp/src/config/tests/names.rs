//! Names that are not settings.

use super::{Sources, environment, faults, loaded, table};
use crate::config::{Setting, upstream};

#[test]
fn a_misspelt_variable_is_warned_about() {
    let warnings = |name: &str| loaded(&environment(&[(name, "1")])).warnings.concat();
    assert!(warnings("CACHE_TTL_ORDER").contains("Did you mean CACHE_TTL_ORDERS?"));
    assert!(warnings("MCP_TOOL_NAME").contains("Did you mean MCP_TOOL_NAMES?"));
    assert!(warnings("RATE_LIMIT_RPS").contains("Did you mean RATE_LIMIT_RPM?"));
    assert!(warnings("ORDERDESK_WHATEVER").contains("is not a setting"));
    assert!(warnings("READ_ONLY").contains("Did you mean MCP_READ_ONLY?"));
    assert!(warnings("READONLY").contains("Did you mean MCP_READ_ONLY?"));
    for foreign in [
        "HTTP_PROXY",
        "SESSION_MANAGER",
        "HOSTNAME",
        "PATH",
        "CACHE_DIR",
        "LOGNAME",
    ] {
        assert_eq!(warnings(foreign), "", "{foreign}");
    }
}

#[test]
fn a_slip_in_the_name_of_a_setting_that_restricts_stops_the_program() {
    for (given, meant) in [
        ("MCP_READONLY", "MCP_READ_ONLY"),
        ("mcp_read_only", "MCP_READ_ONLY"),
        ("MCP_READ_ONLY_MODE", "MCP_READ_ONLY"),
        ("ORDERDESK_READ_ONLY", "MCP_READ_ONLY"),
        ("ORDERDESK_MCP_READ_ONLY", "MCP_READ_ONLY"),
        ("MCP_RAED_ONLY", "MCP_READ_ONLY"),
        ("MCP_TOOLSET", "MCP_TOOLSETS"),
        ("MCP_TOOL_SETS", "MCP_TOOLSETS"),
        ("MCP_CONFRIM", "MCP_CONFIRM"),
        ("ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("ALLOW_HOSTS", "ALLOWED_HOSTS"),
        ("MCP_ALLOWED_HOSTS", "ALLOWED_HOSTS"),
        ("ALLOWED_ORIGIN", "ALLOWED_ORIGINS"),
        ("RATE_LIMIT_RMP", "RATE_LIMIT_RPM"),
        ("RATELIMIT_RPM", "RATE_LIMIT_RPM"),
        ("MCP_RATE_LIMIT_RPM", "RATE_LIMIT_RPM"),
        ("TRUST_PROXYS", "TRUST_PROXY"),
        ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
        ("CLIENT_IP_HEADERS", "CLIENT_IP_HEADER"),
        ("ALLOW_MASTERKEY_BEARER", "ALLOW_MASTER_KEY_BEARER"),
        ("ORDERDESK_API_URL", "ORDERDESK_API_BASE_URL"),
        ("ORDERDESK_HEADROM", "ORDERDESK_HEADROOM"),
        ("MCP_TOOLS", "MCP_TOOLSETS"),
        ("MCP_ENABLED_TOOLSETS", "MCP_TOOLSETS"),
        ("MCP_RO", "MCP_READ_ONLY"),
        ("MCP_CONFIRMATION", "MCP_CONFIRM"),
        ("MCP_CONFIRM_MODE", "MCP_CONFIRM"),
        ("MCP_RATE_LIMIT", "RATE_LIMIT_RPM"),
        ("AUDIT_LOG_RETENTION_DAY", "AUDIT_LOG_RETENTION_DAYS"),
        ("MCP_READ_ONLY_FILE", "MCP_READ_ONLY"),
        ("MCP_OAUTH", "ENABLE_OAUTH"),
        ("REQUIRE_EMAIL_VERIFICATIONS", "REQUIRE_EMAIL_VERIFICATION"),
        ("MIRROR_DAY", "MIRROR_DAYS"),
        ("ENABLE_WEBHOOK", "ENABLE_WEBHOOKS"),
        ("ENABLE_TRACE_VIEWERS", "ENABLE_TRACE_VIEWER"),
        ("SESSION_TIMEOUTS", "SESSION_TIMEOUT"),
    ] {
        let found = faults(&environment(&[(given, "true")])).concat();
        assert!(
            found.starts_with(&format!("{given} (from environment) is not a setting."))
                && found.contains(&format!("write {meant},")),
            "{given}: {found}"
        );
        let dotenv = Sources {
            dotenv: Some(format!("{given}=true")),
            ..Sources::default()
        };
        assert!(faults(&dotenv).concat().contains("(from .env)"), "{given}");
        loaded(&environment(&[(given, "")]));
        // Who gives the right one too has closed what he meant to close.
        let right = table()
            .iter()
            .flat_map(|section| section.rows)
            .find(|row| row.name == meant)
            .unwrap()
            .example;
        loaded(&environment(&[(given, "true"), (meant, right)]));
    }
}

#[test]
fn variables_of_other_programs_never_stop_the_program() {
    for name in [
        // Shells, desktops, systems.
        "HOSTNAME",
        "HOSTS",
        "HOSTTYPE",
        "LOGNAME",
        "PORTS",
        "PATH",
        "TERM_PROGRAM",
        "SESSION_MANAGER",
        "XDG_DATA_HOME",
        "USER",
        // Frameworks and servers.
        "ALLOWED_PORTS",
        "ALLOWED_USERS",
        "ALLOWED_EXTENSIONS",
        "CORS_ALLOWED_ORIGINS",
        "CSRF_TRUSTED_ORIGINS",
        "DJANGO_ALLOWED_HOSTS",
        "RATE_LIMIT",
        "RATE_LIMIT_RPS",
        "RATE_LIMIT_TPM",
        "RATE_LIMIT_WINDOW",
        "RATE_LIMIT_ENABLED",
        "BCRYPT_ROUNDS",
        "BCRYPT_SALT",
        "TRUST_STORE",
        "TRUSTED_HOSTS",
        "HTTP_PROXY",
        "NO_PROXY",
        "MAX_REQUEST_SIZE",
        "MAX_REQUESTS",
        "REQUESTS_CA_BUNDLE",
        "READ_ONLY",
        "DATABASE_URI",
        "DATABASE_HOST",
        "REDIS_URL",
        "REDIS_HOST",
        "SMTP_HOST",
        "SMTP_FROM",
        "JWT_SECRET",
        "LOG_LEVEL_ROOT",
        "TOOLSETS",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_SERVICE_NAME",
        "SECRET_KEY",
        "SESSION_SECRET",
        "CACHE_URL",
        "CLIENT_ID",
        "CLIENT_SECRET",
        // Links that Kubernetes and Docker make of names of services.
        "ORDERDESK_MCP_READ_ONLY_SERVICE_HOST",
        "ORDERDESK_MCP_READ_ONLY_SERVICE_PORT",
        "ORDERDESK_MCP_READ_ONLY_PORT",
        "ORDERDESK_MCP_READ_ONLY_PORT_8080_TCP_ADDR",
        "MCP_READ_ONLY_SERVICE_PORT_HTTP",
        // MCP clients and other servers.
        "MCP_TIMEOUT",
        "MCP_TOOL_TIMEOUT",
        "MAX_MCP_OUTPUT_TOKENS",
        "MCP_CONFIG",
        "MCP_HOST",
        "MCP_PORT",
        "MCP_SERVER_NAME",
        "MCP_DEBUG",
        "MCP_PROXY_AUTH_TOKEN",
        "MCP_PROXY_PORT",
        "MCP_PROXY_FULL_ADDRESS",
        "MCP_AUTO_OPEN_ENABLED",
        "MCP_SERVER_REQUEST_TIMEOUT",
        "MCP_REQUEST_MAX_TOTAL_TIMEOUT",
        "MCP_REQUEST_TIMEOUT_RESET_ON_PROGRESS",
        "MCP_REMOTE_CONFIG_DIR",
        "MCP_TRANSPORT",
        "MCP_LOG_LEVEL",
        "GITHUB_TOOLSETS",
        "GITHUB_READ_ONLY",
        "POSTGRES_READ_ONLY",
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS",
        "ANTHROPIC_BASE_URL",
        "OPENAI_BASE_URL",
        // Other integrations of Order Desk.
        "ORDERDESK_STORE_ID",
        "ORDERDESK_API_KEY",
        "ORDERDESK_MASTER_KEY",
        "ORDERDESK_WEBHOOK_URL",
    ] {
        loaded(&environment(&[(name, "1")]));
    }
}

#[test]
fn a_slip_is_judged_by_what_the_command_uses() {
    const UNUSED: &[&Setting] = &[&upstream::ORDERDESK_API_BASE_URL];
    let mut sources = environment(&[("ORDERDESK_API_BASEURL", "http://127.0.0.1:8090/api/v2")]);
    assert_eq!(faults(&sources).len(), 1);
    sources.unused = UNUSED.to_vec();
    loaded(&sources);
}
