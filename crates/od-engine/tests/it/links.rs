//! Links by e-mail: what they open, how often, for whom, and what a stranger learns.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use od_db::testing::{PostgresServer, tamper};
use od_db::{AuditEntry, Db};
use od_engine::tenants::{CreatedTenant, NewTenant};
use od_engine::{
    Anonymous, ClientInfo, Clock, DbOptions, Engine, Error, LinkError, LinkOptions, Post, Posted, Posting, RequestId,
    RootKey, SignUps, Source,
};
use od_sim::Simulator;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::support::{Setup, options};

pub const ADA: &str = "ada@example.com";

/// An engine whose mails arrive here.
pub struct PostOffice {
    sim: Simulator,
    database: DbOptions,
    root: SecretString,
    links: LinkOptions,
    pub engine: Engine,
    clock: Clock,
    pub post: Post,
    mails: UnboundedReceiver<Posting>,
}

pub fn many() -> LinkOptions {
    LinkOptions {
        asks_per_minute: 100,
        sign_ups_per_minute: 100,
        ..LinkOptions::default()
    }
}

pub fn url(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}", folder.path().join("app.db").display())
}

impl PostOffice {
    pub async fn at(url: String, links: LinkOptions) -> Self {
        let sim = Simulator::start(Setup::default().sim).await.unwrap();
        let database = DbOptions {
            url,
            ..DbOptions::default()
        };
        let clock = Clock::manual("2026-11-29T12:00:00Z".parse().unwrap());
        let root = RootKey::generate().to_base64();
        let key = RootKey::from_base64(root.expose_secret()).unwrap();
        let engine = started(&sim, &database, links, (key, None), &clock).await;
        let (send, mails) = mpsc::unbounded_channel();
        let post: Post = Arc::new(move |posting| {
            let outcome = send.send(posting).map_err(|error| error.to_string());
            Box::pin(async move { outcome })
        });
        Self {
            sim,
            database,
            root,
            links,
            engine,
            clock,
            post,
            mails,
        }
    }

    pub async fn open(links: LinkOptions) -> (tempfile::TempDir, Self) {
        let folder = tempfile::tempdir().unwrap();
        let office = Self::at(url(&folder), links).await;
        (folder, office)
    }

    pub async fn tenant(&self, name: &str, email: &str) -> CreatedTenant {
        let new = NewTenant {
            name: Some(name.to_owned()),
            email: Some(email.to_owned()),
            master_key: None,
        };
        self.engine.tenants().create(new).await.unwrap()
    }

    pub async fn ask(&self, email: &str) -> Result<(), LinkError> {
        self.engine.links().ask(email, &who(), from(1), self.post.clone()).await
    }

    /// What arrives next, in not much time.
    pub async fn arrives(&mut self) -> Option<Posting> {
        let mail = tokio::time::timeout(Duration::from_secs(5), self.mails.recv());
        mail.await.ok().flatten()
    }

    /// The links of the next mail, which is for these.
    pub async fn sign_in_links(&mut self, email: &str) -> Vec<SecretString> {
        let posting = self.arrives().await.unwrap();
        assert_eq!(posting.email, email);
        let Posted::SignIn(links) = posting.what else {
            panic!("{posting:?}")
        };
        links.into_iter().map(|link| link.token).collect()
    }

    pub async fn sign_up_link(&mut self, email: &str) -> (SecretString, bool) {
        let posting = self.arrives().await.unwrap();
        assert_eq!(posting.email, email);
        let Posted::SignUp { token, has_one } = posting.what else {
            panic!("{posting:?}")
        };
        (token, has_one)
    }

    /// Whether the next mail is not the one that was asked for before it.
    pub async fn nothing_came(&mut self) -> bool {
        self.engine.shutdown(Duration::from_secs(5)).await;
        self.mails.try_recv().is_err()
    }

    pub async fn sign_in(&self, link: &SecretString) -> Result<(), LinkError> {
        self.engine.links().sign_in(link, &who(), from(1)).await.map(drop)
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.set(self.clock.now() + time);
    }

    /// What was recorded of a tenant, newest first.
    pub async fn recorded(&self, tenant: &CreatedTenant) -> Vec<AuditEntry> {
        let db = Db::connect(&self.database).await.unwrap();
        let (filter, page) = (od_db::AuditFilter::default(), od_db::AuditPage::default());
        let rows = db.audit().list(&tenant.tenant_id, &filter, page).await.unwrap();
        db.close().await;
        rows.into_iter().map(|row| row.entry).collect()
    }
}

async fn started(
    sim: &Simulator,
    database: &DbOptions,
    links: LinkOptions,
    (root_key, previous_root_key): (RootKey, Option<RootKey>),
    clock: &Clock,
) -> Engine {
    let setup = Setup {
        database: database.clone(),
        root_key,
        previous_root_key,
        ..Setup::default()
    };
    let options = od_engine::EngineOptions {
        links,
        ..options(setup, sim)
    };
    Engine::open(options, clock.clone()).await.unwrap()
}

pub fn who() -> Anonymous {
    Anonymous {
        request_id: RequestId::generate(),
        source: Source::Webui,
        client: ClientInfo {
            name: None,
            ip: Some("192.0.2.7".to_owned()),
            user_agent: Some("a browser".to_owned()),
        },
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the operations take it")]
pub fn from(last: u8) -> Option<IpAddr> {
    Some(Ipv4Addr::new(192, 0, 2, last).into())
}

pub fn is_not_good<T>(outcome: &Result<T, LinkError>) -> bool {
    matches!(outcome, Err(LinkError::NotGood))
}

#[tokio::test]
async fn a_link_signs_in_once_and_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    a_link_signs_in_once(PostOffice::at(url(&folder), many()).await).await;
}

#[tokio::test]
async fn a_link_signs_in_once_and_opens_nothing_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        let url = server.new_database().await.unwrap();
        a_link_signs_in_once(PostOffice::at(url, many()).await).await;
    }
}

async fn a_link_signs_in_once(mut office: PostOffice) {
    let tenant = office.tenant("Blue Harbor", ADA).await;
    office.ask("  Ada@Example.com ").await.unwrap();
    let links = office.sign_in_links(ADA).await;
    assert_eq!(links.len(), 1);
    let session = office.engine.links().sign_in(&links[0], &who(), from(1)).await.unwrap();
    assert!(
        office
            .engine
            .sessions()
            .find(&session.text)
            .await
            .unwrap()
            .unwrap()
            .identity
            .is_locked(),
        "it opens nothing"
    );
    assert!(is_not_good(&office.sign_in(&links[0]).await), "a second time");

    let recorded = office.recorded(&tenant).await;
    let asked = recorded.iter().find(|row| row.tool_name == "auth.send_link").unwrap();
    assert_eq!(
        (asked.status.as_str(), asked.source.as_str(), asked.actor.as_str()),
        ("success", "webui", "anonymous")
    );
    assert_eq!(asked.ip_address.as_deref(), Some("192.0.2.7"));
    assert!(
        asked.parameters.contains("a***@example.com") && !asked.parameters.contains(ADA),
        "{}",
        asked.parameters
    );

    let used = recorded.iter().find(|row| row.tool_name == "auth.sign_in").unwrap();
    assert_eq!(
        (used.actor.as_str(), used.parameters.as_str()),
        ("link", "{\"with\":\"link\"}")
    );

    office.ask(ADA).await.unwrap();
    let late = office.sign_in_links(ADA).await;
    office.pass(SignedDuration::from_secs(15 * 60));
    assert!(is_not_good(&office.sign_in(&late[0]).await), "too late");
}

#[tokio::test]
async fn each_account_of_an_address_has_its_link_and_a_closed_one_has_none() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    for name in ["one", "two"] {
        office.tenant(name, ADA).await;
    }
    let closed = office.tenant("three", ADA).await;
    office.engine.tenants().close(closed.tenant_id.as_str()).await.unwrap();
    office.ask(ADA).await.unwrap();
    let links = office.sign_in_links(ADA).await;
    assert_eq!(links.len(), 2);

    // Closing one ends the link that was sent before, and leaves the other.
    office.engine.tenants().close("two").await.unwrap();
    assert!(is_not_good(&office.sign_in(&links[1]).await));
    office.sign_in(&links[0]).await.unwrap();
}

/// `ſ` folds to `s`: whoever has the mailbox that only looks the same must not get what belongs to the other.
#[tokio::test]
async fn a_link_goes_where_its_tenant_is_reached_and_not_where_somebody_wants_it() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    office.tenant("one", "shop@example.com").await;
    office.tenant("two", "Shop@Example.com").await;
    office.ask("ſhop@example.com").await.unwrap();
    let mut reached = Vec::new();
    for _ in 0..2 {
        reached.push(office.arrives().await.unwrap().email);
    }
    assert_eq!(reached, ["Shop@Example.com", "shop@example.com"]);
}

#[tokio::test]
async fn nobody_learns_whether_an_address_is_known() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    office.tenant("one", ADA).await;
    for stranger in ["nobody@example.com", "ada@example.org"] {
        office.ask(stranger).await.unwrap();
    }
    assert!(office.nothing_came().await);
    let db = Db::connect(&office.database).await.unwrap();
    let strangers = "UPDATE audit_log SET status = status WHERE tenant_id IS NULL AND tool_name = 'auth.sign_in'";
    assert_eq!(tamper(&db, strangers).await.unwrap(), 2, "recorded, in nobody's log");
    assert_eq!(tamper(&db, "DELETE FROM magic_links").await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let (_folder, mut office) = PostOffice::open(LinkOptions {
        sign_ups: SignUps::Verified,
        ..many()
    })
    .await;
    for text in [
        "",
        "ada",
        "ada@",
        "a@example.com, b@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\r\nBcc: b@example.com",
        "ada@example.com\0",
        &format!("{}@example.com", "a".repeat(300)),
    ] {
        let refused = |outcome: Result<(), LinkError>| matches!(outcome, Err(LinkError::Engine(Error::Invalid(problems))) if problems[0].path == "/email");
        assert!(refused(office.ask(text).await), "{text:?}");
        let signed_up = office
            .engine
            .links()
            .ask_to_sign_up(text, &who(), from(1), office.post.clone())
            .await;
        assert!(refused(signed_up), "{text:?}");
    }
    assert!(office.nothing_came().await);
}

#[tokio::test]
async fn an_address_a_mailbox_and_a_guesser_have_their_limits() {
    let (_folder, office) = PostOffice::open(LinkOptions::default()).await;
    let links = office.engine.links();
    let ask = async |email: &str, last| links.ask(email, &who(), from(last), office.post.clone()).await;
    let too_many = |outcome: &Result<(), LinkError>| match outcome {
        Err(LinkError::TooMany { retry_after }) => Some(retry_after.as_secs()),
        _ => None,
    };
    for n in 0..5 {
        ask(&format!("{n}@example.com"), 1).await.unwrap();
    }
    assert_eq!(too_many(&ask("6@example.com", 1).await), Some(11), "from one address");
    for n in 0..5 {
        ask(ADA, 10 + n).await.unwrap();
    }
    assert_eq!(
        too_many(&ask(&ADA.to_uppercase(), 20).await),
        Some(59),
        "to one mailbox"
    );
    for _ in 0..5 {
        assert!(is_not_good(&links.sign_in(&"odml_x".into(), &who(), from(1)).await));
    }
    assert!(too_many(&links.sign_in(&"odml_x".into(), &who(), from(1)).await.map(drop)).is_some());
    let told = office.engine.metrics();
    let refused = told
        .iter()
        .find(|measured| measured.metric.name == "limit_refusals_total")
        .unwrap();
    let told = format!("{refused:?}");
    for limit in ["([\"page_sign_ins\"], 2.0)", "([\"mails\"], 1.0)"] {
        assert!(told.contains(limit), "{told}");
    }
}

#[tokio::test]
async fn a_link_that_was_sent_before_the_root_key_changed_is_good_after_that() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    office.tenant("one", ADA).await;
    office.ask(ADA).await.unwrap();
    let links = office.sign_in_links(ADA).await;
    office.engine.shutdown(Duration::from_secs(5)).await;
    let old = RootKey::from_base64(office.root.expose_secret()).unwrap();
    let keys = (RootKey::generate(), Some(old));
    office.engine = started(&office.sim, &office.database, office.links, keys, &office.clock).await;
    office.sign_in(&links[0]).await.unwrap();
    assert!(is_not_good(&office.sign_in(&links[0]).await));
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_recorded_as_such() {
    let (_folder, office) = PostOffice::open(many()).await;
    let tenant = office.tenant("one", ADA).await;
    let refuses: Post = Arc::new(|_| Box::pin(async { Err("550 nobody here".to_owned()) }));
    office.engine.links().ask(ADA, &who(), from(1), refuses).await.unwrap();
    office.engine.shutdown(Duration::from_secs(5)).await;
    let recorded = office.recorded(&tenant).await;
    let asked = recorded.iter().find(|row| row.tool_name == "auth.send_link").unwrap();
    assert_eq!(
        (asked.status.as_str(), asked.error_message.as_deref()),
        ("error", Some("The mail could not be sent."))
    );
}

/// A flood must not make us hold any number of mails.
#[tokio::test]
async fn mails_that_are_under_way_are_bounded() {
    let (_folder, office) = PostOffice::open(many()).await;
    office.tenant("one", ADA).await;
    let never: Post = Arc::new(|_| Box::pin(std::future::pending()));
    let mut taken = 0;
    for _ in 0..40 {
        let asked = office.engine.links().ask(ADA, &who(), from(1), never.clone()).await;
        taken += usize::from(asked.is_ok());
    }
    assert_eq!(taken, 32);
    assert!(!office.engine.shutdown(Duration::from_millis(100)).await);
    assert!(matches!(
        office.ask(ADA).await,
        Err(LinkError::Engine(Error::ShuttingDown))
    ));
}

#[tokio::test]
async fn links_are_swept_when_their_time_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut office = PostOffice::at(url(&folder), many()).await;
    office.tenant("one", ADA).await;
    office.ask(ADA).await.unwrap();
    office.sign_in_links(ADA).await;
    office.engine.shutdown(Duration::from_secs(5)).await;

    let begin: Timestamp = office.clock.now();
    let root = RootKey::from_base64(office.root.expose_secret()).unwrap();
    let setup = Setup {
        database: office.database.clone(),
        root_key: root,
        ..Setup::default()
    };
    let mut tidy = options(setup, &office.sim);
    tidy.audit.tidy_every = Duration::from_millis(20);
    let engine = Engine::open(tidy, office.clock.clone()).await.unwrap();
    let db = Db::connect(&office.database).await.unwrap();
    let rows = async || tamper(&db, "UPDATE magic_links SET purpose = purpose").await.unwrap();
    assert_eq!(rows().await, 1);
    office.clock.set(begin + SignedDuration::from_mins(16));
    for _ in 0..200 {
        if rows().await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(rows().await, 0);
    db.close().await;
    engine.shutdown(Duration::from_secs(5)).await;
}
