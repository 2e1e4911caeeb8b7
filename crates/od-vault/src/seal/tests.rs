use proptest::{prelude::*, sample::Index};

use super::*;
use crate::{
    derive_tenant_key,
    fixtures::{self, MASTER, unhex},
};

const PLACE: Place<'static> = Place {
    tenant: "tenant-1",
    row: "store-1",
    field: "api_key",
};

/// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, cases 13 to 16 (AES-256); NIST's own vectors
/// for SP 800-38D include them.
#[test]
fn cipher_agrees_with_the_published_vectors() {
    fn check(key: &str, nonce: &str, associated: &str, plain: &str, cipher: &str, tag: &str) {
        let key = unhex(key).try_into().unwrap();
        let nonce = unhex(nonce).try_into().unwrap();
        let tag: [u8; 16] = unhex(tag).try_into().unwrap();
        let mut buffer = unhex(plain);
        assert_eq!(encrypt(&key, &nonce, &unhex(associated), &mut buffer), tag);
        assert_eq!(buffer, unhex(cipher));
        assert_eq!(decrypt(&key, &nonce, &unhex(associated), &mut buffer, &tag), Ok(()));
        assert_eq!(buffer, unhex(plain));
    }
    let (zero_key, zero_nonce, zero_block) = ("00".repeat(32), "00".repeat(12), "00".repeat(16));
    check(&zero_key, &zero_nonce, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b");
    check(
        &zero_key,
        &zero_nonce,
        "",
        &zero_block,
        "cea7403d4d606b6e074ec5d3baf39d18",
        "d0d1c8a799996bf0265b98b5d48ab919",
    );
    let key = "feffe9928665731c6d6a8f9467308308".repeat(2);
    let nonce = "cafebabefacedbaddecaf888";
    let plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                 1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    let cipher = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
                  8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";
    check(
        &key,
        nonce,
        "",
        &format!("{plain}1aafd255"),
        &format!("{cipher}898015ad"),
        "b094dac5d93471bdec1a502270e3cc6c",
    );
    check(
        &key,
        nonce,
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plain,
        cipher,
        "76fc6ece0f4e1768cddf8853bb2d551b",
    );
}

#[test]
fn stored_values_keep_opening() {
    let tenant_key = derive_tenant_key(
        &fixtures::root(),
        &fixtures::master(MASTER),
        &fixtures::salt(),
        "data-key",
    );
    let wrapped = fixtures::sealed(
        "HPMUsR5HqRjmq7jGUQx43z67kQUrFNT6oHJ7HABUQfw=",
        "8dP+1Fwp42ZERMrzN7YA8w==",
        "AAECAwQFBgcICQoL",
    );
    let place = Place {
        tenant: "tenant-1",
        row: "key-1",
        field: "data_key",
    };
    let data_key = tenant_key.unwrap(&wrapped, &place).expect("opens");
    assert!(fixtures::is_frozen_data_key(&data_key));
}

#[test]
fn one_credentials_copy_opens_with_that_credential_only() {
    let (root, salt) = (fixtures::root(), fixtures::salt());
    let tenant_key = |master: &str| derive_tenant_key(&root, &fixtures::master(master), &salt, "data-key");
    let (first, second) = (tenant_key("the first master key"), tenant_key("the second master key"));
    let data_key = DataKey::generate();
    let [first_row, second_row] = ["key-1", "key-2"].map(|row| Place {
        row,
        field: "data_key",
        ..PLACE
    });
    let (first_copy, second_copy) = (first.wrap(&data_key, &first_row), second.wrap(&data_key, &second_row));

    let sealed = data_key.seal(&PLACE, b"value");
    for (key, copy, row) in [(&first, &first_copy, &first_row), (&second, &second_copy, &second_row)] {
        let opened = key.unwrap(copy, row).expect("opens");
        assert_eq!(opened.open(&PLACE, &sealed).expect("opens").expose_secret(), b"value");
    }
    assert_eq!(
        second.unwrap(&first_copy, &first_row).map(drop),
        Err(OpenError::Refused)
    );
    assert_eq!(
        first.unwrap(&first_copy, &second_row).map(drop),
        Err(OpenError::Refused)
    );
}

#[test]
fn a_wrapped_key_has_32_bytes() {
    let tenant_key = derive_tenant_key(
        &fixtures::root(),
        &fixtures::master(MASTER),
        &fixtures::salt(),
        "data-key",
    );
    let sealed = seal_with(&tenant_key.0, &PLACE, b"not a key");
    assert_eq!(tenant_key.unwrap(&sealed, &PLACE).map(drop), Err(OpenError::Malformed));
}

#[test]
fn malformed_columns_are_told_from_wrong_ones() {
    let key = DataKey::generate();
    let good = key.seal(&PLACE, b"value");
    let check = |sealed: Sealed, expected: OpenError| {
        assert_eq!(key.open(&PLACE, &sealed).map(drop), Err(expected));
    };
    check(
        Sealed {
            ciphertext: "no base64!".into(),
            ..good.clone()
        },
        OpenError::Malformed,
    );
    check(
        Sealed {
            tag: String::new(),
            ..good.clone()
        },
        OpenError::Malformed,
    );
    check(
        Sealed {
            tag: STANDARD.encode([0; 15]),
            ..good.clone()
        },
        OpenError::Malformed,
    );
    check(
        Sealed {
            nonce: STANDARD.encode([0; 13]),
            ..good.clone()
        },
        OpenError::Malformed,
    );
    check(
        Sealed {
            ciphertext: String::new(),
            ..good.clone()
        },
        OpenError::Refused,
    );
    check(
        Sealed {
            tag: STANDARD.encode([0; 16]),
            ..good
        },
        OpenError::Refused,
    );
}

#[test]
fn only_text_opens_as_text() {
    let key = DataKey::generate();
    let open = |plain: &[u8]| {
        key.open_text(&PLACE, &key.seal(&PLACE, plain))
            .map(|text| text.expose_secret().to_owned())
    };
    assert_eq!(open("clé 🔑".as_bytes()), Ok("clé 🔑".to_owned()));
    assert_eq!(open(b""), Ok(String::new()));
    assert_eq!(open(b"\xff\xfe"), Err(OpenError::NotText));
}

fn plain() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

fn flip(text: &mut String, bit: Index) {
    let mut bytes = STANDARD.decode(&*text).unwrap();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    *text = STANDARD.encode(bytes);
}

proptest! {
    #[test]
    fn what_was_sealed_opens(plain in plain(), tenant in ".{0,20}", row in ".{0,20}", field in ".{0,20}") {
        let key = DataKey::generate();
        let place = Place { tenant: &tenant, row: &row, field: &field };
        let sealed = key.seal(&place, &plain);
        let opened = key.open(&place, &sealed).expect("opens");
        prop_assert_eq!(opened.expose_secret(), &plain);
        prop_assert_eq!(STANDARD.decode(&sealed.ciphertext).unwrap().len(), plain.len());
    }

    #[test]
    fn any_flipped_bit_is_refused(
        plain in prop::collection::vec(any::<u8>(), 1..300), bit in any::<Index>(), column in 0usize..3,
    ) {
        let key = DataKey::generate();
        let mut sealed = key.seal(&PLACE, &plain);
        flip([&mut sealed.ciphertext, &mut sealed.tag, &mut sealed.nonce][column], bit);
        prop_assert_eq!(key.open(&PLACE, &sealed).map(drop), Err(OpenError::Refused));
    }

    #[test]
    fn columns_of_two_sealings_do_not_mix(plain in plain(), column in 0..3) {
        let key = DataKey::generate();
        let mut sealed = key.seal(&PLACE, &plain);
        let other = key.seal(&PLACE, &plain);
        prop_assert_ne!(&sealed.nonce, &other.nonce);
        prop_assert_ne!(&sealed.tag, &other.tag);
        match column {
            0 if plain.is_empty() => return Ok(()),
            0 => sealed.ciphertext = other.ciphertext,
            1 => sealed.tag = other.tag,
            _ => sealed.nonce = other.nonce,
        }
        prop_assert_eq!(key.open(&PLACE, &sealed).map(drop), Err(OpenError::Refused));
    }

    #[test]
    fn another_key_is_refused(plain in plain()) {
        let sealed = DataKey::generate().seal(&PLACE, &plain);
        prop_assert_eq!(DataKey::generate().open(&PLACE, &sealed).map(drop), Err(OpenError::Refused));
    }

    /// Few letters, so that parts often agree and often differ only in where the border between them lies.
    #[test]
    fn another_place_is_refused(
        here in ("[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"), there in ("[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"),
    ) {
        let key = DataKey::generate();
        let sealed = key.seal(&Place { tenant: &here.0, row: &here.1, field: &here.2 }, b"value");
        let opened = key.open(&Place { tenant: &there.0, row: &there.1, field: &there.2 }, &sealed);
        prop_assert_eq!(opened.is_ok(), here == there);
    }

    #[test]
    fn any_stored_text_is_answered(ciphertext in ".{0,40}", tag in ".{0,30}", nonce in ".{0,20}") {
        let sealed = Sealed { ciphertext, tag, nonce };
        prop_assert!(DataKey::generate().open(&PLACE, &sealed).is_err());
    }
}
