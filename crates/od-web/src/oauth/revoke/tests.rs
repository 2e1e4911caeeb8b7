use serde_json::json;

use crate::oauth::tests::{Desk, REDIRECT, Reply};

async fn revoke(desk: &Desk, client_id: &str, token: &str) -> Reply {
    desk.post("/revoke", &[("client_id", client_id), ("token", token)], &[]).await
}

#[tokio::test]
async fn an_access_token_is_given_back_alone() {
    let desk = Desk::open().await;
    let tokens = desk.connected().await;
    assert!(desk.opens(&tokens).await.is_ok());
    let reply = revoke(&desk, &desk.client_id, tokens["access_token"].as_str().unwrap()).await;
    assert_eq!((reply.status.as_u16(), reply.header("cache-control")), (200, "no-store"));
    assert!(desk.opens(&tokens).await.is_err(), "at once, though it was remembered");
    let next = desk.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    assert!(desk.opens(&next).await.is_ok());
}

#[tokio::test]
async fn a_refresh_token_is_given_back_with_everything_it_gave() {
    let desk = Desk::open().await;
    let first = desk.connected().await;
    let second = desk.refresh(first["refresh_token"].as_str().unwrap()).await.json();
    let reply = revoke(&desk, &desk.client_id, second["refresh_token"].as_str().unwrap()).await;
    assert_eq!(reply.status, 200);
    for tokens in [&first, &second] {
        assert!(desk.opens(tokens).await.is_err());
        assert_eq!(desk.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
    }
    let told = desk.recorded().await;
    let ended: Vec<_> = told.iter().filter(|entry| entry.0 == "grant.revoke").collect();
    assert_eq!(ended.len(), 1, "{told:?}");
    assert!(ended[0].1 == "success" && ended[0].2.starts_with("oauth:Helper:odrt_"), "{ended:?}");
}

#[tokio::test]
async fn what_is_nobodys_is_given_back_too() {
    let desk = Desk::open().await;
    for token in ["nonsense", "odat_AAAA", "odrt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_____"] {
        assert_eq!(revoke(&desk, &desk.client_id, token).await.status, 200, "{token}");
    }
    assert_eq!(revoke(&desk, &desk.client_id, "").await.json()["error"], "invalid_request");
}

#[tokio::test]
async fn nobody_gives_back_what_another_has() {
    let desk = Desk::open().await;
    let other = desk.register(&json!({"client_name": "Other", "redirect_uris": [REDIRECT]})).await;
    let tokens = desk.connected().await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let reply = revoke(&desk, &other, token).await;
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (400, Some("invalid_grant")));
    let reply = revoke(&desk, "odc_nobody", token).await;
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (401, Some("invalid_client")));
    assert!(desk.opens(&tokens).await.is_ok());
}
