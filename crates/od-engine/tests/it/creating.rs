use std::time::Duration;

use od_engine::orders::CreateOrder;
use od_engine::{Clock, DbOptions, Engine, Error, Outcome, RootKey};
use od_sim::{Fault, FaultKind};
use serde_json::{Map, Value, json};

use crate::support::{self, Setup, Shop};

/// A new order with these fields beside the least it needs.
fn order(fields: Value) -> Map<String, Value> {
    let mut order = json!({
        "customer": {"first_name": "Grace", "last_name": "Tern"},
        "order_items": [{"name": "Enamel mug", "code": "NEW-MUG", "price": 14.5, "quantity": 2}],
    });
    for (name, value) in fields.as_object().unwrap() {
        order[name] = value.clone();
    }
    order.as_object().unwrap().clone()
}

pub fn create(fields: Value, client_request_id: Option<&str>) -> CreateOrder {
    CreateOrder {
        store: None,
        order: order(fields),
        client_request_id: client_request_id.map(str::to_owned),
        dry_run: false,
    }
}

impl Shop {
    pub async fn create(&self, input: CreateOrder) -> Result<Outcome<Value>, Error> {
        self.engine.orders().create(&self.scope(), input).await
    }

    fn with_source(&self, source_id: &str) -> Vec<Value> {
        let mut orders = self.sim.orders(&self.store.store_id);
        orders.retain(|order| order["source_id"] == source_id);
        orders
    }

    fn with_code(&self, code: &str) -> Vec<Value> {
        let mut orders = self.sim.orders(&self.store.store_id);
        orders.retain(|order| order["order_items"][0]["code"] == code);
        orders
    }

    pub fn posts(&self) -> usize {
        self.sent("POST").len()
    }
}

#[tokio::test]
async fn a_new_order_is_searched_for_sent_once_and_read_back() {
    let shop = Shop::open().await;
    let input = create(
        json!({"source_id": "WEB-1", "source_name": "Shopify", "email": "tern@example.test"}),
        None,
    );
    let made = shop.create(input).await.unwrap();
    let calls: Vec<_> = shop.sim.requests().iter().map(|call| call.method.clone()).collect();
    assert_eq!(calls, ["GET", "POST", "GET"]);
    assert_eq!(made.data["verified"], true, "{:?}", made.warnings);
    let stored = shop.with_source("WEB-1").remove(0);
    assert_eq!(made.data["order"], stored);
    assert_eq!(stored["order_items"][0]["quantity"], 2);
    assert_eq!(stored["shipping"]["last_name"], "Tern");
}

#[tokio::test]
async fn a_list_that_was_cached_shows_the_new_order() {
    let shop = Shop::open().await;
    let list = || async {
        let input = serde_json::from_value(json!({"email": "tern@example.test"})).unwrap();
        shop.engine.orders().list(&shop.scope(), input).await.unwrap().data["orders"].clone()
    };
    assert_eq!(list().await, json!([]));
    shop.create(create(json!({"email": "tern@example.test"}), None))
        .await
        .unwrap();
    assert_eq!(list().await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_order_lands_in_the_folder_that_was_named() {
    let shop = Shop::open().await;
    let folders = shop
        .engine
        .stores()
        .folders(&shop.scope(), None, false)
        .await
        .unwrap()
        .data;
    let folder = folders.last().unwrap();
    let number: u64 = folder.id.parse().unwrap();
    for fields in [
        json!({"folder_name": folder.name, "email": "a@example.test"}),
        json!({"folder_id": number, "email": "b@example.test"}),
        json!({"folder_id": folder.id, "email": "c@example.test"}),
    ] {
        let made = shop.create(create(fields, None)).await.unwrap();
        assert_eq!(made.data["order"]["folder_id"], number);
    }
    let posts = shop.posts();
    let refused = shop
        .create(create(json!({"folder_name": "Nowhere"}), None))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "NOT_FOUND");
    assert_eq!(shop.posts(), posts);
}

#[tokio::test]
async fn a_dry_run_shows_the_order_and_sends_only_reads() {
    let shop = Shop::open().await;
    let input = CreateOrder {
        dry_run: true,
        ..create(json!({"source_id": "WEB-1"}), Some("request-1"))
    };
    let shown = shop.create(input).await.unwrap();
    assert_eq!(shown.data["dry_run"], true);
    assert_eq!(shown.data["order"]["source_id"], "WEB-1");
    assert_eq!(shown.data["changes"][0]["before"], Value::Null);
    assert!(shop.sim.requests().iter().all(|call| call.method == "GET"));
    shop.create(create(json!({"source_id": "WEB-1"}), Some("request-1")))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_cannot_be_an_order_is_never_sent() {
    let shop = Shop::open().await;
    let refused = shop
        .create(create(json!({"order_items": [], "order_total": 5}), None))
        .await
        .unwrap_err();
    let Error::Invalid(problems) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(shop.sim.requests().is_empty());
}

#[tokio::test]
async fn an_order_that_is_there_is_named_and_not_created_again() {
    let shop = Shop::open().await;
    let first = shop.create(create(json!({"source_id": "WEB-1"}), None)).await.unwrap();
    let id = first.data["order"]["id"].as_str().unwrap();
    let input = CreateOrder {
        dry_run: true,
        ..create(json!({"source_id": "WEB-1"}), None)
    };
    for input in [
        create(json!({"source_id": "WEB-1"}), None),
        create(json!({"source_id": "WEB-1"}), Some("request-1")),
        input,
    ] {
        let refused = shop.create(input).await.unwrap_err();
        assert_eq!(refused.code(), "DUPLICATE");
        assert!(refused.to_string().contains(id), "{refused}");
    }
    assert_eq!(shop.posts(), 1);
    // Another channel counts its orders by itself.
    shop.create(create(json!({"source_id": "WEB-1", "source_name": "Etsy"}), None))
        .await
        .unwrap();
    // A name under which nothing was created can be used for something else.
    shop.create(create(json!({"source_id": "WEB-2"}), Some("request-1")))
        .await
        .unwrap();
}

#[tokio::test]
async fn many_who_create_one_order_at_once_make_one() {
    let shop = Shop::open().await;
    let calls = (0..10).map(|_| shop.create(create(json!({"source_id": "WEB-1"}), None)));
    let outcomes = futures_util::future::join_all(calls).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(shop.with_source("WEB-1").len(), 1);
    assert_eq!(shop.posts(), 1);
}

/// Every way an answer can get lost, with whether the order was created.
fn lost() -> Vec<(FaultKind, bool)> {
    let error = |status, html| FaultKind::ErrorAfterCommit { status, html };
    vec![
        (error(500, false), true),
        (error(502, true), true),
        (FaultKind::DropAfterCommit, true),
        (FaultKind::HangAfterCommit, true),
        (FaultKind::Truncate, true),
        (FaultKind::Html, true),
        (
            FaultKind::ErrorBeforeCommit {
                status: 503,
                html: false,
            },
            false,
        ),
        (FaultKind::DropBeforeCommit, false),
        (FaultKind::HangBeforeCommit, false),
    ]
}

async fn impatient() -> Shop {
    let mut setup = Setup {
        timeout: Duration::from_millis(300),
        ..Setup::default()
    };
    // What was made lately is found by its time.
    setup.sim.now = Clock::system().now();
    Shop::open_with(setup).await
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_searching_and_the_order_never_sent_again() {
    for (kind, committed) in lost() {
        let shop = impatient().await;
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/orders"));
        let outcome = shop.create(create(json!({"source_id": "WEB-1"}), None)).await;
        match outcome {
            Ok(made) => {
                assert!(committed, "{kind:?}");
                assert_eq!(made.data["order"], shop.with_source("WEB-1")[0]);
                assert!(made.warnings.iter().any(|warning| warning.contains("answer was lost")));
            }
            Err(error) => {
                assert!(!committed, "{kind:?}: {error}");
                assert_eq!(error.code(), "UNCERTAIN_OUTCOME", "{kind:?}");
                assert!(error.hint().contains("source_id"));
            }
        }
        assert_eq!(shop.posts(), 1, "{kind:?}");
        assert_eq!(shop.with_source("WEB-1").len(), usize::from(committed), "{kind:?}");
    }
}

#[tokio::test]
async fn without_a_source_a_lost_answer_tells_what_a_search_shows() {
    for (kind, committed) in lost() {
        let shop = impatient().await;
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/orders"));
        let error = shop.create(create(json!({}), None)).await.unwrap_err();
        assert_eq!(error.code(), "UNCERTAIN_OUTCOME", "{kind:?}");
        assert!(error.hint().contains("client_request_id"));
        let told = error.to_string();
        let made = shop.with_code("NEW-MUG");
        assert_eq!(made.len(), usize::from(committed), "{kind:?}");
        match made.first() {
            Some(order) => {
                let id = order["id"].as_str().unwrap();
                let shown = format!("shows order {id} (holds all that was sent)");
                assert!(told.contains(&shown), "{kind:?}: {told}");
            }
            None => assert!(
                told.contains("e-mail address or name shows none so far"),
                "{kind:?}: {told}"
            ),
        }
        assert_eq!(shop.posts(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn the_same_create_is_refused_for_a_while_after_one_of_uncertain_outcome() {
    let start = Clock::system().now();
    let clock = Clock::manual(start);
    let passed = |seconds: i64| clock.set(start + jiff::SignedDuration::from_secs(seconds));
    let setup = Setup {
        timeout: Duration::from_millis(300),
        ..Setup::default()
    };
    let shop = Shop::open_at(setup, clock.clone()).await;
    let wanted = || create(json!({"email": "tern@example.test"}), None);
    shop.sim
        .inject(Fault::new(FaultKind::DropBeforeCommit).on("POST", "/orders"));
    shop.create(wanted()).await.unwrap_err();
    passed(119);
    // The same in another spelling.
    let spelled = create(json!({"email": " tern@example.test "}), None);
    let refused = shop.create(spelled).await.unwrap_err();
    assert_eq!(refused.code(), "UNCERTAIN_OUTCOME");
    let told = refused.to_string();
    assert!(
        told.contains("was sent 119 s ago") && told.contains("sent nothing") && told.contains("shows none"),
        "{told}"
    );
    assert_eq!(shop.posts(), 1);
    // Another order is another matter.
    shop.create(create(json!({"email": "other@example.test"}), None))
        .await
        .unwrap();
    passed(120);
    shop.create(wanted()).await.unwrap();
    assert_eq!(shop.posts(), 3);
}

#[tokio::test]
async fn of_the_same_create_that_is_on_its_way_there_is_one() {
    let shop = Shop::open().await;
    shop.sim
        .inject(Fault::new(FaultKind::Slow { ms: 300 }).on("POST", "/orders"));
    let calls = (0..5).map(|_| shop.create(create(json!({}), None)));
    let outcomes = futures_util::future::join_all(calls).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(shop.posts(), 1);
}

#[tokio::test]
async fn a_channels_order_id_is_the_same_whatever_stands_around_it() {
    let shop = Shop::open().await;
    let wanted = |id: &str| {
        create(
            json!({"source_id": id, "source_name": " Shopify\n", "email": "a@example.test\n"}),
            None,
        )
    };
    let made = shop.create(wanted(" A-1001 ")).await.unwrap();
    assert_eq!(made.data["order"]["source_id"], "A-1001");
    assert_eq!(made.data["order"]["source_name"], "Shopify");
    assert_eq!(made.data["order"]["email"], "a@example.test");
    let refused = shop.create(wanted("A-1001")).await.unwrap_err();
    assert_eq!(refused.code(), "DUPLICATE");
    let list = serde_json::from_value(json!({"source_id": "A-1001 ", "email": " a@example.test"})).unwrap();
    let listed = shop.engine.orders().list(&shop.scope(), list).await.unwrap();
    assert_eq!(listed.data["orders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_creates_nothing_and_says_so() {
    let shop = Shop::open().await;
    let message = "Order Not Added".to_owned();
    shop.sim
        .inject(Fault::new(FaultKind::ErrorInSuccess { message }).on("POST", "/orders"));
    let refused = shop
        .create(create(json!({"source_id": "WEB-1"}), Some("request-1")))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "ORDERDESK_API_ERROR");
    // The name is free again, also for a mended order.
    let made = shop
        .create(create(json!({"source_id": "WEB-2"}), Some("request-1")))
        .await
        .unwrap();
    assert_eq!(made.data["order"]["source_id"], "WEB-2");
}

#[tokio::test]
async fn an_order_that_cannot_be_read_back_was_created_all_the_same() {
    let shop = Shop::open().await;
    let fault = FaultKind::ErrorBeforeCommit {
        status: 401,
        html: false,
    };
    shop.sim.inject(Fault::new(fault).on("GET", "/orders/*").times(0));
    let made = shop.create(create(json!({"source_id": "WEB-1"}), None)).await.unwrap();
    assert_eq!(made.data["verified"], false);
    assert!(made.data["order"]["id"].is_string());
    assert_eq!(made.warnings.len(), 1, "{:?}", made.warnings);
}

#[tokio::test]
async fn a_named_create_repeated_gives_the_first_result_again() {
    let shop = Shop::open().await;
    let first = shop.create(create(json!({}), Some("request-1"))).await.unwrap();
    assert_eq!(first.data["order"]["source_id"], "request-1");
    let id = first.data["order"]["id"].as_str().unwrap().to_owned();
    // Members in another order are the same order.
    let mut again = create(json!({}), Some("request-1"));
    let items = again.order.shift_remove("order_items").unwrap();
    again.order.shift_insert(0, "order_items".to_owned(), items);
    shop.sim.clear_requests();
    let again = shop.create(again).await.unwrap();
    assert_eq!(again.data, first.data);
    assert!(
        again
            .warnings
            .iter()
            .any(|warning| warning.contains("first result again"))
    );
    let calls: Vec<_> = shop.sim.requests().iter().map(|call| call.method.clone()).collect();
    assert_eq!(calls, ["GET"], "whether the order is still there");
    // A dry run says so too, and takes no name.
    let mut shown = create(json!({}), Some("request-1"));
    shown.dry_run = true;
    let shown = shop.create(shown).await.unwrap();
    assert_eq!(shown.data["order"]["id"], first.data["order"]["id"]);
    assert_eq!(shown.data["dry_run"], true);
    let mut unused = create(json!({}), Some("request-3"));
    unused.dry_run = true;
    shop.create(unused).await.unwrap();
    shop.create(create(json!({"email": "y@example.test"}), Some("request-3")))
        .await
        .unwrap();
    shop.sim.clear_requests();

    let other = shop
        .create(create(json!({"email": "x@example.test"}), Some("request-1")))
        .await
        .unwrap_err();
    assert_eq!(other.code(), "DUPLICATE");
    assert!(other.to_string().contains(&format!("its id is {id}")), "{other}");
    assert!(
        other.hint().contains("client_request_id of its own"),
        "{}",
        other.hint()
    );
    let third = shop.create(create(json!({}), Some("request-2"))).await.unwrap();
    assert_ne!(third.data["order"]["id"], id);
    assert_eq!(shop.posts(), 1);
}

#[tokio::test]
async fn a_named_create_may_be_repeated_whatever_became_of_it() {
    for (kind, committed) in lost() {
        let clock = Clock::manual("2026-03-02T14:00:00Z".parse().unwrap());
        let setup = Setup {
            timeout: Duration::from_millis(300),
            ..Setup::default()
        };
        let shop = Shop::open_at(setup, clock.clone()).await;
        // The first call learns nothing at all: neither its answer comes nor that of its search.
        shop.sim.inject(Fault::new(kind.clone()).on("POST", "/orders"));
        let mute = FaultKind::ErrorBeforeCommit {
            status: 401,
            html: false,
        };
        shop.sim.inject(Fault::new(mute).on("GET", "/orders").after(1).times(1));
        let first = shop.create(create(json!({}), Some("request-1"))).await.unwrap_err();
        assert_eq!(first.code(), "UNCERTAIN_OUTCOME", "{kind:?}");

        let soon = shop.create(create(json!({}), Some("request-1"))).await;
        match soon {
            Ok(made) => assert!(committed && made.data["verified"] == true, "{kind:?}"),
            Err(error) => {
                assert!(!committed, "{kind:?}: {error}");
                assert_eq!(error.code(), "UNCERTAIN_OUTCOME", "it may still arrive");
            }
        }
        clock.set("2026-03-02T14:02:00Z".parse().unwrap());
        let later = shop.create(create(json!({}), Some("request-1"))).await.unwrap();
        assert_eq!(later.data["order"], shop.with_source("request-1")[0], "{kind:?}");
        assert_eq!(shop.with_source("request-1").len(), 1, "{kind:?}");
        assert_eq!(shop.posts(), if committed { 1 } else { 2 }, "{kind:?}");
    }
}

#[tokio::test]
async fn a_name_is_forgotten_after_a_day_and_the_order_still_found() {
    let clock = Clock::manual("2026-03-02T14:00:00Z".parse().unwrap());
    let shop = Shop::open_at(Setup::default(), clock.clone()).await;
    shop.create(create(json!({}), Some("request-1"))).await.unwrap();
    clock.set("2026-03-03T14:00:01Z".parse().unwrap());
    let refused = shop.create(create(json!({}), Some("request-1"))).await.unwrap_err();
    assert_eq!(refused.code(), "DUPLICATE");
    assert_eq!(shop.posts(), 1);
}

#[tokio::test]
async fn a_result_is_found_again_after_a_restart_and_only_by_its_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let setup = |root_key| Setup {
        database: DbOptions {
            url: format!("sqlite://{}", folder.path().join("app.db").display()),
            ..DbOptions::default()
        },
        root_key,
        ..Setup::default()
    };
    let root_key = RootKey::generate();
    let copy = RootKey::from_base64(secrecy::ExposeSecret::expose_secret(&root_key.to_base64())).unwrap();
    let shop = Shop::open_with(setup(root_key)).await;
    let first = shop
        .create(create(json!({"email": "tern@example.test"}), Some("request-1")))
        .await
        .unwrap();
    assert!(shop.engine.shutdown(Duration::from_secs(5)).await);
    let bytes = std::fs::read(folder.path().join("app.db")).unwrap();
    assert!(
        !bytes.windows(12).any(|window| window == b"tern@example"),
        "the result is sealed"
    );

    let engine = Engine::open(support::options(setup(copy), &shop.sim), Clock::system())
        .await
        .unwrap();
    let again = engine
        .orders()
        .create(
            &shop.scope(),
            create(json!({"email": "tern@example.test"}), Some("request-1")),
        )
        .await
        .unwrap();
    assert_eq!(again.data, first.data);

    // The other tenant has the same shop: its name is its own, and the order is there.
    let other = support::new_tenant(&engine).await;
    let register = od_engine::stores::Register {
        store_id: shop.store.store_id.clone(),
        api_key: shop.store.api_key.clone().into(),
        store_name: None,
        label: None,
        verify: true,
    };
    engine
        .stores()
        .register(&support::scope(&other), register)
        .await
        .unwrap();
    let input = create(json!({"email": "tern@example.test"}), Some("request-1"));
    let refused = engine
        .orders()
        .create(&support::scope(&other), input)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "DUPLICATE");
}
