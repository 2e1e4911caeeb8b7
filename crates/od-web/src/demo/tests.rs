use std::sync::Arc;

use secrecy::SecretString;

use super::Demo;

#[test]
fn the_link_opens_once_and_by_its_own_token_alone() {
    let (demo, path) = Demo::new(SecretString::from("the-key-of-the-demo"), Arc::new(Vec::new));
    let token = path.strip_prefix("/demo/").unwrap();
    assert!(token.len() >= 43, "{path}");
    for wrong in ["", "x", &token[1..], &format!("{token}x")] {
        assert!(demo.redeem(wrong).is_none(), "{wrong}");
    }
    assert!(demo.redeem(token).is_some());
    assert!(demo.redeem(token).is_none());
}

#[test]
fn nothing_of_the_link_is_printed() {
    let (demo, path) = Demo::new(SecretString::from("the-key-of-the-demo"), Arc::new(Vec::new));
    let printed = format!("{demo:?}");
    assert!(!printed.contains(path.strip_prefix("/demo/").unwrap()), "{printed}");
}
