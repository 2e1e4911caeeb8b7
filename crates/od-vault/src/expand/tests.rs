use super::*;
use crate::fixtures::unhex;

/// RFC 5869, appendix A, cases 1 to 3.
#[test]
fn hkdf_agrees_with_the_rfc() {
    fn check(salt: &[u8], input: &[u8], info: &[u8], expected: &str) {
        let expected = unhex(expected);
        let mut output = vec![0; expected.len()];
        hkdf(salt, &[input], info, &mut output);
        assert_eq!(output, expected);
    }
    let range = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    check(
        &range(0x00, 0x0c),
        &[0x0b; 22],
        &range(0xf0, 0xf9),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
    check(
        &range(0x60, 0xaf),
        &range(0x00, 0x4f),
        &range(0xb0, 0xff),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09
         da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    );
    check(
        b"",
        &[0x0b; 22],
        b"",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    );
}

#[test]
fn hkdf_joins_its_input_parts() {
    let mut whole = [0; 32];
    let mut parts = [0; 32];
    hkdf(b"salt", &[b"root master"], b"info", &mut whole);
    hkdf(b"salt", &[b"root", b"", b" ", b"master"], b"info", &mut parts);
    assert_eq!(whole, parts);
}
