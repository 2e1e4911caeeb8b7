use proptest::prelude::*;

use super::*;
use crate::lookup::hmac_with;

const PLACE: Place<'static> = Place {
    tenant: "tenant-1",
    row: "store-1",
    field: "webhook_key",
};

fn key(text: &str) -> WebhookKey {
    WebhookKey::of_api_key(&SecretString::from(text))
}

/// Computed apart from this code, with Python's hmac.
#[test]
fn hashes_of_keys_of_every_length_are_checked() {
    const ORDER: &[u8] = br#"{"id":"80012345"}"#;
    let cases = [
        (
            "k".to_owned(),
            "0f4f963e38e2da9d55ef84482c1a3296841c0540860509cdd5f7c91405f3c3ed",
        ),
        (
            "simulated-key-of-store-90001".to_owned(),
            "d143afaf9dd2ed216fe7c1f61f7808002298932d415bccb83808346dbb454d43",
        ),
        (
            "x".repeat(64),
            "2c18a3755ac965866aa414d6a35f1859a5f04fb8d37ecb06b632d2cc05604b6b",
        ),
        (
            "y".repeat(65),
            "c272eda292b5707c139804dc9a2f1b56f67b03cfa90fbb2a54c7f4fcfbae39ed",
        ),
        (
            "z".repeat(256),
            "055ade5eeea52fe094908e1ed7a65ed0b04369b84712ff8660c1a2b9e1e71ac9",
        ),
    ];
    for (api_key, hash) in cases {
        let key = key(&api_key);
        assert!(key.is_signed(ORDER, hash), "{} bytes", api_key.len());
        assert!(key.is_signed(ORDER, &hash.to_uppercase()));
        assert!(!key.is_signed(&ORDER[1..], hash));
        for wrong in ["", &hash[1..], &hash.replace(&hash[..1], "x")] {
            assert!(!key.is_signed(ORDER, wrong), "{wrong}");
        }
    }
}

#[test]
fn a_sealed_key_opens_at_its_place_under_its_root_key_alone() {
    let (root, other) = (RootKey::generate(), RootKey::generate());
    let sealed = key("simulated-key").seal(&root, &PLACE);
    let hash = hex(&hmac_with(b"simulated-key", &[b"order"]));
    let opened = WebhookKey::open(&root, &PLACE, &sealed).expect("opens");
    assert!(opened.is_signed(b"order", &hash));
    assert!(!opened.is_signed(b"orders", &hash));

    let elsewhere = Place {
        row: "store-2",
        ..PLACE
    };
    for (root, place) in [(&other, &PLACE), (&root, &elsewhere)] {
        assert_eq!(WebhookKey::open(root, place, &sealed).err(), Some(OpenError::Refused));
    }
}

#[test]
fn what_is_kept_does_not_hold_the_key() {
    let long = "k".repeat(200);
    for api_key in ["simulated-key-of-store-90001", &long] {
        let kept = key(api_key);
        let states = [*kept.inner.as_bytes(), *kept.outer.as_bytes()].concat();
        assert!(
            !states
                .windows(4)
                .any(|part| api_key.as_bytes().windows(4).any(|text| text == part))
        );
        assert_eq!(format!("{kept:?}"), "WebhookKey(..)");
    }
}

proptest! {
    #[test]
    fn it_agrees_with_hmac(api_key in "[ -~]{1,256}", message in prop::collection::vec(any::<u8>(), 0..300)) {
        let hash = hex(&hmac_with(api_key.as_bytes(), &[&message]));
        prop_assert!(key(&api_key).is_signed(&message, &hash));
        let other = key(&[&api_key, "."].concat());
        prop_assert!(!other.is_signed(&message, &hash));
    }
}
