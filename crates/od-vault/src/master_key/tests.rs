use super::*;
use crate::fixtures::{GENERATED_MASTER, TOKEN};

fn parse(text: &str) -> Result<MasterKey, MasterKeyError> {
    MasterKey::parse(text.into())
}

#[test]
fn judges_callers_keys_by_bytes() {
    fn check(text: &str, expected: &Result<(), MasterKeyError>) {
        let outcome = parse(text);
        if let Ok(key) = &outcome {
            assert_eq!(key.expose().expose_secret(), text);
        }
        if let Err(error) = &outcome {
            assert!(text.is_empty() || !error.to_string().contains(text), "{error}");
        }
        assert_eq!(&outcome.map(drop), expected, "{text:?}");
    }
    use MasterKeyError::{IsToken, Mistyped, SurroundingSpace, TooLong, TooShort};

    check("", &Err(TooShort { bytes: 0 }));
    check("fifteen-bytes-x", &Err(TooShort { bytes: 15 }));
    check("sixteen bytes ok", &Ok(()));
    check("ééééé", &Err(TooShort { bytes: 10 }));
    check("éééééééé", &Ok(()));
    check(&"k".repeat(256), &Ok(()));
    check(&"k".repeat(257), &Err(TooLong { bytes: 257 }));
    check(" sixteen bytes ok", &Err(SurroundingSpace));
    check("sixteen bytes ok\n", &Err(SurroundingSpace));
    check("\u{a0}sixteen bytes ok", &Err(SurroundingSpace));
    check(GENERATED_MASTER, &Ok(()));
    check("odmk_", &Err(Mistyped));
    check("odmk_sixteen-bytes-and-more", &Err(Mistyped));
    check(&format!("{GENERATED_MASTER}x"), &Err(Mistyped));
    check(&format!("x{GENERATED_MASTER}"), &Err(Mistyped));
    check(&format!("odmk_{GENERATED_MASTER}"), &Err(Mistyped));
    check(&GENERATED_MASTER[..53], &Err(Mistyped));
    check(&GENERATED_MASTER[1..], &Err(Mistyped));
    check(TOKEN, &Err(IsToken));
}

#[test]
fn any_one_wrong_character_is_a_typing_mistake() {
    let key = MasterKey::generate().expose();
    let key = key.expose_secret();
    assert_eq!(key.len(), 54);
    assert!(key.starts_with(PREFIX));
    for position in 0..key.len() {
        for wrong in ["A", "b", "7", "-", "_", "é"]
            .into_iter()
            .filter(|wrong| *wrong != &key[position..=position])
        {
            let text = format!("{}{wrong}{}", &key[..position], &key[position + 1..]);
            assert_eq!(
                parse(&text).map(drop),
                Err(MasterKeyError::Mistyped),
                "position {position}, {wrong}"
            );
        }
    }
}

#[test]
fn two_swapped_characters_are_a_typing_mistake() {
    // Across the border both prefix and checksum break, and nothing is left to recognise a generated key by.
    let border = PREFIX.len() - 1;
    for position in (0..GENERATED_MASTER.len() - 1).filter(|position| *position != border) {
        let mut bytes = GENERATED_MASTER.as_bytes().to_vec();
        bytes.swap(position, position + 1);
        let text = String::from_utf8(bytes).unwrap();
        if text != GENERATED_MASTER {
            assert_eq!(
                parse(&text).map(drop),
                Err(MasterKeyError::Mistyped),
                "position {position}"
            );
        }
    }
}

#[test]
fn generated_keys_are_accepted_and_differ() {
    let first = MasterKey::generate();
    let second = MasterKey::generate();
    assert_ne!(first.as_bytes(), second.as_bytes());
    assert!(MasterKey::parse(first.expose()).is_ok());
}

#[test]
fn own_keys_that_can_be_guessed_are_not_chosen_and_go_on_being_read() {
    use MasterKeyError::{PublishedSample, TooShort, Weak};

    fn check(text: &str, expected: &Result<(), MasterKeyError>) {
        let outcome = MasterKey::choose(text.into());
        if let Err(error) = &outcome {
            assert!(!error.to_string().contains(text), "{error}");
        }
        assert_eq!(&outcome.map(drop), expected, "{text:?}");
        if *expected != Err(TooShort { bytes: text.len() }) {
            assert!(parse(text).is_ok(), "{text:?} may be in use");
        }
    }

    check("passwordpassword", &Err(Weak));
    check(&"k".repeat(40), &Err(Weak));
    check("abababababababab", &Err(Weak));
    check("correcthorsebattery-correcthorsebattery", &Err(Weak));
    check("1234567890123456", &Err(Weak));
    check("0123456789abcdef0123456789abcdef", &Err(PublishedSample));
    check("please-change-me-now", &Err(PublishedSample));
    check("<your-master-key>", &Err(PublishedSample));
    check("Insecure Demo Key", &Err(PublishedSample));
    check("fifteen-bytes-x", &Err(TooShort { bytes: 15 }));
    check("sixteen bytes ok", &Ok(()));
    check("correct horse battery staple", &Ok(()));
    check(GENERATED_MASTER, &Ok(()));
}
