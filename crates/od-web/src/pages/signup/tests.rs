use std::time::Duration;

use od_engine::{LinkOptions, SignUps};

use crate::tests::{
    browser::{Browser, Reply},
    house::{ADA, House, links},
};

async fn tenants(house: &House) -> usize {
    house.engine.tenants().list().await.unwrap().len()
}

/// Whether a page shows a key, and how.
fn key_on(page: &Reply) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("<h1>Create an account</h1>"));
    let (_, field) = page.body.split_once("id=\"master_key\"").unwrap();
    assert!(field.split('>').next().unwrap().contains(" readonly"));
    let key = page.value("master_key").unwrap();
    assert!(key.starts_with("odmk_"), "{key}");
    key
}

async fn signed_in(house: &House, person: &Browser) -> bool {
    let Some(session) = person.session() else { return false };
    let found = house.engine.sessions().find(&session.into()).await.unwrap();
    found.is_some_and(|found| !found.identity.is_locked())
}

#[tokio::test]
async fn nobody_signs_up_where_the_operator_does_not_want_it() {
    let house = House::with_links(links(SignUps::Closed)).await;
    let mut ada = house.visitor();
    for path in ["/signup", "/signup/sent", "/signup/verify/odml_x"] {
        assert_eq!(ada.get(path).await.status, 404, "{path}");
    }
    let login = ada.get("/login").await;
    assert!(!login.body.contains("/signup"));
}

#[tokio::test]
async fn an_account_is_made_at_once_and_its_key_is_shown_once() {
    let house = House::with_links(links(SignUps::AtOnce)).await;
    let mut ada = house.visitor();
    assert!(ada.get("/login").await.body.contains("href=\"/signup\""));
    let form = ada.get("/signup").await;
    let fields = [("email", ADA), ("name", "Blue <b>Harbor</b>")];
    let page = ada.submit(&form, "/signup", &fields).await;
    let key = key_on(&page);
    assert!(!signed_in(&house, &ada).await, "not before the key is saved");

    let again = ada.submit(&form, "/signup", &fields).await;
    assert_eq!(again.status, 422, "the page is loaded again");
    assert!(!again.body.contains(&key) && again.value("master_key").is_none());
    assert_eq!(tenants(&house).await, 1);

    let unsaved = ada.submit(&page, "/signup/continue", &[("master_key", &key)]).await;
    assert_eq!(unsaved.status, 422);
    assert!(unsaved.body.contains("id=\"saved-problem\""));
    assert_eq!(
        unsaved.value("master_key").as_deref(),
        Some(key.as_str()),
        "it must not be lost"
    );
    assert!(!signed_in(&house, &ada).await);

    let file = ada
        .submit(&page, "/signup/continue", &[("master_key", &key), ("do", "download")])
        .await;
    assert_eq!((file.status.as_u16(), file.body.trim_end()), (200, key.as_str()));
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        (file.header("cache-control"), file.header("x-content-type-options")),
        ("no-store", "nosniff")
    );

    let on = ada
        .submit(&page, "/signup/continue", &[("master_key", &key), ("saved", "yes")])
        .await;
    assert_eq!((on.status.as_u16(), on.location()), (303, "/"));
    assert!(signed_in(&house, &ada).await);
    assert_eq!(ada.get("/signup").await.status, 303, "who is signed in has an account");
}

#[tokio::test]
async fn with_verification_the_link_makes_the_account() {
    let house = House::with_links(links(SignUps::Verified)).await;
    let mut ada = house.visitor();
    let asked = ada.fill("/signup", "/signup", &[("email", ADA)]).await;
    assert_eq!((asked.status.as_u16(), asked.location()), (303, "/signup/sent"));
    let sent = ada.get("/signup/sent").await;
    assert!(sent.status == 200 && sent.body.contains("<h1>Create an account</h1>"));
    let path = house.mailed_path().await;
    assert!(path.starts_with("/signup/verify/odml_"), "{path}");
    for _ in 0..3 {
        assert_eq!(house.visitor().get(&path).await.status, 200);
    }
    assert_eq!(tenants(&house).await, 0, "opening it makes nothing");

    let refused = ada.fill(&path, &path, &[("name", &"x".repeat(300))]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"name-problem\""), "{}", refused.body);
    let page = ada.fill(&path, &path, &[("name", "Blue Harbor")]).await;
    let key = key_on(&page);
    let again = ada.fill(&path, &path, &[]).await;
    assert!(again.status == 422 && !again.body.contains(&key), "{}", again.body);
    assert_eq!(tenants(&house).await, 1);
    let on = ada
        .submit(&page, "/signup/continue", &[("master_key", &key), ("saved", "yes")])
        .await;
    assert_eq!((on.status.as_u16(), on.location()), (303, "/"));
    assert!(signed_in(&house, &ada).await);

    let mut eve = house.visitor();
    eve.fill("/signup", "/signup", &[("email", "late@example.com")]).await;
    let path = house.mailed_path().await;
    let page = eve.get(&path).await;
    house.pass(Duration::from_mins(15));
    assert_eq!(eve.submit(&page, &path, &[]).await.status, 422, "too late");
    assert_eq!(tenants(&house).await, 1);
}

#[tokio::test]
async fn what_strangers_type_is_text() {
    let house = House::with_links(links(SignUps::AtOnce)).await;
    let mut eve = house.visitor();
    let script = "<script>alert(1)</script>";
    let reply = eve
        .fill(
            "/signup",
            "/signup",
            &[("email", script), ("name", "\" autofocus onfocus=\"alert(1)")],
        )
        .await;
    assert_eq!(reply.status, 422);
    assert!(
        !reply.body.contains(script) && !reply.body.contains("\" onfocus=\""),
        "{}",
        reply.body
    );
    let path = "/signup/verify/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let house = House::with_links(links(SignUps::Verified)).await;
    let page = house.visitor().get(path).await;
    assert!(page.status == 200 && !page.body.contains(script), "{}", page.body);

    // What was posted as the key comes back as text, whatever it is.
    let mut eve = house.visitor();
    eve.fill("/signup", "/signup", &[("email", ADA)]).await;
    let path = house.mailed_path().await;
    let key = eve.fill(&path, &path, &[]).await;
    let posted = [("master_key", "\"><script>alert(1)</script>")];
    let shown = eve.submit(&key, "/signup/continue", &posted).await;
    assert!(!shown.body.contains(script), "{}", shown.body);
    let nothing = eve.submit(&key, "/signup/continue", &[("saved", "yes")]).await;
    assert_eq!(nothing.status, 404);
}

#[tokio::test]
async fn forms_of_others_make_no_account() {
    let house = House::with_links(links(SignUps::AtOnce)).await;
    let mut ada = house.visitor();
    let mut fields = ada.get("/signup").await.hidden("/signup");
    fields.push(("email".to_owned(), ADA.to_owned()));
    assert_eq!(
        house.visitor().post("/signup", &fields).await.status,
        403,
        "another browser's"
    );
    ada.headers = vec![("origin", "https://evil.example")];
    assert_eq!(ada.post("/signup", &fields).await.status, 403);
    ada.headers.clear();
    fields.retain(|(name, _)| name != "csrf");
    assert_eq!(ada.post("/signup", &fields).await.status, 403);
    assert_eq!(tenants(&house).await, 0);
}

#[tokio::test]
async fn sign_ups_are_limited() {
    for sign_ups in [SignUps::AtOnce, SignUps::Verified] {
        let house = House::with_links(LinkOptions {
            sign_ups,
            ..LinkOptions::default()
        })
        .await;
        let mut eve = house.visitor();
        for n in 0..2 {
            let email = format!("{n}@example.com");
            let reply = eve.fill("/signup", "/signup", &[("email", &email)]).await;
            assert!(reply.status != 429 && reply.status != 422, "{}", reply.body);
        }
        let reply = eve.fill("/signup", "/signup", &[("email", ADA)]).await;
        assert_eq!(reply.status, 429);
        assert!(reply.header("retry-after").parse::<u64>().unwrap() <= 30);
        assert_eq!(reply.value("email").as_deref(), Some(ADA));
    }
}
