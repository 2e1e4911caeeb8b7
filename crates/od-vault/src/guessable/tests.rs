use super::*;
use crate::{MasterKey, fixtures::GENERATED_MASTER};
use secrecy::ExposeSecret as _;

#[test]
fn rules_are_seen_in_what_was_typed_by_one() {
    let check = |text: &str, expected: bool| assert_eq!(follows_a_rule(text.as_bytes()), expected, "{text}");
    check("passwordpassword", true);
    check("tyranosurus-tyranosurus", true);
    check("correcthorse-correcthorse-correct", true);
    check("1234567890123456", true);
    check("abcdefghijklmnop", true);
    check("ponmlkjihgfedcba", true);
    check("QWERTYuiopasdfgh", true);
    check("1qaz2wsx3edc4rfv", true);
    check("0123456789abcdef", true);
    // Three and four distances between neighbours.
    check("acdfgjkmnqrtuwxz", true);
    check("acdfgjkoprtuwxz", false);
    check("correct horse battery staple", false);
    check("sixteen bytes ok", false);
    check("kX3vq-9Lmz_82hTd", false);
    check(GENERATED_MASTER, false);
}

#[test]
fn what_was_generated_follows_none() {
    for _ in 0..1_000 {
        let key = MasterKey::generate().expose();
        let bytes = key.expose_secret().as_bytes();
        assert!(!follows_a_rule(bytes) && !repeats_few_bytes(bytes) && !is_published(bytes));
    }
}

#[test]
fn eight_distinct_bytes_are_the_fewest() {
    assert!(repeats_few_bytes(&b"0123456".repeat(6)));
    assert!(!repeats_few_bytes(&b"01234567".repeat(4)));
}
