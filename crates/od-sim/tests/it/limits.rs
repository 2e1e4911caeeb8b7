//! The rate limit over the wire.

use od_sim::SimOptions;

use crate::support::Api;

#[tokio::test]
async fn the_bucket_refuses_with_its_own_headers_and_per_store() {
    // So slow a refill that no token comes back while the test runs.
    let options = SimOptions {
        refill_per_second: 0.001,
        ..SimOptions::default()
    };
    let mut api = Api::with(options).await;
    for left in (0..20).rev() {
        let answer = api.get("/test").await;
        assert_eq!(
            (answer.status, answer.header("x-tokens-remaining")),
            (200, Some(left.to_string().as_str()))
        );
    }
    let answer = api.get("/test").await;
    assert_eq!((answer.status, answer.header("x-tokens-remaining")), (429, Some("0")));
    let wait: f64 = answer
        .header("x-retry-after")
        .and_then(|text| text.parse().ok())
        .expect("decimal seconds");
    assert!((900.0..=1000.0).contains(&wait), "{wait}");
    assert!(answer.header("retry-after").is_none());

    api.store = api.sim.stores().swap_remove(1);
    assert_eq!(api.get("/test").await.status, 200, "the other store has its own bucket");
}

#[tokio::test]
async fn waiting_as_told_is_enough() {
    let options = SimOptions {
        bucket_size: 1,
        refill_per_second: 20.0,
        ..SimOptions::default()
    };
    let api = Api::with(options).await;
    let mut refused = 0;
    for _ in 0..50 {
        let answer = api.get("/test").await;
        if answer.status == 429 {
            refused += 1;
            let wait: f64 = answer
                .header("x-retry-after")
                .and_then(|text| text.parse().ok())
                .expect("decimal seconds");
            tokio::time::sleep(std::time::Duration::from_secs_f64(wait)).await;
            assert_eq!(api.get("/test").await.status, 200);
        }
    }
    assert!(refused > 0);
}

#[tokio::test]
async fn the_limit_can_be_switched_off() {
    let api = Api::start().await;
    for _ in 0..60 {
        let answer = api.get("/test").await;
        assert_eq!((answer.status, answer.header("x-tokens-remaining")), (200, Some("20")));
    }
}
