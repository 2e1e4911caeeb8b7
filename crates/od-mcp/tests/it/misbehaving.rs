//! An upstream that answers without end, without bottom or without haste: a clear error, and the server goes on.

use std::time::Duration;

use od_engine::UpstreamOptions;
use od_sim::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::support::House;

/// A house whose patience with Order Desk fits a test.
async fn impatient() -> House {
    House::open_on(UpstreamOptions {
        timeout: Duration::from_millis(500),
        max_retries: 1,
        max_reply_bytes: 1_000_000,
        ..UpstreamOptions::default()
    })
    .await
}

/// Reads an order while every read is struck, and once more when all is well again.
async fn check(kind: FaultKind, retryable: bool, said: &str) {
    let house = impatient().await;
    let id = house.an_order();
    let read = json!({ "order_id": id, "fresh": true });
    house
        .sim
        .inject(Fault::new(kind.clone()).on("GET", "/orders/**").times(0));
    for (tool, arguments) in [("orders_get", read.clone()), ("orders_list", json!({ "limit": 5 }))] {
        let envelope = house.call(tool, arguments).await;
        let error = &envelope["error"];
        assert_eq!(error["code"], "ORDERDESK_API_ERROR", "{kind:?}: {envelope}");
        assert_eq!(error["retryable"], retryable, "{kind:?}: {envelope}");
        let message = error["message"].as_str().expect("a message");
        assert!(
            message.contains(said) && message.contains("Nothing was changed"),
            "{kind:?}: {message}"
        );
        assert!(
            envelope.to_string().len() < 2000,
            "{kind:?}: the error is as long as what it is about"
        );
    }
    house.sim.set_faults(Vec::new());
    assert_eq!(house.call("orders_get", read).await["data"]["id"], Value::from(id));
}

#[tokio::test]
async fn a_reply_of_200_megabytes_is_refused_at_the_cap() {
    check(FaultKind::Huge { megabytes: 200 }, false, "larger than").await;
}

#[tokio::test]
async fn json_of_100_000_levels_is_refused_without_a_stack_as_deep() {
    check(FaultKind::Deep { levels: 100_000 }, false, "cannot be understood").await;
}

#[tokio::test]
async fn a_reply_that_drips_for_ever_is_given_up_in_time() {
    check(FaultKind::Drip { ms: 50 }, true, "did not answer in time").await;
}

#[tokio::test]
async fn a_change_whose_answer_is_endless_is_settled_by_reading() {
    let house = impatient().await;
    let id = house.an_order();
    for kind in [
        FaultKind::Huge { megabytes: 200 },
        FaultKind::Deep { levels: 100_000 },
        FaultKind::Drip { ms: 50 },
    ] {
        let email = format!("{}@example.test", kind.name());
        house.sim.clear_requests();
        house.sim.inject(Fault::new(kind.clone()).on("PUT", "/orders/*"));
        let change = json!({ "order_id": id, "mutation": { "email": email } });
        let envelope = house.call("orders_mutate_full", change).await;
        assert_eq!(envelope["status"], "success", "{kind:?}: {envelope}");
        assert_eq!(envelope["data"]["order"]["email"], email.as_str());
        let uploads = house
            .sim
            .requests()
            .iter()
            .filter(|request| request.method == "PUT")
            .count();
        assert_eq!(uploads, 1, "{kind:?}");
    }
}
