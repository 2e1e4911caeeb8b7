use od_client::{Client, ClientOptions, Credentials};

use super::*;

/// A store that is never asked. Its calls wait so long for tokens and refusals.
fn store(max_wait: Duration) -> Store {
    let options = ClientOptions {
        base_url: "http://127.0.0.1:9/api/v2".to_owned(),
        max_wait,
        ..ClientOptions::default()
    };
    let credentials = Credentials {
        store_id: "1".to_owned(),
        api_key: "key".to_owned().into(),
        budget_key: "1".to_owned(),
    };
    Client::new(&options).unwrap().store(&credentials)
}

fn refused(millis: u64) -> Failed {
    let retry_after = Duration::from_millis(millis);
    Failed::Again(Error::Upstream(od_client::Error::RateLimited { retry_after }))
}

fn conflict() -> Failed {
    Failed::Again(Error::RecordBusy { what: "order" })
}

#[tokio::test]
async fn refusals_are_not_counted() {
    let mut attempts = Attempts::of(2, &store(Duration::from_secs(30)));
    for _ in 0..20 {
        attempts.again(refused(400)).await.unwrap();
    }
    assert_eq!(attempts.made(), 1);
    attempts.again(conflict()).await.unwrap();
    assert_eq!(attempts.made(), 2);
    attempts.again(refused(400)).await.unwrap();
    attempts.again(conflict()).await.unwrap_err();
}

#[tokio::test]
async fn refusals_are_waited_out_for_as_long_as_a_call_may_wait() {
    let mut attempts = Attempts::of(6, &store(Duration::from_millis(500)));
    attempts.again(refused(501)).await.unwrap_err();
    attempts.again(refused(100)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(450)).await;
    let given_up = attempts.again(refused(100)).await.unwrap_err();
    assert_eq!(given_up.code(), "UPSTREAM_BUSY");
    assert_eq!(given_up.retry_after(), Some(Duration::from_millis(100)));
}
