use std::collections::BTreeMap;

use axum::http::{Request, request::Builder};
use secrecy::ExposeSecret as _;

use super::own_path;
use crate::{
    oauth::tests::{Desk, Reply},
    tests::options,
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

/// A browser at the pages.
struct Visitor {
    desk: Desk,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    async fn at(public_url: Option<&str>) -> Self {
        let mut desk = Desk::open().await;
        let mut options = options(public_url, false);
        options.pages = Some(crate::tests::pages());
        desk.door = crate::router(desk.engine.clone(), options);
        Self {
            desk,
            cookies: BTreeMap::new(),
        }
    }

    async fn send(&mut self, mut request: Builder, body: String) -> Reply {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request = request.header("cookie", cookies.join("; "));
        let reply = Reply::of(&self.desk.door, request.body(body.into()).unwrap()).await;
        for cookie in reply.headers.get_all("set-cookie") {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.send(Request::get(path), String::new()).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, serde_urlencoded::to_string(fields).unwrap()).await
    }

    /// Fills in the form of `/login`.
    async fn sign_in(&mut self, key: &str, next: &str) -> Reply {
        let page = self.get("/login").await;
        let csrf = hidden(&page, "csrf");
        self.post("/login", &[("csrf", &csrf), ("next", next), ("master_key", key)])
            .await
    }

    fn key(&self) -> String {
        self.desk.key.expose_secret().to_owned()
    }
}

fn hidden(page: &Reply, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_person_signs_in_and_out() {
    let mut visitor = Visitor::at(None).await;
    let key = visitor.key();
    let sent_on = visitor.sign_in(&key, "/sessions?x=1").await;
    assert_eq!((sent_on.status.as_u16(), sent_on.location()), (303, "/sessions?x=1"));
    let session = visitor.cookies["orderdesk_session"].clone();
    assert_eq!(session.split('.').count(), 3, "a signed JWT");
    assert_eq!(visitor.get("/login").await.location(), "/", "is signed in already");

    let page = visitor.get("/nowhere-but-signed-in").await;
    assert_eq!(page.status, 404);
    let csrf = visitor
        .desk
        .engine
        .forms()
        .token(&visitor.cookies["orderdesk_session_form"], &["page", "/logout"]);
    let out = visitor.post("/logout", &[("csrf", &csrf)]).await;
    assert_eq!((out.status.as_u16(), out.location()), (303, "/login"));
    assert!(!visitor.cookies.contains_key("orderdesk_session"));
    // The cookie that a thief kept opens nothing any more.
    visitor.cookies.insert("orderdesk_session".to_owned(), session);
    assert_eq!(visitor.get("/login").await.status, 200);
}

#[tokio::test]
async fn a_refused_key_is_told_and_never_shown_again() {
    let mut visitor = Visitor::at(None).await;
    for key in ["", "odmk_wrong", "odpt_token", "x<script>alert(1)</script>"] {
        let page = visitor.sign_in(key, "/").await;
        assert_eq!(page.status, 422, "{key}");
        assert!(page.body.contains("role=\"alert\""), "{}", page.body);
        assert!(page.body.contains("id=\"master_key-problem\""), "{}", page.body);
        assert!(key.is_empty() || !page.body.contains(key), "{}", page.body);
        assert!(!visitor.cookies.contains_key("orderdesk_session"));
    }
}

#[tokio::test]
async fn a_form_of_elsewhere_signs_nobody_in() {
    let mut visitor = Visitor::at(None).await;
    let key = visitor.key();
    let page = visitor.get("/login").await;
    let csrf = hidden(&page, "csrf");
    let check = |reply: &Reply| {
        assert_eq!(reply.status, 403, "{}", reply.body);
        assert!(reply.body.contains("Nothing was done"), "{}", reply.body);
    };
    check(&visitor.post("/login", &[("master_key", &key)]).await);
    check(
        &visitor
            .post("/login", &[("master_key", &key), ("csrf", "made-up")])
            .await,
    );
    let other = visitor
        .desk
        .engine
        .forms()
        .token(&visitor.cookies["orderdesk_session_form"], &["page", "/logout"]);
    check(&visitor.post("/login", &[("master_key", &key), ("csrf", &other)]).await);
    let request = Request::post("/login").header("origin", "https://evil.example");
    let fields = [("master_key", key.as_str()), ("csrf", &csrf)];
    check(
        &visitor
            .send(request, serde_urlencoded::to_string(fields).unwrap())
            .await,
    );
    let mut elsewhere = visitor.cookies.clone();
    std::mem::swap(&mut visitor.cookies, &mut elsewhere);
    visitor.cookies.clear();
    check(&visitor.post("/login", &fields).await);
}

#[tokio::test]
async fn a_session_that_somebody_planted_is_not_the_one_that_begins() {
    let mut visitor = Visitor::at(None).await;
    let key = visitor.key();
    visitor.sign_in(&key, "/").await;
    let planted = visitor.cookies["orderdesk_session"].clone();
    let page = visitor.get("/nowhere").await;
    assert_eq!(page.status, 404);
    let csrf = visitor
        .desk
        .engine
        .forms()
        .token(&visitor.cookies["orderdesk_session_form"], &["page", "/login"]);
    visitor.post("/login", &[("csrf", &csrf), ("master_key", &key)]).await;
    assert_ne!(visitor.cookies["orderdesk_session"], planted);
}

#[tokio::test]
async fn cookies_are_as_narrow_as_the_address_allows() {
    let check = async |public_url: Option<&str>, name: &str, expected: &str| {
        let mut visitor = Visitor::at(public_url).await;
        let key = visitor.key();
        let page = visitor.get("/login").await;
        let csrf = hidden(&page, "csrf");
        let reply = visitor.post("/login", &[("csrf", &csrf), ("master_key", &key)]).await;
        let cookies = reply.headers.get_all("set-cookie").iter();
        let cookie = cookies
            .map(|cookie| cookie.to_str().unwrap())
            .find(|cookie| cookie.starts_with(name));
        let attributes = cookie.unwrap().split_once(';').unwrap().1;
        assert_eq!(attributes, expected);
    };
    let https = Some("https://orders.example.com");
    let narrow = " Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=900";
    check(https, "__Host-orderdesk_session=", narrow).await;
    check(None, "orderdesk_session=", &narrow.replace("; Secure", "")).await;
}

#[tokio::test]
async fn pages_carry_every_header_of_a_private_page() {
    let mut visitor = Visitor::at(Some("https://orders.example.com")).await;
    let page = visitor.get("/login").await;
    for (name, expected) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(page.header(name), expected, "{name}");
    }
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(
        !page.body.contains(" style=") && !page.body.contains("<script>"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn too_many_tries_are_told_when_to_come_again() {
    let mut visitor = Visitor::at(None).await;
    visitor.desk = Desk::with(od_engine::OAuthOptions::default()).await;
    let mut options = options(None, false);
    options.pages = Some(crate::tests::pages());
    visitor.desk.door = crate::router(visitor.desk.engine.clone(), options);
    for _ in 0..5 {
        assert_eq!(visitor.sign_in("odmk_wrong", "/").await.status, 422);
    }
    let reply = visitor.sign_in("odmk_wrong", "/").await;
    assert_eq!(reply.status, 429, "{}", reply.body);
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    let told = od_engine::in_words(std::time::Duration::from_secs(wait));
    let told = format!("Too many sign-ins were tried. Try again in {told}.");
    assert!(reply.body.contains(&told), "{told}: {}", reply.body);
}
