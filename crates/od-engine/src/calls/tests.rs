use std::time::Duration;

use super::*;

#[test]
fn what_a_limit_held_back_is_always_kept() {
    let check = |cost, outcome: Result<(), Error>, expected| {
        let call = Call {
            tool: "tool".to_owned(),
            parameters: Value::Null,
            cost,
            needs: None,
        };
        assert_eq!(keep(&call, &outcome), expected, "{cost} {outcome:?}");
    };
    let retry_after = Duration::from_secs(1);
    check(1, Ok(()), Keep::Always);
    check(2, Err(Error::Internal("broken")), Keep::Always);
    check(0, Ok(()), Keep::WhenThereIsRoom);
    // Free, so that no limit swallows it; the question before it was paid for.
    let until = "2026-03-02T15:14:05Z".to_owned();
    check(0, Err(Error::Declined { until }), Keep::Always);
    // The same code, but nobody gives keys without paying for the call.
    check(2, Err(Error::TooManyKeys { retry_after }), Keep::Always);
    assert!(was_not_begun(&Err::<(), _>(Error::RateLimited { retry_after })));
    assert!(was_not_begun(&Err::<(), _>(Error::TooManyRuns { retry_after })));
    assert!(!was_not_begun(&Err::<(), _>(Error::TooManyKeys { retry_after })));
}
