//! A thief has the database and the root key. What changes altered stays shut.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use od_db::testing::tamper;
use od_engine::orders::{CreateOrder, DeleteOrder};
use od_engine::tenants::NewTenant;
use od_engine::{Clock, DbOptions, Engine, Identity, RootKey};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::differences::call;
use crate::secrets::spellings;
use crate::support::{Setup, Shop, mutation_of, options};

const BEFORE: &str = "Planted-Before Quince";
const AFTER: &str = "Planted-After Medlar";
const MADE: &str = "Planted-Made Loquat";
const NOTE: &str = "planted note: leave it with the neighbour at number nine";

/// Makes changes whose values are known: none of them stands in an argument that is recorded as it is.
async fn changes(shop: &Shop) -> Vec<String> {
    let id = shop.order_ids().remove(0);
    // Outside any call, and so on no record.
    shop.note(&id, NOTE).await.unwrap();
    shop.change(&id, json!({ "shipping": { "last_name": BEFORE } }))
        .await
        .unwrap();
    let parameters = |arguments: Value| ("orders.any", arguments);
    let named = json!({ "shipping": { "last_name": AFTER } });
    let change = mutation_of(&id, named.clone());
    let changed = call(
        &shop.engine,
        &shop.identity,
        parameters(json!({ "order_id": id, "mutation": named })),
        async move |engine, scope| engine.orders().mutate(&scope, change).await,
    )
    .await;
    let order = json!({ "order": {
        "email": "made@example.test", "source_id": "S-1", "source_name": "Stolen", "shipping": { "last_name": MADE },
        "order_items": [{ "name": "Mug", "code": "M", "quantity": 1, "price": 5 }],
    } });
    let create: CreateOrder = serde_json::from_value(order.clone()).unwrap();
    let made = call(
        &shop.engine,
        &shop.identity,
        parameters(order),
        async move |engine, scope| engine.orders().create(&scope, create).await,
    )
    .await;
    let delete = DeleteOrder {
        store: None,
        order_id: id.clone(),
        confirm: true,
        dry_run: false,
    };
    let deleted = call(
        &shop.engine,
        &shop.identity,
        parameters(json!({ "order_id": id })),
        async move |engine, scope| engine.orders().delete(&scope, delete).await,
    )
    .await;
    let request = |(request, outcome): (String, Result<_, od_engine::Error>)| {
        outcome.unwrap();
        request
    };
    [changed, made, deleted].map(request).into()
}

fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// Whether a value stands in bytes, in any usual spelling.
fn shows(bytes: &[u8], value: &str) -> bool {
    let is_in = |spelling: &Vec<u8>| bytes.windows(spelling.len()).any(|window| window == spelling);
    spellings(value.as_bytes()).iter().any(is_in)
}

/// What a value would look like that was only packed.
fn unpacked(ciphertext: &str) -> Vec<Vec<u8>> {
    let bytes = STANDARD.decode(ciphertext).unwrap();
    let inflated = (0..bytes.len().min(4)).map(|skip| {
        let mut text = Vec::new();
        let _ = DeflateDecoder::new(&bytes[skip..]).take(1 << 20).read_to_end(&mut text);
        text
    });
    let inflated: Vec<_> = inflated.collect();
    inflated.into_iter().chain([bytes]).collect()
}

#[tokio::test]
async fn a_stolen_database_with_the_root_key_shows_nothing_that_was_changed() {
    let (folder, stolen) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let database = |folder: &Path| DbOptions {
        url: format!("sqlite://{}", folder.join("app.db").display()),
        ..DbOptions::default()
    };
    let setup = Setup {
        database: database(folder.path()),
        ..Setup::default()
    };
    let root_key = setup.root_key.to_base64();
    let shop = Shop::open_with(setup).await;
    let requests = changes(&shop).await;
    let planted = [BEFORE, AFTER, MADE, NOTE];
    let mut opened = String::new();
    for request in &requests {
        for found in shop.engine.audit_log().find(request).await.unwrap() {
            opened.push_str(&json!(found.open(&shop.identity).unwrap()).to_string());
        }
    }
    for value in planted {
        assert!(opened.contains(value), "{value} is kept, and its owner sees it");
    }
    // As it lies there, the server still running, and once more when it has ended.
    copy(folder.path(), stolen.path());
    search(stolen.path(), &planted);
    shop.engine.shutdown(Duration::from_secs(5)).await;
    copy(folder.path(), stolen.path());
    search(stolen.path(), &planted);

    let open = async || {
        let setup = Setup {
            database: database(stolen.path()),
            root_key: RootKey::from_base64(root_key.expose_secret()).unwrap(),
            ..Setup::default()
        };
        Engine::open(options(setup, &shop.sim), Clock::system()).await.unwrap()
    };
    let engine = open().await;
    let db = od_db::Db::connect(&database(stolen.path())).await.unwrap();
    for row in db.audit().walk(Some(shop.identity.tenant()), 0, 1000).await.unwrap() {
        for bytes in unpacked(&row.entry.difference.ciphertext) {
            for value in planted {
                assert!(!shows(&bytes, value), "{value} was only packed");
            }
        }
    }
    let thief = engine.tenants().create(NewTenant::default()).await.unwrap();
    let identity = engine.auth().sign_in(&thief.master_key).await.unwrap();
    with_a_tenant_of_his_own((&engine, &identity), &db, &shop, &requests).await;
    // A process that has not seen his key yet.
    let another = open().await;
    let refused = another.auth().sign_in(&thief.master_key).await;
    assert_eq!(refused.err().map(|error| error.code()), Some("INTERNAL_ERROR"));
    for engine in [engine, another] {
        engine.shutdown(Duration::from_secs(5)).await;
    }
    db.close().await;
}

fn search(folder: &Path, planted: &[&str]) {
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(shows(&bytes, "Sample Goods"), "the search itself works");
    for value in planted {
        assert!(!shows(&bytes, value), "{value} is in the file");
    }
}

/// The root key lets the thief make tenants. With the key of one he tries what another one's seal is worth.
async fn with_a_tenant_of_his_own(
    (engine, identity): (&Engine, &Identity),
    db: &od_db::Db,
    shop: &Shop,
    requests: &[String],
) {
    let log = engine.audit_log();
    for request in requests {
        for found in log.find(request).await.unwrap() {
            assert!(found.entry.has_difference && found.open(identity).unwrap().is_none());
        }
    }
    let (owner, own) = (shop.identity.tenant(), identity.tenant());
    let adopted = format!("UPDATE audit_log SET tenant_id = '{own}' WHERE tenant_id = '{owner}'");
    assert!(tamper(db, &adopted).await.unwrap() > 0);
    for request in requests {
        for found in log.find(request).await.unwrap() {
            assert!(found.opens_with(identity), "it seems to be his");
            assert!(found.open(identity).is_err());
        }
    }
    let columns = ["data_key_ciphertext", "data_key_tag", "data_key_nonce"];
    let of_the_owner =
        |name: &str| format!("{name} = (SELECT {name} FROM master_key_metadata WHERE tenant_id = '{owner}' LIMIT 1)");
    let taken = columns.map(of_the_owner).join(", ");
    let taken = format!("UPDATE master_key_metadata SET {taken} WHERE tenant_id = '{own}'");
    assert_eq!(tamper(db, &taken).await.unwrap(), 1);
}
