use secrecy::{ExposeSecret, SecretString};

use crate::ClientSecret;

#[test]
fn only_the_very_secret_fits() {
    let secret = ClientSecret::generate();
    let digest = secret.digest();
    let text = secret.expose();
    let sent = |text: &str| ClientSecret::of_text(SecretString::from(text));
    assert!(sent(text.expose_secret()).fits(&digest));
    assert!(!sent(&text.expose_secret()[1..]).fits(&digest));
    assert!(!sent("").fits(&digest));
    assert!(!ClientSecret::generate().fits(&digest));
    assert!(text.expose_secret().starts_with("odcs_"));
    assert_eq!(digest.len(), 64);
}
