use od_record::FieldChange;
use od_vault::DataKey;
use serde_json::{Value, json};

use super::*;
use crate::scope::Grants;

fn identity(tenant: &TenantId, data_key: DataKey) -> Identity {
    let text = || "x".to_owned();
    Identity::new(tenant.clone(), text(), text(), Grants::ALL, data_key)
}

fn tenant() -> TenantId {
    TenantId::from(uuid::Uuid::now_v7())
}

fn change(value: impl Into<Value>) -> Vec<Altered> {
    let change = FieldChange {
        path: "/email".to_owned(),
        before: Some(json!("before@example.com")),
        after: Some(value.into()),
    };
    vec![Altered::order(Some("5001".to_owned()), vec![change])]
}

/// Text that does not deflate.
fn noise(length: usize) -> String {
    (0..length)
        .map(|_| char::from(b'!' + rand::random::<u8>() % 90))
        .collect()
}

#[test]
fn what_was_sealed_opens_for_its_tenant_and_entry_and_nowhere_else() {
    let owner = identity(&tenant(), DataKey::generate());
    for value in ["after@example.com".to_owned(), "a note ".repeat(1000), noise(9000)] {
        let records = change(value.clone());
        let sealed = Difference::of(records.clone(), false).seal(&owner, "entry");
        let shown = format!("{}{}{}", sealed.ciphertext, sealed.tag, sealed.nonce);
        assert!(!shown.contains("example.com"));
        let opened = Difference::open(sealed.clone(), &owner, "entry").unwrap();
        let expected = Difference {
            records,
            is_uncertain: false,
            left_out_bytes: None,
        };
        assert_eq!(opened, expected);
        let damaged = SealedColumns {
            tag: sealed.nonce.clone(),
            ..sealed.clone()
        };
        assert!(Difference::open(damaged, &owner, "entry").is_err());
        assert!(Difference::open(sealed.clone(), &owner, "another entry").is_err());
        let stranger = identity(owner.tenant(), DataKey::generate());
        assert!(Difference::open(sealed, &stranger, "entry").is_err());
    }
}

#[test]
fn a_sealed_difference_is_bound_to_its_tenant() {
    let owner = identity(&tenant(), DataKey::generate());
    let sealed = Difference::of(change("x"), false).seal(&owner, "entry").into_sealed();
    let opens_at = |tenant: &TenantId| owner.data_key().open(&place(tenant, "entry"), &sealed).is_ok();
    assert!(opens_at(owner.tenant()));
    assert!(!opens_at(&tenant()));
}

#[test]
fn long_texts_are_deflated_and_what_is_too_long_says_so() {
    let owner = identity(&tenant(), DataKey::generate());
    let stored = |records: Vec<Altered>| {
        let sealed = Difference::of(records, false).seal(&owner, "entry");
        let bytes = sealed.ciphertext.len() / 4 * 3;
        (bytes, Difference::open(sealed, &owner, "entry").unwrap())
    };
    let (bytes, kept) = stored(change("The same note again. ".repeat(500)));
    assert!(bytes < 1000 && kept.left_out_bytes.is_none(), "{bytes}");

    let (bytes, kept) = stored(change(noise(200_000)));
    assert!(bytes > 150_000 && kept.left_out_bytes.is_none(), "whole");

    for (value, size) in [(noise(400_000), 400_000), ("a".repeat(3_000_000), 3_000_000)] {
        let (bytes, kept) = stored(change(value));
        assert!(bytes < 200, "{bytes}");
        assert!(kept.left_out_bytes.is_some_and(|left| left > size), "{kept:?}");
        assert_eq!(kept.records, [Altered::order(Some("5001".to_owned()), Vec::new())]);
    }
    assert!(Difference::of(Vec::new(), false).seal(&owner, "entry").is_empty());
}
