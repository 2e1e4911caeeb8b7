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

#[tokio::test]
async fn a_form_acts_for_whom_it_was_shown_to() {
    let desk = Desk::open().await;
    let theirs = desk.account("Green <Gable>").await;
    desk.store(&theirs, "77777", "Theirs").await;
    let scope = desk.scope(&theirs).await;
    let mut person = desk.person();
    let shown = person.sign_in(&desk.query("")).await;

    person.sign_in_with(&desk.query(""), &theirs).await;
    let every = [("scope", "orders:read"), ("store", "*")];
    for (step, decision) in [("consent", "allow"), ("consent", "deny"), ("sign_out", "")] {
        let filled = [&every[..], &[("decision", decision)]].concat();
        let refused = person.submit(&shown, step, &filled).await;
        assert_eq!(
            (refused.status.as_u16(), refused.location()),
            (422, ""),
            "{step} {decision}"
        );
        assert!(refused.body.contains("role=\"alert\""), "{}", refused.body);
        assert!(
            refused.body.contains("You are now signed in as Green &#60;Gable&#62;."),
            "{}",
            refused.body
        );
        assert!(
            refused.body.contains("77777") && !refused.body.contains("90001"),
            "{}",
            refused.body
        );
        // What they ticked for the other one is not ticked for this one.
        assert!(!refused.ticked().contains(&("store", "*")), "{:?}", refused.ticked());
    }
    let oauth = desk.engine.oauth();
    let owner = desk.owner().await;
    assert_eq!(oauth.grants(&scope).await.unwrap().len(), 0);
    assert_eq!(oauth.grants(&owner).await.unwrap().len(), 0);

    // The page that came back is theirs, and good.
    let looked = person.submit(&shown, "consent", &[("decision", "allow")]).await;
    let sent = person.allow(&looked, &[("store", "77777")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.exchange(&sent.parameter("code").unwrap()).await.json();
    assert_eq!(oauth.grants(&scope).await.unwrap().len(), 1);

    // Who signs in once more as the first one goes on with the first form.
    person.sign_in_with(&desk.query(""), &desk.key).await;
    let sent = person.allow(&shown, &[("store", "90001")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    desk.exchange(&sent.parameter("code").unwrap()).await.json();
    assert_eq!(oauth.grants(&owner).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_sends_so_many_forms_a_minute() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let consent = person.sign_in(&desk.query("")).await;
    let ticked = [("scope", "orders:read"), ("store", "90001")];
    for n in 0..30 {
        let undecided = person.submit(&consent, "consent", &ticked).await;
        assert_eq!(undecided.status, 422, "{n}");
    }
    for decision in ["allow", "deny", ""] {
        let filled = [&ticked[..], &[("decision", decision)]].concat();
        let refused = person.submit(&consent, "consent", &filled).await;
        assert_eq!((refused.status.as_u16(), refused.location()), (429, ""), "{decision}");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=3).contains(&wait), "{wait}");
        assert!(
            refused.body.contains(&format!("Wait {wait} seconds")),
            "{}",
            refused.body
        );
        // What was ticked stays so.
        assert!(refused.ticked().contains(&ticked[1]), "{:?}", refused.ticked());
    }
    assert_eq!(desk.engine.oauth().grants(&desk.owner().await).await.unwrap().len(), 0);
    // Another browser of the same tenant is another session.
    let mut other = desk.person();
    let consent = other.sign_in(&desk.query("")).await;
    assert_eq!(other.allow(&consent, &ticked[1..]).await.status, 303);
}

#[tokio::test]
async fn who_connects_a_client_again_finds_what_it_may_do_and_no_more() {
    let desk = Desk::open().await;
    let mut person = desk.person();
    let consent = person
        .sign_in(&desk.query("&scope=orders%3Aread%20orders%3Awrite"))
        .await;
    assert!(!consent.body.contains("connected already"), "{}", consent.body);
    let sent = person
        .submit(
            &consent,
            "consent",
            &[
                ("scope", "orders:read"),
                ("scope", "products:read"),
                ("store", "90002"),
                ("decision", "allow"),
            ],
        )
        .await;
    assert_eq!(sent.status, 303);
    desk.exchange(&sent.parameter("code").unwrap()).await.json();
    // What it asks for now and has; what it has and does not ask for is not ticked, nor what it asks for anew.
    let again = person.open(&desk.query("&scope=orders%3Aread%20orders%3Adelete")).await;
    assert!(again.body.contains("Helper is connected already"), "{}", again.body);
    assert_eq!(again.ticked(), [("scope", "orders:read"), ("store", "90002")]);
    // Another client of the same name is another client.
    let other = desk
        .register(&serde_json::json!({"client_name": "Helper", "redirect_uris": [REDIRECT, "https://a.example/"]}))
        .await;
    let theirs = person.open(&desk.query("").replace(&desk.client_id, &other)).await;
    assert!(
        !theirs.ticked().iter().any(|(name, _)| *name == "store"),
        "{:?}",
        theirs.ticked()
    );
    // What was ended is not found again.
    let (oauth, owner) = (desk.engine.oauth(), desk.owner().await);
    let grant = oauth.grants(&owner).await.unwrap().remove(0);
    oauth.revoke_grant(&owner, &grant.grant_id).await.unwrap();
    let anew = person.open(&desk.query("&scope=orders%3Aread")).await;
    assert_eq!(anew.ticked(), [("scope", "orders:read")]);
}

#[tokio::test]
async fn a_person_is_told_what_stores_are_about_and_where_it_ends() {
    let desk = Desk::open().await;
    let shows = |page: &Reply, part: &str| assert!(page.body.contains(part), "{part}: {}", page.body);
    let consent = desk.person().sign_in(&desk.query("")).await;
    shows(&consent, "<p class=\"aside\" id=\"store-help\">Choose at least one.");
    shows(&consent, "as if it did not exist");
    shows(&consent, "orderdesk-mcp grant revoke");
    let desk = Desk::with_pages().await;
    let consent = desk.person().sign_in(&desk.query("")).await;
    shows(
        &consent,
        "<a href=\"apps\" target=\"_blank\" rel=\"noopener\">Connected apps</a>",
    );
    assert!(!consent.body.contains("grant revoke"), "{}", consent.body);
}

#[tokio::test]
async fn the_only_store_is_ticked_and_of_several_one_has_to_be_chosen() {
    let desk = Desk::open().await;
    let advice = "To allow it, tick a store above.";
    let mut person = desk.person();
    let several = person.sign_in(&desk.query("")).await;
    assert!(several.body.contains(advice), "{}", several.body);
    let key = desk.account("One Shop").await;
    desk.store(&key, "77777", "Only").await;
    person.sign_in_with(&desk.query(""), &key).await;
    let one = person.open(&desk.query("")).await;
    assert!(one.ticked().contains(&("store", "77777")), "{:?}", one.ticked());
    assert!(!one.body.contains(advice), "{}", one.body);
}
