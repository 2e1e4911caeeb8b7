use od_db::Db;
use od_db::testing::tamper;
use od_engine::audit::{AuditFilter, ExportFormat, Whose};
use od_engine::templates::{KeptTemplates, Template};
use od_engine::tenants::NewTenant;
use od_engine::{DbOptions, Error};
use serde_json::{Map, Value, json};

use crate::keys::signed_in;
use crate::root_keys::{Has, in_a_file};
use crate::support::{Setup, Shop, new_tenant, scope};

fn template(name: &str, tool: &str, arguments: Value) -> Template {
    let Value::Object(arguments) = arguments else {
        panic!("no object: {arguments}")
    };
    Template {
        name: name.to_owned(),
        tool: tool.to_owned(),
        arguments,
    }
}

#[tokio::test]
async fn a_set_of_arguments_is_kept_for_its_tenant() {
    let shop = Shop::open().await;
    let (mine, templates) = (shop.scope(), shop.engine.templates());
    let first = template(" Ada's order ", "orders_get", json!({"order_id": "7", "fresh": true}));
    let id = templates.save(&mine, first).await.unwrap();
    let kept = templates.get(&mine, &id).await.unwrap().unwrap();
    assert_eq!(
        kept.template,
        template("Ada's order", "orders_get", json!({"order_id": "7", "fresh": true}))
    );

    let again = template(
        "ADA'S ORDER",
        "stores_register",
        json!({"store_id": "9", "api_key": "planted-key"}),
    );
    assert_eq!(
        templates.save(&mine, again).await.unwrap(),
        id,
        "the same name is the same one"
    );
    let listed = templates.list(&mine).await.unwrap();
    let expected = template("ADA'S ORDER", "stores_register", json!({"store_id": "9"}));
    assert_eq!(
        listed.kept.iter().map(|kept| &kept.template).collect::<Vec<_>>(),
        [&expected],
        "no secrets are kept"
    );

    let theirs = scope(&new_tenant(&shop.engine).await);
    assert_eq!(templates.list(&theirs).await.unwrap(), KeptTemplates::default());
    assert_eq!(templates.get(&theirs, &id).await.unwrap(), None);
    assert!(!templates.delete(&theirs, &id).await.unwrap());
    assert!(templates.delete(&mine, &id).await.unwrap());
    assert!(!templates.delete(&mine, &id).await.unwrap());
    assert_eq!(templates.list(&mine).await.unwrap(), KeptTemplates::default());

    let filter = AuditFilter {
        tool_name: Some("console.save_template".to_owned()),
        ..AuditFilter::default()
    };
    let audit = shop.engine.audit_log();
    let mut export = audit
        .export(Whose::Everybody, filter, ExportFormat::Json)
        .await
        .unwrap();
    let mut text = String::new();
    while let Some(piece) = export.next().await.unwrap() {
        text.push_str(&piece);
    }
    assert!(text.contains("stores_register") && !text.contains("Ada"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused() {
    let shop = Shop::open().await;
    let (mine, templates) = (shop.scope(), shop.engine.templates());
    let long = "x".repeat(81);
    let large = "y".repeat(300 * 1024);
    for (refused, field) in [
        (template(" \u{200b} ", "orders_get", json!({})), "name"),
        (template(&long, "orders_get", json!({})), "name"),
        (template("large", "orders_create", json!({"order": large})), "arguments"),
    ] {
        let error = templates.save(&mine, refused).await.unwrap_err();
        let Error::Invalid(problems) = error else {
            panic!("{error}")
        };
        assert_eq!(problems[0].path, field);
    }
    for number in 0..100 {
        let one = template(&format!("number {number}"), "stores_list", json!({}));
        templates.save(&mine, one).await.unwrap();
    }
    let more = templates
        .save(&mine, template("one more", "stores_list", json!({})))
        .await;
    assert!(matches!(more, Err(Error::Invalid(_))), "{more:?}");
    let replaced = template("Number 7", "stores_list", Map::new().into());
    templates.save(&mine, replaced).await.unwrap();
}

#[tokio::test]
async fn nothing_of_it_can_be_read_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let database = DbOptions {
        url: format!("sqlite://{}", file.display()),
        ..DbOptions::default()
    };
    let shop = Shop::open_with(Setup {
        database,
        ..Setup::default()
    })
    .await;
    let planted = template("planted-name", "orders_get", json!({"order_id": "planted-argument"}));
    shop.engine.templates().save(&shop.scope(), planted).await.unwrap();
    shop.engine.checkpoint().await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("console_templates"), "the file was read");
    assert!(!holds("planted-name") && !holds("planted-argument"));
}

#[tokio::test]
async fn what_cannot_be_opened_takes_nothing_else_along() {
    let (_folder, vault) = in_a_file().await;
    let engine = vault.open(Has::Old).await;
    let tenant = engine.tenants().create(NewTenant::default()).await.unwrap();
    let mine = signed_in(&engine, &tenant.master_key).await.unwrap();
    let templates = engine.templates();
    let good = templates
        .save(&mine, template("Good", "orders_get", json!({})))
        .await
        .unwrap();
    let bad = templates
        .save(&mine, template("Bad", "orders_get", json!({})))
        .await
        .unwrap();
    let db = Db::connect(&vault.database).await.unwrap();
    let nonce = format!(
        "UPDATE console_templates SET template_nonce = (SELECT template_nonce FROM console_templates WHERE id = '{good}') WHERE id = '{bad}'"
    );
    assert_eq!(tamper(&db, &nonce).await.unwrap(), 1);

    let listed = templates.list(&mine).await.unwrap();
    let opened: Vec<_> = listed.kept.iter().map(|kept| kept.id.as_str()).collect();
    assert_eq!((opened, listed.closed), (vec![good.as_str()], vec![bad.clone()]));
    assert_eq!(templates.get(&mine, &bad).await.unwrap_err().code(), "INTERNAL_ERROR");
    let again = templates.save(&mine, template("good", "orders_get", json!({}))).await;
    assert_eq!(again.unwrap(), good, "others are kept as ever");
    assert!(templates.delete(&mine, &bad).await.unwrap());
    assert_eq!(templates.list(&mine).await.unwrap().closed, [] as [&str; 0]);
    db.close().await;
}
