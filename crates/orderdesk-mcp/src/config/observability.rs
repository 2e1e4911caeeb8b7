//! Settings of logs, metrics and the audit log.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use secrecy::SecretString;

use super::Fault;
use super::value::{LogFormat, LogLevel, ServiceUrl};

section! {
    /// Logs go to standard error and never hold a secret; mail that EMAIL_PROVIDER=console prints there, unless PUBLIC_URL leads
    /// elsewhere than here, is no log. The audit log records every tool call once.
    Observability, "Observability";

    /// The least severe level that is logged. Libraries are kept at INFO and above.
    LOG_LEVEL => log_level: LogLevel = "INFO", example "DEBUG";

    /// The shape of a log line of `serve` and `stdio`; other commands log for a person who reads.
    LOG_FORMAT => log_format: LogFormat = "json", example "pretty";

    /// Whether `/metrics` is served, in the text format of Prometheus.
    ENABLE_METRICS => metrics: bool = "true", example "false";

    /// The address of the listener that METRICS_PORT opens.
    METRICS_HOST => metrics_host: Option<IpAddr>, otherwise "127.0.0.1", example "0.0.0.0";

    /// The port of a listener of its own for `/metrics`, which is then served there only; 0 takes any free one.
    METRICS_PORT => metrics_port: Option<u16>, otherwise "`/metrics` is served at PORT", within "0" to "65535", example "9464";

    /// The bearer token that `/metrics` and `/health/detailed` are answered for. Callers on this machine need none, unless
    /// PUBLIC_URL is set and TRUST_PROXY is not: then they cannot be told from those that a proxy here brings. Without a token
    /// nobody is answered who needs one.
    METRICS_TOKEN => metrics_token: Option<SecretString>,
        within "16" to "256",
        example "(at least 16 random characters)";

    /// Whether `/health/detailed` is served: database, Order Desk and audit log as they stand.
    ENABLE_DETAILED_HEALTH => detailed_health: bool = "true", example "false";

    /// Whether tool calls and administrative acts are recorded in the audit log.
    ENABLE_AUDIT_LOG => audit: bool = "true", example "false";

    /// How long entries of the audit log are kept, in days.
    AUDIT_LOG_RETENTION_DAYS => audit_retention_days: u32 = "90", within "1" to "3650", restricts true, example "365";

    /// The collector that traces are sent to, by OTLP over HTTP (protobuf): `/v1/traces` is added. Traces hold which tool,
    /// operation and table took how long, with the request's id, and nothing of arguments, records or credentials.
    OTEL_EXPORTER_OTLP_ENDPOINT => otlp_endpoint: Option<ServiceUrl>, example "http://127.0.0.1:4318";
}

impl Observability {
    /// Where metrics have a listener of their own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        let host = self.metrics_host.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let port = self.metrics_port.filter(|_| self.metrics)?;
        Some(SocketAddr::new(host, port))
    }
}

/// The faults of what other programs read as well, and may mean otherwise: it must not keep this one from starting.
pub fn excused(faults: &mut Vec<Fault>) -> Vec<String> {
    let name = OTEL_EXPORTER_OTLP_ENDPOINT.name;
    faults
        .extract_if(.., |fault| fault.subject == name)
        .map(|fault| format!("{fault} No traces are sent."))
        .collect()
}
