use std::time::Duration;

use od_engine::{LinkOptions, SignUps};

use crate::tests::house::{ADA, HOME, House, links};

#[tokio::test]
async fn a_link_is_used_by_its_button_and_not_by_being_opened() {
    let house = House::with_links(links(SignUps::Closed)).await;
    house.tenant(ADA).await;
    let mut ada = house.visitor();
    let (path, page) = house.asked_for_a_link(&mut ada).await;
    assert!(path.starts_with("/login/link/odml_"), "{path}");
    for _ in 0..3 {
        assert_eq!(
            house.visitor().get(&path).await.status,
            200,
            "a program looks through the mail"
        );
    }
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("<h1>Sign in</h1>") && page.body.matches("type=\"submit\"").count() == 1);

    let login = ada.get("/login").await;
    let signed_in = ada.submit(&page, &path, &[]).await;
    assert_eq!((signed_in.status.as_u16(), signed_in.location()), (303, "/"));
    let session = ada.session().unwrap();
    let found = house.engine.sessions().find(&session.into()).await.unwrap().unwrap();
    assert!(found.identity.is_locked());

    let mut eve = house.visitor();
    let again = eve.fill(&path, &path, &[]).await;
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("used before") && again.body.contains("role=\"alert\""),
        "{}",
        again.body
    );
    assert_eq!(eve.session(), None);
    again.shows("You are not signed in.");
    again.shows("Ask for another link");

    // Where it signed somebody in, nobody is told to do that once more.
    let again = ada.fill(&path, &path, &[]).await;
    assert_eq!(again.status, 422);
    again.shows("You are signed in already.");
    again.shows("used before");
    again.hides("You are not signed in.");
    again.hides("Ask for another link");
    again.shows("href=\"/\">Go to the dashboard</a>");
    // Nor by any other form that signs in.
    let wrong = ada.submit(&login, "/login/link", &[("email", "")]).await;
    wrong.shows("You are signed in already.");
    wrong.hides("You are not signed in.");
}

#[tokio::test]
async fn a_link_that_is_too_old_or_never_was_signs_nobody_in() {
    let house = House::with_links(links(SignUps::Verified)).await;
    house.tenant(ADA).await;
    let mut ada = house.visitor();
    let (path, page) = house.asked_for_a_link(&mut ada).await;
    house.pass(Duration::from_mins(15));
    assert_eq!(ada.submit(&page, &path, &[]).await.status, 422);
    for strange in [
        "/login/link/odml_x",
        "/login/link/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/login/link/%22%3E%3Cimg%20src%3Dx%3E",
        "/login/link/%00",
        "/login/link/..%2F..%2Flogout",
    ] {
        let page = ada.get(strange).await;
        assert_eq!(page.status, 200, "{strange}");
        assert!(
            !page.body.contains("<script>alert") && !page.body.contains("<img"),
            "{}",
            page.body
        );
    }
    assert_eq!(
        ada.fill("/login/link/odml_x", "/login/link/odml_x", &[]).await.status,
        422
    );
    // A link of a sign-up signs nobody in, and is good afterwards for what it is for.
    ada.fill("/signup", "/signup", &[("email", "new@example.com")]).await;
    let path = house.mailed_path().await;
    let token = path.rsplit('/').next().unwrap();
    let other = format!("/login/link/{token}");
    assert_eq!(ada.fill(&other, &other, &[]).await.status, 422);
    assert_eq!(ada.session(), None);
    assert!(ada.fill(&path, &path, &[]).await.value("master_key").is_some());
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike() {
    let house = House::with_links(links(SignUps::Verified)).await;
    house.tenant(ADA).await;
    for (page, form) in [("/login", "/login/link"), ("/signup", "/signup")] {
        let mut ada = house.visitor();
        let known = ada.fill(page, form, &[("email", ADA)]).await;
        let unknown = ada.fill(page, form, &[("email", "eve@example.com")]).await;
        assert_eq!(known.status, 303);
        assert_eq!(known.essence(), unknown.essence());
        let sent = ada.get(known.location()).await;
        assert_eq!(sent.status, 200);
        assert_eq!(sent.essence(), ada.get(unknown.location()).await.essence());
        assert!(!sent.body.contains("example.com\""), "{}", sent.body);
    }
}

#[tokio::test]
async fn what_is_no_address_comes_back_with_its_problem_and_sends_nothing() {
    let house = House::with_links(links(SignUps::Verified)).await;
    house.tenant(ADA).await;
    for text in [
        "ada",
        "\"><script>alert(1)</script>@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\u{0}",
    ] {
        for (page, form) in [("/login", "/login/link"), ("/signup", "/signup")] {
            let mut ada = house.visitor();
            let reply = ada.fill(page, form, &[("email", text)]).await;
            assert_eq!(reply.status, 422, "{text:?}");
            assert!(reply.body.contains("id=\"email-problem\"") && reply.body.contains("role=\"alert\""));
            assert!(!reply.body.contains("<script>alert"), "{}", reply.body);
        }
    }
    let mut ada = house.visitor();
    let reply = ada.fill("/login", "/login/link", &[("email", "ada@exa mple")]).await;
    assert_eq!(
        reply.value("email").as_deref(),
        Some("ada@exa mple"),
        "what was typed stays"
    );
    assert!(house.sent_nothing().await);
}

#[tokio::test]
async fn a_form_of_another_page_or_browser_asks_for_nothing() {
    let house = House::with_links(links(SignUps::Closed)).await;
    house.tenant(ADA).await;
    let mut ada = house.visitor();
    let page = ada.get("/login").await;
    let ours = page.hidden("/login/link");
    let of_login = page.hidden("/login");
    let with = |mut fields: Vec<(String, String)>| {
        fields.push(("email".to_owned(), ADA.to_owned()));
        fields
    };
    assert_eq!(ada.post("/login/link", &with(Vec::new())).await.status, 403);
    assert_eq!(
        ada.post("/login/link", &with(of_login)).await.status,
        403,
        "the other form's token"
    );
    assert_eq!(
        house.visitor().post("/login/link", &with(ours.clone())).await.status,
        403,
        "another browser"
    );
    ada.headers = vec![("origin", "https://evil.example")];
    assert_eq!(ada.post("/login/link", &with(ours.clone())).await.status, 403);
    ada.headers = vec![("origin", HOME)];
    assert_eq!(ada.post("/login/link", &with(ours)).await.status, 303);
    house.mail().await;
    assert!(house.sent_nothing().await);
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_again() {
    let house = House::with_links(LinkOptions::default()).await;
    let mut ada = house.visitor();
    for n in 0..5 {
        let email = format!("{n}@example.com");
        assert_eq!(
            ada.fill("/login", "/login/link", &[("email", &email)]).await.status,
            303
        );
    }
    let reply = ada.fill("/login", "/login/link", &[("email", ADA)]).await;
    assert_eq!(reply.status, 429);
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(reply.value("email").as_deref(), Some(ADA));
    for _ in 0..5 {
        ada.fill("/login/link/odml_x", "/login/link/odml_x", &[]).await;
    }
    let reply = ada.fill("/login/link/odml_x", "/login/link/odml_x", &[]).await;
    assert_eq!(reply.status, 429);
    assert!(!reply.header("retry-after").is_empty());
    assert!(
        reply.body.contains("action=\"/login/link/odml_x\""),
        "it can be pressed again"
    );
}

/// Whoever sends the request must not choose where the link in somebody's mail leads.
#[tokio::test]
async fn links_lead_to_this_server() {
    let house = House::with_links(links(SignUps::Closed)).await;
    house.tenant(ADA).await;
    let mut eve = house.visitor();
    eve.headers = vec![("host", "evil.example"), ("x-forwarded-host", "evil.example")];
    eve.fill("/login", "/login/link", &[("email", ADA)]).await;
    let mail = house.mail().await;
    assert!(
        mail.text.contains("https://orders.example.com/login/link/odml_"),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));

    let local = House::bare(|plan| {
        plan.engine.links = links(SignUps::Closed);
        plan.web.public_url = None;
    })
    .await;
    local.tenant(ADA).await;
    for (host, expected) in [
        ("localhost:9000", "http://localhost:9000/login/link/odml_"),
        ("evil.example", "http://127.0.0.1:8080/login/link/odml_"),
    ] {
        let mut eve = local.visitor();
        eve.headers = vec![("host", host), ("origin", "")];
        eve.fill("/login", "/login/link", &[("email", ADA)]).await;
        let mail = local.mail().await;
        assert!(
            mail.text.contains(expected) && !mail.text.contains("evil"),
            "{}",
            mail.text
        );
    }
}

#[tokio::test]
async fn without_mail_no_link_is_offered() {
    let house = House::bare(|plan| plan.web.mail = None).await;
    let page = house.visitor().get("/login").await;
    assert!(
        page.body.contains("Master key") && !page.body.contains("E-mail"),
        "{}",
        page.body
    );
}
