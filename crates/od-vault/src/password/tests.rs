use super::*;
use crate::fixtures::{self, MASTER};

/// Made by the C library's crypt(3) from the fixed keys.
const FROZEN: &str = "$2b$04$abcdefghijklmnopqrstuugAfEV7wRP18AhfmZNARbq7AbJEOFfpK";

#[test]
fn stored_hashes_keep_verifying() {
    let (root, key) = (fixtures::root(), fixtures::master(MASTER));
    assert!(verify(&root, &key, FROZEN));
    assert!(!verify(&RootKey::generate(), &key, FROZEN));
    assert!(!verify(&root, &fixtures::master("correct horse batterz"), FROZEN));
}

#[test]
fn hashes_are_salted_and_carry_the_cost() {
    let (root, key) = (fixtures::root(), fixtures::master(MASTER));
    let first = hash(&root, &key, 5).expect("an allowed cost");
    let second = hash(&root, &key, 5).expect("an allowed cost");
    assert!(first.starts_with("$2b$05$"), "{first}");
    assert_eq!(first.len(), 60);
    assert_ne!(first, second);
    assert!(verify(&root, &key, &first) && verify(&root, &key, &second));
}

#[test]
fn the_last_byte_of_the_longest_key_counts() {
    let root = fixtures::root();
    let [one, other] = ["x", "y"].map(|last| fixtures::master(&format!("{}{last}", "k".repeat(255))));
    let hash = hash(&root, &one, 4).expect("an allowed cost");
    assert!(verify(&root, &one, &hash));
    assert!(!verify(&root, &other, &hash));
}

#[test]
fn refuses_costs_out_of_range() {
    fn check(cost: u32) {
        let error = hash(&fixtures::root(), &fixtures::master(MASTER), cost).expect_err("refused");
        assert_eq!(
            error.to_string(),
            format!("the bcrypt cost is {cost}; it must be 4 to 15")
        );
    }
    check(0);
    check(3);
    check(16);
    check(u32::MAX);
}

#[test]
fn other_texts_verify_nothing_and_cost_nothing() {
    let (root, key) = (fixtures::root(), fixtures::master(MASTER));
    let pause_for_days = FROZEN.replace("$04$", "$31$");
    for text in [
        "",
        "not a hash",
        &FROZEN[..59],
        &format!("{FROZEN}x"),
        &FROZEN.replace("2b", "9z"),
        &pause_for_days,
    ] {
        assert!(!verify(&root, &key, text), "{text}");
    }
}
