use super::*;
use crate::fixtures::{self, GENERATED_MASTER, TOKEN};

#[test]
fn tells_tokens_from_typing_mistakes_and_from_other_texts() {
    fn check(text: &str, expected: &Result<TokenKind, TokenError>) {
        assert_eq!(
            &Token::parse(text.into()).map(|token| token.kind()),
            expected,
            "{text:?}"
        );
    }
    check(TOKEN, &Ok(TokenKind::Personal));
    check("", &Err(TokenError::NotAToken));
    check("a master key of one's own", &Err(TokenError::NotAToken));
    check(GENERATED_MASTER, &Err(TokenError::NotAToken));
    for kind in TokenKind::ALL {
        check(kind.prefix(), &Err(TokenError::Mistyped));
    }
    check(&TOKEN.replace("odpt", "odpT"), &Err(TokenError::Mistyped));
    check(&TOKEN.replace("odpt", "odat"), &Err(TokenError::Mistyped));
    check(&TOKEN.replace('Q', "q"), &Err(TokenError::Mistyped));
    check(&format!("{TOKEN} "), &Err(TokenError::Mistyped));
    check(&format!("odpt_{TOKEN}"), &Err(TokenError::Mistyped));
    check(&format!("odpt_{}", &GENERATED_MASTER[5..]), &Err(TokenError::Mistyped));
}

#[test]
fn generated_tokens_are_accepted_and_differ() {
    for kind in TokenKind::ALL {
        let first = Token::generate(kind);
        let text = first.expose();
        assert_eq!(text.expose_secret().len(), 54);
        assert!(text.expose_secret().starts_with(&first.prefix()));
        assert_eq!(first.prefix().len(), 12);
        assert_eq!(TokenKind::of(&text), Some(kind));
        assert_ne!(first.as_bytes(), Token::generate(kind).as_bytes());
        assert_eq!(Token::parse(text).map(|token| token.kind()), Ok(kind));
    }
}

#[test]
fn a_master_key_claims_no_kind() {
    assert_eq!(TokenKind::of(&GENERATED_MASTER.into()), None);
    assert_eq!(TokenKind::of(&"correct horse battery".into()), None);
}

#[test]
fn digest_is_keyed_and_stable() {
    let token = fixtures::token();
    let root = fixtures::root();
    let expected = "cba1725e59bb90540a89c7ce46dbd7aaf62a2f645721d56c59270f26acb2296f";
    assert_eq!(token.digest(&root), expected);
    assert_eq!(token.digest(&root), root.fingerprint("token", &[token.as_bytes()]));
    assert_ne!(token.digest(&RootKey::generate()), expected);
}

#[test]
fn a_root_key_is_told_from_another() {
    assert_eq!(fixtures::root().id(), "efb82b006be2e2ae");
    assert_ne!(RootKey::generate().id(), RootKey::generate().id());
}
