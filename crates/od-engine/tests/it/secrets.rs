use base64::Engine as _;
use od_engine::DbOptions;
use od_engine::orders::{GetOrder, ListOrders};
use od_engine::tenants::NewTenant;
use secrecy::ExposeSecret;

use crate::support::{Setup, Shop, scope};

/// A thief with the database file finds none of the keys, in any of the usual spellings.
#[tokio::test]
async fn the_database_file_holds_no_key_in_any_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let database = DbOptions {
        url: format!("sqlite://{}", path.display()),
        ..DbOptions::default()
    };
    let root_key = od_engine::RootKey::generate();
    let root_text = root_key.to_base64();
    let shop = Shop::open_with(Setup {
        database,
        root_key,
        ..Setup::default()
    })
    .await;
    let created = shop.engine.tenants().create(NewTenant::default()).await.unwrap();
    let identity = shop.engine.auth().sign_in(&created.master_key).await.unwrap();
    shop.register(&scope(&identity), 0, None).await.unwrap();
    shop.engine
        .orders()
        .list(
            &scope(&identity),
            ListOrders {
                limit: 50,
                ..ListOrders::default()
            },
        )
        .await
        .unwrap();
    let get = GetOrder {
        order_id: shop.order_ids().remove(0),
        ..GetOrder::default()
    };
    shop.engine.orders().get(&scope(&identity), get).await.unwrap();
    let (api_key, master) = (
        shop.store.api_key.clone(),
        created.master_key.expose_secret().to_owned(),
    );
    let root = base64::engine::general_purpose::STANDARD
        .decode(root_text.expose_secret())
        .unwrap();
    shop.engine.shutdown(std::time::Duration::from_secs(5)).await;

    let mut bytes = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(
        bytes
            .windows(b"Sample Goods".len())
            .any(|window| window == b"Sample Goods"),
        "the search itself works"
    );
    for secret in [
        api_key.as_bytes(),
        master.as_bytes(),
        &root,
        root_text.expose_secret().as_bytes(),
    ] {
        for spelling in spellings(secret) {
            assert!(
                !bytes.windows(spelling.len()).any(|window| window == spelling),
                "a secret is in the file"
            );
        }
    }
}

pub fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut spellings = vec![
        secret.to_vec(),
        hex(secret).into_bytes(),
        hex(secret).to_uppercase().into_bytes(),
    ];
    for engine in [
        &base64::engine::general_purpose::STANDARD_NO_PAD,
        &base64::engine::general_purpose::URL_SAFE_NO_PAD,
    ] {
        // Base64 of the middle of a longer text depends on where it begins.
        for skip in 0..3 {
            let inner = &secret[skip..];
            let whole = &inner[..inner.len() / 3 * 3];
            spellings.push(engine.encode(whole).into_bytes());
        }
    }
    spellings
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
