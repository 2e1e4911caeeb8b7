//! What was made is handed out, whatever fails beside it; and what came to nothing may be tried again.

use std::time::Duration;

use od_db::Db;
use od_db::testing::tamper;
use od_engine::keys::NewMasterKey;
use od_engine::stores::{Register, UpdateStore};
use od_engine::tenants::{CreatedTenant, NewTenant};
use od_engine::webhooks::WebhookAction;
use od_engine::{DbOptions, Engine, Error, LinkError, LinkOptions, SignUp, SignUps};
use secrecy::{ExposeSecret, SecretString};

use crate::keys::signed_in;
use crate::links::{ADA, PostOffice, from, is_not_good, many, url, who};
use crate::root_keys::{Has, Vault, in_a_file};

/// What makes a row unreadable: text that is none.
const UNREADABLE: &str = "CAST(x'ff' AS TEXT)";

/// From the moment on in which `write` is done, `then` is.
async fn after(db: &Db, write: &str, then: &str) {
    let name = write.split_whitespace().next().unwrap();
    let trigger = format!("CREATE TRIGGER after_{name} AFTER {write} BEGIN {then}; END");
    tamper(db, &trigger).await.unwrap();
}

/// Makes every write of this kind fail.
async fn fails(db: &Db, write: &str) {
    let trigger = format!("CREATE TRIGGER fails BEFORE {write} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
    tamper(db, &trigger).await.unwrap();
}

async fn works_again(db: &Db) {
    tamper(db, "DROP TRIGGER fails").await.unwrap();
}

/// A tenant, and the database behind the engine's back.
async fn opened(vault: &Vault) -> (Engine, Db, CreatedTenant) {
    let engine = vault.open(Has::Old).await;
    let db = Db::connect(&vault.database).await.unwrap();
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    (engine, db, tenant)
}

fn graceful() -> NewMasterKey {
    NewMasterKey {
        grace: Duration::from_hours(1),
        ..NewMasterKey::default()
    }
}

fn a_store(vault: &Vault, index: usize) -> Register {
    let store = vault.sim.stores()[index].clone();
    Register {
        store_id: store.store_id,
        api_key: store.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    }
}

#[tokio::test]
async fn a_new_key_is_told_though_the_others_cannot_be_listed() {
    let (_folder, vault) = in_a_file().await;
    let (engine, db, tenant) = opened(&vault).await;
    let first = signed_in(&engine, &tenant.master_key).await.unwrap();
    let second = engine.keys().rotate(&first, graceful()).await.unwrap();
    let unreadable = format!(
        "UPDATE master_key_metadata SET label = {UNREADABLE} WHERE id = '{}'",
        second.key_id
    );
    after(&db, "INSERT ON master_key_metadata", &unreadable).await;
    let third = engine.keys().rotate(&first, graceful()).await.unwrap();
    assert!(signed_in(&engine, &third.master_key).await.is_ok());
    let others: Vec<_> = third.others.iter().map(|key| key.key_id.as_str()).collect();
    assert_eq!(others, [second.key_id.as_str()]);

    tamper(&db, "UPDATE master_key_metadata SET label = NULL")
        .await
        .unwrap();
    after(&db, "UPDATE OF revoked_at ON master_key_metadata", &unreadable).await;
    let lost = Some("lost".to_owned());
    let ended = engine.keys().revoke(&third.tenant_id, &third.key_id, lost, false).await;
    let ended = ended.unwrap().key;
    assert_eq!((ended.state, ended.reason.as_deref()), ("ended", Some("lost")));
    assert!(ended.ended_at.is_some());
    db.close().await;
}

#[tokio::test]
async fn a_store_that_is_registered_is_told_to_be() {
    let (_folder, vault) = in_a_file().await;
    let (engine, db, tenant) = opened(&vault).await;
    let owner = || async { signed_in(&engine, &tenant.master_key).await.unwrap() };
    let stores = engine.stores();
    let first = stores.register(&owner().await, a_store(&vault, 0)).await.unwrap().data;
    let id = &first.store_id;
    assert!(first.active, "the only one");
    let unreadable = format!("UPDATE stores SET label = {UNREADABLE} WHERE store_id = '{id}'");
    after(&db, "INSERT ON stores", &unreadable).await;
    let second = stores.register(&owner().await, a_store(&vault, 1)).await.unwrap().data;
    assert!(!second.active);

    tamper(&db, "UPDATE stores SET label = NULL").await.unwrap();
    engine
        .stores()
        .use_store(&owner().await, &second.store_id)
        .await
        .unwrap();
    after(&db, "UPDATE OF store_name ON stores", &unreadable).await;
    let renamed = UpdateStore {
        store_name: Some("Mugs".to_owned()),
        ..UpdateStore::default()
    };
    let renamed = stores
        .update(&owner().await, &second.store_id, renamed)
        .await
        .unwrap()
        .data;
    assert_eq!((renamed.store_name.as_str(), renamed.active), ("Mugs", true));
    db.close().await;
}

#[tokio::test]
async fn a_new_address_of_a_webhook_is_told_though_its_posts_cannot_be_listed() {
    let (_folder, vault) = in_a_file().await;
    let (engine, db, tenant) = opened(&vault).await;
    let owner = signed_in(&engine, &tenant.master_key).await.unwrap();
    let store = engine.stores().register(&owner, a_store(&vault, 0)).await.unwrap().data;
    let row = "SELECT id FROM stores";
    let post = format!(
        "INSERT INTO webhook_events (id, tenant_id, store_row_id, delivery, received_at, attempts) \
         VALUES ({UNREADABLE}, '{}', ({row}), 'd', 1, 0)",
        tenant.tenant_id
    );
    after(&db, "INSERT ON webhook_keys", &post).await;
    let rotated = engine
        .webhooks()
        .act(&owner, &store.store_id, WebhookAction::Rotate)
        .await;
    assert!(rotated.unwrap().data.address.is_some());
    db.close().await;
}

#[tokio::test]
async fn who_unlocks_a_session_has_one_though_the_locked_one_stays() {
    let (_folder, vault) = in_a_file().await;
    let (engine, db, tenant) = opened(&vault).await;
    let sessions = engine.sessions();
    let locked = sessions.begin_locked(&tenant.tenant_id, &who()).await.unwrap();
    let locked = sessions.find(&locked.text).await.unwrap().unwrap().identity;
    fails(&db, "UPDATE ON sessions").await;
    let unlocked = sessions
        .unlock(&crate::support::scope(&locked), &tenant.master_key, &who(), from(1))
        .await;
    works_again(&db).await;
    let found = sessions.find(&unlocked.unwrap().text).await.unwrap().unwrap();
    assert!(!found.identity.is_locked());
    db.close().await;
}

#[tokio::test]
async fn who_cannot_be_told_whether_there_is_an_order_is_told_that() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let db = Db::connect(&vault.database).await.unwrap();
    let owner = signed_in(&engine, &tenant.master_key).await.unwrap();
    let listened = async || engine.webhooks().listened(&owner, "90001", "7").await;
    assert_eq!(listened().await.unwrap(), None);
    tamper(&db, "ALTER TABLE stores RENAME TO away").await.unwrap();
    let unknown = listened().await.unwrap_err();
    assert!(matches!(unknown, Error::Storage(_)), "{unknown}");
    db.close().await;
}

/// A tenant that was closed is looked back at with its key as it was copied.
#[tokio::test]
async fn who_looks_back_may_have_copied_blanks_with_the_key() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    engine.tenants().close(tenant.tenant_id.as_str()).await.unwrap();
    let copied = SecretString::from(format!(" {}\n", tenant.master_key.expose_secret()));
    let identity = engine.auth().look_back(&copied).await.unwrap();
    assert_eq!(identity.tenant(), &tenant.tenant_id);
}

fn at_once() -> LinkOptions {
    LinkOptions {
        sign_ups: SignUps::AtOnce,
        ..many()
    }
}

fn verified() -> LinkOptions {
    LinkOptions {
        sign_ups: SignUps::Verified,
        ..many()
    }
}

async fn office(links: LinkOptions) -> (tempfile::TempDir, PostOffice, Db) {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: url(&folder),
        ..DbOptions::default()
    };
    let office = PostOffice::at(database.url.clone(), links).await;
    let db = Db::connect(&database).await.unwrap();
    (folder, office, db)
}

fn is_fault<T>(outcome: &Result<T, LinkError>) -> bool {
    matches!(outcome, Err(LinkError::Engine(Error::Storage(_))))
}

#[tokio::test]
async fn a_form_of_a_sign_up_that_failed_is_good_once_more() {
    let (_folder, office, db) = office(at_once()).await;
    let links = office.engine.links();
    let form = SecretString::from(links.new_form());
    let new = || SignUp {
        email: ADA.to_owned(),
        name: None,
    };
    fails(&db, "INSERT ON tenants").await;
    assert!(is_fault(&links.sign_up(&form, new(), &who(), from(1)).await));
    works_again(&db).await;
    links.sign_up(&form, new(), &who(), from(1)).await.unwrap();
    assert!(is_not_good(&links.sign_up(&form, new(), &who(), from(1)).await));
    assert_eq!(office.engine.tenants().list().await.unwrap().len(), 1);
    db.close().await;
}

#[tokio::test]
async fn a_link_that_came_to_nothing_is_good_once_more() {
    let (_folder, mut office, db) = office(verified()).await;
    let engine = office.engine.clone();
    let links = engine.links();
    links
        .ask_to_sign_up(ADA, &who(), from(1), office.post.clone())
        .await
        .unwrap();
    let (link, _) = office.sign_up_link(ADA).await;
    for write in ["INSERT ON tenants", "DELETE ON magic_links"] {
        // Another one, which goes with the sign-up.
        links
            .ask_to_sign_up(ADA, &who(), from(1), office.post.clone())
            .await
            .unwrap();
        office.sign_up_link(ADA).await;
        fails(&db, write).await;
        assert!(is_fault(&links.confirm(&link, None, &who(), from(1)).await), "{write}");
        works_again(&db).await;
    }
    links.confirm(&link, None, &who(), from(1)).await.unwrap();
    assert!(is_not_good(&links.confirm(&link, None, &who(), from(1)).await));
    assert_eq!(engine.tenants().list().await.unwrap().len(), 1);

    office.ask(ADA).await.unwrap();
    let link = office.sign_in_links(ADA).await.remove(0);
    fails(&db, "INSERT ON sessions").await;
    assert!(is_fault(&office.sign_in(&link).await));
    works_again(&db).await;
    office.sign_in(&link).await.unwrap();
    assert!(is_not_good(&office.sign_in(&link).await));
    db.close().await;
}
