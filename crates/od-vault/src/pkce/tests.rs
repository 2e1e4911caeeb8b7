use super::{code_is_proven, is_code_challenge};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[test]
fn the_example_of_the_standard_holds() {
    assert!(is_code_challenge(CHALLENGE));
    assert!(code_is_proven(CHALLENGE, VERIFIER));
}

fn check(verifier: &str) {
    assert!(!code_is_proven(CHALLENGE, verifier), "{verifier}");
}

#[test]
fn nothing_else_proves_it() {
    check("");
    // The method plain.
    check(CHALLENGE);
    check(&VERIFIER[..42]);
    check(&format!("{VERIFIER}="));
    check(&VERIFIER.replace('d', "e"));
    check(&format!("{VERIFIER} "));
}

#[test]
fn a_verifier_of_another_length_than_the_standard_allows_proves_nothing() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest, Sha256};
    for (length, proves) in [(42, false), (43, true), (128, true), (129, false)] {
        let verifier = "a".repeat(length);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        assert_eq!(code_is_proven(&challenge, &verifier), proves, "{length}");
    }
}

#[test]
fn what_no_digest_is_written_as_is_no_challenge() {
    for text in [
        "",
        "short",
        &CHALLENGE[..42],
        &format!("{CHALLENGE}="),
        &CHALLENGE.replace('-', "+"),
    ] {
        assert!(!is_code_challenge(text), "{text}");
    }
    // The last character holds four bits only: another one would stand for the same bytes.
    assert!(!is_code_challenge(&CHALLENGE.replace("cM", "cN")));
}
