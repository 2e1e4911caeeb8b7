//! A person with a browser and a mailbox.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header, request},
};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use od_engine::{
    AuditOptions, CacheOptions, Clock, DbOptions, Engine, EngineOptions, LimitOptions, LinkOptions, MutationOptions,
    OAuthOptions, RootKey, SessionOptions, SignUps, UpstreamOptions,
    tenants::{CreatedTenant, NewTenant},
};
use tower::ServiceExt;

use crate::{
    Letter, WebOptions, router,
    tests::{self, options},
};

pub const HOME: &str = "https://orders.example.com";
pub const ADA: &str = "ada@example.com";

/// A server with pages, and the mails it sent.
pub struct Town {
    door: Router,
    pub engine: Engine,
    clock: Clock,
    mails: Arc<Mutex<Vec<Letter>>>,
}

pub fn links(sign_ups: SignUps) -> LinkOptions {
    LinkOptions {
        sign_ups,
        asks_per_minute: 100,
        sign_ups_per_minute: 100,
        ..LinkOptions::default()
    }
}

impl Town {
    pub async fn with(links: LinkOptions) -> Self {
        Self::at(links, options(Some(HOME), false)).await
    }

    async fn at(links: LinkOptions, web: WebOptions) -> Self {
        let clock = Clock::manual("2026-11-29T12:00:00Z".parse().unwrap());
        let engine_options = EngineOptions {
            root_key: RootKey::generate(),
            previous_root_key: None,
            database: DbOptions::default(),
            upstream: UpstreamOptions::default(),
            cache: CacheOptions::default(),
            limits: LimitOptions::default(),
            mutation: MutationOptions::default(),
            audit: AuditOptions::default(),
            oauth: OAuthOptions {
                sign_ins_per_minute: 100,
                ..OAuthOptions::default()
            },
            links,
            runs: LimitOptions::default(),
            sessions: SessionOptions::default(),
            bcrypt_cost: 4,
        };
        let engine = Engine::open(engine_options, clock.clone()).await.unwrap();
        let mails = Arc::<Mutex<Vec<Letter>>>::default();
        let mailbox = mails.clone();
        let web = WebOptions {
            pages: Some(tests::pages()),
            mail: Some(Arc::new(move |letter| {
                mailbox.lock().unwrap().push(letter);
                Box::pin(async { Ok(()) })
            })),
            ..web
        };
        Self {
            door: router(engine.clone(), web),
            engine,
            clock,
            mails,
        }
    }

    pub async fn tenant(&self, email: &str) -> CreatedTenant {
        let new = NewTenant {
            email: Some(email.to_owned()),
            ..NewTenant::default()
        };
        self.engine.tenants().create(new).await.unwrap()
    }

    pub fn person(&self) -> Person<'_> {
        Person {
            town: self,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    pub fn pass(&self, time: Duration) {
        let time = SignedDuration::try_from(time).unwrap();
        self.clock.set(self.clock.now() + time);
    }

    /// The mail that comes next.
    pub async fn mail(&self) -> Letter {
        for _ in 0..200 {
            let first = {
                let mut mails = self.mails.lock().unwrap();
                (!mails.is_empty()).then(|| mails.remove(0))
            };
            if let Some(mail) = first {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no mail came")
    }

    /// Whether no mail was sent by the time that all work has ended.
    pub async fn sent_nothing(&self) -> bool {
        self.engine.shutdown(Duration::from_secs(5)).await;
        self.mails.lock().unwrap().is_empty()
    }
}

/// The path that the only link of a mail leads to.
pub fn path_in(mail: &Letter) -> String {
    let line = mail.text.lines().find(|line| line.starts_with("http")).unwrap();
    line.strip_prefix(HOME).unwrap_or_else(|| panic!("{line}")).to_owned()
}

pub struct Person<'a> {
    town: &'a Town,
    pub cookies: BTreeMap<String, String>,
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Person<'_> {
    pub async fn open(&mut self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Opens a page, fills in its form that is sent to `to`, and sends it.
    pub async fn fill(&mut self, page: &str, to: &str, fields: &[(&str, &str)]) -> Reply {
        let page = self.open(page).await;
        self.submit(&page, to, fields).await
    }

    /// Fills in a form of a page and sends it.
    pub async fn submit(&mut self, page: &Reply, to: &str, fields: &[(&str, &str)]) -> Reply {
        let mut all = page.hidden(to);
        all.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.post(to, &all).await
    }

    pub async fn post(&mut self, to: &str, fields: &[(String, String)]) -> Reply {
        let request = Request::post(to).header("content-type", "application/x-www-form-urlencoded");
        self.send(request, serde_urlencoded::to_string(fields).unwrap().into())
            .await
    }

    async fn send(&mut self, mut request: request::Builder, body: Body) -> Reply {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body).unwrap();
        let peer = SocketAddr::from(([192, 0, 2, 7], 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let reply = self.town.door.clone().oneshot(request).await.unwrap();
        let (head, body) = reply.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Reply {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// The text of the session's cookie.
    pub fn session(&self) -> Option<String> {
        self.cookies.get("__Host-orderdesk_session").cloned()
    }

    /// Asks for a link and follows it to its button, which is not pressed.
    pub async fn follow_a_link(&mut self) -> (String, Reply) {
        let asked = self.fill("/login", "/login/link", &[("email", ADA)]).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let path = path_in(&self.town.mail().await);
        let page = self.open(&path).await;
        (path, page)
    }
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn location(&self) -> &str {
        self.header(header::LOCATION.as_str())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands hidden in the form that is sent to `to`.
    pub fn hidden(&self, to: &str) -> Vec<(String, String)> {
        let form = self
            .body
            .split("<form")
            .find(|form| form.contains(&format!("action=\"{to}\"")));
        let form = form.unwrap_or_else(|| panic!("no form for {to}: {}", self.body));
        let inputs = form.split("<input type=\"hidden\"").skip(1);
        let pair = |input: &str| Some((quoted(input, "name")?, quoted(input, "value")?));
        inputs.filter_map(pair).collect()
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<String> {
        let (_, field) = self.body.split_once(&format!("name=\"{name}\""))?;
        quoted(field, "value")
    }

    /// What does not differ from one request to the next.
    fn essence(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let varies = ["x-request-id", "set-cookie"];
        let headers = self.headers.iter().filter(|(name, _)| !varies.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let csrf = self
            .body
            .split("name=\"csrf\" value=\"")
            .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest));
        (self.status, headers.collect(), csrf.collect())
    }
}

fn quoted(text: &str, attribute: &str) -> Option<String> {
    let tag = text.split('>').next()?;
    let (_, value) = tag.split_once(&format!("{attribute}=\""))?;
    value.split('"').next().map(str::to_owned)
}

#[tokio::test]
async fn a_link_is_used_by_its_button_and_not_by_being_opened() {
    let town = Town::with(links(SignUps::Closed)).await;
    town.tenant(ADA).await;
    let mut ada = town.person();
    let (path, page) = ada.follow_a_link().await;
    assert!(path.starts_with("/login/link/odml_"), "{path}");
    for _ in 0..3 {
        assert_eq!(
            town.person().open(&path).await.status,
            200,
            "a program looks through the mail"
        );
    }
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("<h1>Sign in</h1>") && page.body.matches("type=\"submit\"").count() == 1);

    let signed_in = ada.submit(&page, &path, &[]).await;
    assert_eq!((signed_in.status.as_u16(), signed_in.location()), (303, "/"));
    let session = ada.session().unwrap();
    let found = town.engine.sessions().find(&session.into()).await.unwrap().unwrap();
    assert!(found.identity.is_locked());

    let mut eve = town.person();
    let again = eve.fill(&path, &path, &[]).await;
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("used before") && again.body.contains("role=\"alert\""),
        "{}",
        again.body
    );
    assert_eq!(eve.session(), None);
}

#[tokio::test]
async fn a_link_that_is_too_old_or_never_was_signs_nobody_in() {
    let town = Town::with(links(SignUps::Verified)).await;
    town.tenant(ADA).await;
    let mut ada = town.person();
    let (path, page) = ada.follow_a_link().await;
    town.pass(Duration::from_mins(15));
    assert_eq!(ada.submit(&page, &path, &[]).await.status, 422);
    for strange in [
        "/login/link/odml_x",
        "/login/link/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/login/link/%22%3E%3Cimg%20src%3Dx%3E",
        "/login/link/%00",
        "/login/link/..%2F..%2Flogout",
    ] {
        let page = ada.open(strange).await;
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
    let path = path_in(&town.mail().await);
    let token = path.rsplit('/').next().unwrap();
    let other = format!("/login/link/{token}");
    assert_eq!(ada.fill(&other, &other, &[]).await.status, 422);
    assert_eq!(ada.session(), None);
    assert!(ada.fill(&path, &path, &[]).await.value("master_key").is_some());
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike() {
    let town = Town::with(links(SignUps::Verified)).await;
    town.tenant(ADA).await;
    for (page, form) in [("/login", "/login/link"), ("/signup", "/signup")] {
        let mut ada = town.person();
        let known = ada.fill(page, form, &[("email", ADA)]).await;
        let unknown = ada.fill(page, form, &[("email", "eve@example.com")]).await;
        assert_eq!(known.status, 303);
        assert_eq!(known.essence(), unknown.essence());
        let sent = ada.open(known.location()).await;
        assert_eq!(sent.status, 200);
        assert_eq!(sent.essence(), ada.open(unknown.location()).await.essence());
        assert!(!sent.body.contains("example.com\""), "{}", sent.body);
    }
}

#[tokio::test]
async fn what_is_no_address_comes_back_with_its_problem_and_sends_nothing() {
    let town = Town::with(links(SignUps::Verified)).await;
    town.tenant(ADA).await;
    for text in [
        "ada",
        "\"><script>alert(1)</script>@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\u{0}",
    ] {
        for (page, form) in [("/login", "/login/link"), ("/signup", "/signup")] {
            let mut ada = town.person();
            let reply = ada.fill(page, form, &[("email", text)]).await;
            assert_eq!(reply.status, 422, "{text:?}");
            assert!(reply.body.contains("id=\"email-problem\"") && reply.body.contains("role=\"alert\""));
            assert!(!reply.body.contains("<script>alert"), "{}", reply.body);
        }
    }
    let mut ada = town.person();
    let reply = ada.fill("/login", "/login/link", &[("email", "ada@exa mple")]).await;
    assert_eq!(
        reply.value("email").as_deref(),
        Some("ada@exa mple"),
        "what was typed stays"
    );
    assert!(town.sent_nothing().await);
}

#[tokio::test]
async fn a_form_of_another_page_or_browser_asks_for_nothing() {
    let town = Town::with(links(SignUps::Closed)).await;
    town.tenant(ADA).await;
    let mut ada = town.person();
    let page = ada.open("/login").await;
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
        town.person().post("/login/link", &with(ours.clone())).await.status,
        403,
        "another browser"
    );
    ada.headers = vec![("origin", "https://evil.example")];
    assert_eq!(ada.post("/login/link", &with(ours.clone())).await.status, 403);
    ada.headers = vec![("origin", HOME)];
    assert_eq!(ada.post("/login/link", &with(ours)).await.status, 303);
    town.mail().await;
    assert!(town.sent_nothing().await);
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_again() {
    let town = Town::with(LinkOptions::default()).await;
    let mut ada = town.person();
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
    let town = Town::with(links(SignUps::Closed)).await;
    town.tenant(ADA).await;
    let mut eve = town.person();
    eve.headers = vec![("host", "evil.example"), ("x-forwarded-host", "evil.example")];
    eve.fill("/login", "/login/link", &[("email", ADA)]).await;
    let mail = town.mail().await;
    assert!(
        mail.text.contains("https://orders.example.com/login/link/odml_"),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));

    let local = Town::at(links(SignUps::Closed), options(None, false)).await;
    local.tenant(ADA).await;
    for (host, expected) in [
        ("localhost:9000", "http://localhost:9000/login/link/odml_"),
        ("evil.example", "http://127.0.0.1:8080/login/link/odml_"),
    ] {
        let mut eve = local.person();
        eve.headers = vec![("host", host)];
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
    let town = Town::with(links(SignUps::Closed)).await;
    let web = WebOptions {
        pages: Some(tests::pages()),
        ..options(Some(HOME), false)
    };
    let silent = Town {
        door: router(town.engine.clone(), web),
        ..town
    };
    let page = silent.person().open("/login").await;
    assert!(
        page.body.contains("Master key") && !page.body.contains("E-mail"),
        "{}",
        page.body
    );
}
