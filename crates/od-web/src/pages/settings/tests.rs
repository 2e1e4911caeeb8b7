use secrecy::{ExposeSecret, SecretString};

use crate::{
    PageOptions, SettingView,
    tests::{
        browser::{Browser, Reply},
        house::{ADA, HOME, House, links, nobody},
    },
};
use od_engine::{SignUps, tenants::CreatedTenant};

const NEW: &str = "new@example.org";

fn setting(section: &str, name: &str, value: &str) -> SettingView {
    SettingView {
        section: section.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        origin: "environment".to_owned(),
        about: "What <it> is about.".to_owned(),
    }
}

#[tokio::test]
async fn settings_are_shown_with_where_they_came_from() {
    let pages = PageOptions {
        settings: vec![
            setting("Limits", "RATE_LIMIT_RPM", "77"),
            setting("Limits", "RATE_LIMIT_BURST", "99"),
            setting("MCP", "MCP_REPLY", "<script>alert(1)</script>"),
        ],
        ..PageOptions::default()
    };
    let house = House::with(|plan| plan.web.pages = Some(pages)).await;
    for mut visitor in [house.owner().await, house.locked().await] {
        let page = visitor.get("/settings").await;
        assert_eq!(page.status, 200);
        page.shows("Blue Harbor");
        page.shows("https://orders.example.com/mcp");
        page.shows("What &#60;it&#62; is about.");
        page.hides("<script>alert");
        assert_eq!(page.body.matches("<h3>Limits</h3>").count(), 1);
        assert_eq!(page.body.matches("<td>environment</td>").count(), 3);
    }
    let nobody = house.visitor().get("/settings").await;
    assert_eq!(nobody.location(), "/login?next=%2Fsettings");
}

/// An account with an e-mail address, and its owner's browser.
async fn reached(house: &House) -> (CreatedTenant, Browser) {
    let tenant = house.tenant(ADA).await;
    let owner = house.signed_in(&tenant.master_key).await;
    (tenant, owner)
}

async fn house() -> House {
    House::with_links(links(SignUps::Closed)).await
}

async fn ask(owner: &mut Browser, key: &SecretString, email: &str) -> Reply {
    let typed = [("email", email), ("master_key", key.expose_secret())];
    owner.fill("/settings", "/settings", &typed).await
}

/// The path in the mail to the new address; the present one's is read before or after it.
async fn link(house: &House) -> String {
    let mails = [house.mail().await, house.mail().await];
    let told = mails.iter().find(|mail| mail.to == ADA).unwrap();
    assert!(
        !told.text.contains("odml_") && !told.html.contains("odml_"),
        "{}",
        told.text
    );
    let mail = mails.iter().find(|mail| mail.to == NEW).unwrap();
    let line = mail.text.lines().find(|line| line.starts_with("http")).unwrap();
    line.strip_prefix(HOME).unwrap().to_owned()
}

#[tokio::test]
async fn an_address_is_changed_by_the_button_behind_its_link() {
    let house = house().await;
    let (tenant, mut owner) = reached(&house).await;
    house.tenant(NEW).await;
    owner.get("/settings").await.shows(&format!("<dd>{ADA}</dd>"));
    let asked = ask(&mut owner, &tenant.master_key, NEW).await;
    assert_eq!(asked.location(), "/settings?done=mailed", "{}", asked.body);
    let path = link(&house).await;
    assert!(path.starts_with("/settings/email/odml_"), "{path}");
    let page = owner.get("/settings?done=mailed").await;
    page.shows("Look into the mailbox of the new address.");
    page.shows(&format!("{NEW} takes its place"));
    page.shows(&format!("<dd>{ADA}</dd>"));
    // Somebody else may read the mail of the present address.
    let session = house
        .engine
        .sessions()
        .begin_locked(&tenant.tenant_id, &nobody())
        .await
        .unwrap();
    let mut locked = house.visitor();
    locked.plant(session.text.expose_secret());
    locked.get("/settings").await.hides(NEW);

    for _ in 0..3 {
        let opened = house.visitor().get(&path).await;
        assert_eq!(
            (opened.status.as_u16(), opened.header("cache-control")),
            (200, "no-store")
        );
        assert!(!opened.body.contains(NEW) && opened.body.matches("type=\"submit\"").count() == 1);
    }
    owner.get("/settings").await.shows(&format!("<dd>{ADA}</dd>"));

    // In the mailbox's browser nobody is signed in.
    let mut elsewhere = house.visitor();
    let used = elsewhere.fill(&path, &path, &[]).await;
    assert_eq!(used.location(), "/settings/email", "{}", used.body);
    elsewhere
        .get("/settings/email")
        .await
        .shows("is reached at that address now");
    assert_eq!(elsewhere.session(), None, "it signs nobody in");
    let page = owner.get("/settings").await;
    page.shows(&format!("<dd>{NEW}</dd>"));
    page.hides("takes its place");
    assert_eq!(house.mail().await.to, ADA);

    let again = owner.fill(&path, &path, &[]).await;
    assert_eq!(again.status, 422);
    again.shows("used before");
}

#[tokio::test]
async fn who_is_signed_in_to_the_account_comes_back_to_its_settings() {
    let house = house().await;
    let (tenant, mut owner) = reached(&house).await;
    ask(&mut owner, &tenant.master_key, NEW).await;
    let path = link(&house).await;
    let mut other = house.signed_in(&house.account("Another").await).await;
    assert_eq!(
        other.fill(&path, &path, &[]).await.location(),
        "/settings/email",
        "of another account"
    );
    ask(&mut owner, &tenant.master_key, ADA).await;
    let mut mails = Vec::new();
    for _ in 0..3 {
        mails.push(house.mail().await);
    }
    let mail = mails.iter().find(|mail| mail.text.contains("odml_")).unwrap();
    let line = mail.text.lines().find(|line| line.starts_with("http")).unwrap();
    let path = line.strip_prefix(HOME).unwrap();
    assert_eq!(owner.fill(path, path, &[]).await.location(), "/settings?done=email");
    owner
        .get("/settings?done=email")
        .await
        .shows("The e-mail address was changed.");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_sent() {
    let house = house().await;
    let (tenant, mut owner) = reached(&house).await;
    let stranger = house.account("Stranger").await;
    for (email, key, field) in [
        ("\"><script>alert(1)</script>@x.example", &tenant.master_key, "email"),
        (ADA, &tenant.master_key, "email"),
        (NEW, &stranger, "master_key"),
        (NEW, &SecretString::from(""), "master_key"),
    ] {
        let refused = ask(&mut owner, key, email).await;
        assert_eq!(refused.status, 422, "{email}");
        refused.shows(&format!("id=\"{field}-problem\""));
        refused.shows("Your e-mail address was not changed.");
        refused.hides("<script>alert");
        assert_eq!(refused.value("email").as_deref(), Some(email), "what was typed stays");
        assert!(key.expose_secret().is_empty() || !refused.body.contains(key.expose_secret()));
    }
    assert!(house.sent_nothing().await);
}

/// Whose an address is makes no difference, to the answer or to what is sent.
#[tokio::test]
async fn anothers_address_is_answered_as_nobodys() {
    let house = house().await;
    let (tenant, mut owner) = reached(&house).await;
    house.tenant("known@example.org").await;
    let mut told = Vec::new();
    for email in ["known@example.org", "never@example.org"] {
        let asked = ask(&mut owner, &tenant.master_key, email).await;
        let page = owner.get(asked.location()).await;
        let mut mails = [house.mail().await, house.mail().await].map(|mail| (mail.subject, mail.to));
        mails.sort_by_key(|(subject, _)| *subject);
        told.push(format!("{:?} {:?} {mails:?}", asked.essence(), page.essence()).replace(email, "<email>"));
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn a_locked_session_and_a_server_without_mail_change_nothing() {
    let locked_house = House::with(|_| ()).await;
    let mut locked = locked_house.locked().await;
    let page = locked.get("/settings").await;
    page.shows("Unlock the session to change the e-mail address.");
    page.hides("action=\"/settings\"");
    let house = House::with(|plan| plan.web.mail = None).await;
    let mut owner = house.owner().await;
    owner.get("/settings").await.hides("action=\"/settings\"");
}

#[tokio::test]
async fn where_mail_is_printed_nobody_is_sent_to_a_mailbox() {
    let house = House::with(|plan| {
        plan.engine.links = links(SignUps::Closed);
        plan.web.pages.as_mut().unwrap().mail_is_printed = true;
    })
    .await;
    let mut owner = house.owner().await;
    let asked = ask(&mut owner, &house.key, NEW).await;
    assert_eq!(asked.location(), "/settings?done=printed", "{}", asked.body);
    let page = owner.get("/settings?done=printed").await;
    page.shows("prints its mail where it runs");
    let mut visitor = house.visitor();
    let sent = visitor.fill("/login", "/login/link", &[("email", NEW)]).await;
    let page = visitor.get(sent.location()).await;
    page.shows("prints its mail where it runs");
    page.hides("Look into your mailbox");
}
