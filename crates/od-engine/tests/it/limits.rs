use od_engine::{Call, LimitOptions, Outcome};
use serde_json::{Value, json};

use crate::support::{Setup, Shop, new_tenant, scope};

#[tokio::test]
async fn a_tenant_that_asks_too_much_is_refused_alone_and_told_when_to_come_back() {
    let setup = Setup {
        limits: LimitOptions {
            per_minute: 60,
            burst: 3,
        },
        ..Setup::default()
    };
    let shop = Shop::open_with(setup).await;
    let other = new_tenant(&shop.engine).await;
    let call = |cost| Call {
        tool: "stores.list".to_owned(),
        parameters: json!({}),
        cost,
        needs: None,
    };
    let work = || -> od_engine::Work<_> { Box::pin(async { Ok(Outcome::new(Value::Null)) }) };
    let mine = shop.scope();
    shop.engine.call(&mine, call(3), work()).await.unwrap();
    let error = shop.engine.call(&mine, call(2), work()).await.unwrap_err();
    assert_eq!(error.code(), "RATE_LIMIT_EXCEEDED");
    let wait = error.retry_after().unwrap().as_secs_f64();
    assert!((1.0..=2.0).contains(&wait), "{wait}");
    shop.engine.call(&scope(&other), call(1), work()).await.unwrap();
}
