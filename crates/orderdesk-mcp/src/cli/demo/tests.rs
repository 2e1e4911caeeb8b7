use secrecy::SecretString;

use super::close_to_others;
use crate::config::{Sources, load};

#[test]
fn the_open_demo_is_for_this_machine_alone() {
    let given = [
        ("ALLOWED_HOSTS", "orders.example.com"),
        ("ALLOWED_ORIGINS", "https://app.example.com"),
        ("TRUST_PROXY", "true"),
    ];
    let sources = Sources {
        environment: given
            .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
            .into(),
        ..Sources::default()
    };
    let mut settings = load(&sources).unwrap().settings;
    assert!(settings.server.trust_proxy);
    close_to_others(&mut settings);
    assert!(settings.server.allowed_hosts.0.is_empty());
    assert!(settings.server.allowed_origins.0.is_empty());
    assert!(!settings.server.trust_proxy);
}
