use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use od_client::{Document, DocumentError, DocumentOptions, Documents, Rehearsal};
use serde_json::{Value, json};

use super::{AT_ONCE, Kept, Known, REFUSED, UNREACHABLE};
use crate::meter::Meter;
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

/// A host's share is everybody's: who is refused for something else takes nothing of it.
#[tokio::test]
async fn while_everybody_is_busy_no_host_is_used_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let looked_up = Arc::<AtomicUsize>::default();
    let counted = looked_up.clone();
    let rehearsal = Rehearsal {
        names: Arc::new(move |name| {
            counted.fetch_add(1, Ordering::SeqCst);
            let is_silent = name == "silent.example";
            vec![if is_silent { [127, 0, 0, 1] } else { [10, 0, 0, 1] }.into()]
        }),
        loopback: true,
        certificate: None,
    };
    let options = DocumentOptions {
        rehearsal: Some(rehearsal),
        timeout: Duration::from_mins(1),
        ..DocumentOptions::default()
    };
    let known = Arc::new(Known::new(Documents::new(options).unwrap()));
    let ask = async |n: u8| {
        let from = IpAddr::from([198, 51, 100, n]);
        let address = format!("https://client.example/{n}");
        known.client(&address, Some(from), &Meter::new()).await.unwrap_err()
    };
    // As many as are fetched at once wait for a host that says nothing.
    let waiting = (0..AT_ONCE).map(|n| {
        let (known, address) = (known.clone(), format!("https://silent.example:{port}/{n}"));
        let from = IpAddr::from([192, 0, 2, u8::try_from(n).unwrap()]);
        tokio::spawn(async move { known.client(&address, Some(from), &Meter::new()).await })
    });
    let waiting: Vec<_> = waiting.collect();
    while looked_up.load(Ordering::SeqCst) < AT_ONCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // More than the host's share, and none of them by its own fault.
    for n in 0..150 {
        let refused = ask(n).await;
        assert!(refused.to_string().contains("too many"), "{refused}");
    }
    for one in waiting {
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
    }
    let refused = ask(0).await;
    assert!(refused.to_string().contains("could not be fetched"), "{refused}");
    assert_eq!(looked_up.load(Ordering::SeqCst), AT_ONCE + 1);
}
