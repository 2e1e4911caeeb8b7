use super::*;
use crate::config::{Sources, load};

fn told(environment: &[(&str, &str)]) -> String {
    let sources = Sources {
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect(),
        ..Sources::default()
    };
    let loaded = load(&sources).unwrap();
    let rows = told_to_tenants(&loaded.settings);
    rows.iter()
        .map(|(section, row)| {
            let (name, value, origin) = (row.setting.name, row.value.as_deref().unwrap_or("-"), &row.origin);
            format!("{section}: {name}={value} ({origin})\n")
        })
        .collect()
}

#[test]
fn an_account_is_told_what_it_meets_and_where_it_came_from() {
    let told = told(&[("RATE_LIMIT_RPM", "77"), ("MCP_READ_ONLY", "true")]);
    assert!(told.contains("Limits: RATE_LIMIT_RPM=77 (environment)\n"), "{told}");
    assert!(told.contains("MCP: MCP_READ_ONLY=true (environment)\n"), "{told}");
    assert!(
        told.contains("Observability: AUDIT_LOG_RETENTION_DAYS=90 (default)\n"),
        "{told}"
    );
}

#[test]
fn what_is_the_operators_is_told_to_no_account() {
    assert!(TOLD.iter().all(|setting| !setting.secret));
    let secrets = [
        ("MCP_KMS_KEY", "kms-kms-kms-kms-kms-kms-kms-kms-kms-kms-kms-kms-kms"),
        ("DATABASE_URL", "postgres://someone:hunter2@db.internal/desk"),
        ("METRICS_TOKEN", "a-token-of-the-metrics"),
        ("ALLOWED_HOSTS", "inside.example"),
        ("PUBLIC_URL", "https://orders.example.com"),
        ("ORDERDESK_API_BASE_URL", "https://api.inside.example/v2"),
        ("JWT_SECRET_KEY", "0123456789abcdef0123456789abcdef"),
    ];
    let told = told(&secrets);
    for (name, value) in secrets {
        assert!(!told.contains(name) && !told.contains(value), "{name} in {told}");
    }
    for part in ["hunter2", "inside", "metrics", "postgres"] {
        assert!(!told.contains(part), "{part} in {told}");
    }
}
