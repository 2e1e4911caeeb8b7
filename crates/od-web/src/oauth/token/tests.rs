use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::oauth::tests::{Desk, REDIRECT, Reply, VERIFIER};

mod refreshes;

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[track_caller]
fn refused(reply: &Reply, error: &str) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    let told = reply.json();
    assert_eq!(told["error"], error, "{told}");
    assert_eq!(told["request_id"], reply.header("x-request-id"), "{told}");
    assert!(!text(&told["error_description"]).is_empty(), "{told}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

async fn works(desk: &Desk, tokens: &Value) -> bool {
    // What a process remembers of a token is looked at again after a second.
    desk.opens(tokens).await.is_ok()
}

#[tokio::test]
async fn a_code_is_exchanged_for_tokens() {
    let desk = Desk::open().await;
    let reply = desk
        .exchange(&desk.code("&scope=orders%3Aread%20products%3Aread").await)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let tokens = reply.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "orders:read products:read");
    assert_eq!(tokens["expires_in"].as_u64(), Some(3600));
    assert!(text(&tokens["access_token"]).starts_with("odat_"));
    assert!(text(&tokens["refresh_token"]).starts_with("odrt_"));
    let identity = desk.opens(&tokens).await.unwrap();
    assert_eq!(identity.grants().to_scope(), "orders:read products:read");
    assert!(
        identity.actor().starts_with("oauth:Helper:odat_"),
        "{}",
        identity.actor()
    );
    // None but an access token is a credential.
    for other in ["refresh_token"] {
        assert!(desk.engine.auth().sign_in(&text(&tokens[other]).into()).await.is_err());
    }
    let grants = desk.engine.oauth().grants(&desk.owner().await).await.unwrap();
    assert_eq!(grants.len(), 1);
    assert_eq!(
        (grants[0].client_name.as_str(), grants[0].stores.as_deref()),
        ("Helper", None)
    );
}

#[tokio::test]
async fn an_access_token_lives_as_long_as_it_says() {
    let desk = Desk::open().await;
    let tokens = desk.connected().await;
    desk.pass(3599);
    assert!(works(&desk, &tokens).await);
    desk.pass(1);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert!(!works(&desk, &tokens).await);
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    let desk = Desk::open().await;
    let (early, late) = (desk.code("").await, desk.code("").await);
    desk.pass(59);
    assert_eq!(desk.exchange(&early).await.status, 200);
    desk.pass(1);
    refused(&desk.exchange(&late).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_used_twice_takes_back_what_its_first_use_gave() {
    let desk = Desk::open().await;
    let code = desk.code("").await;
    let tokens = desk.exchange(&code).await.json();
    assert!(works(&desk, &tokens).await);
    refused(&desk.exchange(&code).await, "invalid_grant");
    assert!(!works(&desk, &tokens).await, "at once, though it was remembered");
    refused(&desk.refresh(text(&tokens["refresh_token"])).await, "invalid_grant");
    let told = desk.recorded().await;
    let replay = told.iter().find(|entry| entry.0 == "oauth.replay").unwrap();
    assert!(
        replay.1 == "error" && replay.2.starts_with("oauth:Helper:odac_"),
        "{replay:?}"
    );
}

#[tokio::test]
async fn of_two_exchanges_at_once_one_wins_and_keeps_nothing() {
    let desk = Desk::open().await;
    for _ in 0..5 {
        let code = desk.code("").await;
        let (one, other) = tokio::join!(desk.exchange(&code), desk.exchange(&code));
        let won = [&one, &other].into_iter().filter(|reply| reply.status == 200).count();
        assert_eq!(won, 1, "{} {}", one.body, other.body);
        let (won, lost) = if one.status == 200 { (one, other) } else { (other, one) };
        refused(&lost, "invalid_grant");
        let tokens = won.json();
        assert!(!works(&desk, &tokens).await, "the code was used twice");
        refused(&desk.refresh(text(&tokens["refresh_token"])).await, "invalid_grant");
    }
    let told = desk.recorded().await;
    assert_eq!(
        told.iter().filter(|entry| entry.0 == "oauth.replay").count(),
        5,
        "{told:?}"
    );
}

#[tokio::test]
async fn a_code_is_good_for_what_it_was_made_for_only() {
    let desk = Desk::open().await;
    let other = desk
        .register(&json!({"client_name": "Other", "redirect_uris": [REDIRECT]}))
        .await;
    let code = desk.code("&resource=https%3A%2F%2Forders.example.com%2Fmcp").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &desk.client_id),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let change = async |name: &str, value: &str, error: &str| {
        let mut fields: Vec<_> = fields.iter().filter(|field| field.0 != name).copied().collect();
        fields.push((name, value));
        refused(&desk.token(&fields).await, error);
    };
    change("client_id", &other, "invalid_grant").await;
    change("code_verifier", &VERIFIER.replace('d', "e"), "invalid_grant").await;
    change("code_verifier", "", "invalid_request").await;
    change("redirect_uri", "http://127.0.0.1:33418/other", "invalid_grant").await;
    change("redirect_uri", "http://127.0.0.1:1/callback", "invalid_grant").await;
    change("redirect_uri", "", "invalid_request").await;
    change("code", "odac_nonsense", "invalid_grant").await;
    change("code", "", "invalid_request").await;
    change("grant_type", "password", "unsupported_grant_type").await;
    change("grant_type", "", "invalid_request").await;
    change("resource", "https://evil.example/mcp", "invalid_target").await;
    change("resource", "https://orders.example.com/mcp/readonly", "invalid_target").await;
    let twice = [&fields[..], &[("code", &code)]].concat();
    refused(&desk.token(&twice).await, "invalid_request");
    // None of them used it up.
    let same = [&fields[..], &[("resource", "https://orders.example.com/mcp/")]].concat();
    assert_eq!(desk.token(&same).await.status, 200);
}

#[tokio::test]
async fn a_form_is_a_form() {
    let desk = Desk::open().await;
    let request = axum::http::Request::post("/token").header("content-type", "application/json");
    let reply = Reply::of(&desk.door, request.body("{}".into()).unwrap()).await;
    refused(&reply, "invalid_request");
    let large = "x".repeat(70_000);
    assert_eq!(desk.token(&[("code", &large)]).await.status, 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_called_too_large() {
    let desk = Desk::open().await;
    for path in ["/token", "/register", "/revoke"] {
        let broken = futures_util::stream::once(async { Err::<String, _>(std::io::Error::other("gone")) });
        let request = axum::http::Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let reply = Reply::of(&desk.door, request.body(Body::from_stream(broken)).unwrap()).await;
        assert_eq!(reply.status, 400, "{path}: {}", reply.body);
    }
}

#[tokio::test]
async fn an_unknown_program_is_told_so_before_anything_else() {
    let desk = Desk::open().await;
    for fields in [
        &[
            ("client_id", "odc_nobody"),
            ("grant_type", "refresh_token"),
            ("refresh_token", "x"),
        ][..],
        &[
            ("client_id", "odc_nobody"),
            ("grant_type", "nonsense"),
            ("resource", "https://evil.example"),
        ],
        &[("client_id", "odc_nobody")],
        &[("grant_type", "refresh_token")],
    ] {
        let reply = desk.token(fields).await;
        assert_eq!(reply.status, 401, "{}", reply.body);
        assert_eq!(reply.json()["error"], "invalid_client");
        assert!(reply.header("www-authenticate").starts_with("Basic "), "{reply:?}");
        assert_eq!(reply.json()["request_id"], reply.header("x-request-id"));
    }
}

#[tokio::test]
async fn a_program_with_a_secret_shows_it() {
    let desk = Desk::open().await;
    for method in ["client_secret_post", "client_secret_basic"] {
        let said = json!({"redirect_uris": [REDIRECT], "token_endpoint_auth_method": method, "client_name": "Helper"});
        let told = desk.registered(&said).await;
        let (id, secret) = (
            text(&told["client_id"]).to_owned(),
            text(&told["client_secret"]).to_owned(),
        );
        let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let mine = desk.client_id.clone();
        let mut person = desk.person();
        let consent = person.sign_in(&desk.query("").replace(&mine, &id)).await;
        let code = person
            .allow(&consent, &[("store", "*")])
            .await
            .parameter("code")
            .unwrap();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        let named = [&fields[..], &[("client_id", id.as_str())]].concat();
        for (body, header) in [
            (named.clone(), None),
            ([&named[..], &[("client_secret", "wrong")]].concat(), None),
            (fields.to_vec(), Some(basic(&id, "wrong"))),
            (fields.to_vec(), Some(basic(&id, ""))),
            (fields.to_vec(), Some("Basic %%%".to_owned())),
        ] {
            let headers: Vec<_> = header.iter().map(|value| ("authorization", value.as_str())).collect();
            let reply = desk.post("/token", &body, &headers).await;
            assert_eq!(
                (reply.status.as_u16(), reply.json()["error"].as_str()),
                (401, Some("invalid_client")),
                "{method}"
            );
        }
        let both = [&named[..], &[("client_secret", secret.as_str())]].concat();
        let header = basic(&id, &secret);
        refused(
            &desk.post("/token", &both, &[("authorization", &header)]).await,
            "invalid_request",
        );
        // Either way of showing it is taken: libraries differ in which they use.
        let reply = if method == "client_secret_post" {
            desk.token(&both).await
        } else {
            desk.post("/token", &named, &[("authorization", &header)]).await
        };
        assert_eq!(reply.status, 200, "{method}: {}", reply.body);
    }
}

/// What a program has stored last, whatever else was given meanwhile.
/// Each reads the file before it refreshes, and writes what it was given into it: the last one wins.
#[tokio::test]
async fn a_closed_tenant_is_given_nothing() {
    let desk = Desk::open().await;
    let tokens = desk.connected().await;
    let code = desk.code("").await;
    let tenant = desk.owner().await.tenant().to_string();
    desk.engine.tenants().close(&tenant).await.unwrap();
    assert!(!works(&desk, &tokens).await, "at once in this process");
    refused(&desk.refresh(text(&tokens["refresh_token"])).await, "invalid_grant");
    refused(&desk.exchange(&code).await, "invalid_grant");
    desk.engine.tenants().reopen(&tenant).await.unwrap();
    assert_eq!(desk.refresh(text(&tokens["refresh_token"])).await.status, 200);
}

#[tokio::test]
async fn a_revoked_grant_ends_at_once() {
    let desk = Desk::open().await;
    let tokens = desk.connected().await;
    let owner = desk.owner().await;
    let grants = desk.engine.oauth().grants(&owner).await.unwrap();
    desk.engine
        .oauth()
        .revoke_grant(&owner, &grants[0].grant_id)
        .await
        .unwrap();
    assert!(!works(&desk, &tokens).await);
    refused(&desk.refresh(text(&tokens["refresh_token"])).await, "invalid_grant");
    let again = desk
        .engine
        .oauth()
        .revoke_grant(&owner, &grants[0].grant_id)
        .await
        .unwrap_err();
    assert_eq!(again.code(), "VALIDATION_ERROR", "ended already");
    // No program ends another's access, nor lists it.
    let scope = od_engine::Scope::new(
        desk.opens(&desk.connected().await).await.unwrap(),
        od_engine::RequestId::generate(),
        od_engine::Source::Mcp,
    );
    assert_eq!(
        desk.engine.oauth().grants(&scope).await.unwrap_err().code(),
        "PERMISSION_DENIED"
    );
}
