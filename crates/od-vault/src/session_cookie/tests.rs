use super::*;

const NOW: i64 = 1_790_000_000;

fn session() -> Token {
    Token::generate(TokenKind::Session)
}

fn signer(key: u8) -> CookieSigner {
    CookieSigner::new(&[key; 32], [])
}

#[test]
fn a_cookie_opens_until_it_ends() {
    let (signer, token) = (signer(1), session());
    let cookie = signer.sign(&token, NOW, 60).unwrap();
    let opened = signer.open(&cookie, NOW + 59).unwrap();
    assert_eq!(opened.token.expose().expose_secret(), token.expose().expose_secret());
    assert!(opened.is_current);
    assert!(signer.open(&cookie, NOW + 61).is_none());
}

#[test]
fn a_cookie_of_another_key_does_not_open() {
    let cookie = signer(1).sign(&session(), NOW, 60).unwrap();
    assert!(signer(2).open(&cookie, NOW).is_none());
    let after_a_change = CookieSigner::new(&[2; 32], [&[1; 32][..]]);
    assert!(!after_a_change.open(&cookie, NOW).unwrap().is_current);
}

#[test]
fn no_other_text_opens() {
    let signer = signer(1);
    let check = |cookie: &str| assert!(signer.open(&cookie.into(), NOW).is_none(), "{cookie}");
    let good = signer.sign(&session(), NOW, 60).unwrap();
    let good = good.expose_secret();
    let parts: Vec<_> = good.split('.').collect();
    check("");
    check("a.b.c");
    // Unsigned, as a careless reader would take it: RFC 7519 section 6.
    check(&format!("eyJhbGciOiJub25lIn0.{}.", parts[1]));
    check(&format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len())));
    check(session().expose().expose_secret());
}

#[test]
fn a_cookie_holds_a_session_and_nothing_else() {
    let signer = signer(1);
    let cookie = signer.sign(&Token::generate(TokenKind::Personal), NOW, 60).unwrap();
    assert!(signer.open(&cookie, NOW).is_none());
}

#[test]
fn times_of_no_era_sign_nothing() {
    assert!(signer(1).sign(&session(), i64::MAX, 60).is_none());
    assert!(signer(1).sign(&session(), NOW, i64::MAX).is_none());
}
