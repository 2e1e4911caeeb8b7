use secrecy::{ExposeSecret, SecretString};

use crate::{ClientSecret, RootKey};

#[test]
fn only_the_very_secret_under_the_same_root_key_fits() {
    let key = || RootKey::generate().fingerprints("client secret");
    let (root, other) = (key(), key());
    let secret = ClientSecret::generate();
    let digest = secret.digest(&root);
    let text = secret.expose();
    let sent = |text: &str| ClientSecret::of_text(SecretString::from(text));
    assert!(sent(text.expose_secret()).fits(&root, &digest));
    assert!(!sent(text.expose_secret()).fits(&other, &digest));
    assert!(!sent(&text.expose_secret()[1..]).fits(&root, &digest));
    assert!(!sent("").fits(&root, &digest));
    assert!(!ClientSecret::generate().fits(&root, &digest));
    assert!(text.expose_secret().starts_with("odcs_"));
    assert_eq!(digest.len(), 64);
}
