use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use od_sim::{Post, PostFormat, Written};

use crate::tests::{
    browser::{Browser, Reply},
    house::House,
};

/// A house whose store 90001 has a webhook, with its path.
async fn posted_to() -> (House, Browser, String) {
    let house = House::with_shops(|_| ()).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    let path = switched(&mut owner, "enable").await.expect("an address");
    (house, owner, path)
}

/// Presses a button of the store's page; the path of the address that it shows then.
async fn switched(owner: &mut Browser, action: &str) -> Option<String> {
    let mut page = owner.get("/stores/90001").await;
    if action != "enable" {
        page.shows(&format!("<button type=\"submit\" name=\"action\" value=\"{action}\""));
        let before = shown(owner).await;
        page = owner.get(&format!("/stores/90001/webhook?action={action}")).await;
        page.shows("it cannot be brought back");
        assert_eq!(shown(owner).await, before, "it asks first");
    }
    let done = owner
        .submit(&page, "/stores/90001/webhook", &[("action", action)])
        .await;
    let word = match action {
        "enable" => "webhook_on",
        "disable" => "webhook_off",
        _ => "webhook_moved",
    };
    let expected = format!("/stores/90001?done={word}#webhook");
    assert_eq!(done.location(), expected, "{}", done.body);
    shown(owner).await
}

async fn shown(owner: &mut Browser) -> Option<String> {
    let address = owner.get("/stores/90001").await.value("webhook_address")?;
    let (_, path) = address.split_once("/webhooks/").expect("an address");
    Some(format!("/webhooks/{path}"))
}

fn written(house: &House, format: PostFormat) -> Written {
    let order = house.simulator().orders("90001").remove(0);
    let post = Post {
        format,
        ..Post::to("http://127.0.0.1:9/")
    };
    let id = order["id"].as_str().expect("an id");
    house.simulator().written("90001", id, &post).expect("an order")
}

async fn send(house: &House, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(&house.door, request.body(body.into()).expect("a request")).await
}

async fn deliver(house: &House, path: &str, written: &Written) -> Reply {
    let headers = [
        ("content-type", written.content_type),
        ("x-order-desk-store-id", "90001"),
        ("x-order-desk-hash", &written.hash),
    ];
    send(house, path, &headers, written.body.clone()).await
}

#[tokio::test]
async fn what_order_desk_posts_is_taken_in_each_of_its_formats() {
    let (house, _, path) = posted_to().await;
    let form = written(&house, PostFormat::Form);
    let taken = deliver(&house, &path, &form).await;
    assert_eq!(
        (taken.status, taken.body.as_str()),
        (StatusCode::OK, r#"{"status":"accepted"}"#)
    );
    assert!(taken.headers.contains_key("x-request-id"));
    let again = deliver(&house, &path, &form).await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (StatusCode::OK, r#"{"status":"duplicate"}"#)
    );
    let with_charset = Written {
        content_type: "Application/JSON; charset=utf-8",
        ..written(&house, PostFormat::Json)
    };
    let same = deliver(&house, &path, &with_charset).await;
    assert_eq!(same.body, r#"{"status":"duplicate"}"#);

    while house.engine.health().await.audit_entries_queued > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let entry = house.recorded("webhook.post").await;
    assert_eq!((entry.source.as_str(), entry.status.as_str()), ("webhook", "success"));
    assert_eq!(entry.store_id.as_deref(), Some("90001"));
    assert!(
        entry.actor.starts_with("webhook:odwh_") && entry.actor.len() == 20,
        "{}",
        entry.actor
    );
    assert_eq!(entry.order_ids.len(), 1);
}

/// Order Desk asks us then, and not we it.
#[tokio::test]
async fn a_post_does_not_tell_that_the_key_of_its_store_works() {
    let (house, mut owner, path) = posted_to().await;
    house
        .simulator()
        .inject(od_sim::Fault::new(od_sim::FaultKind::ErrorBeforeCommit {
            status: 400,
            html: false,
        }));
    let refused = owner.fill("/stores/90001", "/stores/90001/test", &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    owner.get("/").await.shows(">Last call failed</span>");

    let taken = deliver(&house, &path, &written(&house, PostFormat::Json)).await;
    assert_eq!(taken.body, r#"{"status":"accepted"}"#);
    while house.engine.health().await.audit_entries_queued > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(house.recorded("webhook.post").await.status, "success");
    owner.get("/").await.shows(">Last call failed</span>");
}

#[tokio::test]
async fn everything_else_is_refused_by_its_own_status() {
    let (house, _, path) = posted_to().await;
    let form = written(&house, PostFormat::Form);
    let json = written(&house, PostFormat::Json);
    let kind = ("content-type", form.content_type);
    let hash = ("x-order-desk-hash", form.hash.as_str());
    let ours = ("x-order-desk-store-id", "90001");
    let check = async |path: &str, headers: &[(&str, &str)], body: Body, status: u16| {
        let reply = send(&house, path, headers, body).await;
        assert_eq!(reply.status.as_u16(), status, "{headers:?} {}", reply.body);
        assert!(reply.json()["error"].is_string(), "{}", reply.body);
    };
    let body = || Body::from(form.body.clone());
    let unknown = format!("{path}x");
    check(&unknown, &[kind, hash, ours], body(), 404).await;
    check("/webhooks/orderdesk/odwh_made-up", &[kind, hash, ours], body(), 404).await;
    check(&path, &[hash, ours], body(), 415).await;
    check(&path, &[("content-type", "text/plain"), hash, ours], body(), 415).await;
    check(
        &path,
        &[("content-type", "multipart/form-data"), hash, ours],
        body(),
        415,
    )
    .await;
    check(&path, &[kind, ours], body(), 401).await;
    check(&path, &[kind, ("x-order-desk-hash", "0"), ours], body(), 401).await;
    check(&path, &[kind, hash, ("x-order-desk-store-id", "90002")], body(), 401).await;
    check(&path, &[kind, hash, ours], Body::from(json.body.clone()), 401).await;
    let nothing = house.simulator().hash("90001", "{}").expect("a store");
    let json = ("content-type", "application/json");
    check(
        &path,
        &[json, ("x-order-desk-hash", &nothing), ours],
        Body::from("{}"),
        422,
    )
    .await;
    let long = "x".repeat(65 * 1024);
    check(&path, &[json, hash, ours], Body::from(long.clone()), 413).await;
    check(
        &path,
        &[json, hash, ours, ("content-length", "66560")],
        Body::from(long),
        413,
    )
    .await;
    check(&unknown, &[json], Body::from("x".repeat(65 * 1024)), 404).await;

    assert_eq!(
        deliver(&house, &path, &form).await.body,
        r#"{"status":"accepted"}"#,
        "the honest one is new"
    );
}

#[tokio::test]
async fn the_page_makes_another_address_and_ends_it() {
    let (house, mut owner, first) = posted_to().await;
    let page = owner.get("/stores/90001").await;
    for told in [
        "Post Order JSON",
        "data-copy=\"#webhook_address\"",
        "New address",
        "Disable",
        "No post came",
    ] {
        page.shows(told);
    }
    let form = written(&house, PostFormat::Form);
    assert_eq!(deliver(&house, &first, &form).await.status, 200);
    owner.get("/stores/90001").await.shows("Last post: <time");

    let second = switched(&mut owner, "rotate").await.expect("an address");
    assert_ne!(first, second);
    assert_eq!(deliver(&house, &first, &form).await.status, 404);
    assert_eq!(deliver(&house, &second, &form).await.status, 200);
    assert_eq!(switched(&mut owner, "disable").await, None);
    assert_eq!(deliver(&house, &second, &form).await.status, 404);
    let entry = house.recorded("stores.webhook").await;
    assert_eq!(
        (entry.source.as_str(), entry.parameters["action"].as_str()),
        ("webui", Some("disable"))
    );

    let page = owner.get("/stores/90001").await;
    page.shows("Enable");
    let odd = owner
        .submit(&page, "/stores/90001/webhook", &[("action", "explode")])
        .await;
    assert_eq!(odd.status, 422);
}

#[tokio::test]
async fn a_locked_session_is_not_told_the_address() {
    let (house, _, path) = posted_to().await;
    let mut locked = house.locked().await;
    let page = locked.get("/stores/90001").await;
    assert_eq!(page.status, 200);
    page.hides(path.rsplit('/').next().expect("a token"));
    page.hides("Webhook");
}

#[tokio::test]
async fn it_is_there_without_pages_and_gone_when_posts_are_not_taken() {
    let house = House::with_shops(|plan| plan.web.pages = None).await;
    let path = "/webhooks/orderdesk/odwh_made-up";
    let reply = send(&house, path, &[], "").await;
    assert_eq!(reply.json()["error"], "there is no such address");
    let get = Request::get(path).body(Body::empty()).expect("a request");
    let opened = Reply::of(&house.door, get).await;
    assert_eq!((opened.status.as_u16(), opened.header("allow")), (405, "POST"));
    assert!(opened.body.contains("takes what Order Desk posts"), "{}", opened.body);

    let house = House::with_shops(|plan| plan.engine.webhooks.enabled = false).await;
    let mut owner = house.owner().await;
    house.add(&mut owner, "90001", "Mug Shop").await;
    owner.get("/stores/90001").await.hides("Webhook");
    assert_eq!(send(&house, path, &[], "").await.body, "", "no such route");
}
