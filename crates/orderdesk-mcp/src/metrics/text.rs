//! The text format (Prometheus exposition format 0.0.4).

use std::fmt::Write;

use od_engine::{Distribution, Measured, Metric, MetricKind, Reading};

/// What every name begins with.
const PREFIX: &str = "orderdesk_mcp_";

/// All of them, each with what it means.
pub(super) fn page(measured: &[Measured]) -> String {
    let mut page = String::new();
    for Measured { metric, reading } in measured {
        let name = name(metric);
        let kind = kind(metric);
        let help = escaped(metric.help, false);
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
        match reading {
            Reading::Values(values) => {
                for (labels, value) in values {
                    let _ = writeln!(page, "{name}{} {value}", labelled(metric, labels));
                }
            }
            Reading::Distribution(distribution) => buckets(&mut page, &name, distribution),
        }
    }
    page
}

/// A metric's whole name.
pub fn name(metric: &Metric) -> String {
    format!("{PREFIX}{}", metric.name)
}

/// How a metric's values are to be read, as Prometheus names it.
pub fn kind(metric: &Metric) -> &'static str {
    match metric.kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram => "histogram",
    }
}

fn labelled(metric: &Metric, values: &[&str]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let pairs = metric.labels.iter().zip(values);
    let pairs: Vec<_> = pairs
        .map(|(label, value)| format!("{label}=\"{}\"", escaped(value, true)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

fn buckets(page: &mut String, name: &str, distribution: &Distribution) {
    let Distribution { buckets, sum, count } = distribution;
    for (bound, so_far) in buckets {
        let _ = writeln!(page, "{name}_bucket{{le=\"{bound}\"}} {so_far}");
    }
    let _ = writeln!(page, "{name}_bucket{{le=\"+Inf\"}} {count}");
    let _ = writeln!(page, "{name}_sum {sum}\n{name}_count {count}");
}

fn escaped(text: &str, is_label: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if is_label { text.replace('"', "\\\"") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    static CALLS: Metric = Metric {
        name: "calls_total",
        kind: MetricKind::Counter,
        labels: &["tool", "outcome"],
        help: "Calls,\nby tool \\ outcome.",
    };
    static SECONDS: Metric = Metric {
        name: "seconds",
        kind: MetricKind::Histogram,
        labels: &[],
        help: "Time.",
    };

    #[test]
    fn a_page_is_what_prometheus_reads() {
        let distribution = Distribution {
            buckets: vec![(0.000_025, 1), (60.0, 3)],
            sum: 61.5,
            count: 4,
        };
        let page = page(&[
            Measured {
                metric: &CALLS,
                reading: Reading::Values(vec![(vec!["orders.get", "say \"x\"\\"], 2.0)]),
            },
            Measured {
                metric: &SECONDS,
                reading: Reading::Distribution(distribution),
            },
        ]);
        let expected = r#"# HELP orderdesk_mcp_calls_total Calls,\nby tool \\ outcome.
# TYPE orderdesk_mcp_calls_total counter
orderdesk_mcp_calls_total{tool="orders.get",outcome="say \"x\"\\"} 2
# HELP orderdesk_mcp_seconds Time.
# TYPE orderdesk_mcp_seconds histogram
orderdesk_mcp_seconds_bucket{le="0.000025"} 1
orderdesk_mcp_seconds_bucket{le="60"} 3
orderdesk_mcp_seconds_bucket{le="+Inf"} 4
orderdesk_mcp_seconds_sum 61.5
orderdesk_mcp_seconds_count 4
"#;
        assert_eq!(page, expected);
    }
}
