//! Settings of logs, metrics and the audit log.

use std::net::IpAddr;

use secrecy::SecretString;

use super::value::{LogFormat, LogLevel, ServiceUrl};

section! {
    /// Logs go to standard error and never hold a secret. The audit log records every tool call once.
    Observability, "Observability";

    /// The least severe level that is logged. Libraries are kept at INFO and above.
    LOG_LEVEL => log_level: LogLevel = "INFO", example "DEBUG";

    /// The shape of a log line.
    LOG_FORMAT => log_format: LogFormat = "json", example "pretty";

    /// Whether metrics are collected and served.
    ENABLE_METRICS => metrics: bool = "true", example "false";

    /// The address of a listener for metrics alone.
    METRICS_HOST => metrics_host: Option<IpAddr>, example "127.0.0.1";

    /// The port of a listener for metrics alone.
    METRICS_PORT => metrics_port: Option<u16>, within "1" to "65535", example "9090";

    /// The bearer token that metrics are served for; needed beyond loopback.
    METRICS_TOKEN => metrics_token: Option<SecretString>,
        within "16" to "256",
        example "(at least 16 random characters)";

    /// Whether `/health/detailed` is served.
    ENABLE_DETAILED_HEALTH => detailed_health: bool = "true", example "false";

    /// Whether tool calls and administrative acts are recorded in the audit log.
    ENABLE_AUDIT_LOG => audit: bool = "true", example "false";

    /// How long entries of the audit log are kept, in days.
    AUDIT_LOG_RETENTION_DAYS => audit_retention_days: u32 = "90", within "1" to "3650", restricts true, example "365";

    /// Where traces are sent, by OTLP over HTTP.
    OTEL_EXPORTER_OTLP_ENDPOINT => otlp_endpoint: Option<ServiceUrl>, example "http://collector:4318";
}
