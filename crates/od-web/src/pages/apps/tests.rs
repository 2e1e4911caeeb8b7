use od_engine::oauth::{Allowed, EVERY_STORE};
use secrecy::{ExposeSecret, SecretString};

use crate::tests::house::House;

const REDIRECT: &str = "http://127.0.0.1:33418/callback";
/// RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Connects a program of this name, and answers with its access token.
pub async fn connected(house: &House, key: &SecretString, name: &str) -> String {
    let said = serde_json::json!({ "client_name": name, "redirect_uris": [REDIRECT] });
    let mut program = house.visitor();
    let registered = program.json("/register", &said).await;
    let id = registered["client_id"].as_str().unwrap().to_owned();
    let oauth = house.engine.oauth();
    let client = oauth.client(&id, None).await.unwrap();
    let redirect = client.redirect(REDIRECT).unwrap();
    let allowed = Allowed {
        client: &client,
        redirect: &redirect,
        challenge: CHALLENGE,
        resource: None,
        scopes: &["orders:read"],
        stores: &[EVERY_STORE],
    };
    let code = oauth.allow(&house.scope(key).await, allowed).await.unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("code", code.expose_secret()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let reply = program.post("/token", &fields).await;
    let told: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    told["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_app_is_listed_and_disconnected() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let page = owner.get("/apps").await;
    page.shows("No app is connected.");
    page.shows("href=\"/connect\"");
    let token = connected(&house, &house.key, "<script>alert(1)</script>").await;
    assert!(house.opens(&token).await);
    let page = owner.get("/apps").await;
    page.hides("<script>alert");
    page.shows("&#60;script&#62;alert(1)&#60;/script&#62;");
    page.shows("not verified");
    page.shows("<code>orders:read</code>");
    page.shows("<td>All stores</td>");
    let asked = owner.asked(&page, "/apps/disconnect").await;
    asked.hides("<script>alert");
    let ended = owner.submit(&asked, "/apps/disconnect", &[]).await;
    assert_eq!(ended.location(), "/apps?done=disconnected");
    assert!(!house.opens(&token).await);
    owner.get("/apps").await.shows("No app is connected.");
}

#[tokio::test]
async fn apps_of_others_are_not_there() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    let theirs = connected(&house, &stranger, "Theirs").await;
    connected(&house, &house.key, "Ours").await;
    let grants = house
        .engine
        .oauth()
        .grants(&house.scope(&stranger).await)
        .await
        .unwrap();
    let id = grants[0].grant_id.clone();
    let mut owner = house.owner().await;
    let page = owner.get("/apps").await;
    page.hides("Theirs");
    assert_eq!(owner.get(&format!("/apps/disconnect?grant_id={id}")).await.status, 404);
    let page = owner.asked(&page, "/apps/disconnect").await;
    assert_eq!(
        owner
            .submit(&page, "/apps/disconnect", &[("grant_id", &id)])
            .await
            .status,
        404
    );
    assert!(house.opens(&theirs).await);
    assert_eq!(
        owner.submit(&page, "/apps/disconnect", &[("csrf", "x")]).await.status,
        403
    );
    owner.headers = vec![("origin", "https://evil.example")];
    assert_eq!(owner.submit(&page, "/apps/disconnect", &[]).await.status, 403);
    let locked = house.locked().await.get("/apps").await;
    assert_eq!(locked.location(), "/unlock?next=%2Fapps");
}
