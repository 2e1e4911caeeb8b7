use super::*;
use crate::error::AuthFailure;

fn counted(meter: &Meter, tool: &str, outcome: &str) -> Option<u64> {
    let calls = meter.calls();
    let found = calls.iter().find(|(labels, _)| *labels == [tool, outcome]);
    found.map(|(_, count)| *count)
}

#[test]
fn calls_are_counted_by_tool_and_outcome() {
    let meter = Meter::new();
    meter.know_tools(["orders.get", "orders.list"]);
    let time = Duration::from_millis(1);
    meter.called("orders.get", &Ok(()), time);
    meter.called("orders.get", &Ok(()), time);
    let refused = Error::Unauthenticated(AuthFailure::Unknown);
    meter.called("orders.get", &Err::<(), _>(refused), time);
    assert_eq!(counted(&meter, "orders.get", "success"), Some(2));
    assert_eq!(counted(&meter, "orders.get", "AUTH_ERROR"), Some(1));
    assert_eq!(counted(&meter, "orders.list", "success"), Some(0));
    assert_eq!(counted(&meter, "orders.list", "AUTH_ERROR"), None);
    for name in ["orders.list", "tenant.create", "unknown"] {
        assert_eq!(
            counted(&meter, name, "INTERNAL_ERROR"),
            Some(0),
            "watched from the start: {name}"
        );
    }
    assert_eq!(meter.call_seconds.read().count, 3);
}

#[test]
fn a_name_that_is_no_tool_is_no_label() {
    let meter = Meter::new();
    meter.called("orders.get", &Ok(()), Duration::ZERO);
    meter.know_tools(["orders.get"]);
    meter.called("Ada Lovelace, 12 St James's Square", &Ok(()), Duration::ZERO);
    meter.called("tenant.create", &Ok(()), Duration::ZERO);
    assert_eq!(counted(&meter, "unknown", "success"), Some(2));
    assert_eq!(counted(&meter, "tenant.create", "success"), Some(1));
    assert_eq!(meter.tool("orders.get"), "orders.get");
    assert_eq!(meter.tool("Ada Lovelace"), "unknown");
    let calls = meter.calls();
    assert_eq!(calls.iter().filter(|(_, count)| *count > 0).count(), 2, "{calls:?}");
}

#[test]
fn refusals_of_limits_are_counted_where_a_call_ends_in_one() {
    let meter = Meter::new();
    let retry_after = Duration::from_secs(1);
    meter.called(
        "orders.get",
        &Err::<(), _>(Error::RateLimited { retry_after }),
        retry_after,
    );
    meter.called(
        "orders.get",
        &Err::<(), _>(Error::TooManyRuns { retry_after }),
        retry_after,
    );
    meter.called(
        "orders.get",
        &Err::<(), _>(Error::TooManyKeys { retry_after }),
        retry_after,
    );
    meter.refused(Limit::Connections);
    let counted: Vec<_> = meter.limits().filter(|(_, count)| *count > 0).collect();
    assert_eq!(
        counted,
        [("tenant", 1), ("runs", 1), ("tenant_keys", 1), ("connections", 1)]
    );
}

/// The names stand apart from the variants: each variant has to find its own.
#[test]
fn every_variant_has_its_name() {
    assert_eq!(Limit::NAMES[Limit::ClientDocuments as usize], "client_documents");
    assert_eq!(Limit::NAMES[Limit::Renewals as usize], "renewals");
    assert_eq!(Limit::NAMES[Limit::Connections as usize], "connections");
    assert_eq!(AuthReason::NAMES[AuthReason::Operator as usize], "operator");
    assert_eq!(ChangeOutcome::NAMES[ChangeOutcome::Failed as usize], "failed");
    assert_eq!(CacheResult::NAMES[CacheResult::Fresh as usize], "fresh");
}
