use std::fmt::Display;

use serde::Serialize;

use super::*;
use crate::{DataKey, MasterKey, Place, RootKey, TenantKey, Token, derive_tenant_key, fixtures};

/// Compiles only when the type lacks the trait: with it, both blanket implementations apply and the call is ambiguous.
macro_rules! lacks {
    ($secret:ty: $($forbidden:path),+) => {$({
        trait Probe<Marker> {
            fn probe() {}
        }
        impl<T: ?Sized> Probe<()> for T {}
        impl<T: ?Sized + $forbidden> Probe<u8> for T {}
        let _ = <$secret as Probe<_>>::probe;
    })+};
}

#[test]
fn secrets_cannot_be_printed_serialised_copied_or_compared() {
    lacks!(RootKey: Display, Serialize, Clone, PartialEq);
    lacks!(MasterKey: Display, Serialize, Clone, PartialEq);
    lacks!(Token: Display, Serialize, Clone, PartialEq);
    lacks!(Key32: Display, Serialize, Clone, PartialEq);
    lacks!(TenantKey: Display, Serialize, Clone, PartialEq);
    lacks!(DataKey: Display, Serialize, Clone, PartialEq);
}

#[test]
fn debug_shows_the_type_only() {
    fn check(secret: &dyn std::fmt::Debug, expected: &str) {
        assert_eq!(format!("{secret:?}"), expected);
        assert_eq!(format!("{secret:#?}"), expected);
    }
    let root = fixtures::root();
    let master = fixtures::master(fixtures::MASTER);
    let data_key = DataKey::generate();
    let place = Place {
        tenant: "t",
        row: "r",
        field: "f",
    };
    check(&root, "RootKey(..)");
    check(&root.subkey("cookies"), "Key32(..)");
    check(
        &derive_tenant_key(&root, &master, &fixtures::salt(), "data-key"),
        "TenantKey(..)",
    );
    check(&master, "MasterKey(..)");
    check(&fixtures::token(), "Token(..)");
    check(&data_key.seal(&place, b"value"), "Sealed(..)");
    check(&data_key, "DataKey(..)");
}

#[test]
fn same_compares_content_and_length() {
    fn check(left: &[u8], right: &[u8], expected: bool) {
        assert_eq!(same(left, right), expected, "{left:?} {right:?}");
        assert_eq!(same(right, left), expected, "{right:?} {left:?}");
    }
    check(b"", b"", true);
    check(b"digest", b"digest", true);
    check(b"digest", b"digesT", false);
    check(b"digest", b"digest0", false);
    check(b"", b"d", false);
}

#[test]
fn random_keys_differ_and_are_filled() {
    let keys: Vec<Key32> = (0..16).map(|_| Key32::random()).collect();
    for (index, key) in keys.iter().enumerate() {
        assert_ne!(key.as_bytes(), &[0; 32]);
        assert!(keys[..index].iter().all(|earlier| earlier.as_bytes() != key.as_bytes()));
    }
}
