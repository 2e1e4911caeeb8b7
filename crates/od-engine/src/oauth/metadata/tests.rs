use serde_json::{Value, json};

use super::{BadMetadata, Metadata};
use crate::oauth::AuthMethod;

fn read(said: &Value) -> Result<Metadata, BadMetadata> {
    Metadata::read(said.as_object().unwrap())
}

#[test]
fn what_is_missing_is_the_least() {
    let read = read(&json!({"redirect_uris": ["http://localhost:1/cb"]})).unwrap();
    assert_eq!(read.auth_method, AuthMethod::None);
    assert_eq!(read.name, "");
    assert_eq!(read.redirect_uris, ["http://localhost:1/cb"]);
}

#[test]
fn members_of_the_field_that_mean_nothing_here_are_ignored() {
    let said = json!({
        "redirect_uris": ["http://localhost:1/cb"],
        "application_type": "native",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "orders:read nonsense",
        "software_id": 7,
        "contacts": {"a": 1},
        "jwks": null,
        "token_endpoint_auth_method": null,
    });
    assert!(read(&said).is_ok());
}

#[test]
fn one_good_address_is_enough_and_only_good_ones_are_kept() {
    let said = json!({"redirect_uris": ["javascript:alert(1)", "https://a.example/cb", "http://b.example/", 7,
        "cursor://a.b/cb", "https://a.example/cb"]});
    assert_eq!(
        read(&said).unwrap().redirect_uris,
        ["https://a.example/cb", "cursor://a.b/cb"]
    );
}

#[test]
fn addresses_that_cannot_be_used_are_named() {
    let told = |said: &Value| match read(said).unwrap_err() {
        BadMetadata::Redirect(told) => told,
        other @ BadMetadata::Other(_) => panic!("{other:?}"),
    };
    let text = told(&json!({"redirect_uris": ["http://b.example/cb", "data:,x"]}));
    assert!(text.contains("'http://b.example/cb' is plain http"), "{text}");
    assert!(text.contains("'data:,x' has a scheme"), "{text}");
    for said in [
        json!({}),
        json!({"redirect_uris": []}),
        json!({"redirect_uris": "https://a.example/"}),
    ] {
        assert!(told(&said).contains("at least one address"), "{said}");
    }
    let many: Vec<_> = (0..51).map(|n| format!("https://a.example/{n}")).collect();
    assert!(told(&json!({ "redirect_uris": many })).contains("at most 50"));
}

#[test]
fn addresses_have_room_together_and_no_more() {
    let long = |bytes: usize| format!("https://a.example/{}", "x".repeat(bytes - 18));
    let foreign = format!("data:,{}", "x".repeat(8_000));
    let fits = json!({ "redirect_uris": [long(2_000), long(1_999), long(97), foreign] });
    assert_eq!(
        read(&fits).unwrap().redirect_uris.len(),
        3,
        "what is not kept does not count"
    );
    let refused = read(&json!({ "redirect_uris": [long(2_000), long(1_999), long(98)] })).unwrap_err();
    let told = "the addresses in redirect_uris have 4097 bytes; at most 4096 together are taken";
    assert_eq!(refused, BadMetadata::Redirect(told.to_owned()));
}

#[test]
fn what_this_server_does_not_do_is_told() {
    let check = |member: &str, value: Value| {
        let refused = read(&json!({"redirect_uris": ["http://localhost/"], member: value}));
        assert!(
            matches!(&refused, Err(BadMetadata::Other(told)) if told.contains(member)),
            "{refused:?}"
        );
    };
    check("token_endpoint_auth_method", "private_key_jwt".into());
    check("token_endpoint_auth_method", 7.into());
    check("grant_types", json!(["client_credentials"]));
    check("grant_types", "authorization_code".into());
    check("response_types", json!(["token"]));
    check("client_name", json!({"a": 1}));
}

#[test]
fn a_name_is_one_line_of_what_can_be_seen() {
    let name = |name: &str| {
        read(&json!({"redirect_uris": ["http://localhost/"], "client_name": name}))
            .unwrap()
            .name
    };
    assert_eq!(name("  Claude\n\tCode \u{202e}\u{200b} "), "Claude Code");
    assert_eq!(name(&"x".repeat(500)).len(), 100);
}
