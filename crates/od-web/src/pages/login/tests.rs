use od_engine::OAuthOptions;
use secrecy::ExposeSecret as _;

use super::own_path;
use crate::tests::{
    attempts::forms,
    browser::{Browser, Reply},
    house::House,
    routes::full,
};

#[test]
fn only_paths_of_this_server_are_gone_to() {
    let check = |next: &str, expected: &str| assert_eq!(own_path(next), expected, "{next:?}");
    check("/stores?done=added", "/stores?done=added");
    check("/traces/abc", "/traces/abc");
    check("", "/");
    for elsewhere in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/..//evil.example/",
        "javascript:alert(1)",
        "stores",
        "http://here.invalid/stores",
    ] {
        check(elsewhere, "/");
    }
}

/// A server without a public address.
async fn local() -> House {
    House::with(|plan| plan.web.public_url = None).await
}

/// Fills in the form of `/login`.
async fn sign_in(visitor: &mut Browser, key: &str, next: &str) -> Reply {
    visitor
        .fill("/login", "/login", &[("next", next), ("master_key", key)])
        .await
}

/// Nobody types into a form twice without being told why, and everybody finds back to it.
#[tokio::test]
async fn a_form_of_a_session_that_ended_says_so_and_leads_back_to_its_page() {
    let house = full(|_| ()).await;
    let mut owner = house.owner().await;
    let mut away = house.owner().await;
    let session = away.session().unwrap();
    let page = away.get("/stores/90001").await;
    away.submit(&page, "/logout", &[]).await;
    away.plant(&session);
    let mut sent = 0;
    for path in forms(&house).await {
        let reply = away.post(&path, &[("csrf", "")]).await;
        if !reply.location().starts_with("/login?") {
            continue;
        }
        sent += 1;
        let next = reply.parameter("next").unwrap();
        assert!(path.starts_with(&next), "{path} leads to {next}");
        // Who signs in with a key needs to unlock nothing.
        let found = if path == "/unlock" { 303 } else { 200 };
        assert_eq!(owner.get(&next).await.status, found, "{path} leads to {next}");
        let told = away.follow(&reply).await;
        if path == "/logout" {
            // Who wanted to be signed out is, and filled nothing in.
            told.hides("nothing was saved");
        } else {
            told.shows("Your session has ended, and nothing was saved.");
        }
        assert_eq!(told.value("next"), Some(next), "{path}");
    }
    assert!(sent > 12, "{sent}");
    let typed = [("store_name", "Cups"), ("label", "")];
    let reply = away.submit(&page, "/stores/90001", &typed).await;
    assert_eq!(reply.parameter("next").as_deref(), Some("/stores/90001"));
    // Of the console the tool that was chosen as well; nothing that another page says.
    let referer = |text| vec![("referer", text)];
    away.headers = referer("https://orders.example.com/console?store=90001&tool=orders_get");
    let reply = away.post("/console", &[("csrf", "")]).await;
    assert_eq!(
        reply.parameter("next").as_deref(),
        Some("/console?store=90001&tool=orders_get")
    );
    for other in [
        "https://evil.example/console?tool=x",
        "https://orders.example.com/keys?x=1",
        "x",
    ] {
        away.headers = referer(other);
        let reply = away.post("/console", &[("csrf", "")]).await;
        assert_eq!(reply.parameter("next").as_deref(), Some("/console"), "{other}");
    }
    // Whoever only comes to a page is told nothing of the kind.
    away.headers.clear();
    let reply = away.get("/stores").await;
    away.follow(&reply).await.hides("nothing was saved");
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let house = local().await;
    let mut visitor = house.visitor();
    let sent_on = sign_in(&mut visitor, house.key.expose_secret(), "/sessions?x=1").await;
    assert_eq!((sent_on.status.as_u16(), sent_on.location()), (303, "/sessions?x=1"));
    let session = visitor.session().unwrap();
    assert_eq!(session.split('.').count(), 3, "a signed JWT");
    assert_eq!(visitor.get("/login").await.location(), "/", "is signed in already");

    let out = visitor.fill("/sessions", "/logout", &[]).await;
    assert_eq!((out.status.as_u16(), out.location()), (303, "/login"));
    assert_eq!(visitor.session(), None);
    // The cookie that a thief kept opens nothing any more.
    visitor.plant(&session);
    assert_eq!(visitor.get("/login").await.status, 200);
}

#[tokio::test]
async fn a_refused_key_is_told_and_never_shown_again() {
    let house = local().await;
    let mut visitor = house.visitor();
    for key in ["", "odmk_wrong", "odpt_token", "x<script>alert(1)</script>"] {
        let page = sign_in(&mut visitor, key, "/").await;
        assert_eq!(page.status, 422, "{key}");
        page.shows("role=\"alert\"");
        page.shows("id=\"master_key-problem\"");
        assert!(key.is_empty() || !page.body.contains(key), "{}", page.body);
        assert_eq!(visitor.session(), None);
    }
}

#[tokio::test]
async fn cookies_are_as_narrow_as_the_address_allows() {
    let check = async |house: House, name: &str, expected: &str| {
        let mut visitor = house.visitor();
        let reply = sign_in(&mut visitor, house.key.expose_secret(), "/").await;
        let cookies = reply.headers.get_all("set-cookie").iter();
        let cookie = cookies
            .map(|cookie| cookie.to_str().unwrap())
            .find(|cookie| cookie.starts_with(name));
        let attributes = cookie.unwrap().split_once(';').unwrap().1;
        assert_eq!(attributes, expected);
    };
    let narrow = " Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=900";
    check(House::open().await, "__Host-orderdesk_session=", narrow).await;
    let plain = narrow.replace("; Secure", "");
    check(local().await, "orderdesk_session=", &plain).await;
}

#[tokio::test]
async fn too_many_tries_are_told_when_to_come_again() {
    let house = House::with(|plan| plan.engine.oauth = OAuthOptions::default()).await;
    let mut visitor = house.visitor();
    for _ in 0..5 {
        assert_eq!(sign_in(&mut visitor, "odmk_wrong", "/").await.status, 422);
    }
    let reply = sign_in(&mut visitor, "odmk_wrong", "/").await;
    assert_eq!(reply.status, 429, "{}", reply.body);
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    let told = od_engine::in_words(std::time::Duration::from_secs(wait));
    let told = format!("Too many sign-ins were tried. Try again in {told}.");
    assert!(reply.body.contains(&told), "{told}: {}", reply.body);
}

/// A browser keeps the session to itself where another site's page leads here, until a page of ours asks for the same.
#[tokio::test]
async fn who_comes_by_a_link_on_another_site_is_found_signed_in() {
    const LED: [(&str, &str); 3] = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    let house = House::open().await;
    let mut owner = house.owner().await;
    let session = owner.session().unwrap();
    owner.cookies.remove(owner.session_name());
    owner.headers = LED.to_vec();
    for path in ["/stores", "/traces/x", "/", "/login"] {
        let once_more = owner.get(path).await;
        assert_eq!(once_more.status, 200, "{path}");
        once_more.shows("<meta http-equiv=\"refresh\" content=\"0\">");
        once_more.shows("href=\"/style.css\"");
        assert_eq!(once_more.header("cache-control"), "no-store");
    }
    assert_eq!(owner.head("/stores").await.status, 303);
    assert_eq!(
        owner.post("/stores/new", &[("csrf", "x")]).await.status,
        303,
        "a form is no link"
    );
    for header in [
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-site", "same-origin"),
    ] {
        owner.headers = LED.map(|led| if led.0 == header.0 { header } else { led }).to_vec();
        assert_eq!(owner.get("/stores").await.status, 303, "{header:?}");
    }
    owner.plant(&session);
    owner.get("/stores").await.shows("Mugs");
    // One that was never here has nothing to keep to itself.
    let mut stranger = house.visitor();
    stranger.headers = LED.to_vec();
    assert_eq!(stranger.get("/stores").await.location(), "/login?next=%2Fstores");
}
