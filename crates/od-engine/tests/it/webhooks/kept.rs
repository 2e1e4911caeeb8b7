//! What addresses outlive, and what ends all of them.

use od_engine::tenants::NewTenant;
use od_engine::webhooks::{Accepted, Format, Refused};
use od_engine::{Clock, Engine, EngineOptions, RootKey, WebhookOptions};
use serde_json::json;

use super::{post, token};
use crate::root_keys::{Has, close, in_a_file};
use crate::support::{Setup, options, scope};

/// What a shop posts of an order with this mail address, which the simulator never had.
fn signed(sim: &od_sim::Simulator, id: &str, email: &str) -> (String, String) {
    let body = json!({ "id": id, "email": email }).to_string();
    let hash = sim.hash("90001", &body).unwrap();
    (body, hash)
}

async fn taken(engine: &Engine, token: &str, (body, hash): &(String, String)) -> Result<Accepted, Refused> {
    let address = engine.webhooks().find(token.to_owned(), None).await?;
    engine
        .webhooks()
        .accept(&address, post(Format::Json, body.as_bytes(), Some(hash)))
        .await
}

async fn register(engine: &Engine, sim: &od_sim::Simulator, scope: &od_engine::Scope) {
    let store = sim.stores()[0].clone();
    let register = od_engine::stores::Register {
        store_id: store.store_id,
        api_key: store.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    };
    engine.stores().register(scope, register).await.unwrap();
}

#[tokio::test]
async fn webhooks_go_over_to_another_root_key() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let made = engine.tenants().create(NewTenant::default()).await.unwrap();
    let owner = scope(&engine.auth().sign_in(&made.master_key).await.unwrap());
    register(&engine, &vault.sim, &owner).await;
    let address = engine
        .webhooks()
        .enable(&owner, "90001")
        .await
        .unwrap()
        .data
        .address
        .unwrap();
    let token = token(&address);
    let posts: Vec<_> = (0..3)
        .map(|day| signed(&vault.sim, "80010001", &day.to_string()))
        .collect();
    assert_eq!(taken(&engine, &token, &posts[0]).await.unwrap(), Accepted::New);
    close(&engine).await;

    let engine = vault.open(Has::NewAndOld).await;
    assert_eq!(engine.root_keys().handed_over().webhooks, 1);
    assert_eq!(engine.root_keys().remaining().await.unwrap().webhooks, 0);
    assert_eq!(
        taken(&engine, &token, &posts[0]).await.unwrap(),
        Accepted::Duplicate,
        "known as before"
    );
    assert_eq!(taken(&engine, &token, &posts[1]).await.unwrap(), Accepted::New);
    engine.auth().sign_in(&made.master_key).await.unwrap();
    close(&engine).await;

    let engine = vault.open(Has::New).await;
    assert_eq!(taken(&engine, &token, &posts[1]).await.unwrap(), Accepted::Duplicate);
    assert_eq!(taken(&engine, &token, &posts[2]).await.unwrap(), Accepted::New);
    let owner = scope(&engine.auth().sign_in(&made.master_key).await.unwrap());
    let shown = engine.webhooks().show(&owner, "90001").await.unwrap().data;
    assert_eq!(shown.address, Some(address));
    close(&engine).await;
}

#[tokio::test]
async fn another_secret_ends_every_address() {
    let (_folder, vault) = in_a_file().await;
    let root = || RootKey::from_base64("cm9vdCBrZXkgZm9yIHRlc3RzLCAzMiBieXRlcyBvay4=").unwrap();
    let open = async |secret: Option<&str>, enabled: bool| {
        let setup = Setup {
            database: vault.database.clone(),
            root_key: root(),
            ..Setup::default()
        };
        let webhooks = WebhookOptions {
            enabled,
            secret: secret.map(Into::into),
            base: "https://orders.example.com/desk".to_owned(),
        };
        let options = EngineOptions {
            webhooks,
            ..options(setup, &vault.sim)
        };
        Engine::open(options, Clock::system()).await.unwrap()
    };
    let engine = open(Some("the first secret"), true).await;
    let made = engine.tenants().create(NewTenant::default()).await.unwrap();
    let owner = scope(&engine.auth().sign_in(&made.master_key).await.unwrap());
    register(&engine, &vault.sim, &owner).await;
    let address = engine
        .webhooks()
        .enable(&owner, "90001")
        .await
        .unwrap()
        .data
        .address
        .unwrap();
    assert_eq!(
        engine.webhooks().show(&owner, "90001").await.unwrap().warnings,
        Vec::<String>::new()
    );
    assert!(
        address.starts_with("https://orders.example.com/desk/webhooks/orderdesk/odwh_"),
        "{address}"
    );
    let (first, post) = (token(&address), signed(&vault.sim, "80010001", "new"));
    close(&engine).await;

    for secret in [None, Some("the second secret")] {
        let engine = open(secret, true).await;
        let refused = taken(&engine, &first, &post).await;
        assert!(matches!(refused, Err(Refused::UnknownAddress)), "{refused:?}");
        let shown = engine.webhooks().show(&owner, "90001").await.unwrap();
        assert!(
            !shown.data.enabled && shown.warnings[0].contains("WEBHOOK_SECRET"),
            "{shown:?}"
        );
        close(&engine).await;
    }
    let engine = open(Some("the second secret"), true).await;
    let second = engine
        .webhooks()
        .enable(&owner, "90001")
        .await
        .unwrap()
        .data
        .address
        .unwrap();
    assert_eq!(taken(&engine, &token(&second), &post).await.unwrap(), Accepted::New);
    close(&engine).await;

    let engine = open(Some("the second secret"), false).await;
    let refused = engine.webhooks().enable(&owner, "90001").await;
    assert_eq!(refused.unwrap_err().code(), "VALIDATION_ERROR");
    let shown = engine.webhooks().show(&owner, "90001").await.unwrap();
    assert!(shown.warnings[0].contains("ENABLE_WEBHOOKS"), "{shown:?}");
    close(&engine).await;
}
