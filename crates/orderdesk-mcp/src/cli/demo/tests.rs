use std::path::Path;

use secrecy::SecretString;

use super::{close_to_others, from_a_shell};
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

#[test]
fn how_the_commands_ask_the_demo_is_told() {
    let told = from_a_shell(Some(Path::new("/tmp/a $HOME/demo-settings.yaml")));
    assert!(
        told.contains("orderdesk-mcp --config '/tmp/a $HOME/demo-settings.yaml' report"),
        "{told}"
    );
    let told = from_a_shell(None);
    assert!(told.contains("opens nothing") && told.contains("demo --data"), "{told}");
    assert!(told.lines().all(|line| line.len() <= 130), "{told}");
}
