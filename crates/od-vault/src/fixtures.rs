//! Fixed keys for the tests of this crate.
//!
//! The frozen values in the tests were computed apart from this code, with Python's hmac, hashlib, crypt and
//! cryptography modules. One that no longer holds means that existing databases can no longer be opened.

use secrecy::ExposeSecret;

use crate::{DataKey, MasterKey, RootKey, Salt, Sealed, Token};

pub(crate) const ROOT: &str = "cm9vdCBrZXkgZm9yIHRlc3RzLCAzMiBieXRlcyBvay4=";
pub(crate) const MASTER: &str = "correct horse battery";
pub(crate) const SALT: &str = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=";
pub(crate) const GENERATED_MASTER: &str = "odmk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8dygaM6";
pub(crate) const TOKEN: &str = "odpt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8FMLjNl";

pub(crate) fn root() -> RootKey {
    RootKey::from_base64(ROOT).expect("a valid root key")
}

pub(crate) fn master(text: &str) -> MasterKey {
    MasterKey::parse(text.into()).expect("a valid master key")
}

pub(crate) fn salt() -> Salt {
    Salt::from_base64(SALT).expect("a valid salt")
}

pub(crate) fn token() -> Token {
    Token::parse(TOKEN.into()).expect("a valid token")
}

pub(crate) fn sealed(ciphertext: &str, tag: &str, nonce: &str) -> Sealed {
    Sealed {
        ciphertext: ciphertext.into(),
        tag: tag.into(),
        nonce: nonce.into(),
    }
}

/// The data key that was sealed into the frozen values: bytes 200 to 231.
pub(crate) fn is_frozen_data_key(key: &DataKey) -> bool {
    let place = crate::Place {
        tenant: "tenant-1",
        row: "store-1",
        field: "api_key",
    };
    let value = sealed(
        "8z9QLOZreaYaOG9OmAvucNY=",
        "pJxTrDSjEJ5LczJJ8FFAKg==",
        "DA0ODxAREhMUFRYX",
    );
    key.open_text(&place, &value)
        .is_ok_and(|text| text.expose_secret() == "order desk key é")
}

/// Bytes from hexadecimal digits; spaces and line breaks between them are ignored.
pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}
