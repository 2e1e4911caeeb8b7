//! Limits that all processes keep.

use super::*;

#[tokio::test]
async fn limits_hold_over_all_processes_and_a_refusal_costs_nothing() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let narrow = Limit {
        name: "tenant".to_owned(),
        per_minute: 60,
        burst: 6,
    };
    let wide = Limit {
        name: "network".to_owned(),
        per_minute: 60,
        burst: 60,
    };
    let both = [narrow.clone(), wide.clone()];
    for number in 0..6 {
        let shared = if number % 2 == 0 { &one } else { &other };
        let spent = shared.spend(&both, 1).await.map(|spent| spent.outcome);
        assert_eq!(spent, Some(Ok(())), "{number}");
    }
    let refused = one.spend(&both, 1).await.expect("Redis answers");
    assert!(refused.left < 1.0, "{refused:?}");
    let wait = refused.outcome.expect_err("the narrow one is empty");
    assert!(
        wait > Duration::from_millis(500) && wait <= Duration::from_secs(1),
        "{wait:?}"
    );
    // Of the wide one exactly what was granted is gone.
    assert_eq!(
        other
            .spend(std::slice::from_ref(&wide), 54)
            .await
            .map(|spent| spent.outcome),
        Some(Ok(()))
    );
    assert!(other.spend(&[wide], 2).await.expect("Redis answers").outcome.is_err());
    // A cost above the burst can be paid by a rested tenant.
    let rested = Limit {
        name: "rested".to_owned(),
        ..narrow
    };
    assert_eq!(one.spend(&[rested], 100).await.map(|spent| spent.outcome), Some(Ok(())));
}

#[tokio::test]
async fn calls_that_come_together_are_paid_one_after_the_other() {
    let server = RedisServer::start().expect("Redis starts");
    let (one, other) = (open(&server).await, open(&server).await);
    let limit = |tenant: u32| Limit {
        name: format!("tenant {tenant}"),
        per_minute: 1,
        burst: 50,
    };
    let calls = (0..200_u32).map(|number| {
        let shared = if number % 2 == 0 { &one } else { &other }.clone();
        let (tenant, cost) = (number / 2 % 2, 1 + number / 4 % 2);
        tokio::spawn(async move {
            let spent = shared.spend(&[limit(tenant)], cost).await.expect("Redis answers");
            (tenant, spent.outcome.map(|()| cost))
        })
    });
    let mut granted = [0, 0];
    for call in calls.collect::<Vec<_>>() {
        let (tenant, outcome) = call.await.expect("it ends");
        granted[tenant as usize] += outcome.unwrap_or_default();
    }
    // A call of two that no longer fits leaves the last token to a call of one.
    assert_eq!(granted, [50, 50]);
    let calls = server.calls("evalsha").await.expect("it is told");
    assert!(calls < 100, "{calls} requests for 200 calls");
}
