use od_vault::RootKey;

use super::{DigestOf, Lasting};

#[test]
fn each_digest_has_a_key_of_its_own_which_rows_of_before_were_found_by() {
    let root = RootKey::generate();
    let lasting = Lasting::of(&root);
    let purposes = [
        (DigestOf::IdenticalCall, "identical call"),
        (DigestOf::ChangedRecord, "changed record"),
        (DigestOf::UnnamedCreate, "unnamed create"),
        (DigestOf::NamedCreate, "named create"),
        (DigestOf::OrderSource, "order source"),
        (DigestOf::Shop, "upstream budget"),
        (DigestOf::ClientSecret, "client secret"),
        (DigestOf::ClientRegistration, "client registration"),
        (DigestOf::SharedName, "shared names"),
    ];
    for (purpose, name) in purposes {
        assert_eq!(
            lasting.digest(purpose, &[b"a", b"b"]),
            root.fingerprint(name, &[b"a", b"b"])
        );
    }
}
