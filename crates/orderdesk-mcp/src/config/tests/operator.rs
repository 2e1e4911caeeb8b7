//! What the operator watches the server by.

use super::{check, environment, load, loaded};
use crate::config::server;

#[test]
fn what_other_programs_mean_by_their_collector_stops_nothing() {
    let loaded = loaded(&environment(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]));
    assert!(loaded.settings.observability.otlp_endpoint.is_none());
    let told = loaded.warnings.concat();
    assert!(
        told.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && told.contains("No traces are sent."),
        "{told}"
    );
}

#[test]
fn it_is_told_who_cannot_see_the_operators_pages() {
    let told = |given: &[(&str, &str)]| loaded(&environment(given)).warnings.concat();
    let abroad = ("HOST", "0.0.0.0");
    let token = ("METRICS_TOKEN", "0123456789abcdef");
    let proxied = ("PUBLIC_URL", "https://orders.example.com");
    let missing = "METRICS_TOKEN is missing";
    assert!(told(&[abroad, proxied]).contains("/metrics and /health/detailed are refused"));
    assert!(!told(&[abroad, proxied, token]).contains(missing));
    let off = [
        abroad,
        proxied,
        ("ENABLE_METRICS", "false"),
        ("ENABLE_DETAILED_HEALTH", "false"),
    ];
    assert!(!told(&off).contains(missing));
    assert!(told(&[proxied]).contains("are refused to everybody"));
    assert_eq!(told(&[proxied, token]), "");
    assert_eq!(told(&[("PUBLIC_URL", "http://localhost:8080")]), "");
    assert_eq!(told(&[proxied, ("TRUST_PROXY", "true")]), "");
    assert_eq!(told(&[]), "");
    // Over stdio nobody is served.
    let mut sources = environment(&[proxied]);
    sources.unused = server::LISTENING.to_vec();
    assert_eq!(load(&sources).unwrap().warnings.concat(), "");
}

#[test]
fn the_endpoints_own_path_in_the_public_url_is_told() {
    let check = |url: &str, expected: &str| {
        let told = loaded(&environment(&[("PUBLIC_URL", url), ("TRUST_PROXY", "true")]))
            .warnings
            .concat();
        if expected.is_empty() {
            assert_eq!(told, "", "{url}");
        } else {
            assert!(told.contains(expected), "{url}: {told}");
        }
    };
    let ends = "PUBLIC_URL ends with /mcp; write it without: PUBLIC_URL=https://orders.example.com.";
    check("https://orders.example.com/mcp", ends);
    check("https://orders.example.com/mcp/", ends);
    check(
        "https://orders.example.com/desk/mcp",
        "PUBLIC_URL=https://orders.example.com/desk.",
    );
    check(
        "https://orders.example.com/mcp/readonly",
        "PUBLIC_URL has /mcp; write it without: PUBLIC_URL=https://orders.example.com.",
    );
    for fine in [
        "https://mcp.example.com",
        "https://orders.example.com/mcp-server",
        "https://orders.example.com/desk",
    ] {
        check(fine, "");
    }
}

#[cfg(unix)]
#[test]
fn a_secrets_file_that_others_may_read_is_told() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    fs::write(&path, "cm9vdC1rZXktb2YtYS10ZXN0LXRoaXJ0eS10d28tYnl0ZXM=").unwrap();
    let shown = path.to_str().unwrap();
    let told = |mode: u32| {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let loaded = loaded(&environment(&[("MCP_KMS_KEY_FILE", shown)]));
        assert_eq!(loaded.warnings, loaded.open_files);
        loaded.open_files.concat()
    };
    for mode in [0o644, 0o640, 0o604] {
        let told = told(mode);
        assert!(
            told.contains("MCP_KMS_KEY_FILE") && told.contains(&format!("chmod 600 {shown}")),
            "{told}"
        );
    }
    for mode in [0o600, 0o400] {
        assert_eq!(told(mode), "");
    }
}

#[cfg(unix)]
#[test]
fn what_a_container_or_a_service_is_given_is_for_all_inside() {
    use std::path::Path;

    use crate::config::secret_file::is_given;

    for given in [
        "/run/secrets/key",
        "/var/run/secrets/app/key",
        "/run/credentials/orderdesk-mcp.service/key",
    ] {
        assert!(is_given(Path::new(given)), "{given}");
    }
    for own in [
        "/etc/orderdesk-mcp/key",
        "/run/secrets-of-mine/key",
        "run/secrets/key",
        "/home/a/run/secrets/key",
    ] {
        assert!(!is_given(Path::new(own)), "{own}");
    }
}

#[test]
fn one_root_key_given_twice_is_a_fault() {
    let keys = [
        "cm9vdC1rZXktb2YtYS10ZXN0LXRoaXJ0eS10d28tYnl0ZXM=",
        "dGhlLWtleS1iZWZvcmUtb2YtYS10ZXN0LXR3by1ieXRlcyE=",
    ];
    check(
        &[("MCP_KMS_KEY", keys[0]), ("MCP_KMS_KEY_PREVIOUS", keys[0])],
        "MCP_KMS_KEY_PREVIOUS is the same as MCP_KMS_KEY",
    );
    let both = environment(&[("MCP_KMS_KEY", keys[0]), ("MCP_KMS_KEY_PREVIOUS", keys[1])]);
    assert!(loaded(&both).warnings.is_empty());
}
