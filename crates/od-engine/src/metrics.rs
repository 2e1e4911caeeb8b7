//! Everything that is counted, for the operator: the names with what they mean, and how they stand.

use od_client::Distribution;
use od_db::Connections;

use crate::engine::Engine;
use crate::meter::{AuthReason, Limit};

/// A metric. The program puts its own name before this one.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// The name.
    pub name: &'static str,
    /// How its values are to be read.
    pub kind: MetricKind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it means, with its unit, in one line.
    pub help: &'static str,
}

/// How values are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows, from the start of the process.
    Counter,
    /// Stands at something.
    Gauge,
    /// Values counted in buckets.
    Histogram,
}

/// A metric as it stands.
#[derive(Debug)]
pub struct Measured {
    /// Which.
    pub metric: &'static Metric,
    /// How it stands.
    pub reading: Reading,
}

/// What a metric stands at.
#[derive(Debug)]
pub enum Reading {
    /// One value for each combination of labels that there was, in the order of the metric's labels. Labels are texts of
    /// this program: nothing that was sent can be one.
    Values(Vec<(Vec<&'static str>, f64)>),
    /// Of a histogram.
    Distribution(Distribution),
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric {
        name,
        kind: MetricKind::Counter,
        labels,
        help,
    }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric {
        name,
        kind: MetricKind::Gauge,
        labels,
        help,
    }
}

const fn histogram(name: &'static str, help: &'static str) -> Metric {
    Metric {
        name,
        kind: MetricKind::Histogram,
        labels: &[],
        help,
    }
}

/// All metrics of the engine, in the order in which they are read.
pub static METRICS: [Metric; 19] = [
    counter(
        "tool_calls_total",
        &["tool", "outcome"],
        "Calls of tools and administrative acts; outcome is success or an error code.",
    ),
    histogram(
        "tool_call_seconds",
        "Time from a call's beginning to its end, in seconds.",
    ),
    counter(
        "cache_requests_total",
        &["result"],
        "Reads that memory may answer: hit, miss, shared (somebody was asking already) or fresh (the caller wanted it so).",
    ),
    counter(
        "upstream_requests_total",
        &["operation", "status"],
        "Requests sent to Order Desk; status is the HTTP status or what kept an answer from coming.",
    ),
    histogram(
        "upstream_seconds",
        "Time from sending a request to Order Desk to the last byte of its answer, in seconds.",
    ),
    histogram(
        "upstream_wait_seconds",
        "Time that requests waited for tokens of their store's request budget, in seconds.",
    ),
    counter(
        "upstream_retries_total",
        &[],
        "Requests that were sent to Order Desk again after a failure.",
    ),
    gauge(
        "upstream_tokens",
        &[],
        "Tokens left in the request budget of the store that has the fewest.",
    ),
    gauge(
        "upstream_waiting",
        &[],
        "Calls that wait for tokens of a store's request budget.",
    ),
    gauge(
        "upstream_breakers_open",
        &[],
        "Stores for which Order Desk is not asked at the moment, because it did not answer.",
    ),
    counter(
        "order_changes_total",
        &["outcome"],
        "Changes to orders, their items and shipments: verified, unverified, unchanged, conflict, uncertain or failed.",
    ),
    histogram(
        "order_change_attempts",
        "How often an order was read and changed until the change was made or given up.",
    ),
    counter(
        "order_change_conflicts_total",
        &[],
        "Attempts at a change that found the order changed by somebody else meanwhile.",
    ),
    counter(
        "limit_refusals_total",
        &["limit"],
        "What limits refused or held back: tenant, runs (calls at the console), tenant_keys, sign_ins, unknown_keys, \
         page_sign_ins, sign_ups, mails, registrations, client_documents, renewals, consents, connections, upstream_budget (a store's \
         requests) or upstream_breaker (Order Desk did not answer).",
    ),
    counter(
        "auth_failures_total",
        &["reason"],
        "Credentials that were not taken, by reason; missing also counts clients that ask how to sign in.",
    ),
    counter(
        "audit_entries_total",
        &["result"],
        "Entries of the audit log: written, lost, or left_out because their tenant was deleted meanwhile.",
    ),
    counter(
        "webhook_deliveries_total",
        &["outcome"],
        "Orders that were posted here: accepted, duplicate, or why they were refused: unknown_address, too_large, wrong_type, \
         unproven (a wrong hash), foreign_store, unusable, limited or failed.",
    ),
    gauge(
        "db_pool_connections",
        &["state"],
        "Connections to the database: used, idle, or unopened (there may be as many more).",
    ),
    gauge("redis_up", &[], "1 while Redis is configured and can be relied on."),
];

impl Engine {
    /// How every metric stands, in the order of [`METRICS`].
    pub fn metrics(&self) -> Vec<Measured> {
        let inner = &self.inner;
        let (meter, upstream) = (&inner.meter, inner.client.measures());
        let upstream_requests = upstream
            .requests
            .into_iter()
            .map(|(operation, status, count)| (vec![operation, status], told(count)));
        let upstream_limits = [
            ("upstream_budget", upstream.budget_refusals),
            ("upstream_breaker", upstream.breaker_refusals),
        ];
        let readings = [
            Reading::Values(
                meter
                    .calls()
                    .into_iter()
                    .map(|(labels, count)| (labels.to_vec(), told(count)))
                    .collect(),
            ),
            Reading::Distribution(meter.call_seconds.read()),
            by_name(inner.cache.requests()),
            Reading::Values(upstream_requests.collect()),
            Reading::Distribution(upstream.seconds),
            Reading::Distribution(upstream.waits),
            single(told(upstream.retries)),
            single(upstream.fewest_tokens),
            single(told(upstream.waiting as u64)),
            single(told(upstream.open_breakers as u64)),
            by_name(meter.changes()),
            Reading::Distribution(meter.change_attempts.read()),
            single(told(meter.conflicts())),
            by_name(meter.limits().chain(upstream_limits)),
            by_name(meter.auth_failures()),
            by_name(inner.audit.counted()),
            by_name(inner.webhooks.counted()),
            by_name(connections(inner.db.connections())),
            single(match inner.replicas.health(inner.client.shares()).redis {
                Some(true) => 1.0,
                Some(false) | None => 0.0,
            }),
        ];
        METRICS
            .iter()
            .zip(readings)
            .map(|(metric, reading)| Measured { metric, reading })
            .collect()
    }

    /// Tells the tools that there are, so that calls can be counted by them. Other names count as unknown.
    pub fn know_tools(&self, names: impl IntoIterator<Item = &'static str>) {
        self.inner.meter.know_tools(names);
    }

    /// Counts that a limit above the engine refused something.
    pub fn count_refusal(&self, limit: Limit) {
        self.inner.meter.refused(limit);
    }

    /// Counts a credential that was not taken, and never came to be looked for.
    pub fn count_auth_failure(&self, reason: AuthReason) {
        self.inner.meter.not_signed_in(reason);
    }
}

fn connections(pool: Connections) -> [(&'static str, u64); 3] {
    let Connections { open, idle, max } = pool;
    [
        ("used", open.saturating_sub(idle).into()),
        ("idle", idle.into()),
        ("unopened", max.saturating_sub(open).into()),
    ]
}

fn single(value: f64) -> Reading {
    Reading::Values(vec![(Vec::new(), value)])
}

fn by_name(counts: impl IntoIterator<Item = (&'static str, u64)>) -> Reading {
    let counts = counts.into_iter().map(|(name, count)| (vec![name], told(count)));
    Reading::Values(counts.collect())
}

#[expect(clippy::cast_precision_loss, reason = "for charts, which show no sixteen digits")]
fn told(count: u64) -> f64 {
    count as f64
}
