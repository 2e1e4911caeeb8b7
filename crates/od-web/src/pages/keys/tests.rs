use std::time::Duration;

use od_engine::{Grants, NewPersonalToken};
use secrecy::{ExposeSecret, SecretString};

use crate::tests::{browser::Browser, house::House};

fn token<'a>(key: &'a SecretString, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("label", "Ada"),
        ("scope", "orders:read"),
        ("store", "90001"),
        ("expires", "90"),
    ];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    fields.push(("master_key", key.expose_secret()));
    fields.retain(|(_, value)| !value.is_empty());
    fields
}

async fn refused(owner: &mut Browser, fields: &[(&str, &str)], told: &str) {
    let form = owner.get("/keys/new").await;
    let reply = owner.submit(&form, "/keys/new", fields).await;
    assert_eq!(reply.status, 422, "{fields:?}: {}", reply.body);
    reply.shows("role=\"alert\"");
    reply.shows(told);
    for (name, value) in fields {
        if *name == "master_key" {
            reply.hides(value);
        }
    }
    owner.get("/keys").await.shows("There is no token yet");
}

/// Makes a token that may do everything.
pub async fn made(house: &House, label: &str) {
    let new = NewPersonalToken {
        label: label.to_owned(),
        scopes: Grants::ALL,
        stores: None,
        expires_in: None,
    };
    let scope = house.scope(&house.key).await;
    house.engine.tokens().create(&scope, new).await.unwrap();
}

#[tokio::test]
async fn a_token_is_made_shown_once_used_and_ended() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let form = owner.get("/keys/new").await;
    let more = [
        ("label", "Ada's laptop"),
        ("scope", "stores:read"),
        ("scope", "orders:read"),
    ];
    let fields = token(&house.key, &more);
    let made = owner.submit(&form, "/keys/new", &fields).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.header("cache-control"), "no-store");
    let text = made.value("new_token").unwrap();
    assert!(text.starts_with("odpt_"), "{text}");
    assert!(house.opens(&text).await);
    made.hides(house.key.expose_secret());

    // Loaded again, the same form makes nothing and shows nothing.
    let again = owner.submit(&form, "/keys/new", &fields).await;
    assert_eq!((again.status.as_u16(), again.location()), (303, "/keys"));
    let page = owner.get("/keys").await;
    page.hides(&text);
    page.shows("Ada&#39;s laptop");
    page.shows("<code>orders:read</code>");
    page.shows("<td>Mugs</td>");
    assert_eq!(page.body.matches("name=\"token_id\"").count(), 1);

    let asked = owner.asked(&page, "/keys/revoke-token").await;
    asked.shows("(Ada&#39;s laptop)");
    let ended = owner.submit(&asked, "/keys/revoke-token", &[]).await;
    assert_eq!(ended.location(), "/keys?done=revoked");
    assert!(!house.opens(&text).await);
    owner.get("/keys?done=revoked").await.shows("Revoked.");
}

#[tokio::test]
async fn a_token_is_not_made_of_what_cannot_be() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    house.store(&stranger, "70007", "Theirs").await;
    let mut owner = house.owner().await;
    for (more, told) in [
        (&[("label", "")][..], "Give the token a label"),
        (&[("label", "\u{7}")], "control characters"),
        (&[("scope", "")], "Choose at least one."),
        (
            &[("scope", "orders:read"), ("scope", "everything")],
            "none of this server",
        ),
        (&[("store", "")], "Choose at least one, or all."),
        (&[("store", "70007")], "none of yours"),
        (&[("store", "Mugs")], "none of yours"),
        (&[("expires", "0")], "Choose when the token ends."),
        (&[("expires", "99999")], "Choose when the token ends."),
        (&[("expires", "18446744073709551615")], "Choose when the token ends."),
    ] {
        refused(&mut owner, &token(&house.key, more), told).await;
    }
    refused(&mut owner, &token(&stranger, &[]), "another account").await;
    refused(&mut owner, &token(&"odmk_mistyped".into(), &[]), "not a master key").await;
    refused(&mut owner, &token(&"".into(), &[]), "not a master key").await;
}

#[tokio::test]
async fn a_form_that_failed_keeps_what_was_typed_and_can_be_sent_again() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let form = owner.get("/keys/new").await;
    let wrong = token(&house.key, &[("label", "\"><script>alert(1)</script>"), ("store", "")]);
    let reply = owner.submit(&form, "/keys/new", &wrong).await;
    reply.hides("<script>alert");
    reply.shows("value=\"&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;\"");
    let made = owner.submit(&reply, "/keys/new", &token(&house.key, &[])).await;
    assert_eq!(made.status, 200, "{}", made.body);
}

#[tokio::test]
async fn what_people_wrote_is_text() {
    let house = House::open().await;
    let scope = house.scope(&house.key).await;
    let new = NewPersonalToken {
        label: "<script>alert(1)</script>".to_owned(),
        scopes: Grants::ALL,
        stores: Some(vec!["90002".to_owned()]),
        expires_in: None,
    };
    house.engine.tokens().create(&scope, new).await.unwrap();
    let mut owner = house.owner().await;
    let page = owner.get("/keys").await;
    page.hides("<script>alert");
    page.shows("&#60;script&#62;alert(1)&#60;/script&#62;");
    page.shows("<td>Prints &#60;b&#62;</td>");
}

pub async fn rotate(owner: &mut Browser, key: &SecretString, days: &str) -> String {
    let form = owner.get("/keys/rotate").await;
    let fields = [
        ("grace_days", days),
        ("label", "second"),
        ("master_key", key.expose_secret()),
    ];
    let made = owner.submit(&form, "/keys/rotate", &fields).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let again = owner.submit(&form, "/keys/rotate", &fields).await;
    assert_eq!((again.status.as_u16(), again.location()), (303, "/keys"));
    let text = made.value("new_master_key").unwrap();
    owner.get("/keys").await.hides(&text);
    text
}

#[tokio::test]
async fn a_key_in_grace_works_until_its_time_or_until_it_is_revoked() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let mut elsewhere = house.owner().await;
    let new = rotate(&mut owner, &house.key, "7").await;
    assert!(house.opens(&new).await && house.opens(house.key.expose_secret()).await);
    let page = owner.get("/keys").await;
    page.shows("Your old key <code>odmk_");
    page.shows("in grace");
    page.shows("2026-12-06 12:00:00 UTC");
    assert_eq!(elsewhere.get("/keys").await.status, 200);

    let id = page.hidden("/keys/revoke")[0].1.clone();
    let asked = owner.get(&format!("/keys/revoke?key_id={id}")).await;
    assert!(house.opens(house.key.expose_secret()).await, "it was only asked");
    let before = owner.session().unwrap();
    let ended = owner.submit(&asked, "/keys/revoke", &[]).await;
    assert_eq!(ended.location(), "/keys?done=revoked");
    assert!(!house.opens(house.key.expose_secret()).await && house.opens(&new).await);
    // Whoever ended it stays signed in, with another session; everybody else is out.
    assert_ne!(owner.session().unwrap(), before);
    let page = owner.get("/keys").await;
    assert_eq!(page.status, 200);
    page.hides("in grace");
    assert_eq!(elsewhere.get("/keys").await.location(), "/login?next=%2Fkeys");
    let mut copied = house.visitor();
    copied.plant(&before);
    assert_eq!(copied.get("/keys").await.status, 303);
}

#[tokio::test]
async fn an_old_key_is_refused_after_its_grace() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let new = rotate(&mut owner, &house.key, "1").await;
    house.pass(Duration::from_secs(86_399));
    assert!(house.opens(house.key.expose_secret()).await);
    house.pass(Duration::from_secs(1));
    // What was known a second ago is good enough for a moment.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let mut late = house.visitor();
    let form = late.get("/login").await;
    let refused = late
        .submit(&form, "/login", &[("master_key", house.key.expose_secret())])
        .await;
    assert_eq!(refused.status, 422);
    late.sign_in(&new.into()).await;
}

#[tokio::test]
async fn a_key_that_is_replaced_at_once_leaves_its_person_alone_signed_in() {
    let house = House::open().await;
    let (mut owner, mut elsewhere) = (house.owner().await, house.owner().await);
    let before = owner.session().unwrap();
    let form = owner.get("/keys/rotate").await;
    let fields = [("grace_days", "0"), ("master_key", house.key.expose_secret())];
    let made = owner.submit(&form, "/keys/rotate", &fields).await;
    let new = made.value("new_master_key").unwrap();
    assert!(house.opens(&new).await && !house.opens(house.key.expose_secret()).await);
    assert_ne!(owner.session().unwrap(), before);
    let page = owner.get("/keys").await;
    assert_eq!(page.status, 200);
    page.hides("/keys/revoke\"");
    assert_eq!(elsewhere.get("/keys").await.status, 303);
    // It opens the stores' keys as before.
    let form = owner.get("/keys/new").await;
    let made = owner.submit(&form, "/keys/new", &token(&new.into(), &[])).await;
    assert_eq!(made.status, 200, "{}", made.body);
}

#[tokio::test]
async fn a_key_is_replaced_by_whoever_has_it() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    let mut owner = house.owner().await;
    for (key, days, told) in [
        (stranger.expose_secret(), "7", "another account"),
        ("odmk_wrong", "7", "not a master key"),
        (house.key.expose_secret(), "366", "from 0 to 365"),
        (house.key.expose_secret(), "-1", "from 0 to 365"),
        (house.key.expose_secret(), "soon", "from 0 to 365"),
    ] {
        let form = owner.get("/keys/rotate").await;
        let reply = owner
            .submit(&form, "/keys/rotate", &[("grace_days", days), ("master_key", key)])
            .await;
        assert_eq!(reply.status, 422, "{days}: {}", reply.body);
        reply.shows(told);
        reply.hides(key);
    }
    owner.get("/keys").await.hides("in grace");
}

#[tokio::test]
async fn the_key_in_use_and_other_peoples_are_not_ended() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    let mut owner = house.owner().await;
    let (ours, theirs) = (house.scope(&house.key).await, house.scope(&stranger).await);
    let new = NewPersonalToken {
        label: "theirs".to_owned(),
        scopes: Grants::ALL,
        stores: None,
        expires_in: None,
    };
    let their_token = house.engine.tokens().create(&theirs, new).await.unwrap();
    made(&house, "ours").await;
    let their_key = house.engine.keys().living(&theirs).await.unwrap()[0].key_id.clone();
    let our_key = house.engine.keys().living(&ours).await.unwrap()[0].key_id.clone();

    let page = owner.get("/keys").await;
    let page = owner.asked(&page, "/keys/revoke-token").await;
    let filled = [("token_id", &*their_token.view.token_id)];
    assert_eq!(owner.submit(&page, "/keys/revoke-token", &filled).await.status, 404);
    let filled = [("token_id", &*their_token.view.prefix)];
    assert_eq!(owner.submit(&page, "/keys/revoke-token", &filled).await.status, 404);
    assert!(house.opens(their_token.token.expose_secret()).await);
    for id in [&their_key, &our_key] {
        assert_eq!(owner.get(&format!("/keys/revoke?key_id={id}")).await.status, 404);
    }
    // A form that no page showed, with a token that one did.
    rotate(&mut owner, &house.key, "7").await;
    let page = owner.get("/keys").await;
    let id = page.hidden("/keys/revoke")[0].1.clone();
    let asked = owner.get(&format!("/keys/revoke?key_id={id}")).await;
    let reply = owner.submit(&asked, "/keys/revoke", &[("key_id", &their_key)]).await;
    assert_eq!(reply.status, 404);
    let living = house.engine.keys().living(&ours).await.unwrap();
    let current = living.iter().find(|key| key.expires_at.is_none()).unwrap();
    let reply = owner
        .submit(&asked, "/keys/revoke", &[("key_id", &current.key_id)])
        .await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    assert!(house.opens(stranger.expose_secret()).await);
}

#[tokio::test]
async fn forms_of_others_are_not_taken() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let form = owner.get("/keys/new").await;
    let fields = token(&house.key, &[]);
    let forged = owner
        .submit(&form, "/keys/new", &[&fields[..], &[("csrf", "x")]].concat())
        .await;
    assert_eq!(forged.status, 403);
    // The token of one form is not that of another.
    let rotate = owner.get("/keys/rotate").await;
    let csrf = rotate.hidden("/keys/rotate")[0].1.clone();
    let forged = owner
        .submit(&form, "/keys/new", &[&fields[..], &[("csrf", &csrf)]].concat())
        .await;
    assert_eq!(forged.status, 403);
    owner.headers = vec![("origin", "https://evil.example")];
    for path in ["/keys/new", "/keys/rotate", "/keys/revoke", "/keys/revoke-token"] {
        let reply = owner.post(path, &[("csrf", "")]).await;
        assert_eq!(reply.status, 403, "{path}");
    }
    assert_eq!(owner.submit(&form, "/keys/new", &fields).await.status, 403);
    owner.get("/keys").await.shows("There is no token yet");
}

#[tokio::test]
async fn a_locked_session_is_led_to_its_key_and_nobody_to_the_sign_in() {
    let house = House::open().await;
    let (mut locked, mut nobody) = (house.locked().await, house.visitor());
    for path in ["/keys", "/keys/new", "/keys/rotate", "/keys/revoke?key_id=x"] {
        let reply = locked.get(path).await;
        assert!(
            reply.location().starts_with("/unlock?next=%2Fkeys"),
            "{path}: {reply:?}"
        );
        let reply = nobody.get(path).await;
        assert!(reply.location().starts_with("/login?next=%2Fkeys"), "{path}: {reply:?}");
    }
}
