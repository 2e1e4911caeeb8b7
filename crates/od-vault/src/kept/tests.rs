use crate::{Fingerprints, OpenError, RootKey, fixtures};

#[test]
fn digests_go_on_under_another_root_key() {
    let (old, new) = (fixtures::root(), RootKey::generate());
    let kept = old.fingerprints("named create").seal(&new, "lasting/named create");
    let opened = Fingerprints::open(&new, "lasting/named create", &kept).unwrap();
    assert_eq!(
        opened.of(&[b"an order"]),
        old.fingerprint("named create", &[b"an order"])
    );
    assert_ne!(
        opened.of(&[b"an order"]),
        new.fingerprint("named create", &[b"an order"])
    );
}

#[test]
fn a_kept_key_opens_with_its_root_key_and_under_its_name_alone() {
    let (old, new) = (fixtures::root(), RootKey::generate());
    let kept = old.fingerprints("audit chain").seal(&new, "former/1");
    for (root, name) in [(&old, "former/1"), (&new, "former/2")] {
        let opened = Fingerprints::open(root, name, &kept).map(drop);
        assert_eq!(opened, Err(OpenError::Refused));
    }
}
