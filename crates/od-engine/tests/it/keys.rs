//! Master keys over time: replaced without a pause, ended at once, never the last one by accident.

use std::time::Duration;

use jiff::ToSpan;
use od_db::testing::{PostgresServer, tamper};
use od_engine::keys::{GRACE, NewMasterKey};
use od_engine::stores::Register;
use od_engine::tenants::{CreatedTenant, NewTenant};
use od_engine::{Clock, Engine, Error, Grants, NewPersonalToken, Permission, Scope};
use secrecy::{ExposeSecret, SecretString};

use crate::root_keys::{Has, Vault, close, in_a_file};
use crate::support::scope;

/// A tenant with a store whose API key only the right data key opens.
async fn tenant(vault: &Vault, engine: &Engine) -> CreatedTenant {
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let store = vault.sim.stores()[0].clone();
    let register = Register {
        store_id: store.store_id,
        api_key: store.api_key.into(),
        store_name: None,
        label: None,
        verify: false,
    };
    let scope = signed_in(engine, &tenant.master_key).await.unwrap();
    engine.stores().register(&scope, register).await.unwrap();
    tenant
}

pub async fn signed_in(engine: &Engine, key: &SecretString) -> Result<Scope, Error> {
    engine.auth().sign_in(key).await.map(|identity| scope(&identity))
}

/// Whether a key opens the API key of the tenant's store.
pub async fn opens(engine: &Engine, key: &SecretString) -> bool {
    let Ok(scope) = signed_in(engine, key).await else {
        return false;
    };
    engine.stores().test(&scope, None).await.unwrap();
    true
}

fn new_key(grace: Duration) -> NewMasterKey {
    NewMasterKey {
        grace,
        ..NewMasterKey::default()
    }
}

fn code<T>(outcome: Result<T, Error>) -> &'static str {
    outcome.err().map_or("success", |error| error.code())
}

#[tokio::test]
async fn a_key_that_was_replaced_works_until_its_time_is_over() {
    let (_folder, vault) = in_a_file().await;
    let clock = Clock::manual(Clock::system().now());
    let engine = vault.open_at(Has::Old, clock.clone()).await;
    let tenant = tenant(&vault, &engine).await;
    let old = signed_in(&engine, &tenant.master_key).await.unwrap();
    let new = NewMasterKey {
        label: Some("2027".to_owned()),
        reason: Some("in turn".to_owned()),
        ..new_key(GRACE)
    };
    let rotated = engine.keys().rotate(&old, new).await.unwrap();
    assert_eq!(rotated.tenant_id, tenant.tenant_id.as_str());
    assert_eq!(rotated.old_key_expires_at, (clock.now() + 168.hours()).to_string());
    assert!(rotated.others.is_empty());
    for key in [&tenant.master_key, &rotated.master_key] {
        assert!(opens(&engine, key).await);
    }
    let keys = engine.keys().list(tenant.tenant_id.as_str()).await.unwrap();
    let told: Vec<_> = keys.iter().map(|key| (key.state, key.label.as_deref())).collect();
    assert_eq!(told, [("active", Some("2027")), ("ending", None)]);
    assert_eq!(keys[0].prefix, rotated.prefix);

    clock.set(clock.now() + 169.hours());
    // What is known of a remembered key is good enough for a second.
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    let another = vault.open_at(Has::Old, clock.clone()).await;
    for engine in [&engine, &another] {
        assert!(!opens(engine, &tenant.master_key).await);
        assert!(opens(engine, &rotated.master_key).await);
    }
    let keys = engine.keys().list(tenant.tenant_id.as_str()).await.unwrap();
    assert_eq!((keys[1].state, keys[1].reason.as_deref()), ("ended", Some("in turn")));
    close(&engine).await;
    close(&another).await;
}

#[tokio::test]
async fn a_key_that_is_ended_is_refused_at_its_next_use_wherever_it_is_known() {
    let (_folder, vault) = in_a_file().await;
    let (engine, another) = (vault.open(Has::Old).await, vault.open(Has::Old).await);
    let tenant = tenant(&vault, &engine).await;
    for engine in [&engine, &another] {
        assert!(opens(engine, &tenant.master_key).await, "it is remembered from here on");
    }
    let old = signed_in(&engine, &tenant.master_key).await.unwrap();
    let rotated = engine.keys().rotate(&old, new_key(Duration::ZERO)).await.unwrap();
    assert!(!opens(&engine, &tenant.master_key).await, "here at once");
    assert_eq!(
        code(engine.keys().rotate(&old, new_key(GRACE)).await),
        "AUTH_ERROR",
        "it makes no other key"
    );
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert!(!opens(&another, &tenant.master_key).await, "elsewhere within a second");
    for engine in [&engine, &another] {
        assert!(opens(engine, &rotated.master_key).await);
    }
    let rows = od_db::Db::connect(&vault.database).await.unwrap();
    let rows = rows.master_keys().list(&tenant.tenant_id).await.unwrap();
    assert_eq!(
        rows[1].data_key,
        od_db::SealedColumns::default(),
        "its copy is destroyed"
    );
    close(&engine).await;
    close(&another).await;
}

#[tokio::test]
async fn the_operator_ends_a_key_without_it_but_not_the_last_one_by_accident() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = tenant(&vault, &engine).await;
    let id = tenant.tenant_id.as_str();
    let keys = engine.keys();
    assert_eq!(
        code(keys.revoke(id, &tenant.prefix, None, false).await),
        "VALIDATION_ERROR"
    );
    assert!(opens(&engine, &tenant.master_key).await, "the last one stays");
    let old = signed_in(&engine, &tenant.master_key).await.unwrap();
    let rotated = keys.rotate(&old, new_key(GRACE)).await.unwrap();
    assert_eq!(code(keys.revoke(id, "odmk_nobodys", None, false).await), "NOT_FOUND");
    let ended = keys
        .revoke(id, &tenant.prefix, Some("laptop lost".to_owned()), false)
        .await
        .unwrap();
    assert_eq!(
        (ended.key.state, ended.key.reason.as_deref()),
        ("ended", Some("laptop lost"))
    );
    assert_eq!(ended.sessions, 0);
    assert!(!opens(&engine, &tenant.master_key).await);
    assert_eq!(
        code(keys.revoke(id, &tenant.prefix, None, false).await),
        "VALIDATION_ERROR",
        "it is ended already"
    );
    assert!(opens(&engine, &rotated.master_key).await);
    keys.revoke(id, &rotated.prefix, None, true).await.unwrap();
    assert!(
        !opens(&engine, &rotated.master_key).await,
        "the last one when it is meant"
    );
    close(&engine).await;
}

#[tokio::test]
async fn of_two_keys_with_one_prefix_neither_is_ended() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = tenant(&vault, &engine).await;
    let id = tenant.tenant_id.as_str();
    let old = signed_in(&engine, &tenant.master_key).await.unwrap();
    let rotated = engine.keys().rotate(&old, new_key(GRACE)).await.unwrap();
    let db = od_db::Db::connect(&vault.database).await.unwrap();
    let alike = format!("UPDATE master_key_metadata SET prefix = '{}'", rotated.prefix);
    assert_eq!(tamper(&db, &alike).await.unwrap(), 2);
    let refused = engine
        .keys()
        .revoke(id, &rotated.prefix, None, false)
        .await
        .err()
        .unwrap();
    let both = engine.keys().list(id).await.unwrap();
    for key in &both {
        assert!(refused.to_string().contains(&key.key_id), "{refused}");
    }
    for key in [&tenant.master_key, &rotated.master_key] {
        assert!(opens(&engine, key).await);
    }
    engine.keys().revoke(id, &both[1].key_id, None, false).await.unwrap();
    assert!(!opens(&engine, &tenant.master_key).await, "an id tells them apart");
    assert!(opens(&engine, &rotated.master_key).await);
    close(&engine).await;
}

#[tokio::test]
async fn two_rotations_at_once_lose_nothing_on_sqlite() {
    let (_folder, vault) = in_a_file().await;
    two_rotations_at_once(&vault).await;
}

#[tokio::test]
async fn two_rotations_at_once_lose_nothing_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        two_rotations_at_once(&Vault::at(server.new_database().await.unwrap()).await).await;
    }
}

async fn two_rotations_at_once(vault: &Vault) {
    let (engine, another) = (vault.open(Has::Old).await, vault.open(Has::Old).await);
    let tenant = tenant(vault, &engine).await;
    let (here, there) = (
        signed_in(&engine, &tenant.master_key).await.unwrap(),
        signed_in(&another, &tenant.master_key).await.unwrap(),
    );
    let (keys, others) = (engine.keys(), another.keys());
    let (first, second) = tokio::join!(
        keys.rotate(&here, new_key(GRACE)),
        others.rotate(&there, new_key(GRACE))
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    for key in [&tenant.master_key, &first.master_key, &second.master_key] {
        assert!(opens(&engine, key).await && opens(&another, key).await);
    }
    // Both end the old one at once: who comes second has a key that opens nothing any more.
    let (here, there) = (
        signed_in(&engine, &first.master_key).await.unwrap(),
        signed_in(&another, &first.master_key).await.unwrap(),
    );
    let now = || new_key(Duration::ZERO);
    let (one, two) = tokio::join!(keys.rotate(&here, now()), others.rotate(&there, now()));
    let made: Vec<_> = [one, two].into_iter().flatten().collect();
    assert_eq!(made.len(), 1);
    assert!(opens(&engine, &made[0].master_key).await);
    // Two operators end the last two keys at once: one of them is told that his is the last.
    let id = tenant.tenant_id.as_str();
    keys.revoke(id, &tenant.prefix, None, false).await.unwrap();
    let (one, two) = tokio::join!(
        keys.revoke(id, &made[0].prefix, None, false),
        others.revoke(id, &second.prefix, None, false)
    );
    assert_eq!(one.is_ok(), two.is_err());
    close(&engine).await;
    close(&another).await;
}

#[tokio::test]
async fn only_a_master_key_replaces_one_and_a_used_key_is_nobody_elses() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let (tenant, stranger) = (tenant(&vault, &engine).await, tenant(&vault, &engine).await);
    let owner = signed_in(&engine, &tenant.master_key).await.unwrap();
    let token = NewPersonalToken {
        label: "all".to_owned(),
        scopes: Grants::of(&Permission::ALL),
        stores: None,
        expires_in: None,
    };
    let token = engine.tokens().create(&owner, token).await.unwrap();
    let holder = signed_in(&engine, &token.token).await.unwrap();
    let refused = engine.keys().rotate(&holder, new_key(GRACE)).await;
    assert!(matches!(refused, Err(Error::OwnerOnly(_))));
    let own = |text: &str| NewMasterKey {
        own: Some(text.into()),
        ..new_key(GRACE)
    };
    let anothers = own(stranger.master_key.expose_secret());
    assert_eq!(code(engine.keys().rotate(&owner, anothers).await), "DUPLICATE");
    assert_eq!(
        code(engine.keys().rotate(&owner, own("aaaaaaaaaaaaaaaaaaaa")).await),
        "VALIDATION_ERROR"
    );
    let mine = "plum-orchard-47-river-stone";
    let rotated = engine.keys().rotate(&owner, own(mine)).await.unwrap();
    assert!(!rotated.prefix.starts_with("plum"));
    // And from an own key to a generated one.
    let owner = signed_in(&engine, &mine.into()).await.unwrap();
    let rotated = engine.keys().rotate(&owner, new_key(Duration::ZERO)).await.unwrap();
    assert!(opens(&engine, &rotated.master_key).await);
    assert!(opens(&engine, &token.token).await, "a token has a copy of its own");
    close(&engine).await;
}

/// Whoever has the database has nothing of what was made before a key ended but its row.
#[tokio::test]
async fn the_audit_log_tells_of_it_and_not_the_keys() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = tenant(&vault, &engine).await;
    let owner = signed_in(&engine, &tenant.master_key).await.unwrap();
    let rotated = engine.keys().rotate(&owner, new_key(GRACE)).await.unwrap();
    engine
        .keys()
        .revoke(tenant.tenant_id.as_str(), &tenant.prefix, None, false)
        .await
        .unwrap();
    let db = od_db::Db::connect(&vault.database).await.unwrap();
    let rows = db.audit().walk(Some(&tenant.tenant_id), 0, 100).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .filter(|row| row.entry.status == "success" && row.entry.tool_name.starts_with("tenant."))
        .map(|row| (row.entry.tool_name.as_str(), row.entry.actor.as_str()))
        .collect();
    let by = format!("master_key:{}", tenant.prefix);
    assert_eq!(told[1], ("tenant.rotate_key", by.as_str()));
    assert_eq!(told[2].0, "tenant.revoke_key");
    for row in &rows {
        let all = format!("{row:?}");
        for key in [&tenant.master_key, &rotated.master_key] {
            assert!(!all.contains(key.expose_secret()));
        }
    }
    close(&engine).await;
}
