use od_engine::{Call, DbOptions, Error, Outcome};
use serde_json::{Value, json};

use crate::support::{Setup, Shop};

/// Every call is recorded once, allowed or refused, panics included.
#[tokio::test]
async fn every_call_is_recorded_once_with_its_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let database = DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let shop = Shop::open_with(Setup {
        database: database.clone(),
        ..Setup::default()
    })
    .await;
    let call = |tool: &str| Call {
        tool: tool.to_owned(),
        parameters: json!({ "api_key": "planted-secret-value", "store": "Sample Goods" }),
        cost: 1,
        needs: None,
    };
    let scope = shop.scope();
    shop.engine
        .call(&scope, call("good"), Box::pin(async { Ok(Outcome::new(Value::Null)) }))
        .await
        .unwrap();
    let refused = shop
        .engine
        .call(
            &scope,
            call("bad"),
            Box::pin(async { Err(Error::invalid("/x", "is wrong")) }),
        )
        .await;
    assert_eq!(refused.unwrap_err().code(), "VALIDATION_ERROR");
    let broken = shop
        .engine
        .call(&scope, call("broken"), Box::pin(async { panic!("planted panic") }))
        .await;
    assert_eq!(broken.unwrap_err().code(), "INTERNAL_ERROR");
    assert!(shop.engine.shutdown(std::time::Duration::from_secs(5)).await);

    let db = od_db::Db::open(&database).await.unwrap();
    let page = db
        .audit()
        .list(
            scope.tenant(),
            &od_db::AuditFilter::default(),
            od_db::AuditPage::default(),
        )
        .await
        .unwrap();
    let told: Vec<_> = page
        .iter()
        .map(|row| {
            (
                row.entry.tool_name.clone(),
                row.entry.status.clone(),
                row.entry.error_code.clone(),
            )
        })
        .collect();
    for (tool, status, code) in [
        ("good", "success", None),
        ("bad", "error", Some("VALIDATION_ERROR")),
        ("broken", "error", Some("INTERNAL_ERROR")),
    ] {
        let expected = (tool.to_owned(), status.to_owned(), code.map(str::to_owned));
        assert_eq!(told.iter().filter(|row| **row == expected).count(), 1, "{told:?}");
    }
    for row in &page {
        assert!(!row.entry.parameters.contains("planted-secret-value"));
        assert!(row.entry.tool_name == "tenant.create" || row.entry.request_id == scope.request_id().to_string());
    }
}
