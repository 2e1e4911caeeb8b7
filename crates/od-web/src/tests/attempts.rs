//! What somebody tries who wants a page to do what its owner did not want. Most of it is tried at every route there is.

use axum::http::Method;
use od_engine::audit::{AuditFilter, ExportFormat, Whose};
use secrecy::ExposeSecret as _;
use url::Url;

use super::{
    browser::Reply,
    house::{ADA, HOME, House},
    routes::{collect, full, spelled, token_for},
};

/// Where forms of the pages go.
pub async fn forms(house: &House) -> Vec<String> {
    /// Programs send there, with no cookie.
    const OF_PROGRAMS: [&str; 4] = ["/register", "/token", "/revoke", "/webhooks/orderdesk/{token}"];
    let mut paths = Vec::new();
    for (route, methods) in collect(&house.door) {
        // The forms of /authorize have steps, and tests of their own.
        if methods.contains(&Method::POST) && !OF_PROGRAMS.contains(&&*route) && route != "/authorize" {
            paths.push(spelled(house, &route).await);
        }
    }
    assert!(paths.len() > 18, "{paths:?}");
    paths
}

/// What was done and recorded, by anybody.
pub async fn deeds(house: &House) -> Vec<String> {
    let log = house.engine.audit_log();
    let mut export = log
        .export(Whose::Everybody, AuditFilter::default(), ExportFormat::Json)
        .await
        .unwrap();
    let mut text = String::new();
    while let Some(part) = export.next().await.unwrap() {
        text.push_str(&part);
    }
    let entries: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let told = entries
        .iter()
        .map(|entry| entry["tool_name"].as_str().unwrap().to_owned());
    told.filter(|tool| tool != "audit.export").collect()
}

#[tokio::test]
async fn no_form_is_taken_without_the_token_of_its_page_browser_and_account() {
    let house = full(|_| ()).await;
    let (mut owner, phone) = (house.owner().await, house.owner().await);
    let stranger = house.account("Stranger").await;
    let theirs = house.scope(&stranger).await;
    let browser_id = owner.cookies[&format!("{}_form", owner.session_name())].clone();
    let forms = forms(&house).await;
    let before = deeds(&house).await;
    for path in &forms {
        let elsewhere = forms.iter().find(|other| *other != path).unwrap();
        for (whose, token) in [
            ("nobody's", String::new()),
            ("a made-up", "AAAA".to_owned()),
            ("an endless", "A".repeat(10_000)),
            ("another page's", token_for(&house, &owner, elsewhere, true).await),
            ("another browser's", token_for(&house, &phone, path, true).await),
        ] {
            let filled = [("csrf", &*token), ("confirm", "Mugs"), ("store_name", "Taken")];
            let reply = owner.post(path, &filled).await;
            assert_eq!(reply.status, 403, "{path} with {whose} token: {}", reply.body);
            reply.shows("Nothing was done");
        }
        // Of a page of his own that somebody opened with this browser's cookie, which he had planted there.
        let is_anybodys = ["/login", "/signup", "/settings/email/"];
        if !is_anybodys.iter().any(|beginning| path.starts_with(beginning)) {
            let forms = house.engine.forms();
            let token = forms.token(&browser_id, &["page", path], Some(theirs.tenant()));
            let reply = owner.post(path, &[("csrf", &*token), ("confirm", "Mugs")]).await;
            assert_eq!(reply.status, 403, "{path} with another account's token: {}", reply.body);
        }
        let token = token_for(&house, &owner, path, true).await;
        for origin in [
            "https://evil.example",
            "null",
            "http://orders.example.com",
            "https://orders.example.com:8443",
            "https://orders.example.com.evil.example",
        ] {
            owner.headers = vec![("origin", origin)];
            let reply = owner.post(path, &[("csrf", &*token), ("confirm", "Mugs")]).await;
            assert_eq!(reply.status, 403, "{path} from {origin}: {}", reply.body);
        }
        owner.headers.clear();
        // Nor is anything done by an address that somebody is led to.
        owner.get(&format!("{path}?csrf={token}&confirm=Mugs")).await;
    }
    assert_eq!(deeds(&house).await, before);
    let page = owner.get("/stores/90001").await;
    assert_eq!(
        page.value("store_name").as_deref(),
        Some("Mugs"),
        "still signed in, and unchanged"
    );
}

/// A page that was open before somebody signed in beside it goes on working; one of another account does not.
#[tokio::test]
async fn a_page_that_was_left_open_acts_for_the_account_it_shows() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    let mut browser = house.visitor();
    let open = browser.get("/login").await;
    browser.sign_in(&house.key).await;
    let store = browser.get("/stores/90001").await;
    let again = browser
        .submit(&open, "/login", &[("master_key", stranger.expose_secret())])
        .await;
    assert_eq!(again.status, 303, "{}", again.body);
    let refused = browser
        .submit(&store, "/stores/90001", &[("store_name", "Taken")])
        .await;
    assert_eq!(refused.status, 403);
    browser
        .submit(&open, "/login", &[("master_key", house.key.expose_secret())])
        .await;
    let taken = browser.submit(&store, "/stores/90001", &[("store_name", "Cups")]).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
}

/// Where a browser goes that is sent somewhere by a page of ours.
#[track_caller]
fn stays_here(reply: &Reply, tried: &str) {
    let home = Url::parse(HOME).unwrap();
    let to = home.join(reply.location()).unwrap();
    assert_eq!(reply.status, 303, "{tried}: {}", reply.body);
    assert_eq!(to.origin(), home.origin(), "{tried}: {to}");
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let house = House::open().await;
    let (mut owner, mut locked) = (house.owner().await, house.locked().await);
    let key = house.key.expose_secret().to_owned();
    for next in [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\\/evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https://evil.example",
        "https://orders.example.com@evil.example",
        "//orders.example.com@evil.example/",
        " //evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nLocation: https://evil.example",
        "/%2Fevil.example",
        "%2F%2Fevil.example",
        "/%5Cevil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/stores/..//../evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "\u{ff0f}\u{ff0f}evil.example",
    ] {
        let query = serde_urlencoded::to_string([("next", next)]).unwrap();
        stays_here(&owner.get(&format!("/login?{query}")).await, next);
        stays_here(&owner.get(&format!("/unlock?{query}")).await, next);
        let page = locked.get(&format!("/unlock?{query}")).await;
        assert!(!page.value("next").unwrap().contains("//evil"), "{}", page.body);
        let mut visitor = house.visitor();
        let filled = [("next", next), ("master_key", &*key)];
        let reply = visitor.fill(&format!("/login?{query}"), "/login", &filled).await;
        stays_here(&reply, next);
    }
    let mut unlocked = house.locked().await;
    let filled = [("next", "//evil.example"), ("master_key", &*key)];
    stays_here(&unlocked.fill("/unlock", "/unlock", &filled).await, "at unlocking");
    // What was asked for before signing in.
    for path in ["//evil.example/stores", "/\\evil.example", "/stores//evil.example"] {
        let reply = house.visitor().get(path).await;
        assert!(!reply.location().contains("//evil"), "{path}: {}", reply.location());
    }
}

/// Whoever could plant a session's cookie would otherwise know what somebody signs in to.
#[tokio::test]
async fn the_session_is_another_one_after_signing_in_and_after_unlocking() {
    let house = House::open().await;
    let stranger = house.account("Stranger").await;
    let mut evil = house.signed_in(&stranger).await;
    let mut victim = house.visitor();
    let open = victim.get("/login").await;
    for planted in [evil.session().unwrap(), "planted".to_owned()] {
        victim.plant(&planted);
        let key = house.key.expose_secret();
        victim.submit(&open, "/login", &[("master_key", key)]).await;
        let session = victim.session().unwrap();
        assert_ne!(session, planted);
        victim.get("/stores").await.shows("Mugs");
        evil.get("/stores").await.hides("Mugs");
    }
    let before = victim.session().unwrap();
    let key = house.key.expose_secret();
    victim.submit(&open, "/login", &[("master_key", key)]).await;
    assert_ne!(victim.session().unwrap(), before, "also whoever was signed in already");

    let mut locked = house.locked().await;
    let before = locked.session().unwrap();
    let key = house.key.expose_secret();
    locked.fill("/unlock", "/unlock", &[("master_key", key)]).await;
    assert_ne!(locked.session().unwrap(), before);
    let mut thief = house.visitor();
    thief.plant(&before);
    assert_eq!(thief.get("/stores").await.status, 303, "the locked one has ended");
}

#[tokio::test]
async fn what_a_person_typed_reaches_no_header_and_no_mail() {
    let house = full(|_| ()).await;
    house.tenant(ADA).await;
    let mut owner = house.owner().await;
    let planted = "x\r\nSet-Cookie: planted=1\r\nBcc: eve@evil.example\r\n\r\n<html>";
    let query = serde_urlencoded::to_string([("v", planted)]).unwrap();
    let value = query.strip_prefix("v=").unwrap();
    let value = value.replace('+', "%20");
    for (route, methods) in collect(&house.door) {
        let parameter = |path: &str| {
            ["{store_id}", "{request_id}", "{token}"]
                .iter()
                .fold(path.to_owned(), |path, name| path.replace(name, &value))
        };
        if !methods.contains(&Method::GET) {
            continue;
        }
        let names = [
            "next", "done", "search", "store", "tool", "template", "key_id", "format", "from", "view",
        ];
        let query = names.map(|name| format!("{name}={value}")).join("&");
        let path = parameter(&route);
        let reply = owner.get(&format!("{path}?{query}")).await;
        for (name, told) in &reply.headers {
            let told = String::from_utf8_lossy(told.as_bytes());
            assert!(!told.contains("planted=1"), "{path}: {name}: {told}");
        }
        assert!(reply.status.as_u16() < 500, "{path}: {}", reply.body);
    }
    // An address with more than one line is none, and a name with more than one is refused.
    let mut visitor = house.visitor();
    for email in [
        "ada@example.com\r\nBcc: eve@evil.example",
        "ada@example.com\nSubject: hello",
        "ada@example.com%0d%0aBcc: eve@evil.example",
        "ada@example.com,eve@evil.example",
    ] {
        for (page, form) in [("/login", "/login/link"), ("/signup", "/signup")] {
            let reply = visitor.fill(page, form, &[("email", email)]).await;
            assert_eq!(reply.status, 422, "{email:?} at {form}");
        }
    }
    visitor
        .fill("/signup", "/signup", &[("email", "new@example.com")])
        .await;
    let path = house.mailed_path().await;
    let refused = visitor
        .fill(&path, &path, &[("name", "Blue\r\nBcc: eve@evil.example")])
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(house.sent_nothing().await);
}
