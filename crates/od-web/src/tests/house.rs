//! A server with pages, and who lives there.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::Router;
use jiff::SignedDuration;
use od_engine::{
    Anonymous, ClientInfo, Clock, Engine, EngineOptions, LinkOptions, RequestId, Scope, SignUps, Source,
    UpstreamOptions,
    audit::{AuditFilter, AuditPage, EntryView},
    stores::Register,
    tenants::{CreatedTenant, NewTenant},
};
use od_sim::{SimOptions, Simulator};
use secrecy::{ExposeSecret, SecretString};

use super::{
    browser::{Browser, Reply},
    engine_options, options, pages,
};
use crate::{Letter, WebOptions, router};

/// Where the server is reached, unless a plan says otherwise.
pub const HOME: &str = "https://orders.example.com";
/// And where one without a public address is.
pub const LOCAL: &str = "http://localhost:9000";
pub const ADA: &str = "ada@example.com";

/// What is opened.
pub struct Plan {
    pub engine: EngineOptions,
    pub web: WebOptions,
    pub clock: Clock,
    simulator: Option<Simulator>,
}

impl Plan {
    /// Asks these shops whatever is asked of Order Desk.
    pub fn at(&mut self, simulator: Simulator) {
        self.engine.upstream = UpstreamOptions {
            base_url: simulator.base_url(),
            allow_plain_http: true,
            ..UpstreamOptions::default()
        };
        self.simulator = Some(simulator);
    }
}

/// A server with pages, and the mails it sent.
pub struct House {
    pub door: Router,
    pub engine: Engine,
    pub clock: Clock,
    /// The master key of the account *Blue Harbor*; empty where there is none.
    pub key: SecretString,
    home: String,
    mails: Arc<Mutex<Vec<Letter>>>,
    simulator: Option<Simulator>,
}

/// Links by e-mail, as many as a test asks for.
pub fn links(sign_ups: SignUps) -> LinkOptions {
    LinkOptions {
        sign_ups,
        asks_per_minute: 100,
        sign_ups_per_minute: 100,
        ..LinkOptions::default()
    }
}

impl House {
    /// With the account *Blue Harbor*, which has two stores that nobody answers for.
    pub async fn open() -> Self {
        Self::with(|_| ()).await
    }

    /// The same, planned otherwise.
    pub async fn with(change: impl FnOnce(&mut Plan)) -> Self {
        let mut house = Self::bare(change).await;
        house.key = house.account("Blue Harbor").await;
        for (store_id, name) in [("90001", "Mugs"), ("90002", "Prints <b>")] {
            house.store(&house.key, store_id, name).await;
        }
        house
    }

    /// Without an account.
    pub async fn with_links(links: LinkOptions) -> Self {
        Self::bare(|plan| plan.engine.links = links).await
    }

    /// With the account *Blue Harbor*, which has no store yet, and simulated shops that answer.
    pub async fn with_shops(change: impl FnOnce(&mut Plan)) -> Self {
        let simulator = Simulator::start(SimOptions::default()).await.unwrap();
        let mut house = Self::bare(|plan| {
            plan.clock = Clock::system();
            plan.at(simulator);
            change(plan);
        })
        .await;
        house.key = house.account("Blue Harbor").await;
        house
    }

    /// Without an account, as planned.
    pub async fn bare(change: impl FnOnce(&mut Plan)) -> Self {
        let mails = Arc::<Mutex<Vec<Letter>>>::default();
        let mailbox = mails.clone();
        let mut engine = engine_options();
        engine.oauth.sign_ins_per_minute = 100;
        let mut plan = Plan {
            engine,
            web: WebOptions {
                pages: Some(pages()),
                mail: Some(Arc::new(move |letter| {
                    mailbox.lock().unwrap().push(letter);
                    Box::pin(async { Ok(()) })
                })),
                ..options(Some(HOME), false)
            },
            clock: Clock::manual("2026-11-29T12:00:00Z".parse().unwrap()),
            simulator: None,
        };
        change(&mut plan);
        let home = plan.web.public_url.as_ref();
        let home = home.map_or_else(|| LOCAL.to_owned(), |url| url.origin().ascii_serialization());
        let engine = Engine::open(plan.engine, plan.clock.clone()).await.unwrap();
        Self {
            door: router(engine.clone(), plan.web),
            engine,
            clock: plan.clock,
            key: SecretString::from(""),
            home,
            mails,
            simulator: plan.simulator,
        }
    }

    /// The simulated shops.
    pub fn simulator(&self) -> &Simulator {
        self.simulator.as_ref().expect("a house with shops")
    }

    /// The API key that opens a simulated store.
    pub fn api_key(&self, store_id: &str) -> String {
        let stores = self.simulator().stores();
        let store = stores.into_iter().find(|store| store.store_id == store_id);
        store.unwrap().api_key
    }

    /// Makes another account, and answers with its master key.
    pub async fn account(&self, name: &str) -> SecretString {
        let new = NewTenant {
            name: Some(name.to_owned()),
            ..NewTenant::default()
        };
        self.engine.tenants().create(new).await.unwrap().master_key
    }

    /// An account with an e-mail address.
    pub async fn tenant(&self, email: &str) -> CreatedTenant {
        let new = NewTenant {
            email: Some(email.to_owned()),
            ..NewTenant::default()
        };
        self.engine.tenants().create(new).await.unwrap()
    }

    pub async fn store(&self, key: &SecretString, store_id: &str, name: &str) {
        let store = Register {
            store_id: store_id.to_owned(),
            api_key: "an-api-key-of-the-shop".into(),
            store_name: Some(name.to_owned()),
            label: None,
            verify: false,
        };
        let scope = self.scope(key).await;
        self.engine.stores().register(&scope, store).await.unwrap();
    }

    /// The call of whoever has a key.
    pub async fn scope(&self, key: &SecretString) -> Scope {
        let identity = self.engine.auth().sign_in(key).await.unwrap();
        Scope::new(identity, RequestId::generate(), Source::Cli)
    }

    pub async fn opens(&self, key: &str) -> bool {
        self.engine.auth().sign_in(&SecretString::from(key)).await.is_ok()
    }

    /// The newest entry of the account's audit log about this tool.
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

    pub fn pass(&self, time: Duration) {
        let time = SignedDuration::try_from(time).unwrap();
        self.clock.set(self.clock.now() + time);
    }

    /// A browser in which nobody was yet.
    pub fn visitor(&self) -> Browser {
        Browser::new(self.door.clone(), self.home.clone())
    }

    /// A browser in which the account's owner is signed in.
    pub async fn owner(&self) -> Browser {
        self.signed_in(&self.key).await
    }

    /// A browser in which whoever has a key is signed in.
    pub async fn signed_in(&self, key: &SecretString) -> Browser {
        let mut visitor = self.visitor();
        visitor.sign_in(key).await;
        visitor
    }

    /// A browser with a session of the account that a link in a mail began.
    pub async fn locked(&self) -> Browser {
        let tenant = self.scope(&self.key).await.tenant().clone();
        let who = nobody();
        let session = self.engine.sessions().begin_locked(&tenant, &who).await.unwrap();
        let mut visitor = self.visitor();
        visitor.plant(session.text.expose_secret());
        visitor
    }

    /// Registers a simulated store, as the account's owner does.
    pub async fn add(&self, owner: &mut Browser, store_id: &str, name: &str) {
        let key = self.api_key(store_id);
        let typed = [("store_id", store_id), ("api_key", &key), ("store_name", name)];
        let reply = owner.fill("/stores/new", "/stores/new", &typed).await;
        assert_eq!(reply.location(), "/stores?done=added", "{}", reply.body);
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

    /// The path that the only link of the next mail leads to.
    pub async fn mailed_path(&self) -> String {
        let mail = self.mail().await;
        let line = mail.text.lines().find(|line| line.starts_with("http")).unwrap();
        line.strip_prefix(&self.home)
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned()
    }

    /// Asks for a link to [`ADA`] and follows it to its button, which is not pressed.
    pub async fn asked_for_a_link(&self, visitor: &mut Browser) -> (String, Reply) {
        let asked = visitor.fill("/login", "/login/link", &[("email", ADA)]).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let path = self.mailed_path().await;
        let page = visitor.get(&path).await;
        (path, page)
    }

    /// Whether no mail was sent by the time that all work has ended.
    pub async fn sent_nothing(&self) -> bool {
        self.engine.shutdown(Duration::from_secs(5)).await;
        self.mails.lock().unwrap().is_empty()
    }
}

/// Somebody of whom nothing is known.
pub fn nobody() -> Anonymous {
    Anonymous {
        request_id: RequestId::generate(),
        source: Source::Webui,
        client: ClientInfo::default(),
    }
}
