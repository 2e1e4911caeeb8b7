use od_engine::Clock;
use secrecy::SecretString;

use super::{super::Verdict, clock};
use crate::config::{self, Sources};

fn check(address: &str, told: Option<&str>, expected: Verdict) {
    let environment = vec![("ORDERDESK_API_BASE_URL".to_owned(), SecretString::from(address))];
    let settings = config::load(&Sources {
        environment,
        ..Sources::default()
    })
    .unwrap()
    .settings;
    let finding = clock(&settings, told);
    assert_eq!(finding.verdict, expected, "{finding:?}");
}

#[test]
fn a_clock_that_is_off_is_told() {
    const REAL: &str = "https://app.orderdesk.me/api/v2";
    let now = Clock::system().now().strftime("%Y-%m-%d %H:%M:%S").to_string();
    check(REAL, Some(&now), Verdict::Ok);
    check(REAL, Some("2020-01-01 00:00:00"), Verdict::Failed);
    check(REAL, Some("soon"), Verdict::Skipped);
    check(REAL, None, Verdict::Skipped);
    check(
        "http://localhost:1/api/v2",
        Some("2020-01-01 00:00:00"),
        Verdict::Skipped,
    );
}
