use std::sync::Arc;

use od_engine::{Call, Engine, Error, Outcome, RequestId, Scope, Source, orders::Problem};
use serde_json::{Value, json};

use crate::{
    Demo, ShopOrder,
    tests::{browser::Browser, house::House},
};

async fn part(person: &mut Browser) -> String {
    person.headers = vec![("hx-request", "true")];
    let part = person.get("/?live").await;
    person.headers.clear();
    part.body
}

#[tokio::test]
async fn a_new_tenant_is_told_what_to_do_next() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let page = owner.get("/").await;
    for heading in [
        "<h1>Dashboard</h1>",
        ">Stores</h2>",
        ">Recent calls</h2>",
        ">Limits</h2>",
    ] {
        assert!(page.body.contains(heading), "{heading} in {}", page.body);
    }
    assert!(page.body.contains("href=\"/stores/new\">Add a store"), "{}", page.body);
    assert!(
        page.body
            .contains("class=\"button main\" href=\"/connect\">Connect a client"),
        "{}",
        page.body
    );
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn signed_out_it_is_the_landing_page_with_a_way_in() {
    let house = House::with_shops(|_| ()).await;
    let page = house.visitor().get("/").await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("<a class=\"button main\" href=\"login\">Sign in</a>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("This address is for AI assistants"), "{}", page.body);
    assert_eq!(page.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn calls_errors_and_health_are_what_was_recorded() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/").await;
    for told in ["stores.register", "Mug Shop", "Works", ">success<", "/traces/"] {
        assert!(page.body.contains(told), "{told} in {}", page.body);
    }
    assert!(page.body.contains("<p class=\"aside\">None.</p>"), "{}", page.body);
    let asked = house.simulator().requests().len();

    let form = owner.get("/stores/90001").await;
    house
        .simulator()
        .inject(od_sim::Fault::new(od_sim::FaultKind::ErrorBeforeCommit {
            status: 400,
            html: false,
        }));
    assert_eq!(owner.submit(&form, "/stores/90001/test", &[]).await.status, 422);
    let page = owner.get("/").await;
    for told in ["Last call failed", "ORDERDESK_API_ERROR", "stores.test"] {
        assert!(page.body.contains(told), "{told} in {}", page.body);
    }
    assert!(!page.body.contains("<p class=\"aside\">None.</p>"), "{}", page.body);
    assert_eq!(
        house.simulator().requests().len(),
        asked + 1,
        "the dashboard asks nobody"
    );
}

/// The words beside the only store.
async fn health(owner: &mut Browser) -> String {
    let page = owner.get("/").await.body;
    let words = ["Works", "Last call failed", "Busy", "Not tried yet", "Not tried lately"];
    let badge = |word: &&str| page.contains(&format!("\">{word}</span>"));
    let found: Vec<&str> = words.into_iter().filter(badge).collect();
    assert_eq!(found.len(), 1, "{found:?} in {page}");
    found[0].to_owned()
}

#[tokio::test]
async fn only_what_asked_order_desk_tells_how_a_store_is() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let register = od_engine::stores::Register {
        store_id: "90001".to_owned(),
        api_key: house.api_key("90001").into(),
        store_name: Some("Mug Shop".to_owned()),
        label: None,
        verify: false,
    };
    let parameters = json!({ "store_id": "90001", "verify": false });
    call(&house, "stores.register", parameters, |engine, scope| async move {
        Ok(engine.stores().register(&scope, register).await?.map(|_| Value::Null))
    })
    .await
    .unwrap();
    assert_eq!(health(&mut owner).await, "Not tried yet");
    let rename = async |owner: &mut Browser, name: &str| {
        let filled = [("store_name", name), ("label", "")];
        let saved = owner.fill("/stores/90001", "/stores/90001", &filled).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
    };
    rename(&mut owner, "Cup Shop").await;
    assert_eq!(health(&mut owner).await, "Not tried yet");

    let test = async |owner: &mut Browser| owner.fill("/stores/90001", "/stores/90001/test", &[]).await.status;
    assert_eq!(test(&mut owner).await, 303);
    assert_eq!(health(&mut owner).await, "Works");
    // A key that is refused replaces nothing: the stored one works still.
    let filled = [("store_name", "Cup Shop"), ("api_key", "not-the-key-of-it")];
    let refused = owner.fill("/stores/90001", "/stores/90001", &filled).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(health(&mut owner).await, "Works");
    house
        .simulator()
        .inject(od_sim::Fault::new(od_sim::FaultKind::ErrorBeforeCommit {
            status: 400,
            html: false,
        }));
    assert_eq!(test(&mut owner).await, 422);
    for name in ["Jug Shop", "Mug Shop"] {
        assert_eq!(health(&mut owner).await, "Last call failed");
        rename(&mut owner, name).await;
    }
    call(
        &house,
        "stores.use_store",
        json!({ "store": "90001" }),
        |engine, scope| async move { Ok(engine.stores().use_store(&scope, "90001").await?.map(|_| Value::Null)) },
    )
    .await
    .unwrap();
    assert_eq!(health(&mut owner).await, "Last call failed");
    let filled = [("store_name", "Mug Shop"), ("api_key", &*house.api_key("90001"))];
    let replaced = owner.fill("/stores/90001", "/stores/90001", &filled).await;
    assert_eq!(replaced.status, 303, "{}", replaced.body);
    assert_eq!(
        health(&mut owner).await,
        "Works",
        "a key that replaces another was tried"
    );
}

#[tokio::test]
async fn limits_tell_what_is_left() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = owner.get("/").await;
    assert!(
        page.body.contains("of 240 left; 120 come back each minute"),
        "{}",
        page.body
    );
    assert!(page.body.contains("requests to Order Desk left"), "{}", page.body);
    assert!(
        !page.body.contains("<p class=\"big\">240</p>"),
        "the registration cost nothing: {}",
        page.body
    );
}

#[tokio::test]
async fn what_is_new_comes_as_a_part_of_the_page() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    let page = owner.get("/").await;
    assert!(page.body.contains("hx-get=\"/?live\""), "{}", page.body);
    let paused = owner.get("/?pause").await;
    assert!(!paused.body.contains("hx-get"), "{}", paused.body);
    let part = part(&mut owner).await;
    assert!(part.contains("Recent calls") && !part.contains("<h1>"), "{part}");

    let mut stranger = house.visitor();
    stranger.headers = vec![("hx-request", "true")];
    let gone = stranger.get("/?live").await;
    assert_eq!(
        (gone.status.as_u16(), &gone.headers["hx-redirect"]),
        (204, &"/login".parse().unwrap())
    );
}

#[tokio::test]
async fn a_locked_session_sees_it_without_what_is_sealed() {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let page = house.locked().await.get("/").await;
    assert!(
        page.body.contains("Mug Shop") && page.body.contains("href=\"/unlock\""),
        "{}",
        page.body
    );
    assert!(!page.body.contains("requests to Order Desk left"), "{}", page.body);
}

#[tokio::test]
async fn the_demo_link_signs_in_once_and_shows_the_shops() {
    let order = json!({"number": "WEB-<1>"});
    let order = ShopOrder {
        number: order["number"].as_str().unwrap().to_owned(),
        store: "Sample Goods".to_owned(),
        customer: "Ada Example".to_owned(),
        folder: "New".to_owned(),
        total: "19.90".to_owned(),
        changed_at: "2026-11-29T08:00:00Z".to_owned(),
    };
    let shops = Arc::new(move || vec![order.clone()]);
    let key = od_engine::MasterKey::generate().expose();
    let (demo, link) = Demo::new(key.clone(), shops);
    let house = House::with_shops(|plan| plan.web.pages.as_mut().unwrap().demo = Some(demo)).await;
    let new = od_engine::tenants::NewTenant {
        master_key: Some(key),
        ..od_engine::tenants::NewTenant::default()
    };
    house.engine.tenants().create(new).await.unwrap();

    let mut person = house.visitor();
    let used = person.get("/demo/AAAA").await;
    assert_eq!(used.status, 404);
    assert!(used.body.contains("href=\"/login\">Sign in</a>"), "{}", used.body);
    person.head(&link).await;
    let opened = person.get(&link).await;
    assert_eq!(
        (opened.status.as_u16(), opened.location()),
        (303, "/"),
        "{}",
        opened.body
    );
    let page = person.follow(&opened).await;
    for told in ["Latest orders", "WEB-&#60;1&#62;", "Ada Example", "19.90"] {
        assert!(page.body.contains(told), "{told} in {}", page.body);
    }
    assert_eq!(person.get(&link).await.location(), "/", "whoever is in stays in");
    let late = house.visitor().get(&link).await;
    assert_eq!(late.status, 404);
    assert!(
        late.body.contains("opens once") && !late.headers.contains_key("location"),
        "{}",
        late.body
    );
}

#[tokio::test]
async fn without_a_demo_there_is_no_such_link() {
    let house = House::with_shops(|_| ()).await;
    assert_eq!(house.visitor().get("/demo/AAAA").await.status, 404);
}

/// A call of an agent that comes to nothing.
async fn fail<W>(house: &House, tool: &str, work: impl FnOnce(Engine, Scope) -> W)
where
    W: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
{
    call(house, tool, json!({}), work).await.unwrap_err();
}

/// A call of an agent.
async fn call<W>(
    house: &House,
    tool: &str,
    parameters: Value,
    work: impl FnOnce(Engine, Scope) -> W,
) -> Result<(), Error>
where
    W: Future<Output = Result<Outcome<Value>, Error>> + Send + 'static,
{
    let identity = house.engine.auth().sign_in(&house.key).await.unwrap();
    let scope = Scope::new(identity, RequestId::generate(), Source::Mcp);
    let call = Call {
        tool: tool.to_owned(),
        parameters,
        cost: 1,
        needs: None,
    };
    let work = Box::pin(work(house.engine.clone(), scope.clone()));
    house.engine.call(&scope, call, work).await.map(drop)
}

#[tokio::test]
async fn a_question_is_no_error_and_tools_have_their_listed_names() {
    let house = House::with_shops(|plan| {
        plan.web.pages.as_mut().unwrap().desk.listed = Arc::new(|name| name.replace('.', "_"));
    })
    .await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let order = house.simulator().orders("90001").remove(0)["id"].clone();
    fail(&house, "orders.delete", |engine, scope| async move {
        let input = serde_json::from_value(json!({ "order_id": order, "store": "90001" })).unwrap();
        engine.orders().delete(&scope, input).await
    })
    .await;
    let page = owner.get("/").await;
    page.shows("<span class=\"badge care\">CONFIRMATION_REQUIRED</span>");
    page.shows(">orders_delete</a>");
    let errors = |body: &str| {
        let (_, behind) = body.split_once("Errors of the last day").unwrap();
        behind.split("<h2>").next().unwrap().to_owned()
    };
    assert!(errors(&page.body).contains("None."), "{}", page.body);

    fail(&house, "orders.list", |_, _| async {
        let problems = ["/limit", "/order/shipping", "/limit"].map(|path| Problem::new(path, "is odd"));
        Err(Error::Invalid(problems.to_vec()))
    })
    .await;
    let told = errors(&owner.get("/").await.body);
    assert!(
        told.contains("3 arguments need mending (limit, order/shipping)"),
        "{told}"
    );
}
