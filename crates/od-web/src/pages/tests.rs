//! A person at the pages of a server that works on simulated shops.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use od_engine::{
    Anonymous, AuditOptions, CacheOptions, ClientInfo, Clock, DbOptions, Engine, EngineOptions, LimitOptions,
    MutationOptions, OAuthOptions, RequestId, RootKey, Scope, SessionOptions, Source, UpstreamOptions,
    audit::{AuditFilter, AuditPage, EntryView},
    tenants::NewTenant,
};
use od_sim::{SimOptions, Simulator};
use secrecy::{ExposeSecret, SecretString};
use tower::ServiceExt;

use crate::{Demo, PageOptions, router, tests::options};

/// The server, with one tenant that has no store yet.
pub struct House {
    pub simulator: Simulator,
    pub engine: Engine,
    pub door: Router,
    pub key: SecretString,
}

impl House {
    pub async fn open() -> Self {
        Self::with(None).await
    }

    pub async fn with(demo: Option<Demo>) -> Self {
        let simulator = Simulator::start(SimOptions::default()).await.unwrap();
        let engine_options = EngineOptions {
            previous_root_key: None,
            root_key: RootKey::generate(),
            database: DbOptions::default(),
            upstream: UpstreamOptions {
                base_url: simulator.base_url(),
                allow_plain_http: true,
                ..UpstreamOptions::default()
            },
            cache: CacheOptions::default(),
            limits: LimitOptions::default(),
            mutation: MutationOptions::default(),
            audit: AuditOptions::default(),
            oauth: OAuthOptions {
                sign_ins_per_minute: 100,
                ..OAuthOptions::default()
            },
            sessions: SessionOptions::default(),
            links: od_engine::LinkOptions::default(),
            runs: LimitOptions::default(),
            bcrypt_cost: 4,
        };
        let engine = Engine::open(engine_options, Clock::system()).await.unwrap();
        let mut web = options(None, false);
        web.answers_to = Arc::new(|host| host == "localhost:9000");
        web.pages = Some(PageOptions {
            demo,
            ..crate::tests::pages()
        });
        let door = router(engine.clone(), web);
        let key = new_tenant(&engine).await;
        Self {
            simulator,
            engine,
            door,
            key,
        }
    }

    /// The API key that opens a simulated store.
    pub fn api_key(&self, store_id: &str) -> String {
        let stores = self.simulator.stores();
        let store = stores.into_iter().find(|store| store.store_id == store_id);
        store.unwrap().api_key
    }

    pub async fn scope(&self, key: &SecretString) -> Scope {
        let identity = self.engine.auth().sign_in(key).await.unwrap();
        Scope::new(identity, RequestId::generate(), Source::Cli)
    }

    /// The newest entry of the tenant's audit log about this tool.
    pub async fn recorded(&self, tool: &str) -> EntryView {
        let scope = self.scope(&self.key).await;
        let filter = AuditFilter {
            tool_name: Some(tool.to_owned()),
            ..AuditFilter::default()
        };
        let log = self.engine.audit_log();
        let entries = log.list(&scope, &filter, AuditPage::default()).await.unwrap();
        entries.into_iter().next().unwrap()
    }

    /// A browser in which nobody was yet.
    pub fn stranger(&self) -> Person {
        Person {
            door: self.door.clone(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// The tenant's owner, signed in.
    pub async fn owner(&self) -> Person {
        self.signed_in(&self.key).await
    }

    pub async fn signed_in(&self, key: &SecretString) -> Person {
        let mut person = self.stranger();
        let page = person.get("/login").await;
        let reply = person
            .send(&page, "/login", &[("master_key", key.expose_secret())])
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        person
    }

    /// Somebody with a locked session.
    pub async fn locked(&self) -> Person {
        let who = Anonymous {
            request_id: RequestId::generate(),
            source: Source::Webui,
            client: ClientInfo::default(),
        };
        let scope = self.scope(&self.key).await;
        let session = self.engine.sessions().begin_locked(scope.tenant(), &who).await.unwrap();
        let mut person = self.stranger();
        let cookie = session.text.expose_secret().to_owned();
        person.cookies.insert("orderdesk_session".to_owned(), cookie);
        person
    }

    /// Registers a simulated store for the tenant, as its owner does.
    pub async fn add(&self, person: &mut Person, store_id: &str, name: &str) {
        let page = person.get("/stores/new").await;
        let key = self.api_key(store_id);
        let typed = [("store_id", store_id), ("api_key", &key), ("store_name", name)];
        let reply = person.send(&page, "/stores/new", &typed).await;
        assert_eq!(
            (reply.status.as_u16(), reply.location()),
            (303, "/stores?done=added"),
            "{}",
            reply.body
        );
    }
}

pub async fn new_tenant(engine: &Engine) -> SecretString {
    engine.tenants().create(NewTenant::default()).await.unwrap().master_key
}

/// A person with a browser.
pub struct Person {
    door: Router,
    pub cookies: BTreeMap<String, String>,
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Person {
    pub async fn get(&mut self, path: &str) -> Reply {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub async fn head(&mut self, path: &str) -> Reply {
        self.ask(Request::head(path), Body::empty()).await
    }

    /// Sends the form of a page that goes to `action`.
    pub async fn send(&mut self, page: &Reply, action: &str, typed: &[(&str, &str)]) -> Reply {
        let token = page.token(action);
        let fields: Vec<_> = [("csrf", token.as_str())]
            .into_iter()
            .chain(typed.iter().copied())
            .collect();
        self.post(action, &fields).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.ask(request, serde_urlencoded::to_string(fields).unwrap()).await
    }

    async fn ask(&mut self, mut request: axum::http::request::Builder, body: impl Into<Body>) -> Reply {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, *value);
        }
        let request = request.header(header::HOST, "localhost:9000");
        let reply = self
            .door
            .clone()
            .oneshot(request.body(body.into()).unwrap())
            .await
            .unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        Reply {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
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
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// What is told of one request alone, left out.
    pub fn without_reference(&self) -> String {
        let reference = self.headers["x-request-id"].to_str().unwrap();
        self.body.replace(reference, "REFERENCE")
    }

    /// The token of the form that is sent to `action`.
    fn token(&self, action: &str) -> String {
        let form = self.body.split_once(&format!("action=\"{action}\""));
        let (_, form) = form.unwrap_or_else(|| panic!("no form for {action} in {}", self.body));
        let (_, rest) = form.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// What stands in a field.
    pub fn value(&self, field: &str) -> &str {
        let (_, rest) = self.body.split_once(&format!("name=\"{field}\" value=\"")).unwrap();
        rest.split('"').next().unwrap()
    }
}
