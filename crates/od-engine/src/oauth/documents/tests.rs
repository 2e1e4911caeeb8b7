use std::time::Duration;

use od_client::{Document, DocumentError};
use serde_json::{Value, json};

use super::{Kept, REFUSED, UNREACHABLE};
use crate::oauth::{AuthMethod, ClientError};

const ADDRESS: &str = "https://client.example/client";

fn kept(members: Value) -> Kept {
    let Value::Object(members) = members else {
        panic!("an object")
    };
    let keep = Duration::from_secs(99);
    Kept::of(ADDRESS, Ok(Document { members, keep }))
}

#[test]
fn a_good_document_makes_a_program_that_keeps_no_secret() {
    let good = kept(
        json!({"client_id": ADDRESS, "client_name": " A\nprogram ", "redirect_uris": ["http://127.0.0.1/cb"],
        "token_endpoint_auth_method": "none", "client_secret": "x", "unheard": {"of": 1}}),
    );
    let client = good.found.unwrap();
    assert_eq!(good.lifetime, Duration::from_secs(99));
    assert_eq!((client.id.as_str(), client.name.as_str()), (ADDRESS, "A program"));
    assert_eq!(client.host.as_deref(), Some("client.example"));
    assert_eq!(client.auth_method, AuthMethod::None);
    assert!(client.redirect("http://127.0.0.1:4711/cb").is_ok());
    assert!(client.redirect("http://localhost:4711/cb").is_err());
}

#[test]
fn what_is_wrong_with_a_document_is_told() {
    let check = |members: Value, part: &str| {
        let bad = kept(members);
        assert_eq!(bad.lifetime, REFUSED);
        match bad.found {
            Err(ClientError::Document(told)) => assert!(told.contains(part), "{told}"),
            other => panic!("{other:?}"),
        }
    };
    let redirects = json!(["https://client.example/cb"]);
    check(json!({"redirect_uris": redirects}), "client_name");
    check(
        json!({"client_name": " \u{200b} ", "redirect_uris": redirects}),
        "client_name",
    );
    check(json!({"client_name": "A"}), "redirect_uris");
    check(
        json!({"client_name": "A", "redirect_uris": ["javascript:x"]}),
        "redirect_uris",
    );
    for method in ["client_secret_post", "client_secret_basic"] {
        let said = json!({"client_name": "A", "redirect_uris": redirects, "token_endpoint_auth_method": method});
        check(said, "must be none");
    }
    let said = json!({"client_name": "A", "redirect_uris": redirects, "token_endpoint_auth_method": "private_key_jwt"});
    check(said, "token_endpoint_auth_method");
}

/// A program whose host is down for a moment must not be told that it is unknown: it would throw its sign-in away.
#[test]
fn a_host_that_is_down_is_not_a_bad_document() {
    for error in [DocumentError::Unreachable, DocumentError::Status(503)] {
        let kept = Kept::of(ADDRESS, Err(error));
        assert!(matches!(kept.found, Err(ClientError::Unreachable { .. })));
        assert_eq!(kept.lifetime, UNREACHABLE);
    }
    for error in [
        DocumentError::Status(302),
        DocumentError::Status(404),
        DocumentError::NotJson,
    ] {
        let kept = Kept::of(ADDRESS, Err(error));
        assert!(matches!(kept.found, Err(ClientError::Document(_))));
        assert_eq!(kept.lifetime, REFUSED);
    }
}

/// Whoever names hosts of this server's own network learns nothing about which there are. The operator does.
#[test]
fn a_name_of_this_network_is_answered_like_one_that_leads_nowhere() {
    let told = |error: DocumentError| {
        let kept = Kept::of(ADDRESS, Err(error));
        match kept.found {
            Err(ClientError::Unreachable {
                told,
                reason,
                retry_after,
            }) => ((told, retry_after, kept.lifetime), reason),
            other => panic!("{other:?}"),
        }
    };
    let (inside, reason) = told(DocumentError::NotPublic);
    let (nowhere, none) = told(DocumentError::Unreachable);
    assert_eq!(inside, nowhere);
    assert!(reason.unwrap().contains("public internet"));
    assert_eq!(none, None);
}
