use od_engine::tenants::NewTenant;
use od_engine::{Clock, Engine, RootKey, StartError};
use od_sim::Simulator;
use secrecy::{ExposeSecret, SecretString};

use crate::support::{Setup, Shop, options};

#[tokio::test]
async fn keys_are_told_apart_as_mistyped_unknown_and_good() {
    let shop = Shop::open().await;
    let created = shop.engine.tenants().create(NewTenant::default()).await.unwrap();
    let key = created.master_key.expose_secret().to_owned();
    let identity = shop.engine.auth().sign_in(&created.master_key).await.unwrap();
    assert_eq!(identity.tenant(), &created.tenant_id);

    let mut mistyped = key.clone();
    let last = mistyped.pop().unwrap();
    mistyped.push(if last == 'A' { 'B' } else { 'A' });
    for (text, said) in [
        (mistyped.as_str(), "mistyped"),
        ("tiny-key", "mistyped"),
        ("a caller's own but unknown key", "No tenant"),
    ] {
        let error = shop
            .engine
            .auth()
            .sign_in(&SecretString::from(text.to_owned()))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "AUTH_ERROR");
        assert!(error.to_string().contains(said), "{text}: {error}");
        assert!(!error.to_string().contains(text));
    }
}

#[tokio::test]
async fn a_deleted_tenant_is_signed_out_at_once() {
    let shop = Shop::open().await;
    let created = shop.engine.tenants().create(NewTenant::default()).await.unwrap();
    shop.engine.auth().sign_in(&created.master_key).await.unwrap();
    shop.engine.tenants().delete(created.tenant_id.as_str()).await.unwrap();
    assert_eq!(
        shop.engine
            .auth()
            .sign_in(&created.master_key)
            .await
            .unwrap_err()
            .code(),
        "AUTH_ERROR"
    );
    assert_eq!(
        shop.engine
            .tenants()
            .show(created.tenant_id.as_str())
            .await
            .unwrap_err()
            .code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn provisioning_makes_a_tenant_of_an_unknown_key_once() {
    let shop = Shop::open().await;
    let key = SecretString::from("my own long key, sixteen and more".to_owned());
    let first = shop.engine.auth().sign_in_or_provision(&key).await.unwrap();
    let again = shop.engine.auth().sign_in_or_provision(&key).await.unwrap();
    assert_eq!(first.tenant(), again.tenant());
    let short = SecretString::from("too short".to_owned());
    assert_eq!(
        shop.engine
            .auth()
            .sign_in_or_provision(&short)
            .await
            .unwrap_err()
            .code(),
        "AUTH_ERROR"
    );
}

/// A tenant whose key is the name of a variable would be everybody's whose client did not fill it in.
#[tokio::test]
async fn what_a_client_did_not_fill_in_makes_no_tenant() {
    let shop = Shop::open().await;
    for text in ["${user_config.master_key}", "\"my own long key, sixteen and more\""] {
        let key = SecretString::from(text.to_owned());
        let error = shop.engine.auth().sign_in_or_provision(&key).await.unwrap_err();
        assert_eq!(error.code(), "AUTH_ERROR", "{text}");
        assert!(!error.to_string().contains("No tenant is known"), "{error}");
    }
}

#[tokio::test]
async fn a_key_in_use_cannot_make_a_second_tenant() {
    let shop = Shop::open().await;
    let key = || Some(SecretString::from("my own long key, sixteen and more".to_owned()));
    shop.engine
        .tenants()
        .create(NewTenant {
            master_key: key(),
            ..NewTenant::default()
        })
        .await
        .unwrap();
    let error = shop
        .engine
        .tenants()
        .create(NewTenant {
            master_key: key(),
            ..NewTenant::default()
        })
        .await
        .unwrap_err();
    assert_eq!(error.code(), "DUPLICATE");
    assert!(error.hint().contains("another key"), "{}", error.hint());
}

#[tokio::test]
async fn another_root_key_does_not_start_on_the_same_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("app.db").display());
    let database = || od_engine::DbOptions {
        url: url.clone(),
        ..od_engine::DbOptions::default()
    };
    let sim = Simulator::start(Setup::default().sim).await.unwrap();
    let setup = |root_key| {
        options(
            Setup {
                database: database(),
                root_key,
                ..Setup::default()
            },
            &sim,
        )
    };
    let root = RootKey::generate();
    let text = root.to_base64();
    let engine = Engine::open(setup(root), Clock::system()).await.unwrap();
    engine.shutdown(std::time::Duration::from_secs(1)).await;

    let refused = Engine::open(setup(RootKey::generate()), Clock::system()).await;
    assert!(matches!(refused, Err(StartError::WrongRootKey)));
    let same = RootKey::from_base64(text.expose_secret()).unwrap();
    Engine::open(setup(same), Clock::system()).await.unwrap();
}
