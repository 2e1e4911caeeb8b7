use od_engine::tenants::NewTenant;

use crate::oauth::tests::{Desk, ISSUER, Person, REDIRECT, Reply};

#[tokio::test]
async fn who_asks_for_nothing_finds_what_a_normal_user_gets() {
    let desk = Desk::open().await;
    let consent = desk.person().sign_in(&desk.query("")).await;
    let ticked: Vec<_> = consent.ticked().into_iter().map(|(_, value)| value).collect();
    assert_eq!(
        ticked,
        [
            "stores:read",
            "orders:read",
            "orders:write",
            "shipments:write",
            "products:read",
            "products:write"
        ]
    );
}

/// What is wrong is said beside the field, where a screen reader hears it, and nothing is granted.
async fn check_refused(desk: &Desk, person: &mut Person, consent: &Reply, filled: &[(&str, &str)], told: &[&str]) {
    let page = person
        .submit(consent, "consent", &[filled, &[("decision", "allow")]].concat())
        .await;
    assert_eq!(page.status, 422, "{filled:?}");
    assert!(page.body.contains("role=\"alert\""), "{}", page.body);
    for part in told {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    for (name, value) in filled
        .iter()
        .filter(|(_, value)| ["orders:read", "90001"].contains(value))
    {
        assert!(
            page.ticked().contains(&(name, value)),
            "{filled:?}: what was ticked stays so"
        );
    }
    assert!(page.body.contains(page.header("x-request-id")), "{}", page.body);
    assert_eq!(desk.engine.oauth().grants(&desk.owner().await).await.unwrap().len(), 0);
}

#[tokio::test]
async fn only_what_there_is_and_belongs_to_the_tenant_is_granted() {
    let desk = Desk::open().await;
    let other = desk.engine.tenants().create(NewTenant::default()).await.unwrap();
    desk.store(&other.master_key, "77777", "Theirs").await;
    let mut person = desk.person();
    let consent = person.sign_in(&desk.query("&scope=orders%3Aread")).await;
    assert!(!consent.body.contains("77777"));
    let scope = ("scope", "orders:read");
    let store = ("store", "90001");
    for (filled, told) in [
        (
            &[scope][..],
            &["at least one store", "id=\"store-problem\"", "href=\"#store\""][..],
        ),
        (&[store], &["at least one permission", "id=\"scope-problem\""]),
        (&[], &["at least one store", "at least one permission"]),
        (&[scope, ("store", "77777")], &["not yours"]),
        (&[scope, store, ("store", "12345")], &["not yours"]),
        (&[scope, ("store", "*"), ("store", "77777")], &["not yours"]),
        (&[scope, store, ("scope", "admin:all")], &["does not exist"]),
        (&[store, ("scope", "offline_access")], &["does not exist"]),
    ] {
        check_refused(&desk, &mut person, &consent, filled, told).await;
    }
    let undecided = person.submit(&consent, "consent", &[scope, store]).await;
    assert_eq!(undecided.status, 422);
    assert!(undecided.body.contains("Allow or Deny"), "{}", undecided.body);
}

#[tokio::test]
async fn a_person_denies() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let consent = person.sign_in(&desk.query("")).await;
    let sent = person
        .submit(
            &consent,
            "consent",
            &[("scope", "orders:read"), ("store", "*"), ("decision", "deny")],
        )
        .await;
    assert_eq!(sent.status, 303);
    assert!(
        sent.location().starts_with(&format!("{REDIRECT}?error=access_denied&")),
        "{}",
        sent.location()
    );
    assert_eq!(sent.parameter("state").as_deref(), Some("a state&more"));
    assert_eq!(sent.parameter("iss").as_deref(), Some(ISSUER));
    assert_eq!(desk.engine.oauth().grants(&desk.owner().await).await.unwrap().len(), 0);
    assert!(
        desk.recorded()
            .await
            .iter()
            .any(|entry| entry.0 == "oauth.consent" && entry.1 == "success")
    );
}
