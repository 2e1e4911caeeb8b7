use std::collections::HashSet;

use super::*;
use crate::fixtures::{self, MASTER, unhex};

/// RFC 4231, section 4; its case 5 truncates the output, which nothing here does.
#[test]
fn hmac_agrees_with_the_rfc() {
    fn check(key: &[u8], data: &[u8], expected: &str) {
        assert_eq!(&hmac_with(key, &[data])[..], unhex(expected));
        let (left, right) = data.split_at(data.len() / 2);
        assert_eq!(&hmac_with(key, &[left, right])[..], unhex(expected));
    }
    let counting: Vec<u8> = (0x01..=0x19).collect();
    check(
        &[0x0b; 20],
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    check(
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    check(
        &[0xaa; 20],
        &[0xdd; 50],
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    );
    check(
        &counting,
        &[0xcd; 50],
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    );
    check(
        &[0xaa; 131],
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    );
    check(
        &[0xaa; 131],
        b"This is a test using a larger than block-size key and a larger than block-size data. \
          The key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    );
}

#[test]
fn stored_digests_keep_being_found() {
    let root = fixtures::root();
    assert_eq!(
        root.lookup(&fixtures::master(MASTER)).as_str(),
        "2f4ff66b9db209e886210a18d3cbaf20cbb2d7820f83725ab23cee1d408fd9ca"
    );
    assert_eq!(
        root.fingerprint("budget", &[b"4711", b"store key"]),
        "bcd5cc8ccd2ed910d265a11486f2b44455d3e2df0b410b29bc0b0925b5ba4927"
    );
}

#[test]
fn lookup_depends_on_both_keys() {
    let (root, key) = (fixtures::root(), fixtures::master(MASTER));
    assert_eq!(root.lookup(&key), root.lookup(&fixtures::master(MASTER)));
    assert_ne!(
        root.lookup(&key),
        root.lookup(&fixtures::master("correct horse batterz"))
    );
    assert_ne!(root.lookup(&key), RootKey::generate().lookup(&key));
}

#[test]
fn fingerprints_tell_purposes_and_borders_apart() {
    let root = fixtures::root();
    let master_bytes = MASTER.as_bytes();
    let all = [
        root.fingerprint("budget", &[b"12", b"3"]),
        root.fingerprint("budget", &[b"1", b"23"]),
        root.fingerprint("budget", &[b"123"]),
        root.fingerprint("budget", &[b"123", b""]),
        root.fingerprint("audit", &[b"123"]),
        root.fingerprint("", &[]),
        root.fingerprint("lookup", &[master_bytes]),
        root.lookup(&fixtures::master(MASTER)).as_str().to_owned(),
    ];
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    assert!(all.iter().all(|digest| digest.len() == 64));
}

#[test]
fn what_is_shown_of_an_own_key_is_no_part_of_it() {
    let root = fixtures::root();
    let shown = |text: &str| root.prefix(&fixtures::master(text));
    assert_eq!(shown(fixtures::GENERATED_MASTER), "odmk_AAECAwQ");
    for own in ["sixteen bytes ok", "éééééééé", "deadbeefdeadbeef"] {
        let digest = shown(own);
        assert!(
            digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{digest}"
        );
        assert!(!own.contains(&digest), "{digest}");
        assert!(root.lookup(&fixtures::master(own)).as_str().starts_with(&digest));
        assert_ne!(RootKey::generate().prefix(&fixtures::master(own)), digest, "keyed");
    }
    assert_ne!(shown("sixteen bytes ok"), shown("sixteen bytes ko"));
}
