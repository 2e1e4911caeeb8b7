//! People with browsers, for the tests of the pages.

use std::{collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header, request},
};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use od_engine::{
    AuditOptions, CacheOptions, Clock, DbOptions, Engine, EngineOptions, LimitOptions, MutationOptions, OAuthOptions,
    RequestId, RootKey, Scope, Source, UpstreamOptions, stores::Register, tenants::NewTenant,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tower::ServiceExt;

use crate::{PageOptions, router, tests::options};

pub const HOME: &str = "https://orders.example.com";

/// A server with an account, Blue Harbor, that has two stores.
pub struct House {
    pub door: Router,
    pub engine: Engine,
    pub clock: Clock,
    pub key: SecretString,
}

impl House {
    pub async fn open() -> Self {
        Self::with(PageOptions::default(), OAuthOptions::default()).await
    }

    pub async fn with(pages: PageOptions, oauth: OAuthOptions) -> Self {
        let clock = Clock::manual("2026-11-29T12:00:00Z".parse().unwrap());
        let engine = Engine::open(
            EngineOptions {
                root_key: RootKey::generate(),
                previous_root_key: None,
                database: DbOptions::default(),
                upstream: UpstreamOptions::default(),
                cache: CacheOptions::default(),
                limits: LimitOptions::default(),
                runs: LimitOptions::a_minute(30),
                mutation: MutationOptions::default(),
                audit: AuditOptions::default(),
                oauth: OAuthOptions {
                    sign_ins_per_minute: 100,
                    ..oauth
                },
                sessions: od_engine::SessionOptions::default(),
                links: od_engine::LinkOptions::default(),
                bcrypt_cost: 4,
            },
            clock.clone(),
        );
        let engine = engine.await.unwrap();
        let options = crate::WebOptions {
            pages: Some(pages),
            ..options(Some(HOME), false)
        };
        let mut house = Self {
            door: router(engine.clone(), options),
            engine,
            clock,
            key: SecretString::from(""),
        };
        house.key = house.account("Blue Harbor").await;
        for (store_id, name) in [("90001", "Mugs"), ("90002", "Prints <b>")] {
            house.store(&house.key, store_id, name).await;
        }
        house
    }

    /// Makes another account, and answers with its master key.
    pub async fn account(&self, name: &str) -> SecretString {
        let new = NewTenant {
            name: Some(name.to_owned()),
            ..NewTenant::default()
        };
        self.engine.tenants().create(new).await.unwrap().master_key
    }

    pub async fn store(&self, key: &SecretString, store_id: &str, name: &str) {
        let store = Register {
            store_id: store_id.to_owned(),
            api_key: "an-api-key-of-the-shop".into(),
            store_name: Some(name.to_owned()),
            label: None,
            verify: false,
        };
        self.engine
            .stores()
            .register(&self.scope(key).await, store)
            .await
            .unwrap();
    }

    /// The call of whoever has a key.
    pub async fn scope(&self, key: &SecretString) -> Scope {
        let identity = self.engine.auth().sign_in(key).await.unwrap();
        Scope::new(identity, RequestId::generate(), Source::Cli)
    }

    pub async fn opens(&self, key: &str) -> bool {
        self.engine.auth().sign_in(&SecretString::from(key)).await.is_ok()
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now() + SignedDuration::from_secs(seconds));
    }

    /// A browser in which nobody is signed in.
    pub fn visitor(&self) -> Visitor<'_> {
        Visitor {
            house: self,
            cookies: BTreeMap::new(),
            agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            origin: HOME.to_owned(),
        }
    }

    /// A browser in which the account's owner is signed in.
    pub async fn owner(&self) -> Visitor<'_> {
        let mut visitor = self.visitor();
        visitor.sign_in(&self.key).await;
        visitor
    }

    /// A browser with a session that a link in a mail began.
    pub async fn locked(&self) -> Visitor<'_> {
        let tenant = self.scope(&self.key).await.tenant().clone();
        let who = od_engine::Anonymous {
            request_id: RequestId::generate(),
            source: Source::Webui,
            client: od_engine::ClientInfo::default(),
        };
        let session = self.engine.sessions().begin_locked(&tenant, &who).await.unwrap();
        let mut visitor = self.visitor();
        let name = "__Host-orderdesk_session".to_owned();
        visitor.cookies.insert(name, session.text.expose_secret().to_owned());
        visitor
    }
}

/// A person with a browser.
pub struct Visitor<'a> {
    house: &'a House,
    pub cookies: BTreeMap<String, String>,
    pub agent: String,
    /// The site whose pages send the forms.
    pub origin: String,
}

impl Visitor<'_> {
    pub async fn get(&mut self, path: &str) -> Seen {
        self.send(Request::get(path), String::new()).await
    }

    pub async fn sign_in(&mut self, key: &SecretString) {
        let page = self.get("/login").await;
        let reply = self
            .submit(&page, "/login", &[("master_key", key.expose_secret())])
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
    }

    /// Sends the first form of a page that goes to `action`, with what was filled in.
    pub async fn submit(&mut self, page: &Seen, action: &str, filled: &[(&str, &str)]) -> Seen {
        let mut fields = page.hidden(action);
        fields.retain(|(name, _)| filled.iter().all(|(other, _)| name != other));
        fields.extend(
            filled
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.post(action, &fields).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Seen {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("origin", &self.origin);
        self.send(request, serde_urlencoded::to_string(fields).unwrap()).await
    }

    /// Sends a document, and reads the one that comes back.
    pub async fn json(&mut self, path: &str, said: &Value) -> Value {
        let reply = self.send(Request::post(path), said.to_string()).await;
        serde_json::from_str(&reply.body).unwrap()
    }

    async fn send(&mut self, mut request: request::Builder, body: String) -> Seen {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let mut request = request
            .header(header::USER_AGENT, &self.agent)
            .body(Body::from(body))
            .unwrap();
        let address: SocketAddr = "192.0.2.1:1".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let reply = self.house.door.clone().oneshot(request).await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        Seen {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The hidden fields of the first form that goes to `action`.
    pub fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let mut forms = self.body.split("<form ").skip(1);
        let form = forms.find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.unwrap_or_else(|| panic!("no form to {action}: {self:?}"));
        let form = form.split("</form>").next().unwrap();
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        let part = |input: &str, name: &str| {
            let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        inputs
            .map(|input| (part(input, "name"), part(input, "value")))
            .collect()
    }

    /// What stands in the read-only field of this id.
    pub fn secret(&self, id: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("id=\"{id}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// What somebody sees of a text that they were shown nothing else of.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        assert!(self.body.contains(text), "{text} is not in {}", self.body);
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        assert!(!self.body.contains(text), "{text} is in {}", self.body);
    }
}
