//! A tenant's owner is reached at another e-mail address: who may say so, when it counts, who is told.

use std::time::Duration;

use jiff::SignedDuration;
use od_db::testing::PostgresServer;
use od_engine::keys::NewMasterKey;
use od_engine::tenants::CreatedTenant;
use od_engine::{
    AuthFailure, EmailError, Error, LinkError, LinkOptions, Posted, RequestId, Scope, SignInError, Source,
};
use secrecy::SecretString;

use crate::links::{ADA, PostOffice, from, is_not_good, many, url, who};

const NEW: &str = "new@example.org";

/// A tenant's owner in a browser, with the key signed in or with a link alone.
async fn session(office: &PostOffice, tenant: &CreatedTenant, is_locked: bool) -> (SecretString, Scope) {
    let sessions = office.engine.sessions();
    let begun = if is_locked {
        sessions.begin_locked(&tenant.tenant_id, &who()).await.unwrap()
    } else {
        sessions.sign_in(&tenant.master_key, &who(), from(99)).await.unwrap()
    };
    let found = sessions.find(&begun.text).await.unwrap().unwrap();
    let scope = Scope::new(found.identity, RequestId::generate(), Source::Webui).with_client(who().client);
    (begun.text, scope)
}

async fn owner(office: &PostOffice, tenant: &CreatedTenant) -> Scope {
    session(office, tenant, false).await.1
}

impl PostOffice {
    async fn ask_to_change(&self, scope: &Scope, key: &SecretString, email: &str) -> Result<(), EmailError> {
        let links = self.engine.links();
        links.ask_to_change(scope, key, email, from(1), self.post.clone()).await
    }

    /// The link of a change that is asked for, and whether the present address is told of it.
    async fn link_to(&mut self, scope: &Scope, tenant: &CreatedTenant, email: &str) -> (SecretString, Option<String>) {
        self.ask_to_change(scope, &tenant.master_key, email).await.unwrap();
        let is_told = self.email(tenant).await.is_some();
        let (mut link, mut told) = (None, None);
        for _ in 0..=usize::from(is_told) {
            let mail = self.arrives().await.unwrap();
            match mail.what {
                Posted::NewEmail { token, .. } => {
                    assert_eq!(mail.email, email);
                    link = Some(token);
                }
                Posted::EmailAsked(_) => told = Some(mail.email),
                other => panic!("{other:?}"),
            }
        }
        (link.unwrap(), told)
    }

    async fn use_link(&self, link: &SecretString) -> Result<(), LinkError> {
        let links = self.engine.links();
        links
            .change_email(link, &who(), from(1), self.post.clone())
            .await
            .map(drop)
    }

    async fn email(&self, tenant: &CreatedTenant) -> Option<String> {
        self.engine
            .tenants()
            .show(tenant.tenant_id.as_str())
            .await
            .unwrap()
            .email
    }

    async fn pending(&self, scope: &Scope) -> Option<String> {
        let pending = self.engine.links().pending_email(scope).await.unwrap();
        pending.map(|pending| pending.email)
    }
}

#[tokio::test]
async fn an_address_changes_when_the_link_sent_there_is_used() {
    let folder = tempfile::tempdir().unwrap();
    an_address_changes(PostOffice::at(url(&folder), many()).await).await;
}

#[tokio::test]
async fn an_address_changes_when_the_link_sent_there_is_used_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        let url = server.new_database().await.unwrap();
        an_address_changes(PostOffice::at(url, many()).await).await;
    }
}

async fn an_address_changes(mut office: PostOffice) {
    let tenant = office.tenant("Blue Harbor", ADA).await;
    office.tenant("Another", NEW).await;
    let (locked, _) = session(&office, &tenant, true).await;
    let (open, scope) = session(&office, &tenant, false).await;
    office.ask(ADA).await.unwrap();
    let sign_in = office.sign_in_links(ADA).await;

    let (first, told) = office.link_to(&scope, &tenant, NEW).await;
    assert_eq!(told.as_deref(), Some(ADA), "the present address");
    let (second, _) = office.link_to(&scope, &tenant, NEW).await;
    assert_eq!(
        office.email(&tenant).await.as_deref(),
        Some(ADA),
        "not before the link is used"
    );
    assert_eq!(office.pending(&scope).await.as_deref(), Some(NEW));
    assert!(is_not_good(&office.use_link(&first).await), "superseded");
    assert!(is_not_good(&office.sign_in(&second).await), "it signs nobody in");
    assert!(is_not_good(&office.use_link(&sign_in[0]).await), "another kind of link");

    office.use_link(&second).await.unwrap();
    assert_eq!(office.email(&tenant).await.as_deref(), Some(NEW));
    assert_eq!(office.pending(&scope).await, None);
    let mail = office.arrives().await.unwrap();
    assert_eq!(mail.email, ADA, "the former address");
    let Posted::EmailChanged(account) = mail.what else {
        panic!("{:?}", mail.what)
    };
    assert_eq!(account.name.as_deref(), Some("Blue Harbor"));
    assert!(is_not_good(&office.use_link(&second).await), "a second time");
    assert!(
        is_not_good(&office.sign_in(&sign_in[0]).await),
        "sent to the former address"
    );
    let sessions = office.engine.sessions();
    assert!(
        sessions.find(&locked).await.unwrap().is_none(),
        "begun by who reads the former address"
    );
    assert!(sessions.find(&open).await.unwrap().is_some());

    office.engine.shutdown(Duration::from_secs(5)).await;
    let recorded = office.recorded(&tenant).await;
    let of = |tool: &str| recorded.iter().filter(|row| row.tool_name == tool).collect::<Vec<_>>();
    let asked = of("tenant.ask_email");
    assert_eq!(asked.iter().filter(|row| row.status == "success").count(), 2);
    assert!(
        asked
            .iter()
            .all(|row| row.actor.starts_with("session:") && row.ip_address.as_deref() == Some("192.0.2.7"))
    );
    assert_eq!(
        of("auth.send_link")
            .iter()
            .filter(|row| row.actor.starts_with("session:"))
            .count(),
        2
    );
    let changed = of("tenant.change_email");
    let done = changed.iter().find(|row| row.status == "success").unwrap();
    assert_eq!((done.actor.as_str(), done.source.as_str()), ("anonymous", "webui"));
    assert!(
        done.parameters.contains("n***@example.org") && done.parameters.contains("a***@example.com"),
        "{}",
        done.parameters
    );
}

#[tokio::test]
async fn only_the_owner_with_the_master_key_asks() {
    let (_folder, office) = PostOffice::open(many()).await;
    let (tenant, other) = (
        office.tenant("one", ADA).await,
        office.tenant("two", "two@example.com").await,
    );
    let scope = owner(&office, &tenant).await;
    let (_, locked) = session(&office, &tenant, true).await;
    let asked = office.ask_to_change(&locked, &tenant.master_key, NEW).await;
    assert!(
        matches!(asked, Err(EmailError::Link(LinkError::Engine(Error::Locked)))),
        "{asked:?}"
    );
    for (key, failure) in [
        (other.master_key.clone(), AuthFailure::OtherTenant),
        ("not a key at all, but long enough".into(), AuthFailure::Unknown),
    ] {
        let asked = office.ask_to_change(&scope, &key, NEW).await;
        let Err(EmailError::Key(SignInError::Engine(Error::Unauthenticated(why)))) = asked else {
            panic!("{asked:?}")
        };
        assert_eq!(why, failure);
    }
    for (email, why) in [
        ("ada", "must be an e-mail address"),
        (ADA, "already"),
        ("a@b.example\r\nBcc: c@d.example", "control"),
    ] {
        let asked = office.ask_to_change(&scope, &tenant.master_key, email).await;
        let Err(EmailError::Link(LinkError::Engine(Error::Invalid(problems)))) = asked else {
            panic!("{asked:?}")
        };
        assert!(
            problems[0].path == "/email" && problems[0].message.contains(why),
            "{problems:?}"
        );
    }
    assert_eq!(office.pending(&scope).await, None);
    let mut office = office;
    assert!(office.nothing_came().await);
}

/// An account of before mail gets its first address; nobody has to be told.
#[tokio::test]
async fn an_account_without_an_address_gets_one() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    let tenant = office
        .engine
        .tenants()
        .create(od_engine::tenants::NewTenant::default())
        .await
        .unwrap();
    let scope = owner(&office, &tenant).await;
    let (link, told) = office.link_to(&scope, &tenant, NEW).await;
    assert_eq!(told, None);
    office.use_link(&link).await.unwrap();
    assert_eq!(office.email(&tenant).await.as_deref(), Some(NEW));
    assert!(office.nothing_came().await);
}

#[tokio::test]
async fn a_change_ends_with_its_time() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    let tenant = office.tenant("one", ADA).await;
    let scope = owner(&office, &tenant).await;
    let (late, _) = office.link_to(&scope, &tenant, NEW).await;
    office.pass(SignedDuration::from_mins(15));
    assert!(is_not_good(&office.use_link(&late).await));
    assert_eq!(office.pending(&scope).await, None);
    assert_eq!(office.email(&tenant).await.as_deref(), Some(ADA));
}

#[tokio::test]
async fn a_change_ends_with_the_key_that_it_was_asked_for_with() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    let tenant = office.tenant("one", ADA).await;
    let scope = owner(&office, &tenant).await;
    let (before, _) = office.link_to(&scope, &tenant, NEW).await;
    let engine = office.engine.clone();
    let keys = engine.keys();
    let new = NewMasterKey {
        label: None,
        reason: None,
        own: None,
        grace: Duration::from_hours(24),
    };
    keys.replace(&scope, &tenant.master_key, new, from(2)).await.unwrap();
    assert!(is_not_good(&office.use_link(&before).await), "the key was rotated");
    // The old key goes on working in its grace, and a link that was asked for with it goes when it does.
    let (in_grace, _) = office.link_to(&scope, &tenant, NEW).await;
    let old = keys.find(tenant.tenant_id.as_str(), &tenant.prefix).await.unwrap();
    keys.end(&scope, &old.key_id).await.unwrap();
    assert!(is_not_good(&office.use_link(&in_grace).await), "the old key was ended");
    assert_eq!(office.email(&tenant).await.as_deref(), Some(ADA));
}

#[tokio::test]
async fn a_change_ends_with_its_tenant() {
    let (_folder, mut office) = PostOffice::open(many()).await;
    let tenant = office.tenant("one", ADA).await;
    let scope = owner(&office, &tenant).await;
    let (link, _) = office.link_to(&scope, &tenant, NEW).await;
    office.engine.tenants().close("one").await.unwrap();
    assert!(is_not_good(&office.use_link(&link).await), "closed");
    office.engine.tenants().reopen("one").await.unwrap();
    assert!(is_not_good(&office.use_link(&link).await), "reopened");
    assert_eq!(office.email(&tenant).await.as_deref(), Some(ADA));
}

#[tokio::test]
async fn asking_has_the_limits_of_other_mails() {
    let (_folder, office) = PostOffice::open(LinkOptions::default()).await;
    let tenant = office.tenant("one", ADA).await;
    let scope = owner(&office, &tenant).await;
    for n in 0..5 {
        office
            .engine
            .links()
            .ask(NEW, &who(), from(10 + n), office.post.clone())
            .await
            .unwrap();
    }
    let asked = office.ask_to_change(&scope, &tenant.master_key, NEW).await;
    assert!(
        matches!(asked, Err(EmailError::Link(LinkError::TooMany { .. }))),
        "{asked:?}"
    );
    for _ in 0..5 {
        let _ = office.use_link(&"odml_x".into()).await;
    }
    let used = office.use_link(&"odml_x".into()).await;
    assert!(matches!(used, Err(LinkError::TooMany { .. })), "{used:?}");
}

/// Who uses up a mailbox's limit must not keep the notice from it.
#[tokio::test]
async fn the_present_address_is_told_however_many_mails_it_got() {
    let (_folder, mut office) = PostOffice::open(LinkOptions::default()).await;
    let tenant = office.tenant("one", ADA).await;
    let scope = owner(&office, &tenant).await;
    for n in 0..5 {
        office
            .engine
            .links()
            .ask(ADA, &who(), from(10 + n), office.post.clone())
            .await
            .unwrap();
        office.sign_in_links(ADA).await;
    }
    let (_, told) = office.link_to(&scope, &tenant, NEW).await;
    assert_eq!(told.as_deref(), Some(ADA));
}
