use proptest::prelude::*;
use serde_json::json;

use super::*;

fn key() -> SecretString {
    SecretString::from("k3y-of-the-store")
}

fn check(body: &str, expected: &str) {
    assert_eq!(
        Scrubber::new(&key(), false).excerpt(body.as_bytes()),
        expected,
        "{body}"
    );
}

#[test]
fn excerpts() {
    check("", "(an empty body)");
    check("  \n", "(an empty body)");
    check("gateway\r\n\ttimed out\u{7}", "gateway timed out");
    check(
        "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad</h1>",
        "502 Bad Gateway Bad",
    );
    check("<p>a<script>var x = '<b>';</script>b<STYLE>p{}</STYLE>c", "a b c");
    check("<script>never closed", "");
    check("<!-- cut", "");
    check("1 < 2", "1");
    check("key=k3y-of-the-store;", "key=[key];");
    check(
        "{\"order\": {\"email\": \"ada@ex",
        "(JSON that is cut off or broken, 27 bytes)",
    );
    check(&"é".repeat(500), &format!("{}…", "é".repeat(200)));
}

#[test]
fn a_reply_with_secrets_is_not_quoted() {
    let key = key();
    let scrub = Scrubber::new(&key, true);
    assert_eq!(scrub.excerpt(b"smtp_password: x"), WITHHELD);
    assert_eq!(scrub.text("smtp_password: x"), WITHHELD);
    assert_eq!(scrub.value(&json!(["x"])), None);
}

#[test]
fn errors_keep_their_shape() {
    let key = key();
    let scrub = Scrubber::new(&key, false);
    let errors = json!({"k3y-of-the-store": ["a\nb", 1, null, {"x": "k3y-of-the-store"}]});
    assert_eq!(
        scrub.value(&errors),
        Some(json!({"[key]": ["a b", 1, null, {"x": "[key]"}]}))
    );
    assert_eq!(scrub.value(&json!(vec![0; VALUES])), None, "too many");
}

proptest! {
    #[test]
    fn any_body_gives_one_short_line(body in prop::collection::vec(any::<u8>(), 0..600)) {
        let excerpt = Scrubber::new(&key(), false).excerpt(&body);
        prop_assert!(excerpt.chars().count() <= EXCERPT + 1);
        prop_assert!(!excerpt.contains(char::is_control));
    }

    #[test]
    fn any_markup_is_survived(body in "[<>/a-cé \"!script]{0,80}") {
        without_markup(&body);
    }

    #[test]
    fn the_key_never_comes_through(before in "[ -~]{0,300}", after in "[ -~]{0,300}") {
        let body = format!("{before}k3y-of-the-store{after}");
        let key = key();
        let scrub = Scrubber::new(&key, false);
        prop_assert!(!scrub.text(&body).contains("k3y-of-the-store"));
        prop_assert!(!scrub.excerpt(body.as_bytes()).contains("k3y-of-the-store"));
    }
}
