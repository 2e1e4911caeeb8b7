use od_engine::SignUps;
use secrecy::ExposeSecret;

use crate::tests::{
    browser::Browser,
    house::{ADA, House, links},
};

async fn with_a_link(house: &House) -> Browser {
    let mut person = house.visitor();
    let (path, page) = house.asked_for_a_link(&mut person).await;
    assert_eq!(person.submit(&page, &path, &[]).await.status, 303);
    person
}

#[tokio::test]
async fn a_master_key_of_the_same_account_unlocks_a_session() {
    let house = House::with_links(links(SignUps::Closed)).await;
    let tenant = house.tenant(ADA).await;
    let mut ada = with_a_link(&house).await;
    let locked = ada.session().unwrap();
    let page = ada.get("/unlock?next=/console").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    assert!(page.body.contains("<h1>Unlock</h1>"));
    let key = tenant.master_key.expose_secret();
    let unlocked = ada.submit(&page, "/unlock", &[("master_key", key)]).await;
    assert_eq!((unlocked.status.as_u16(), unlocked.location()), (303, "/console"));

    let session = ada.session().unwrap();
    assert_ne!(session, locked, "another session");
    let sessions = house.engine.sessions();
    let found = sessions.find(&session.into()).await.unwrap().unwrap();
    assert!(!found.identity.is_locked());
    assert!(
        sessions.find(&locked.into()).await.unwrap().is_none(),
        "the locked one has ended"
    );
    assert_eq!(ada.get("/unlock?next=//evil.example").await.location(), "/");
}

#[tokio::test]
async fn a_key_of_another_account_unlocks_nothing() {
    let house = House::with_links(links(SignUps::Closed)).await;
    house.tenant(ADA).await;
    let other = house.tenant("eve@example.com").await;
    let mut ada = with_a_link(&house).await;
    let locked = ada.session();
    for (key, told) in [
        (other.master_key.expose_secret(), "another account"),
        ("not a key at all, but long enough", "id=\"master_key-problem\""),
        ("", "id=\"master_key-problem\""),
    ] {
        let page = ada.get("/unlock").await;
        let refused = ada.submit(&page, "/unlock", &[("master_key", key)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains(told), "{}", refused.body);
        assert!(key.is_empty() || !refused.body.contains(key), "never shown again");
        assert_eq!(ada.session(), locked);
    }
    let found = house.engine.sessions().find(&locked.unwrap().into()).await.unwrap();
    assert!(found.unwrap().identity.is_locked());
}

#[tokio::test]
async fn only_who_came_with_a_link_is_asked_to_unlock() {
    let house = House::with_links(links(SignUps::Closed)).await;
    let nobody = house.visitor().get("/unlock").await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.location()),
        (303, "/login?next=%2Funlock")
    );
    let tenant = house.tenant(ADA).await;
    let mut owner = house.visitor();
    let key = tenant.master_key.expose_secret();
    owner.fill("/login", "/login", &[("master_key", key)]).await;
    let open = owner.get("/unlock?next=/keys").await;
    assert_eq!((open.status.as_u16(), open.location()), (303, "/keys"));
}

#[tokio::test]
async fn forms_of_others_unlock_nothing() {
    let house = House::with_links(links(SignUps::Closed)).await;
    let tenant = house.tenant(ADA).await;
    let mut ada = with_a_link(&house).await;
    let key = ("master_key".to_owned(), tenant.master_key.expose_secret().to_owned());
    assert_eq!(ada.post("/unlock", &[key]).await.status, 403);
    let page = ada.get("/unlock").await;
    ada.headers = vec![("origin", "https://evil.example")];
    let foreign = ada
        .submit(&page, "/unlock", &[("master_key", tenant.master_key.expose_secret())])
        .await;
    assert_eq!(foreign.status, 403);
}

#[tokio::test]
async fn who_lost_the_key_is_told_what_there_is_left() {
    for (sign_ups, way_on) in [
        (SignUps::AtOnce, "<a href=\"/signup\">create another account</a>"),
        (SignUps::Closed, "ask whoever runs this server for another account"),
    ] {
        let house = House::with_links(links(sign_ups)).await;
        house.tenant(ADA).await;
        let mut ada = with_a_link(&house).await;
        let page = ada.get("/unlock").await;
        page.shows("Is the key lost?");
        page.shows(way_on);
    }
}
