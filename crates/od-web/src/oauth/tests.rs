//! A person with a browser, a program that wants to be connected, and what both see.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use od_engine::{
    AuditOptions, CacheOptions, Clock, DbOptions, Engine, EngineOptions, LimitOptions, MutationOptions, OAuthOptions,
    RequestId, RootKey, Scope, Source, UpstreamOptions,
    audit::{AuditFilter, ExportFormat, Whose},
    stores::Register,
    tenants::NewTenant,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{router, tests::options};

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const REDIRECT: &str = "http://127.0.0.1:33418/callback";
pub const ISSUER: &str = "https://orders.example.com";

/// A server with a tenant that has two stores, and a program that registered itself.
pub struct Desk {
    pub door: Router,
    pub engine: Engine,
    pub clock: Clock,
    pub key: SecretString,
    pub client_id: String,
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(OAuthOptions {
            sign_ins_per_minute: 100,
            ..OAuthOptions::default()
        })
        .await
    }

    pub async fn with(oauth: OAuthOptions) -> Self {
        let clock = Clock::manual("2026-11-29T12:00:00Z".parse().unwrap());
        let engine_options = EngineOptions {
            previous_root_key: None,
            root_key: RootKey::generate(),
            database: DbOptions::default(),
            upstream: UpstreamOptions::default(),
            cache: CacheOptions::default(),
            limits: LimitOptions::default(),
            runs: LimitOptions::a_minute(30),
            mutation: MutationOptions::default(),
            audit: AuditOptions::default(),
            oauth,
            links: od_engine::LinkOptions::default(),
            sessions: od_engine::SessionOptions::default(),
            bcrypt_cost: 4,
        };
        let engine = Engine::open(engine_options, clock.clone()).await.unwrap();
        let new = NewTenant {
            name: Some("Blue Harbor".to_owned()),
            ..NewTenant::default()
        };
        let key = engine.tenants().create(new).await.unwrap().master_key;
        for (store_id, name) in [("90001", "Mugs"), ("90002", "Prints <b>")] {
            register(&engine, &key, store_id, name).await;
        }
        let door = router(engine.clone(), options(Some(ISSUER), false));
        let mut desk = Self {
            door,
            engine,
            clock,
            key,
            client_id: String::new(),
        };
        desk.client_id = desk
            .register(&json!({"client_name": "Helper", "redirect_uris": [REDIRECT]}))
            .await;
        desk
    }

    /// Registers a program.
    pub async fn register(&self, said: &Value) -> String {
        let told = self.registered(said).await;
        told["client_id"].as_str().unwrap().to_owned()
    }

    pub async fn registered(&self, said: &Value) -> Value {
        let request = Request::post("/register").body(said.to_string().into()).unwrap();
        let reply = Reply::of(&self.door, request).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.json()
    }

    /// Lets time pass.
    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.now() + SignedDuration::from_secs(seconds));
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A request that is in order, with further parameters.
    pub fn query(&self, more: &str) -> String {
        format!(
            "response_type=code&client_id={}&redirect_uri={REDIRECT}&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&state=a%20state%26more{more}",
            self.client_id
        )
    }

    /// A browser in which nobody was yet.
    pub fn person(&self) -> Person<'_> {
        Person {
            desk: self,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Signs in, allows everything asked for and all stores, and hands the program its code.
    pub async fn code(&self, more: &str) -> String {
        let mut person = self.person();
        let consent = person.sign_in(&self.query(more)).await;
        person
            .allow(&consent, &[("store", "*")])
            .await
            .parameter("code")
            .unwrap()
    }

    /// What the token endpoint says to these fields.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Reply {
        self.post("/token", fields, &[]).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = serde_urlencoded::to_string(fields).unwrap();
        Reply::of(&self.door, request.body(body.into()).unwrap()).await
    }

    /// Exchanges a code as the program that asked for it.
    pub async fn exchange(&self, code: &str) -> Reply {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub async fn refresh(&self, token: &str) -> Reply {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("refresh_token", token),
        ])
        .await
    }

    /// A program that was connected: its first tokens.
    pub async fn connected(&self) -> Value {
        let reply = self.exchange(&self.code("").await).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// What an access token opens.
    pub async fn opens(&self, access: &Value) -> Result<od_engine::Identity, od_engine::Error> {
        let token = SecretString::from(access["access_token"].as_str().unwrap());
        self.engine.auth().sign_in(&token).await
    }

    /// What is in the audit log, of everybody: what was done, how it ended, who did it.
    pub async fn recorded(&self) -> Vec<(String, String, String)> {
        let log = self.engine.audit_log();
        let mut export = log
            .export(Whose::Everybody, AuditFilter::default(), ExportFormat::Json)
            .await
            .unwrap();
        let mut text = String::new();
        while let Some(part) = export.next().await.unwrap() {
            text.push_str(&part);
        }
        let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
        let part = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let told = |entry: &Value| (part(entry, "tool_name"), part(entry, "status"), part(entry, "actor"));
        entries.iter().map(told).collect()
    }

    /// The tenant's own scope.
    pub async fn owner(&self) -> Scope {
        let identity = self.engine.auth().sign_in(&self.key).await.unwrap();
        Scope::new(identity, RequestId::generate(), Source::Cli)
    }
}

pub async fn register(engine: &Engine, key: &SecretString, store_id: &str, name: &str) {
    let identity = engine.auth().sign_in(key).await.unwrap();
    let scope = Scope::new(identity, RequestId::generate(), Source::Cli);
    let store = Register {
        store_id: store_id.to_owned(),
        api_key: "an-api-key-of-the-shop".into(),
        store_name: Some(name.to_owned()),
        label: None,
        verify: false,
    };
    engine.stores().register(&scope, store).await.unwrap();
}

/// A person with a browser.
pub struct Person<'a> {
    desk: &'a Desk,
    pub cookies: BTreeMap<String, String>,
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Person<'_> {
    pub async fn open(&mut self, query: &str) -> Reply {
        self.send(Request::get(format!("/authorize?{query}")), Body::empty())
            .await
    }

    /// Sends the form of a page, the one for a step, with what was filled in.
    pub async fn submit(&mut self, page: &Reply, step: &str, filled: &[(&str, &str)]) -> Reply {
        let mut fields = page.hidden(step);
        fields.extend(
            filled
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.post(&fields).await
    }

    pub async fn post(&mut self, fields: &[(String, String)]) -> Reply {
        let request = Request::post("/authorize").header("content-type", "application/x-www-form-urlencoded");
        self.send(request, serde_urlencoded::to_string(fields).unwrap()).await
    }

    /// Opens a request and signs in: the page on which to choose.
    pub async fn sign_in(&mut self, query: &str) -> Reply {
        let page = self.open(query).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let key = self.desk.key.expose_secret().to_owned();
        let sent_on = self.submit(&page, "sign_in", &[("master_key", &key)]).await;
        assert_eq!(sent_on.status, 303, "{}", sent_on.body);
        let again = sent_on.location().strip_prefix("authorize?").unwrap().to_owned();
        let consent = self.open(&again).await;
        assert!(consent.body.contains("<h1>Connect Helper</h1>"), "{}", consent.body);
        consent
    }

    /// Signs in with another key in another window.
    pub async fn sign_in_with(&mut self, key: &SecretString) {
        let session = self.cookies.remove("__Host-orderdesk_session");
        assert!(session.is_some(), "somebody was signed in");
        let page = self.open(&self.desk.query("")).await;
        let sent_on = self
            .submit(&page, "sign_in", &[("master_key", key.expose_secret())])
            .await;
        assert_eq!(sent_on.status, 303, "{}", sent_on.body);
    }

    /// Allows what stands ticked on the page, and these.
    pub async fn allow(&mut self, consent: &Reply, more: &[(&str, &str)]) -> Reply {
        let mut fields = consent.ticked();
        fields.extend_from_slice(more);
        fields.push(("decision", "allow"));
        self.submit(consent, "consent", &fields).await
    }

    async fn send(&mut self, mut request: axum::http::request::Builder, body: impl Into<Body>) -> Reply {
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
        let reply = Reply::of(&self.desk.door, request.body(body.into()).unwrap()).await;
        for cookie in reply.headers.get_all(header::SET_COOKIE) {
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
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub async fn of(door: &Router, mut request: Request<Body>) -> Self {
        let address: SocketAddr = "192.0.2.1:1".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let reply = door.clone().oneshot(request).await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        Self {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A parameter of the address that the browser is sent to.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.location().split_once('?')?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        pairs
            .into_iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    }

    /// The hidden fields of the form for a step.
    pub fn hidden(&self, step: &str) -> Vec<(String, String)> {
        let forms = self.body.split("<form ").skip(1);
        let form = forms
            .map(|form| form.split("</form>").next().unwrap())
            .find(|form| form.contains(&format!("name=\"step\" value=\"{step}\"")));
        let form = form.unwrap_or_else(|| panic!("no form for {step}: {self:?}"));
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        inputs
            .map(|input| {
                let part = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                    plain(rest.split('"').next().unwrap())
                };
                (part("name"), part("value"))
            })
            .collect()
    }

    /// The boxes that stand ticked.
    pub fn ticked(&self) -> Vec<(&str, &str)> {
        let boxes = self.body.split("<input type=\"checkbox\" ").skip(1);
        let ticked = boxes.filter(|input| input.split('>').next().unwrap().ends_with(" checked"));
        ticked
            .map(|input| {
                let part = |name: &str| {
                    let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                    rest.split('"').next().unwrap()
                };
                (part("name"), part("value"))
            })
            .collect()
    }
}

fn plain(html: &str) -> String {
    let entities = [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
    ];
    entities
        .iter()
        .fold(html.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}
