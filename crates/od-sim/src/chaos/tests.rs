use axum::http::Method;
use serde_json::json;

use super::{Chaos, Fault, FaultKind, path_matches};

fn check(pattern: &str, path: &str, expected: bool) {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    assert_eq!(path_matches(pattern, &segments), expected, "{pattern} on {path}");
}

#[test]
fn patterns_match_whole_paths() {
    check("/orders", "/orders", true);
    check("orders", "/orders", true);
    check("/orders", "/orders/1", false);
    check("/orders/*", "/orders", false);
    check("/orders/*", "/orders/1", true);
    check("/orders/*", "/orders/1/shipments", false);
    check("/orders/**", "/orders/1/shipments", true);
    check("/orders/**", "/orders", true);
    check("/orders/*/shipments", "/orders/1/shipments", true);
    check("**", "/store", true);
}

fn strikes(fault: Fault, calls: usize) -> Vec<bool> {
    let mut chaos = Chaos::new(1, vec![fault]);
    (0..calls)
        .map(|_| chaos.strike(&Method::PUT, &["orders", "1"], "90001").is_some())
        .collect()
}

#[test]
fn a_fault_strikes_when_it_is_due() {
    let fault = || Fault::new(FaultKind::Truncate);
    assert_eq!(strikes(fault(), 3), [true, false, false]);
    assert_eq!(strikes(fault().times(2), 3), [true, true, false]);
    assert_eq!(strikes(fault().times(0), 3), [true, true, true]);
    assert_eq!(strikes(fault().after(1), 3), [false, true, false]);
    assert_eq!(strikes(fault().with_probability(0.0), 3), [false, false, false]);
    assert_eq!(strikes(fault().on("get", "/orders/*"), 1), [false]);
    assert_eq!(strikes(fault().on("put", "/orders/*"), 1), [true]);
    assert_eq!(strikes(fault().in_store("90002"), 1), [false]);
}

#[test]
fn chance_is_reproducible() {
    let run = || strikes(Fault::new(FaultKind::Truncate).with_probability(0.5), 64);
    assert_eq!(run(), run());
    assert!(run().contains(&true) && run().contains(&false));
}

#[test]
fn the_oldest_fault_goes_first_and_others_keep_waiting() {
    let slow = Fault::new(FaultKind::Slow { ms: 1 });
    let mut chaos = Chaos::new(1, vec![slow, Fault::new(FaultKind::Html)]);
    let mut next = || chaos.strike(&Method::GET, &["store"], "90001").map(|kind| kind.name());
    assert_eq!([next(), next(), next()], [Some("slow"), Some("html"), None]);
}

#[test]
fn faults_are_written_as_json_with_few_words() {
    let fault: Fault = serde_json::from_value(json!({
        "kind": { "error_after_commit": { "status": 502 } }, "method": "PUT", "path": "/orders/*", "times": 2
    }))
    .expect("a fault");
    let kind = FaultKind::ErrorAfterCommit {
        status: 502,
        html: false,
    };
    assert_eq!(fault, Fault::new(kind).on("PUT", "/orders/*").times(2));

    let plain: Fault = serde_json::from_value(json!({ "kind": "truncate" })).expect("a fault");
    assert_eq!(plain, Fault::new(FaultKind::Truncate));

    let typo = serde_json::from_value::<Fault>(json!({ "kind": "truncate", "probabilty": 0.5 }));
    assert!(typo.is_err());
}
