use std::net::IpAddr;
use std::sync::Arc;

use od_engine::{
    OAuthOptions,
    oauth::{ClientError, DocumentOptions, Rehearsal},
};

use super::not_known;
use crate::oauth::tests::{Desk, REDIRECT};

/// Whoever tries names learns nothing about this server's network. Whoever runs it does.
#[tokio::test]
async fn a_name_of_this_network_is_answered_like_one_that_leads_nowhere() {
    let rehearsal = Rehearsal {
        names: Arc::new(|name| {
            let inside = IpAddr::from([10, 0, 0, 1]);
            // Nothing listens there: a public host that is down.
            let nowhere = IpAddr::from([127, 0, 0, 1]);
            vec![if name == "inside.example" { inside } else { nowhere }]
        }),
        loopback: true,
        certificate: None,
    };
    let desk = Desk::with(OAuthOptions {
        client_metadata: true,
        documents: DocumentOptions {
            rehearsal: Some(rehearsal),
            ..DocumentOptions::default()
        },
        ..OAuthOptions::default()
    })
    .await;
    let ask = async |host: &str| {
        let query = format!("client_id=https%3A%2F%2F{host}%3A1%2Fclient&redirect_uri={REDIRECT}");
        let page = desk.person().open(&query).await;
        let reference = page.header("x-request-id").to_owned();
        (
            page.status,
            page.header("retry-after").to_owned(),
            page.body.replace(&reference, ""),
        )
    };
    let inside = ask("inside.example").await;
    assert_eq!(inside.0, 503, "{}", inside.2);
    assert_eq!(inside, ask("nowhere.example").await);

    let known = desk
        .engine
        .oauth()
        .client("https://inside.example:1/client", None)
        .await;
    let error: ClientError = known.unwrap_err();
    let page = not_known(&error);
    assert!(!page.what.contains("public internet"), "{}", page.what);
    assert!(page.reason.unwrap().contains("public internet"));
}
