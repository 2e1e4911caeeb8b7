use super::*;
use crate::fixtures::{self, GENERATED_MASTER, TOKEN};

#[test]
fn tells_tokens_from_typing_mistakes_and_from_other_texts() {
    fn check(text: &str, expected: &Result<(), TokenError>) {
        assert_eq!(&Token::parse(text.into()).map(drop), expected, "{text:?}");
    }
    check(TOKEN, &Ok(()));
    check("", &Err(TokenError::NotAToken));
    check("a master key of one's own", &Err(TokenError::NotAToken));
    check(GENERATED_MASTER, &Err(TokenError::NotAToken));
    check("odt_", &Err(TokenError::Mistyped));
    check(&TOKEN.replace("odt", "odT"), &Err(TokenError::Mistyped));
    check(&TOKEN.replace('Q', "q"), &Err(TokenError::Mistyped));
    check(&format!("{TOKEN} "), &Err(TokenError::Mistyped));
    check(&format!("odt_{TOKEN}"), &Err(TokenError::Mistyped));
    check(&format!("odt_{}", &GENERATED_MASTER[5..]), &Err(TokenError::Mistyped));
}

#[test]
fn generated_tokens_are_accepted_and_differ() {
    let first = Token::generate();
    assert_eq!(first.expose().expose_secret().len(), 53);
    assert_ne!(first.as_bytes(), Token::generate().as_bytes());
    assert!(Token::parse(first.expose()).is_ok());
}

#[test]
fn digest_is_keyed_and_stable() {
    let token = fixtures::token();
    let expected = "9d2af47fc68458faf8d74f0b0bd7a2da168c271a6a28a97aaa5fadfb7efe88fb";
    assert_eq!(token.digest(&fixtures::root()), expected);
    assert_ne!(token.digest(&RootKey::generate()), expected);
}
