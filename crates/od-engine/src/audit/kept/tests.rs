use od_record::FieldChange;
use od_vault::DataKey;
use serde_json::{Value, json};

use super::*;
use crate::scope::{CredentialKind, Grants, Proven, StoreSet};

fn identity(tenant: &TenantId, data_key: DataKey) -> Identity {
    let text = || "x".to_owned();
    Identity::new(Proven {
        kind: CredentialKind::MasterKey,
        tenant: tenant.clone(),
        row: text(),
        grant: None,
        prefix: text(),
        grants: Grants::ALL,
        stores: StoreSet::All,
        data_key: Some(data_key),
    })
}

fn tenant() -> TenantId {
    TenantId::from(uuid::Uuid::now_v7())
}

fn change(value: impl Into<Value>) -> Vec<Altered> {
    let change = FieldChange {
        path: "/email".to_owned(),
        id: None,
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
        let sealed = Difference::of(records.clone()).seal(&owner, "entry");
        let shown = format!("{}{}{}", sealed.ciphertext, sealed.tag, sealed.nonce);
        assert!(!shown.contains("example.com"));
        let opened = Difference::open(sealed.clone(), &owner, "entry").unwrap();
        let expected = Difference {
            records,
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
    let sealed = Difference::of(change("x")).seal(&owner, "entry").into_sealed();
    let opens_at = |tenant: &TenantId| owner.data_key().unwrap().open(&place(tenant, "entry"), &sealed).is_ok();
    assert!(opens_at(owner.tenant()));
    assert!(!opens_at(&tenant()));
}

#[test]
fn long_texts_are_deflated_and_what_is_too_long_says_so() {
    let owner = identity(&tenant(), DataKey::generate());
    let stored = |records: Vec<Altered>| {
        let sealed = Difference::of(records).seal(&owner, "entry");
        let bytes = sealed.ciphertext.len() / 4 * 3;
        (bytes, Difference::open(sealed, &owner, "entry").unwrap())
    };
    let (bytes, kept) = stored(change("The same note again. ".repeat(500)));
    assert!(bytes < 1000 && kept.left_out_bytes.is_none(), "{bytes}");

    let (bytes, kept) = stored(change(noise(200_000)));
    assert!(bytes > 150_000 && kept.left_out_bytes.is_none(), "whole");

    for value in [noise(400_000), "a".repeat(3_000_000)] {
        let size = json!(value).to_string().len() as u64;
        let (bytes, kept) = stored(change(value));
        assert!(bytes < 300, "{bytes}");
        assert_eq!(kept.left_out_bytes, Some(size));
        let change = &kept.records[0].changes[0];
        assert_eq!(
            change.before,
            Some(json!("before@example.com")),
            "what was before stays"
        );
        assert_eq!((&change.after, change.after_left_out_bytes), (&None, Some(size)));
    }
    assert!(Difference::of(Vec::new()).seal(&owner, "entry").is_empty());
}

fn field(path: String, before: Option<Value>, after: Option<Value>) -> FieldChange {
    FieldChange {
        path,
        id: None,
        before,
        after,
    }
}

/// What is kept when this is changed together with the city of an address and a note that goes.
fn kept_beside(padding: impl Iterator<Item = FieldChange>) -> Difference {
    let owner = identity(&tenant(), DataKey::generate());
    let city = field("/shipping/city".to_owned(), Some(json!("Bern")), Some(json!("Berlin")));
    let note = field("/order_notes/0".to_owned(), Some(json!("n".repeat(200))), None);
    let changes = padding.chain([city, note]).collect();
    let records = vec![Altered::order(Some("5001".to_owned()), changes)];
    let opened = Difference::open(Difference::of(records).seal(&owner, "entry"), &owner, "entry").unwrap();
    let last = opened.records[0].changes.as_slice();
    let [.., city, note] = last else { panic!("{opened:?}") };
    assert_eq!((&*city.path, &city.before), ("/shipping/city", &Some(json!("Bern"))));
    assert_eq!(note.before, Some(json!("n".repeat(200))));
    opened
}

#[test]
fn nothing_that_is_changed_beside_it_takes_away_what_was_before() {
    let item = |n: usize| format!("/order_items/{n}");
    // Added: what is there can be read at Order Desk.
    let kept = kept_beside((0..240).map(|n| field(item(n), None, Some(noise(9000).into()))));
    let changes = &kept.records[0].changes;
    assert_eq!((changes.len(), kept.records[0].left_out_changes), (242, None));
    assert_eq!(changes[240].after, Some(json!("Berlin")), "short values stay");
    let marked: u64 = changes.iter().filter_map(|change| change.after_left_out_bytes).sum();
    assert!(marked > 240 * 9000);
    assert_eq!(kept.left_out_bytes, Some(marked));
    // Changed: of texts that are all too long for it, those that were before are kept while there is room.
    let kept = kept_beside((0..10).map(|n| field(item(n), Some(noise(9000).into()), Some(noise(40_000).into()))));
    let before = kept.records[0]
        .changes
        .iter()
        .all(|change| change.before_left_out_bytes.is_none());
    assert!(before && kept.left_out_bytes > Some(400_000));
    // Removed: the longest go first.
    let kept = kept_beside((0..400).map(|n| field(item(n), Some(noise(2000).into()), None)));
    let changes = &kept.records[0].changes;
    assert!(
        changes[..400]
            .iter()
            .all(|change| change.before_left_out_bytes >= Some(2002))
    );
    // Short ones without end: of each field there are some.
    let kept = kept_beside((0..25_000).map(|n| field(item(n), Some(noise(12).into()), Some(noise(12).into()))));
    let left_out = kept.records[0].left_out_changes.unwrap();
    assert_eq!(left_out + kept.records[0].changes.len() as u64, 25_002);
    assert!(kept.records[0].changes.len() > 100);
    // Long names as well.
    let kept = kept_beside((0..100).map(|_| field(format!("/checkout_data/{}", noise(9000)), Some(json!(1)), None)));
    assert_eq!(kept.records[0].left_out_changes, Some(100));
}
