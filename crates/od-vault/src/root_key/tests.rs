use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;
use crate::fixtures;
use crate::guessable::PUBLISHED_SAMPLES;

#[test]
fn refuses_what_anybody_could_guess() {
    use RootKeyError::{NotBase64, PublishedSample, TooShort, Weak};

    fn check(text: &str, expected: &RootKeyError) {
        let error = RootKey::from_base64(text).expect_err(text);
        assert_eq!(&error, expected, "{text}");
        assert!(text.is_empty() || !error.to_string().contains(text), "{error}");
    }
    let base64 = |bytes: &[u8]| STANDARD.encode(bytes);
    check("", &TooShort { bytes: 0 });
    check("not base64 at all!", &NotBase64);
    check(&format!("{}\n", fixtures::ROOT), &NotBase64);
    check("+/+/-_-_+/+/-_-_+/+/-_-_+/+/-_-_+/+/-_-_+/+/", &NotBase64);
    check(&base64(&fixtures::unhex("f00dcafe42")), &TooShort { bytes: 5 });
    check(&base64(&(1..=31).collect::<Vec<u8>>()), &TooShort { bytes: 31 });
    check(&base64(&[0; 32]), &Weak);
    check(&base64(&[0xff; 64]), &Weak);
    check(&base64(&b"secret!".repeat(5)), &Weak);
    check("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", &PublishedSample);
    check("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY", &PublishedSample);
    check("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", &PublishedSample);
    check(&base64(b"change-me-to-a-long-random-value"), &PublishedSample);
    check(&base64(b"Please Change Me, 32 bytes or more!"), &PublishedSample);
    check("CHANGEMECHANGEMECHANGEMECHANGEMECHANGEMECHA=", &PublishedSample);
    check("your-kms-key", &PublishedSample);
    for sample in PUBLISHED_SAMPLES {
        check(&base64(sample), &PublishedSample);
    }
}

#[test]
fn reads_both_alphabets_padded_or_not() {
    fn check(text: &str, expected: &[u8]) {
        assert_eq!(RootKey::from_base64(text).expect(text).as_bytes(), expected, "{text}");
    }
    let bytes: Vec<u8> = (0u8..34).map(|index| 255 - index * 7).collect();
    let standard = STANDARD.encode(&bytes);
    let url_safe = standard.replace('+', "-").replace('/', "_");
    assert!(standard.ends_with("==") && url_safe != standard);
    for text in [&standard, &url_safe] {
        check(text, &bytes);
        check(text.trim_end_matches('='), &bytes);
    }
}

#[test]
fn generated_keys_are_accepted_back() {
    let key = RootKey::generate();
    let text = key.to_base64();
    assert_eq!(text.expose_secret().len(), 44);
    assert_eq!(
        RootKey::from_base64(text.expose_secret()).expect("valid").as_bytes(),
        key.as_bytes()
    );
    assert_ne!(RootKey::generate().as_bytes(), key.as_bytes());
}

#[test]
fn check_value_opens_with_its_own_key_only() {
    let key = fixtures::root();
    let frozen = fixtures::sealed("H46aBf4IcmtjkOLj2A==", "H6PKcfl+KmxcEzlYbruFTA==", "GBkaGxwdHh8gISIj");
    assert_eq!(key.open_check_value(&frozen), Ok(0), "of before there were marks");
    for mark in [0, 1, 11, i64::MAX] {
        let value = key.check_value(mark);
        assert_eq!(key.open_check_value(&value), Ok(mark));
        assert_eq!(RootKey::generate().open_check_value(&value), Err(OpenError::Refused));
    }
    let empty = fixtures::sealed("", "", "");
    assert_eq!(key.open_check_value(&empty), Err(OpenError::Malformed));
}

proptest! {
    #[test]
    fn keeps_every_byte_of_a_long_enough_key(bytes in prop::collection::vec(any::<u8>(), 32..200)) {
        let text = STANDARD.encode(&bytes);
        let key = RootKey::from_base64(&text).expect("random bytes make a key");
        prop_assert_eq!(key.as_bytes(), &bytes[..]);
        let shown = key.to_base64();
        prop_assert_eq!(shown.expose_secret(), &text);
    }

    #[test]
    fn any_text_is_answered(text in ".{0,80}") {
        let _ = RootKey::from_base64(&text);
    }
}
