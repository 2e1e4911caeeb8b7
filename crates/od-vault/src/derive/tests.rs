use proptest::prelude::*;

use super::*;
use crate::fixtures::{self, MASTER, unhex};

#[test]
fn stored_data_keeps_opening() {
    fn check(key: &Key32, expected: &str) {
        assert_eq!(&key.as_bytes()[..], unhex(expected));
    }
    let (root, salt) = (fixtures::root(), fixtures::salt());
    check(
        &derive_tenant_key(&root, &fixtures::master(MASTER), &salt, "data-key").0,
        "9a19ba93de00002b41768ef8180314e23724e8278d4e4616978b3f9b304a90b5",
    );
    check(
        &derive_token_key(&root, &fixtures::token(), &salt, "data-key").0,
        "e81303614e6d94645744790d458527dea8edf4c5df1989f0263eaed4f2ef6f55",
    );
    check(
        &root.subkey("cookies"),
        "3bf11d96f4bf8990f70bb0abd526b7b701e803be3dcc11bbe67083fa94b67df1",
    );
}

#[test]
fn internal_subkeys_are_out_of_reach_of_callers_purposes() {
    let root = fixtures::root();
    let lookup = root.internal_subkey("lookup");
    for purpose in ["lookup", "internal/lookup", "internallookup", ""] {
        assert_ne!(root.subkey(purpose).as_bytes(), lookup.as_bytes(), "{purpose}");
    }
}

#[test]
fn salt_is_the_text_of_32_bytes() {
    fn check(text: &str, valid: bool) {
        assert_eq!(Salt::from_base64(text).is_ok(), valid, "{text:?}");
    }
    let salt = Salt::generate();
    assert_eq!(Salt::from_base64(&salt.to_base64()), Ok(salt.clone()));
    assert_ne!(Salt::generate(), salt);
    check(&STANDARD.encode([7; 32]), true);
    check(&STANDARD.encode([7; 31]), false);
    check(&STANDARD.encode([7; 33]), false);
    check("no salt", false);
    check("", false);
}

/// The inputs of one derivation.
#[derive(Debug, Clone, PartialEq)]
struct Inputs {
    root: Vec<u8>,
    master: String,
    salt: [u8; 32],
    purpose: String,
}

impl Inputs {
    fn tenant_key(&self) -> [u8; 32] {
        let root = RootKey::from_base64(&STANDARD.encode(&self.root)).expect("a root key");
        *derive_tenant_key(&root, &fixtures::master(&self.master), &Salt(self.salt), &self.purpose)
            .0
            .as_bytes()
    }
}

fn inputs() -> impl Strategy<Value = Inputs> {
    let root = prop::collection::vec(any::<u8>(), 32..80);
    (root, "[a-z]{16,90}", any::<[u8; 32]>(), "[a-z-]{0,20}").prop_map(|(root, master, salt, purpose)| Inputs {
        root,
        master,
        salt,
        purpose,
    })
}

proptest! {
    #[test]
    fn same_inputs_give_the_same_key_and_every_input_matters(inputs in inputs(), other in inputs()) {
        let key = inputs.tenant_key();
        prop_assert_eq!(key, inputs.clone().tenant_key());
        for changed in [
            Inputs { root: other.root.clone(), ..inputs.clone() },
            Inputs { master: other.master.clone(), ..inputs.clone() },
            Inputs { salt: other.salt, ..inputs.clone() },
            Inputs { purpose: other.purpose.clone(), ..inputs.clone() },
        ] {
            prop_assert_eq!(changed.tenant_key() == key, changed == inputs);
        }
    }

    /// Without the lengths, bytes moved from the end of the root key to the front of the master key change nothing.
    #[test]
    fn the_border_between_root_and_master_key_matters(
        mut inputs in inputs(), moved in "[a-z]{1,40}",
    ) {
        let mut shifted = inputs.clone();
        inputs.root.extend_from_slice(moved.as_bytes());
        shifted.master.insert_str(0, &moved);
        prop_assert_ne!(inputs.tenant_key(), shifted.tenant_key());
    }

    #[test]
    fn framing_is_unambiguous(
        left in prop::collection::vec(prop::collection::vec(0u8..3, 0..4), 0..4),
        right in prop::collection::vec(prop::collection::vec(0u8..3, 0..4), 0..4),
    ) {
        let frame = |parts: &[Vec<u8>]| framed(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert_eq!(frame(&left) == frame(&right), left == right);
    }
}
