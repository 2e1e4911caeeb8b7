//! A thief has the database, all of it, and its root keys. He tries everything he has as a key to everything that is sealed.

use std::collections::BTreeSet;

use od_db::testing::{DumpedRow, PostgresServer, dump};
use od_engine::keys::{GRACE, NewMasterKey};
use od_engine::orders::CreateOrder;
use od_engine::stores::Register;
use od_engine::templates::Template;
use od_engine::tenants::NewTenant;
use od_engine::{Engine, Grants, NewPersonalToken, RootKey};
use od_vault::{DataKey, MasterKey, Place, Salt, Sealed, TenantKey, Token, derive_tenant_key, derive_token_key};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::grants::{Connection, connection};
use crate::keys::signed_in;
use crate::root_keys::{Has, Vault, close, in_a_file};

#[tokio::test]
async fn a_database_with_its_root_keys_opens_nothing_on_sqlite() {
    let (_folder, vault) = in_a_file().await;
    a_database_opens_nothing(&vault).await;
}

#[tokio::test]
async fn a_database_with_its_root_keys_opens_nothing_on_postgresql() {
    if let Some(server) = PostgresServer::start().unwrap() {
        a_database_opens_nothing(&Vault::at(server.new_database().await.unwrap()).await).await;
    }
}

async fn a_database_opens_nothing(vault: &Vault) {
    let engine = vault.open(Has::Old).await;
    let credentials = furnish(vault, &engine).await;
    close(&engine).await;
    // What was made under the old root key, and what has gone over.
    let engine = vault.open(Has::NewAndOld).await;
    signed_in(&engine, &credentials[1].1).await.unwrap();
    close(&engine).await;

    let db = od_db::Db::connect(&vault.database).await.unwrap();
    let thief = Thief::with(dump(&db).await.unwrap(), vault.both_root_keys());
    assert!(thief.sealed.len() >= 10, "{} sealed values", thief.sealed.len());
    assert!(thief.texts.len() > 100, "{} texts", thief.texts.len());
    for text in &thief.texts {
        for prefix in ["odmk_", "odpt_", "odac_", "odat_", "odrt_", "odws_"] {
            // The audit log names a credential by what listings print of it.
            let is_longer_than_listed = |(at, _)| {
                let word = text[at..].bytes();
                word.take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count()
                    > 12
            };
            assert!(
                !text.match_indices(prefix).any(is_longer_than_listed),
                "a credential stands in the database"
            );
        }
    }
    let opened = thief.tries_everything();
    assert_eq!(opened, Vec::<String>::new());
    // The same hands open it when they have one credential more: the search itself works.
    for (what, credential) in &credentials {
        let opened = thief.tries(credential.expose_secret());
        assert!(!opened.is_empty(), "the {what} opens its copy of the data key");
        for (tenant, data_key) in &opened {
            assert!(thief.opens_api_key(tenant, data_key), "and with it the API key");
        }
    }
}

/// A tenant with every kind of thing: stores, a key that was replaced, tokens that live and have ended, a connected client, kept
/// answers, named creates. Answers with credentials of each kind that live.
async fn furnish(vault: &Vault, engine: &Engine) -> Vec<(&'static str, SecretString)> {
    let own = NewTenant {
        master_key: Some("plum-orchard-47-river-stone".into()),
        ..NewTenant::default()
    };
    engine.tenants().create(own).await.unwrap();
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let scope = signed_in(engine, &tenant.master_key).await.unwrap();
    for store in vault.sim.stores() {
        let register = Register {
            store_id: store.store_id,
            api_key: store.api_key.into(),
            store_name: None,
            label: None,
            verify: true,
        };
        engine.stores().register(&scope, register).await.unwrap();
    }
    let token = || NewPersonalToken {
        label: "laptop".to_owned(),
        scopes: Grants::ALL,
        stores: Some(vec!["90001".to_owned()]),
        expires_in: None,
    };
    let ended = engine.tokens().create(&scope, token()).await.unwrap();
    engine.tokens().revoke(&scope, &ended.view.token_id).await.unwrap();
    let living = engine.tokens().create(&scope, token()).await.unwrap();
    let order: CreateOrder = serde_json::from_value(json!({
        "store": "90001", "client_request_id": "planted-order-1",
        "order": { "shipping": { "last_name": "Quince" }, "order_items": [{ "name": "Mug", "code": "M", "quantity": 1, "price": 5 }] },
    }))
    .unwrap();
    engine.orders().create(&scope, order).await.unwrap();
    let template = Template {
        name: "Quince".to_owned(),
        tool: "orders_get".to_owned(),
        arguments: Map::new(),
    };
    engine.templates().save(&scope, template).await.unwrap();
    let new = NewMasterKey {
        grace: GRACE,
        ..NewMasterKey::default()
    };
    let rotated = engine.keys().rotate(&scope, new).await.unwrap();
    // A session, a code that waits, and the tokens of one that was exchanged.
    let Connection { tokens, .. } = connection(engine, &rotated.master_key).await;
    vec![
        ("master key", rotated.master_key),
        ("token", living.token),
        ("access token", tokens.access),
        ("refresh token", tokens.refresh),
    ]
}

/// Something sealed, in its row.
struct Locked {
    table: String,
    tenant: String,
    row: String,
    field: String,
    salt: Option<Salt>,
    sealed: Sealed,
}

struct Thief {
    roots: Vec<RootKey>,
    texts: BTreeSet<String>,
    sealed: Vec<Locked>,
}

impl Thief {
    fn with(rows: Vec<DumpedRow>, roots: Vec<RootKey>) -> Self {
        let mut thief = Self {
            roots,
            texts: BTreeSet::new(),
            sealed: Vec::new(),
        };
        for row in rows {
            let cells: Map<String, Value> = serde_json::from_str(&row.json).unwrap();
            thief.sealed.extend(locked(&row.table, &cells));
            for value in cells.into_values() {
                match value {
                    Value::String(text) => thief.texts.insert(text),
                    other => thief.texts.insert(other.to_string()),
                };
            }
        }
        thief
    }

    /// What opens with anything that stands in the database.
    fn tries_everything(&self) -> Vec<String> {
        let mut opened = Vec::new();
        for text in &self.texts {
            for (tenant, _) in self.tries(text) {
                opened.push(format!("{text} opened the data key of {tenant}"));
            }
        }
        opened
    }

    /// The data keys that open with this text, by whose they are.
    fn tries(&self, text: &str) -> Vec<(String, DataKey)> {
        let mut opened = Vec::new();
        for locked in self.sealed.iter().filter(|locked| locked.field == "data_key") {
            for key in self.keys_of(text, locked) {
                let place = Place {
                    tenant: &locked.tenant,
                    row: &locked.row,
                    field: &locked.field,
                };
                if let Ok(data_key) = key.unwrap(&locked.sealed, &place) {
                    opened.push((locked.tenant.clone(), data_key));
                }
            }
        }
        opened
    }

    /// Whatever this product derives from a text.
    fn keys_of(&self, text: &str, locked: &Locked) -> Vec<TenantKey> {
        let Some(salt) = &locked.salt else { return Vec::new() };
        let mut keys = Vec::new();
        for root in &self.roots {
            for purpose in ["tenant key", "token key", "data_key", ""] {
                if let Ok(master) = MasterKey::parse(text.into()) {
                    keys.push(derive_tenant_key(root, &master, salt, purpose));
                }
                if let Ok(token) = Token::parse(text.into()) {
                    keys.push(derive_token_key(root, &token, salt, purpose));
                }
            }
        }
        keys
    }

    fn opens_api_key(&self, tenant: &str, data_key: &DataKey) -> bool {
        let stores = self
            .sealed
            .iter()
            .filter(|locked| locked.table == "stores" && locked.tenant == tenant);
        let opens = |locked: &Locked| {
            let place = Place {
                tenant,
                row: &locked.row,
                field: "api_key",
            };
            data_key.open_text(&place, &locked.sealed).is_ok()
        };
        let all: Vec<bool> = stores.map(opens).collect();
        !all.is_empty() && all.into_iter().all(|opens| opens)
    }
}

/// The sealed values of a row: three columns each.
fn locked(table: &str, cells: &Map<String, Value>) -> Vec<Locked> {
    let text = |name: &str| cells.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let fields = cells.keys().filter_map(|name| name.strip_suffix("_ciphertext"));
    fields
        .map(|field| Locked {
            table: table.to_owned(),
            tenant: text("tenant_id"),
            row: text("id"),
            field: field.to_owned(),
            salt: Salt::from_base64(&text("salt")).ok(),
            sealed: Sealed {
                ciphertext: text(&format!("{field}_ciphertext")),
                tag: text(&format!("{field}_tag")),
                nonce: text(&format!("{field}_nonce")),
            },
        })
        .filter(|locked| !locked.sealed.ciphertext.is_empty())
        .collect()
}
