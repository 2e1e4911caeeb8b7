use serde_json::{Value, json};

use crate::support::{Setup, Shop, mutation_of, note_of, ops_of, options, scope};
use od_engine::{Clock, DbOptions, Engine};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_changes_to_one_order_are_all_there_and_none_twice() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim.edit_order(&shop.store.store_id, &id, |order| {
        order.insert("order_notes".to_owned(), json!([]));
        order.insert("checkout_data".to_owned(), json!([]));
    });
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (engine, note_scope, field_scope) = (shop.engine.clone(), shop.scope(), shop.scope());
        let note = note_of(&id, &format!("n{n}"));
        tasks.spawn(async move { engine.orders().mutate(&note_scope, note).await.map(drop) });
        let engine = shop.engine.clone();
        let field = mutation_of(&id, json!({ "checkout_data": { format!("field {n}"): n.to_string() } }));
        tasks.spawn(async move { engine.orders().mutate(&field_scope, field).await.map(drop) });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let stored = shop.stored(&id);
    let mut notes: Vec<&str> = stored["order_notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["content"].as_str().unwrap())
        .collect();
    notes.sort_unstable();
    let mut expected: Vec<String> = (0..50).map(|n| format!("n{n}")).collect();
    expected.sort_unstable();
    assert_eq!(notes, expected);
    for n in 0..50 {
        assert_eq!(
            stored["checkout_data"][format!("field {n}")],
            Value::from(n.to_string())
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_follow_each_other_at_once_are_all_answered() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    for n in 0..20 {
        let change = mutation_of(&id, json!({ "order_metadata": { "n": n } }));
        // Each comes while the change before it still gives its turn back.
        shop.engine.orders().mutate(&shop.scope(), change).await.unwrap();
    }
    assert_eq!(shop.stored(&id)["order_metadata"]["n"], 19);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_on_one_database_file_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = || DbOptions {
        url: format!("sqlite://{}", folder.path().join("app.db").display()),
        ..DbOptions::default()
    };
    let root_key = od_engine::RootKey::generate();
    let text = root_key.to_base64();
    let again = || {
        use secrecy::ExposeSecret;
        od_engine::RootKey::from_base64(text.expose_secret()).unwrap()
    };
    let shop = Shop::open_with(Setup {
        database: database(),
        root_key,
        ..Setup::default()
    })
    .await;
    // A second engine on the same file stands for a second process: it shares no memory with the first.
    let setup = Setup {
        database: database(),
        root_key: again(),
        ..Setup::default()
    };
    let other = Engine::open(options(setup, &shop.sim), Clock::system()).await.unwrap();
    let id = shop.order_ids().remove(0);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let engine = if n % 2 == 0 { shop.engine.clone() } else { other.clone() };
        let scope = scope(&shop.identity);
        let change = mutation_of(&id, json!({ "order_metadata": { format!("k{n}"): n } }));
        tasks.spawn(async move { engine.orders().mutate(&scope, change).await.map(drop) });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let stored = shop.stored(&id);
    for n in 0..40 {
        assert_eq!(stored["order_metadata"][format!("k{n}")], n);
    }
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_cut_a_change_in_half() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim
        .inject(od_sim::Fault::new(od_sim::FaultKind::Slow { ms: 200 }).on("PUT", "/orders/*"));
    let (engine, scope, change) = (shop.engine.clone(), shop.scope(), note_of(&id, "Survives"));
    let call = od_engine::Call {
        tool: "orders.add_note".to_owned(),
        parameters: json!({}),
        cost: 2,
        needs: None,
    };
    let inner = engine.clone();
    let work = {
        let scope = scope.clone();
        async move { inner.orders().mutate(&scope, change).await }
    };
    let caller = tokio::spawn(async move { engine.call(&scope, call, Box::pin(work)).await });
    while shop.sent("PUT").is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    caller.abort();
    assert!(shop.engine.shutdown(std::time::Duration::from_secs(10)).await);
    let methods: Vec<String> = shop.sim.requests().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["GET", "PUT", "GET"]);
}

/// The first attempt takes all of them; the second has a record so large that it has no time for most.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_a_second_attempt_has_no_time_for_get_another_round() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let undocumented: serde_json::Map<String, Value> = (0..5000).map(|n| (format!("m{n}"), n.into())).collect();
    let patch = json!({ "undocumented": undocumented }).as_object().unwrap().clone();
    shop.sim
        .inject(od_sim::Fault::new(od_sim::FaultKind::ConcurrentEdit { patch }).on("GET", "/orders/*"));
    let conflict = od_sim::FaultKind::ErrorBeforeCommit {
        status: 409,
        html: false,
    };
    shop.sim.inject(od_sim::Fault::new(conflict).on("PUT", "/orders/*"));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let change = mutation_of(&id, json!({ "checkout_data": { format!("k{n}"): n.to_string() } }));
        tasks.spawn(async move { engine.orders().mutate(&scope, change).await.map(drop) });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let stored = shop.stored(&id);
    for n in 0..40 {
        assert_eq!(stored["checkout_data"][format!("k{n}")], Value::from(n.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_that_wait_for_one_order_share_a_read_and_an_upload() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim
        .inject(od_sim::Fault::new(od_sim::FaultKind::Slow { ms: 100 }).on("PUT", "/orders/*"));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        // Every tenth change cannot be made and must fail alone.
        let change = match n % 10 {
            9 => ops_of(&id, json!([{ "op": "remove_items", "item_ids": ["1"] }])),
            _ => mutation_of(&id, json!({ "order_metadata": { format!("k{n}"): n } })),
        };
        tasks.spawn(async move { (n, engine.orders().mutate(&scope, change).await) });
    }
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            (n, Ok(done)) => {
                let changes = done.data["changes"].as_array().unwrap();
                assert_eq!(changes.len(), 1, "each caller is told its own difference: {changes:?}");
                assert_eq!(changes[0]["path"], format!("/order_metadata/k{n}"));
                assert_eq!(done.data["verified"], true);
            }
            (n, Err(error)) => assert_eq!((n % 10, error.code()), (9, "VALIDATION_ERROR")),
        }
    }
    let stored = shop.stored(&id);
    for n in (0..40).filter(|n| n % 10 != 9) {
        assert_eq!(stored["order_metadata"][format!("k{n}")], n);
    }
    assert!(shop.sent("PUT").len() <= 5, "{} uploads", shop.sent("PUT").len());
}

/// The first upload carries all, the second the first of them by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_that_went_up_together_only_the_refused_one_fails() {
    const CHANGES: usize = 8;
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    let fault = |kind, method| od_sim::Fault::new(kind).on(method, "/orders/*");
    shop.sim.inject(fault(od_sim::FaultKind::Slow { ms: 300 }, "GET"));
    for _ in 0..2 {
        let message = "Too long".to_owned();
        shop.sim
            .inject(fault(od_sim::FaultKind::ErrorInSuccess { message }, "PUT"));
    }
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..CHANGES {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let change = mutation_of(&id, json!({ "order_metadata": { format!("k{n}"): n } }));
        tasks.spawn(async move { (n, engine.orders().mutate(&scope, change).await) });
    }
    let mut refused = Vec::new();
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            (_, Ok(_)) => {}
            (n, Err(error)) => {
                assert_eq!(error.code(), "ORDERDESK_API_ERROR", "{error}");
                refused.push(n);
            }
        }
    }
    assert_eq!(refused.len(), 1, "{refused:?}");
    let stored = shop.stored(&id);
    for n in (0..CHANGES).filter(|n| !refused.contains(n)) {
        assert_eq!(stored["order_metadata"][format!("k{n}")], n);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_changes_fit_the_real_rate_limit() {
    let setup = Setup {
        sim: od_sim::SimOptions::default(),
        ..Setup::default()
    };
    let shop = Shop::open_with(setup).await;
    let id = shop.order_ids().remove(0);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..100 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let change = mutation_of(&id, json!({ "checkout_data": { format!("k{n}"): n.to_string() } }));
        tasks.spawn(async move { engine.orders().mutate(&scope, change).await.map(drop) });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let stored = shop.stored(&id);
    for n in 0..100 {
        assert_eq!(stored["checkout_data"][format!("k{n}")], Value::from(n.to_string()));
    }
    let requests = shop.sim.requests();
    assert!(
        requests.iter().all(|request| request.status == Some(200)),
        "no call was refused"
    );
    println!("100 changes took {} calls", requests.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_has_one_turn_however_its_id_is_spelled() {
    let shop = Shop::open().await;
    let id = shop.order_ids().remove(0);
    shop.sim.inject(
        od_sim::Fault::new(od_sim::FaultKind::Slow { ms: 50 })
            .on("GET", "/orders/*")
            .times(4),
    );
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..4 {
        let (engine, scope) = (shop.engine.clone(), shop.scope());
        let spelled = format!("{}{id}", "0".repeat(n));
        let change = mutation_of(&spelled, json!({ "order_metadata": { format!("k{n}"): n } }));
        tasks.spawn(async move { engine.orders().mutate(&scope, change).await });
    }
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap().unwrap().data["order"]["id"], id.as_str());
    }
    let stored = shop.stored(&id);
    for n in 0..4 {
        assert_eq!(stored["order_metadata"][format!("k{n}")], n);
    }
    let path = format!("/orders/{id}");
    assert!(shop.sim.requests().iter().all(|request| request.path == path));
}
