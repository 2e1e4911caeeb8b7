//! Strangers make tenants: when they may, with what, and how often one form or link does.

use jiff::SignedDuration;
use od_db::testing::PostgresServer;
use od_engine::tenants::CreatedTenant;
use od_engine::{Error, LinkError, LinkOptions, Post, SignUp, SignUps};
use secrecy::SecretString;

use crate::links::{ADA, PostOffice, from, is_not_good, many, url, who};

#[tokio::test]
async fn a_stranger_signs_up_when_the_operator_lets_them() {
    let (_folder, office) = PostOffice::open(many()).await;
    let links = office.engine.links();
    let new = || SignUp {
        email: ADA.to_owned(),
        name: None,
    };
    let closed = |outcome: Result<CreatedTenant, LinkError>| matches!(outcome, Err(LinkError::Closed));
    assert!(closed(
        links.sign_up(&links.new_form().into(), new(), &who(), from(1)).await
    ));
    assert!(closed(
        links.confirm(&links.new_form().into(), None, &who(), from(1)).await
    ));
    assert!(matches!(
        links.ask_to_sign_up(ADA, &who(), from(1), office.post.clone()).await,
        Err(LinkError::Closed)
    ));
    assert_eq!(office.engine.tenants().list().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_form_makes_one_account_however_often_it_is_sent() {
    let (_folder, office) = PostOffice::open(LinkOptions {
        sign_ups: SignUps::AtOnce,
        ..many()
    })
    .await;
    let links = office.engine.links();
    let form = SecretString::from(links.new_form());
    let new = |email: &str, name: Option<&str>| SignUp {
        email: email.to_owned(),
        name: name.map(str::to_owned),
    };
    let refused = links.sign_up(&form, new("ada", None), &who(), from(1)).await;
    assert!(
        matches!(refused, Err(LinkError::Engine(Error::Invalid(_)))),
        "and the form stays good"
    );
    let created = links
        .sign_up(&form, new(ADA, Some("Blue Harbor")), &who(), from(1))
        .await
        .unwrap();
    assert!(is_not_good(
        &links.sign_up(&form, new("b@example.com", None), &who(), from(1)).await
    ));
    assert!(is_not_good(
        &links.sign_up(&"odml_x".into(), new(ADA, None), &who(), from(1)).await
    ));
    assert!(is_not_good(&office.sign_in(&form).await), "it signs nobody in");

    let tenants = office.engine.tenants().list().await.unwrap();
    assert_eq!(tenants.len(), 1);
    assert_eq!(
        (tenants[0].email.as_deref(), tenants[0].name.as_deref()),
        (Some(ADA), Some("Blue Harbor"))
    );
    office.engine.auth().sign_in(&created.master_key).await.unwrap();
    let recorded = office.recorded(&created).await;
    let made: Vec<_> = recorded
        .iter()
        .filter(|row| row.tool_name == "tenant.sign_up")
        .collect();
    assert_eq!(made.len(), 1);
    assert_eq!(
        (made[0].source.as_str(), made[0].actor.as_str()),
        ("webui", "anonymous")
    );
    assert_eq!(made[0].ip_address.as_deref(), Some("192.0.2.7"));

    // What is sent again a day later is another page's form.
    assert!(matches!(
        links.ask_to_sign_up(ADA, &who(), from(1), office.post.clone()).await,
        Err(LinkError::Closed)
    ));
}

#[tokio::test]
async fn with_verification_a_link_makes_the_account_and_only_one() {
    let folder = tempfile::tempdir().unwrap();
    a_link_makes_the_account(PostOffice::at(url(&folder), verified()).await).await;
}

#[tokio::test]
async fn with_verification_a_link_makes_the_account_and_only_one_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        let url = server.new_database().await.unwrap();
        a_link_makes_the_account(PostOffice::at(url, verified()).await).await;
    }
}

fn verified() -> LinkOptions {
    LinkOptions {
        sign_ups: SignUps::Verified,
        ..many()
    }
}

async fn a_link_makes_the_account(mut office: PostOffice) {
    let engine = office.engine.clone();
    let links = engine.links();
    let ask = async |post: Post| links.ask_to_sign_up(ADA, &who(), from(1), post).await.unwrap();
    ask(office.post.clone()).await;
    let (first, has_one) = office.sign_up_link(ADA).await;
    assert!(!has_one);
    ask(office.post.clone()).await;
    let (second, _) = office.sign_up_link(ADA).await;
    assert_eq!(
        engine.tenants().list().await.unwrap().len(),
        0,
        "not before the link is used"
    );

    assert!(
        is_not_good(&office.sign_in(&first).await),
        "it signs nobody in, and is not used up by that"
    );
    let named = |name: &str| Some(name.to_owned());
    let refused = links.confirm(&first, named("a\u{7}b"), &who(), from(1)).await;
    assert!(
        matches!(refused, Err(LinkError::Engine(Error::Invalid(_)))),
        "the link stays good"
    );
    let created = links
        .confirm(&first, named("Blue Harbor"), &who(), from(1))
        .await
        .unwrap();
    for used in [&first, &second] {
        assert!(is_not_good(&links.confirm(used, None, &who(), from(1)).await));
    }
    let made = engine.tenants().list().await.unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!(
        (made[0].email.as_deref(), made[0].name.as_deref()),
        (Some(ADA), Some("Blue Harbor"))
    );
    engine.auth().sign_in(&created.master_key).await.unwrap();

    ask(office.post.clone()).await;
    let (third, has_one) = office.sign_up_link(ADA).await;
    assert!(has_one, "the mail says so");
    office.ask(ADA).await.unwrap();
    let sign_in = office.sign_in_links(ADA).await;
    assert!(
        is_not_good(&links.confirm(&sign_in[0], None, &who(), from(1)).await),
        "another purpose"
    );
    office.pass(SignedDuration::from_secs(15 * 60));
    assert!(
        is_not_good(&links.confirm(&third, None, &who(), from(1)).await),
        "too late"
    );
}
