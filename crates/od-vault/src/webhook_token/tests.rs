use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::{RootKey, Token};

#[test]
fn a_token_is_taken_as_it_was_made_and_opens_nothing() {
    let token = WebhookToken::generate();
    let text = token.expose();
    assert!(text.expose_secret().starts_with("odwh_"));
    assert_eq!(text.expose_secret().len(), 54);
    assert!(text.expose_secret().starts_with(&token.prefix()));

    let again = WebhookToken::parse(text.clone()).expect("as it was made");
    let key = RootKey::generate().fingerprints("webhook address");
    let (secret, other) = (SecretString::from("one secret"), SecretString::from("other secret"));
    assert_eq!(again.digest(&key, Some(&secret)), token.digest(&key, Some(&secret)));
    let others = [
        WebhookToken::generate().digest(&key, Some(&secret)),
        token.digest(&RootKey::generate().fingerprints("webhook address"), Some(&secret)),
        token.digest(&key, Some(&other)),
        token.digest(&key, None),
    ];
    assert!(!others.contains(&token.digest(&key, Some(&secret))), "{others:?}");

    let (data_key, place) = (
        DataKey::generate(),
        Place {
            tenant: "t",
            row: "w",
            field: "webhook_token",
        },
    );
    let opened = WebhookToken::open(&data_key, &place, &token.seal(&data_key, &place)).expect("opens");
    assert_eq!(opened.prefix(), token.prefix());
    let foreign = data_key.seal(&place, b"odwh_something");
    assert_eq!(
        WebhookToken::open(&data_key, &place, &foreign).err(),
        Some(OpenError::Malformed)
    );

    assert!(Token::parse(text.clone()).is_err(), "it signs nobody in");
    let mut mistyped = text.expose_secret().to_owned();
    let last = if mistyped.pop() == Some('A') { 'B' } else { 'A' };
    mistyped.push(last);
    for other in [mistyped.as_str(), "", "odwh_", &text.expose_secret()[1..]] {
        assert!(WebhookToken::parse(SecretString::from(other)).is_none(), "{other}");
    }
}
